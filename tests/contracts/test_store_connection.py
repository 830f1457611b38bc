"""A database server that goes away in the middle of the work."""

import asyncio

import pytest
from tests.builders import CHAT_ID, make_page
from tests.postgres import run, with_database

from headrace.blobs.files import LocalFiles
from headrace.errors import ConfigError, DatabaseUnavailable
from headrace.model.coverage import Covered
from headrace.store.open import open_archive

pytestmark = pytest.mark.postgres

KILL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '{}' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def cut(postgres_server, postgres_url):
    """Ends all connections to the test's database."""
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    return lambda: run(with_database(postgres_server, "postgres"), KILL.format(name))


@pytest.fixture
async def archive(postgres_url, tmp_path, clock):
    path = tmp_path / "archive"
    async with open_archive(LocalFiles(), path, database_url=postgres_url, clock=clock) as store:
        yield store


async def test_pages_are_stored_once_whatever_happens_to_the_connections(archive, cut):
    lease = await archive.acquire(f"chat:{CHAT_ID}", "here:1:1")

    async def disturb():
        for _ in range(4):
            await asyncio.to_thread(cut)

    pages = [make_page(range(lo, lo + 10)) for lo in range(1, 301, 10)]
    await asyncio.gather(disturb(), *(archive.save_page(lease, page) for page in pages))
    assert await archive.coverage(CHAT_ID, "history", "telegram") == [
        Covered(lo=1, hi=300, stored=300, ids_sum=45150)
    ]
    assert all(verdict.is_whole for verdict in await archive.verify_ledger(CHAT_ID))


async def test_a_server_that_is_not_there_is_named(tmp_path):
    url = f"postgresql://postgres@/none?host={tmp_path}"
    with pytest.raises(DatabaseUnavailable, match="does not answer") as caught:
        async with open_archive(LocalFiles(), tmp_path / "archive", database_url=url):
            pass
    assert caught.value.hint
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("url", ["nonsense", "mysql://user:secret@host/name"])
async def test_a_wrong_database_is_named_without_its_password(tmp_path, url):
    with pytest.raises(ConfigError) as caught:
        async with open_archive(LocalFiles(), tmp_path / "archive", database_url=url):
            pass
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "archive").exists()
    assert "headrace.toml" in caught.value.hint
