"""An archive of an earlier version opens with all that it held, on every back end."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.builders import CHAT_ID, make_message, make_page, make_peer
from tests.postgres import run

from headrace.blobs.files import LocalFiles
from headrace.model.coverage import Covered, Failure
from headrace.store import archive as archives
from headrace.store import migrate
from headrace.store.open import open_archive

FIRST = [
    (
        f"INSERT INTO chats VALUES ({CHAT_ID}, 'channel', 'The Mill', '', '', NULL, NULL, NULL, '',"
        " false, false, false, 1, 2)"
    ),
    "INSERT INTO peers VALUES (5, 'user', 'Miller', '', '', false, false, false, false, false)",
    *(
        "INSERT INTO messages (chat_id, id, source, kind, text, date, signature, flags, noforwards,"
        f" first_seen_at, last_seen_at) VALUES ({CHAT_ID}, {number}, '{source}', '',"
        f" 'message {number}', {1_700_000_000 + number}, '', 2, false, 1, 2)"
        for number, source in ((1, "telegram"), (2, "telegram"), (4, "desktop"))
    ),
    f"INSERT INTO message_versions VALUES ({CHAT_ID}, 1, 1, 'old', NULL, NULL, NULL, 1, 2)",
    f"INSERT INTO failures VALUES ({CHAT_ID}, 'history', 3, 3, 'database', 'too long')",
    f"INSERT INTO coverage VALUES ({CHAT_ID}, 'history', 'telegram', 1, 3, 2, 0, 3)",
    f"INSERT INTO coverage VALUES ({CHAT_ID}, 'history', 'desktop', 4, 4, 1, 0, 4)",
]


@pytest.fixture
def first_version(back_end, request, tmp_path, monkeypatch):
    """The folder of an archive as the version before 0002 left it."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrate._SCRIPTS, scripts, ignore=shutil.ignore_patterns("000[2-9]*"))
    folder = tmp_path / "archive"
    url = request.getfixturevalue("empty_postgres_url") if back_end == "postgres" else None
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_SCRIPTS", scripts)
        patch.setattr(migrate, "HEAD", "0001")
        patch.setattr(archives, "_SCHEMA", 1)
        if url:
            archives.create(LocalFiles(), folder, url)
            migrate.migrate_postgres(url)
            run(url, *FIRST)
        else:
            archives.create(LocalFiles(), folder)
            migrate.migrate_sqlite(LocalFiles(), folder / "archive.db")
            with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as database:
                for statement in FIRST:
                    database.execute(statement)
    return folder


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
