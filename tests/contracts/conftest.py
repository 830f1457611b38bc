"""The store on each of its back ends."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from tests.builders import CHAT_ID, make_page
from tests.postgres import (  # noqa: F401 - fixtures
    empty_postgres_url,
    postgres_server,
    postgres_url,
)

from headrace.blobs.files import LocalFiles
from headrace.blobs.inventory import Inventory
from headrace.importer.check import Checker
from headrace.model.job import Unattended
from headrace.store import postgres, sqlite
from headrace.store.migrate import migrate_sqlite
from headrace.store.open import open_archive

BACK_ENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=BACK_ENDS)
def back_end(request):
    return request.param


@pytest.fixture
def opened(back_end, request, tmp_path, clock):
    """Opens the test's one archive; more than once if wanted."""
    url = request.getfixturevalue("postgres_url") if back_end == "postgres" else None
    return lambda: open_archive(LocalFiles(), tmp_path / "archive", database_url=url, clock=clock)


@pytest.fixture
async def store(opened):
    async with opened() as store:
        yield store


@pytest.fixture
def execute(back_end, request, tmp_path):
    """Runs SQL behind the store's back."""

    def run(statement):
        if back_end == "postgres":
            url = request.getfixturevalue("postgres_url")
            with psycopg.connect(url, autocommit=True) as connection:
                found = connection.execute(statement)
                return found.fetchall() if found.description else []
        path = tmp_path / "archive" / "archive.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            return connection.execute(statement).fetchall()

    return run


@pytest.fixture
def connection(back_end, request, tmp_path):
    """A connection inside a transaction that is never committed, for the synchronous functions."""
    if back_end == "postgres":
        engine = postgres.engine(request.getfixturevalue("postgres_url"))
    else:
        migrate_sqlite(LocalFiles(), tmp_path / "archive.db")
        engine = sqlite.engine(tmp_path / "archive.db")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
async def lease(store):
    return await store.acquire(f"chat:{CHAT_ID}", "here:1:1")


@pytest.fixture
def save(store, lease):
    async def save(*messages, **fields):
        return await store.save_page(lease, make_page(messages, **fields))

    return save


@pytest.fixture
def check(store, tmp_path):
    """Findings in the rows as (kind, where), and the notes."""

    async def run():
        disk = Inventory(LocalFiles(), tmp_path / "archive")
        found = await Checker(rows=store, disk=disk, control=Unattended()).run()
        return {(one.kind.value, one.where) for one in found.findings}, found.notes

    return run
