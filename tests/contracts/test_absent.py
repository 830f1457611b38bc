"""Which ids Telegram has shown to be empty, on every back end."""

import pytest
from tests.builders import CHAT_ID, make_chat, make_message, make_page

from headrace.importer.status import status_of
from headrace.model.coverage import Failure
from headrace.store import absent

CHATTER = -1001000000002


def pairs(found):
    return [(one.lo, one.hi) for one in found]


@pytest.fixture(params=[1, 2, 3, absent.SPAN])
def span(request, monkeypatch):
    monkeypatch.setattr(absent, "SPAN", request.param)


@pytest.mark.usefixtures("span")
async def test_ids_without_a_row_are_told_and_those_that_failed_are_not(store, save):
    torn = Failure(lo=13, hi=14, reason="unknown_constructor")
    await save(3, 4, 8, 12, lo=1, hi=20, failures=(torn,))
    await save(31, lo=30, hi=32)
    found = await store.absent(CHAT_ID)
    assert pairs(found) == [(1, 2), (5, 7), (9, 11), (15, 20), (30, 30), (32, 32)]
    assert pairs(await store.absent(CHAT_ID, limit=2)) == [(1, 2), (5, 7)]
    status = await status_of(store, make_chat())
    assert sum(map(len, found)) == status["ids"]["absent"]


async def test_what_an_export_alone_has_is_there_and_what_only_it_was_read_for_is_open(store, save):
    await save(2, lo=1, hi=5)
    await save(4, 8, lo=4, hi=4, source="desktop")
    assert pairs(await store.absent(CHAT_ID)) == [(1, 1), (3, 3), (5, 5)]


async def test_what_was_left_out_of_a_group_is_not_absent(store):
    lease = await store.acquire(f"chat:{CHATTER}", "here:1:1")
    talk = [make_message(number, post=False) for number in (3, 5)]
    await store.save_comments_page(lease, make_page(talk, chat_id=CHATTER, lo=1, hi=6))
    await store.settle_comments(lease, CHATTER, 1)
    assert pairs(await store.absent(CHATTER)) == [(1, 2), (4, 4), (6, 6)]
