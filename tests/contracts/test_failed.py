"""What has failed beside the histories, on every back end: files, and ids of threads."""

import pytest
from tests.builders import (
    CHAT_ID,
    make_chat,
    make_document,
    make_message,
    make_page,
    make_peer,
    make_photo,
)

from headrace.model.coverage import Failure, thread_scope
from headrace.model.failed import Failed, FailedFile, FailedThread

GROUP = -1001000000002


async def test_files_that_failed_are_told_with_what_shows_them(store, save, lease):
    await save(
        make_message(1, media=make_photo(1, size=30)),
        make_message(2, media=make_document(2, size=20)),
        make_message(3, media=make_photo(3)),
        make_message(4, media=make_photo(4)),
    )
    await store.save_chat(lease, make_chat(), [make_peer(7, photo="77")])
    for key in ("photo/1", "document/2", "photo/4"):
        await store.file_failed(lease, key, "truncated")
    await store.hide(CHAT_ID, [4])
    found = await store.failed([CHAT_ID, GROUP])
    assert [(one.key, one.kind, one.size, one.message) for one in found.files] == [
        ("document/2", "file", 20, 2),
        ("photo/1", "photo", 30, 1),
    ]
    assert {(one.chat, one.reason) for one in found.files} == {(CHAT_ID, "truncated")}
    first = await store.failed([CHAT_ID], limit=1)
    assert (first.files, first.files_count) == (found.files[:1], 2)
    assert await store.failed([GROUP]) == await store.failed([]) == Failed()


async def test_the_picture_of_somebody_that_failed_is_told_with_the_chat(store, save, lease):
    await save(make_message(1, author=7), peers=(make_peer(7, photo="77"),))
    await store.file_failed(lease, "peer_photo/77", "no_access")
    (found,) = (await store.failed([CHAT_ID])).files
    assert found == FailedFile(
        key="peer_photo/77", kind="avatar", size=0, reason="no_access", chat=CHAT_ID
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_failures_of_threads_are_told_with_their_post(store, save, limit):
    await save(1, 2)
    lease = await store.acquire(f"chat:{GROUP}", "here:1:1")
    for post in (5, 10):
        torn = Failure(lo=post + 20, hi=post + 21, reason="unknown_constructor", detail="0x1")
        page = make_page(
            chat_id=GROUP,
            scope=thread_scope(CHAT_ID, post),
            lo=post + 20,
            hi=post + 21,
            failures=(torn,),
        )
        await store.save_thread_page(lease, page)
    away = Failure(lo=90, hi=90, reason="database")
    await store.save_page(lease, make_page(chat_id=GROUP, lo=90, hi=90, failures=(away,)))
    found = await store.failed([CHAT_ID, GROUP], limit=limit)
    expected = [
        FailedThread(
            channel=CHAT_ID,
            post=post,
            group=GROUP,
            lo=post + 20,
            hi=post + 21,
            reason="unknown_constructor",
            detail="0x1",
        )
        for post in (10, 5)
    ]
    assert (list(found.threads), found.threads_count) == (expected[:limit], 2)
    assert (await store.failed([CHAT_ID])).threads_count == 0
