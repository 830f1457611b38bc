"""Rows: tables, one module per noun, SQLite and PostgreSQL, migrations."""
