"""The schema of a new archive is the one that the code believes in, on every back end."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from headrace.blobs.files import LocalFiles
from headrace.errors import ArchiveTooNew
from headrace.store import migrate, postgres, sqlite
from headrace.store.tables import metadata


@pytest.fixture
def engines(back_end, request, tmp_path):
    """An empty database for the migrations, and one for the metadata."""
    if back_end == "postgres":
        migrated = postgres.engine(request.getfixturevalue("postgres_url"))
        created = postgres.engine(request.getfixturevalue("empty_postgres_url"))
    else:
        migrate.migrate_sqlite(LocalFiles(), tmp_path / "migrated.db")
        (tmp_path / "created.db").touch()
        migrated = sqlite.engine(tmp_path / "migrated.db")
        created = sqlite.engine(tmp_path / "created.db")
    yield migrated, created
    migrated.dispose()
    created.dispose()


def _columns(engine):
    found = inspect(engine)
    return {
        table: {
            "columns": [
                (one["name"], str(one["type"]), one["nullable"]) for one in found.get_columns(table)
            ],
            "key": found.get_pk_constraint(table)["constrained_columns"],
            "indexes": sorted(
                (one["name"], one["column_names"], one["unique"])
                for one in found.get_indexes(table)
            ),
        }
        for table in sorted(found.get_table_names())
        if table != "alembic_version"
    }


def test_all_migrations_make_what_the_metadata_says(engines, back_end):
    migrated, created = engines
    with created.begin() as connection:
        metadata.create_all(connection)
    assert _columns(migrated) == _columns(created)
    if back_end == "sqlite":
        statement = text("SELECT sql FROM sqlite_master WHERE name <> 'alembic_version'")
        with migrated.connect() as one, created.connect() as other:
            assert _statements(one.scalars(statement)) == _statements(other.scalars(statement))
    opts = {"include_name": _can_be_compared}
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []
        assert migrate.revision(connection) == migrate.HEAD


def _can_be_compared(name, kind, _):
    """The indexes of the search are each back end's own; above, they were held against another."""
    return not (kind == "table" and name.startswith("found")) and name != "findable_by_word"


def _statements(found):
    """Without line breaks: SQLite puts an added column on the line of the last one."""
    return {" ".join(one.split()) for one in found if one}


def test_a_newer_schema_is_refused(engines):
    migrated, _ = engines
    with migrated.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with migrated.connect() as connection, pytest.raises(ArchiveTooNew, match="schema 9999"):
        migrate.check_known(migrate.revision(connection))


@pytest.mark.postgres
def test_postgres_refuses_a_newer_schema_and_migrates_once(empty_postgres_url):
    migrate.migrate_postgres(empty_postgres_url)
    migrate.migrate_postgres(empty_postgres_url)
    with postgres.engine(empty_postgres_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ArchiveTooNew):
        migrate.migrate_postgres(empty_postgres_url)
