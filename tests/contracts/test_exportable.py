"""Stored files, message by message, on every back end."""

import pytest
from tests.builders import CHAT_ID, DATE, make_document, make_message, make_page, make_photo

from headrace.model.download import FileKind, Stored

PLAN = make_document(2, name="../plan.pdf", role="file")
ALL = frozenset(FileKind)


@pytest.fixture
async def filled(store):
    lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
    messages = [
        make_message(1, date=DATE + 1, text="first", media=make_photo(1)),
        make_message(2, date=DATE + 2, text="", media=PLAN),
        make_message(3, date=DATE + 3, text="again", media=make_photo(1)),
        make_message(4, date=DATE + 4, text="not fetched", media=make_photo(4)),
        make_message(5, date=DATE + 5, text="no file"),
    ]
    await store.save_page(lease, make_page(messages))
    for key, sha, extension in (("photo/1", "a", "jpg"), ("document/2", "b", "pdf")):
        await store.file_stored(
            lease,
            Stored(key=key, sha256=sha * 64, size=7, mime="x/y", extension=extension),
        )
    return store


async def found(store, kinds=ALL, **range_):
    return [one async for batch in store.exportable(CHAT_ID, kinds, **range_) for one in batch]


async def test_each_message_gives_its_stored_files(filled):
    files = await found(filled)
    assert [(one.id, one.key, one.kind, one.extension) for one in files] == [
        (1, "photo/1", FileKind.PHOTO, "jpg"),
        (2, "document/2", FileKind.FILE, "pdf"),
        (3, "photo/1", FileKind.PHOTO, "jpg"),
    ]
    assert [one.date - DATE for one in files] == [1, 2, 3]
    assert [one.text for one in files] == ["first", "", "again"]
    assert files[1].name == "../plan.pdf"
    assert files[0].sha256 == files[2].sha256 == "a" * 64


async def test_kinds_and_times_choose(filled):
    assert [one.id for one in await found(filled, {FileKind.FILE})] == [2]
    assert [one.id for one in await found(filled, since=DATE + 2, until=DATE + 3)] == [2]
    assert await found(filled, frozenset()) == []
    assert [one async for batch in filled.exportable(1, ALL) for one in batch] == []
