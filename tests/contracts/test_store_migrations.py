"""An archive of an earlier version opens with all that it held, on every back end."""

import subprocess
import sys

import pytest
from tests import first_version as first
from tests.builders import CHAT_ID, make_message, make_page, make_peer

from headrace.blobs.files import LocalFiles
from headrace.model.coverage import Covered, Failure
from headrace.store import migrate
from headrace.store.open import open_archive


@pytest.fixture
def first_version(back_end, request, tmp_path):
    """The folder of an archive as the version before 0002 left it."""
    url = request.getfixturevalue("empty_postgres_url") if back_end == "postgres" else None
    return first.make(tmp_path / "archive", tmp_path / "migrations", url)


async def test_an_archive_of_the_first_version_is_brought_up_to_date(first_version, back_end):
    async with open_archive(LocalFiles(), first_version) as store:
        assert (await store.chat(CHAT_ID)).title == "The Mill"
        assert [peer.name for peer in await store.peers([5])] == ["Miller"]
        known = [await store.message(CHAT_ID, number) for number in (1, 2, 4)]
        assert [one.message for one in known] == [make_message(n) for n in (1, 2, 4)]
        assert [(one.source, one.sources) for one in known] == [
            ("telegram", 1), ("telegram", 1), ("desktop", 2),
        ]  # fmt: skip
        assert [one.text for one in await store.versions(CHAT_ID, 1)] == ["old"]
        failure = Failure(lo=3, hi=3, reason="database", detail="too long")
        assert await store.failures(CHAT_ID, "history") == [failure]
        assert await store.failures(CHAT_ID, "history", "desktop") == []
        for source in ("telegram", "desktop"):
            verdicts = await store.verify_ledger(CHAT_ID, source=source)
            assert [one.is_whole for one in verdicts] == [True]
    assert f"schema = {int(migrate.HEAD)}" in (first_version / "headrace.toml").read_text()
    assert (first_version / "archive.db.0001").exists() == (back_end == "sqlite")


async def test_an_archive_of_the_first_version_goes_on_as_any_other(first_version):
    async with open_archive(LocalFiles(), first_version) as store:
        lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
        exported = make_page([1, 2, 3, 4], source="desktop", peers=(make_peer(5, name="M"),))
        assert (await store.save_page(lease, exported)).new == 1
        assert (await store.save_page(lease, make_page([3, 4], lo=1, hi=9))).new == 0
        assert [peer.name for peer in await store.peers([5])] == ["Miller"]
        assert await store.coverage(CHAT_ID, "history", "telegram") == [
            Covered(lo=1, hi=9, stored=4, ids_sum=10)
        ]
        assert await store.failures(CHAT_ID, "history") == []
        for source in ("telegram", "desktop"):
            verdicts = await store.verify_ledger(CHAT_ID, source=source)
            assert [one.is_whole for one in verdicts] == [True]


#: Opens an archive and tells its digest.
OPEN = (
    "import asyncio, sys; from pathlib import Path\n"
    "from headrace.blobs.files import LocalFiles; from headrace.store.open import open_archive\n"
    "async def main():\n"
    "    print('ready', flush=True); input()\n"
    "    async with open_archive(LocalFiles(), Path(sys.argv[1]), create=False) as store:\n"
    "        print((await store.digest()).sha256)\n"
    "asyncio.run(main())\n"
)


@pytest.fixture
def digests_of_four(first_version):
    """What four processes tell that open the archive at once."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, first_version],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    assert [one.stdout.readline() for one in processes] == ["ready\n"] * 4
    for one in processes:
        print(file=one.stdin, flush=True)
    told = [one.communicate() for one in processes]
    assert [one.returncode for one in processes] == [0] * 4, told
    return {out.strip() for out, _ in told}


async def test_of_processes_that_migrate_at_once_one_does_it(
    digests_of_four, first_version, back_end
):
    async with open_archive(LocalFiles(), first_version) as store:
        assert digests_of_four == {(await store.digest()).sha256}
    names = {one.name for one in first_version.iterdir()}
    rows = {"archive.db", "archive.db.0001"} if back_end == "sqlite" else set()
    assert names == {"headrace.toml", "media"} | rows
