"""The digest and the content are the same, whatever database holds the rows."""

import json

from sqlalchemy import BigInteger, Boolean, Integer, Text, and_
from tests.builders import (
    CHAT_ID,
    make_chat,
    make_document,
    make_message,
    make_page,
    make_peer,
    make_photo,
)

from headrace.blobs.files import LocalFiles
from headrace.model.coverage import Failure
from headrace.model.media import OtherMedia
from headrace.model.message import Action, Forward, Reaction, Replies, Reply
from headrace.store import sqlite
from headrace.store.comment_tables import chatter, threads, undecided
from headrace.store.digest import PRESENCE, VOLATILE, of_archive
from headrace.store.open import open_archive
from headrace.store.site_tables import hidden
from headrace.store.tables import metadata, roots


async def fill(store, clock):
    """Something in every table that an import fills, and text that sorts differently."""
    lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
    names = ("Ёлка", "ель", "a", "B", "_", "é", "e\u0301", "\U0001f3e1")
    found = tuple(make_peer(i, name=name, username=name) for i, name in enumerate(names, 1))
    await store.save_chat(lease, make_chat(username="mill", linked_chat_id=-1002), found)
    data = {"lat": 1e16, "long": -0.5, "tiny": 1e-7, "ten": 10.0, "я": 1, "b": 2, "B": [3, {}]}
    first = [
        make_message(1, text="a\x00", media=OtherMedia(type="geo", data=data)),
        make_message(2, media=make_document(2**62, duration=1.5, name="Ё")),
        *(make_message(i, media=make_photo(i), grouped_id=2**62) for i in range(3, 9)),
        make_message(9, views=2**70),
        make_message(
            10,
            author=1,
            via_bot=3,
            reply=Reply(msg_id=4, peer=4),
            forward=Forward(from_id=2, saved_from=-77),
        ),
        make_message(11, kind="service", action=Action(type="add", data={"users": [5, 6]})),
        make_message(12, reactions=(Reaction(type="emoji", emoji="é", count=1),), views=0),
        make_message(13),
    ]
    gone = Failure(lo=14, hi=15, reason="unknown_constructor")
    author = make_peer(1, name=names[0], username=names[0], photo="7")
    await store.save_page(lease, make_page(first, hi=15, failures=(gone,), peers=(author,)))
    clock.now += 10
    second = [
        make_message(1, text="ё", edited=5),
        make_message(12, reactions=(Reaction(type="emoji", emoji="é", count=2),), views=7),
    ]
    await store.save_page(lease, make_page(second, lo=1, hi=13, absent=(13,)))


async def test_both_back_ends_have_the_same_digest(store, tmp_path, clock):
    await fill(store, clock)
    async with open_archive(LocalFiles(), tmp_path / "other", clock=clock) as other:
        await fill(other, clock)
        expected = await other.digest()
        lines = [line async for line in other.content_lines()]
    found = await store.digest()
    assert found.rows["counts"] == 4
    assert found.rows["message_versions"] == 1
    assert found.tables == expected.tables
    assert found == expected
    assert [line async for line in store.content_lines()] == lines


async def test_the_content_is_canonical(store, clock):
    await fill(store, clock)
    lines = [line async for line in store.content_lines()]
    content = [json.loads(line) for line in lines]
    assert lines == [
        json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for one in content
    ]
    chat, *rest = content
    assert chat == {
        "type": "chat",
        "id": CHAT_ID,
        "kind": "channel",
        "title": "The Mill",
        "username": "mill",
        "linked_chat_id": -1002,
    }
    named = [one["id"] for one in rest if one["type"] == "peer"]
    assert named == [1, 2, 3, 4, 5, 6]
    messages = [one for one in rest if one["type"] == "message"]
    # 9 was refused by the database, 13 was deleted.
    assert [one["id"] for one in messages] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
    assert {one["chat"] for one in messages} == {CHAT_ID}
    assert messages[2]["grouped_id"] == str(2**62)
    assert messages[-1]["views"] == 7
    assert [line async for line in store.content_lines([-5])] == []


async def test_unknown_measures_and_empty_things_are_left_out(store):
    lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
    odd = OtherMedia(type="x", data={"duration": 0, "zero": 0, "no": False, "none": None, "l": []})
    message = make_message(1, text="", media=odd, replies=Replies(count=0), views=0)
    await store.save_chat(lease, make_chat(), [])
    await store.save_page(lease, make_page([message]))
    *_, line = [line async for line in store.content_lines()]
    assert json.loads(line) == {
        "type": "message",
        "chat": CHAT_ID,
        "id": 1,
        "date": message.date,
        "post": True,
        "media": {"kind": "other", "type": "x", "data": {"zero": 0}},
        "replies": {"count": 0},
        "views": 0,
    }


async def test_a_changed_row_changes_the_digest(store, execute, clock):
    await fill(store, clock)
    before = await store.digest()
    execute("UPDATE messages SET text = 'x' WHERE id = 2")
    after = await store.digest()
    assert {name for name, one in after.tables.items() if one != before.tables[name]} == {
        "messages"
    }
    assert after.sha256 != before.sha256


def test_volatile_are_only_columns_that_exist_each_with_its_reason():
    names = set(metadata.tables)
    names |= {
        f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.c
    }
    assert set(VOLATILE) | set(PRESENCE) <= names
    assert all({**VOLATILE, **PRESENCE}.values())
    assert not set(VOLATILE) & set(PRESENCE)


async def test_every_other_column_is_in_the_digest(tmp_path, clock):
    """The list is not believed: each column is changed, and the digest has to see it."""
    async with open_archive(LocalFiles(), tmp_path / "archive", clock=clock) as store:
        await fill(store, clock)
    engine = sqlite.engine(tmp_path / "archive" / "archive.db")
    with engine.connect() as connection, connection.begin() as everything:
        # The tables that the import of a channel without comments leaves empty.
        connection.execute(roots.insert().values(group_id=1, root_id=2, channel_id=3, post_id=4))
        connection.execute(chatter.insert().values(chat_id=1, id=2))
        waiting = {"chat_id": 1, "id": 2, "thread_id": 3, "message": "{}"}
        connection.execute(undecided.insert().values(**waiting))
        connection.execute(hidden.insert().values(chat_id=1, id=2, at=3, purged=False))
        read = {"channel_id": 1, "post_id": 2, "expected": 3, "missing": 4, "reason": ""}
        connection.execute(threads.insert().values(**read))
        before = of_archive(connection).tables
        unseen = []
        for table, column in _digested_columns():
            with connection.begin_nested() as change:
                connection.execute(
                    table.update()
                    .where(_is_first(connection, table))
                    .values({column.name: _another(connection, column)})
                )
                if of_archive(connection).tables[table.name] == before[table.name]:
                    unseen.append(f"{table.name}.{column.name}")
                change.rollback()
        everything.rollback()
    engine.dispose()
    assert unseen == []


def _digested_columns():
    return [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.c
        if table.name not in VOLATILE and f"{table.name}.{column.name}" not in VOLATILE
    ]


def _is_first(connection, table):
    row = connection.execute(table.select().limit(1)).one()
    return and_(*(column == getattr(row, column.name) for column in table.primary_key))


def _another(connection, column):
    current = connection.execute(column.table.select().limit(1)).mappings().one()[column.name]
    if f"{column.table.name}.{column.name}" in PRESENCE:
        return 1 if current is None else None
    match column.type:
        case Text():
            return f"{current}x"
        case Boolean():
            return not current
        case BigInteger() | Integer():
            return (current or 0) + 987654321
        case _:
            return {"x": current}
