"""What the cards tell is proven: anew where the archive may have changed, and nowhere else."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest
from tests.builders import CHAT_ID, make_chat, make_page

from headrace.app import proofs as proofs_module
from headrace.app.proofs import proving
from headrace.blobs.files import LocalFiles
from headrace.importer.status import status_of
from headrace.model.chat import Chat
from headrace.model.coverage import IdRange
from headrace.model.values import PeerKind
from headrace.store.open import open_archive
from headrace.telegram.clock import SystemClock

GROUP_ID = CHAT_ID - 1
CHANNEL = msgspec.structs.replace(make_chat(), linked_chat_id=GROUP_ID)
GROUP = Chat(id=GROUP_ID, kind=PeerKind.CHANNEL, title="Talk")


@pytest.fixture
async def store(tmp_path):
    async with open_archive(LocalFiles(), tmp_path / "archive") as store:
        yield store


@pytest.fixture
async def proofs(store):
    async with proving(store, SystemClock()) as proofs:
        yield proofs


@asynccontextmanager
async def at_work(store, chat_id=CHAT_ID):
    lease = await store.acquire(f"chat:{chat_id}", "elsewhere:1:1")
    yield lease
    await store.release(lease)


async def save(store, ids):
    async with at_work(store) as lease:
        await store.save_chat(lease, CHANNEL, [])
        await store.save_page(lease, make_page(ids))


async def told(proofs, chat=CHANNEL):
    """What is told of a chat when its proof has come to its end."""
    await proofs.holdings([chat])
    await proofs.settled()
    return (await proofs.holdings([chat]))[chat.id]


async def test_what_is_told_is_what_status_tells_and_changes_with_the_archive(store, proofs):
    await save(store, range(1, 4))
    first = (await told(proofs)).status
    assert first == await status_of(store, CHANNEL)
    assert (first["posts_count"], first["complete"]) == (3, True)
    await save(store, range(6, 8))
    second = (await told(proofs)).status
    assert second == await status_of(store, CHANNEL)
    assert (second["posts_count"], second["unread"]) == (5, [[4, 5]])
    renamed = msgspec.structs.replace(CHANNEL, title="Another")
    assert (await told(proofs, renamed)).status["title"] == "Another"


async def test_what_has_not_changed_is_not_proven_again(store, proofs):
    await save(store, [1])
    first = (await told(proofs)).status
    async with at_work(store, -5):
        pass
    assert (await told(proofs)).status is first
    # Comments are counted with the channel: whoever works on its group may change it.
    async with at_work(store, GROUP_ID):
        pass
    assert (await told(proofs)).status is not first


async def test_while_somebody_works_what_was_lately_so_is_told_at_once(store, proofs, monkeypatch):
    await save(store, [1])
    first = (await told(proofs)).status
    monkeypatch.setattr(proofs_module, "_REST", 10**9)
    async with at_work(store) as lease:
        await store.save_page(lease, make_page([2]))
        assert (await told(proofs)).status is first
        monkeypatch.setattr(proofs_module, "_REST", 0)
        assert (await told(proofs)).status["posts_count"] == 2
        await proofs.settled()
        await store.save_page(lease, make_page([3]))
        monkeypatch.setattr(proofs_module, "_REST", 10**9)
        assert (await told(proofs)).status["posts_count"] == 2
    # The work has ended: what is told is so.
    assert (await told(proofs)).status["posts_count"] == 3


async def test_who_has_no_patience_is_told_what_the_ledger_says(store, proofs, monkeypatch):
    await save(store, [1, 2, 5])
    monkeypatch.setattr(proofs_module, "PATIENCE_S", 0)
    at_once = (await proofs.holdings([CHANNEL]))[CHAT_ID]
    assert at_once.files is None
    whole = await status_of(store, CHANNEL)
    assert at_once.status == {key: whole[key] for key in at_once.status}
    assert {*whole} - {*at_once.status} == {
        "posts_count", "comments_count", "albums_count", "comments", "threads",
    }  # fmt: skip
    await proofs.settled()
    assert (await proofs.holdings([CHANNEL]))[CHAT_ID].status == whole


async def test_many_who_look_share_a_proof(store, proofs):
    await save(store, [1])
    await proofs.settled()
    looks = [proofs.holdings([CHANNEL, GROUP]) for _ in range(5)]
    found = await asyncio.gather(*looks)
    assert len({id(one[CHAT_ID].status) for one in found}) == 1


async def test_when_a_chat_was_brought_up_to_date(store, proofs):
    assert (await told(proofs)).synced is None
    async with at_work(store) as lease:
        await store.begin_round(lease, CHAT_ID)
        assert (await told(proofs)).synced is None
        await store.end_round(lease, CHAT_ID)
        ended = (await told(proofs)).synced
        assert ended > 0
        # One that is broken off takes nothing back.
        await store.begin_round(lease, CHAT_ID)
    assert (await told(proofs)).synced == ended


async def test_ids_that_are_empty_at_telegram_are_named_with_the_proof(store, proofs):
    await save(store, [1, 2, 5])
    assert (await told(proofs)).absent == (IdRange(lo=3, hi=4),)
