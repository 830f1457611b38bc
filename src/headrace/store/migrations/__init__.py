"""The changes of the schema, for Alembic; run by ``store/migrate.py``."""
