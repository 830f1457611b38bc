"""The custom emoji of reactions: wanted like those of texts, as reactions come and go."""

import pytest
from tests.builders import make_chat, make_message, make_photo
from tests.contracts.wanted import emoji, kinds

from headrace.model.download import FileKind
from headrace.model.message import Reaction

ROWS = "SELECT id, file, role FROM message_files ORDER BY id, file, role"


def reacted(*numbers, **fields):
    found = [Reaction(type="custom_emoji", count=n, document_id=str(n)) for n in numbers]
    return make_message(1, **{"reactions": tuple(found), **fields})


@pytest.fixture(autouse=True)
async def _chat(store, lease):
    await store.save_chat(lease, make_chat(), ())


def origins(execute):
    return [tuple(row) for row in execute(ROWS)]


async def test_they_are_wanted_once(store, save):
    others = (
        Reaction(type="emoji", count=1, emoji="👍"),
        Reaction(type="paid", count=1),
        Reaction(type="custom_emoji", count=1, document_id="stickers/a.webp"),
        Reaction(type="custom_emoji", count=1, document_id=""),
    )
    both = reacted(5, 6)
    await save(reacted(reactions=both.reactions + others, entities=(emoji(5), emoji(7, 4))))
    custom = FileKind.CUSTOM_EMOJI
    assert await kinds(store) == {f"document/{n}": custom for n in (5, 6, 7)}


@pytest.mark.parametrize("edit", [{}, {"text": "new", "edited": 9}])
async def test_one_that_is_gone_stays_and_is_a_former_one(store, save, execute, check, edit):
    await save(reacted(5, 6))
    await save(reacted(6, 7))
    assert origins(execute) == [
        (1, "document/5", "former"),
        (1, "document/6", "custom_emoji"),
        (1, "document/7", "custom_emoji"),
    ]
    await save(reacted(media=make_photo(3), **edit))
    live = [(file, role) for _, file, role in origins(execute) if role != "former"]
    assert live == [("photo/3", "media")]
    assert {*await kinds(store)} == {"document/5", "document/6", "document/7", "photo/3"}
    assert (await check())[0] == set()


@pytest.mark.parametrize("later", [reacted(5), reacted(6), reacted(text="new", edited=9)])
async def test_an_archive_that_has_none_gives_no_alarm_then_or_later(save, execute, check, later):
    """As versions left it that named only the emoji of texts."""
    await save(reacted(5))
    for table in ("message_files", "files"):
        execute(f"DELETE FROM {table}")
    assert (await check())[0] == set()
    await save(later)
    assert (await check())[0] == set()
