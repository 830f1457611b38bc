"""Albums: a row for each that a page touched, and its layout, which follows its members.

A layout is a function of the members that are stored, so the order in which they came leaves
no trace. Deleted members have no place in it, unless nothing else is left. A layout that a
person made is never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, delete, exists, false, func, select, update

from headrace.model.album import AlbumLayout
from headrace.model.media import Media
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.store.messages import Known
from headrace.store.rows import json_text
from headrace.store.statements import for_each, insert_missing
from headrace.store.tables import albums, messages
from headrace.transform.albums import Item, item_of, lay_out_items

_BATCH = 500
_ADD = insert_missing(albums)
_DROP_EMPTY = for_each(
    ["b_chat", "b_album"],
    delete(albums).where(
        albums.c.chat_id == bindparam("b_chat"),
        albums.c.grouped_id == bindparam("b_album"),
        ~exists().where(
            messages.c.chat_id == albums.c.chat_id,
            messages.c.grouped_id == albums.c.grouped_id,
        ),
    ),
)
_LAY_OUT = for_each(
    ["layout", "b_chat", "b_album"],
    update(albums)
    .values(layout=bindparam("layout"))
    .where(
        albums.c.chat_id == bindparam("b_chat"),
        albums.c.grouped_id == bindparam("b_album"),
        albums.c.edited_by_user.is_(false()),
    ),
)
_EDIT = for_each(
    ["layout", "edited_by_user", "b_chat", "b_album"],
    update(albums)
    .values(layout=bindparam("layout"), edited_by_user=bindparam("edited_by_user"))
    .where(albums.c.chat_id == bindparam("b_chat"), albums.c.grouped_id == bindparam("b_album")),
)
# Not ordered by id: SQLite would walk the whole chat in that order rather than use the index.
_MEMBERS = select(
    messages.c.grouped_id, messages.c.id, messages.c.media, messages.c.deleted_at.is_not(None)
).where(
    messages.c.chat_id == bindparam("chat"),
    messages.c.grouped_id.in_(bindparam("albums", expanding=True)),
)
_OF_IDS = (
    select(messages.c.grouped_id)
    .distinct()
    .where(
        messages.c.chat_id == bindparam("chat"),
        messages.c.id.in_(bindparam("ids", expanding=True)),
    )
)


class StoredLayout(NamedTuple):
    """The layout of an album, and whether a person made it; none while its members are unknown."""

    layout: AlbumLayout | None
    edited_by_user: bool


def touch(connection: Connection, chat_id: int, batch: Sequence[Message]) -> int:
    """Add the albums of messages, without layouts; returns how many are new."""
    found = {message.grouped_id for message in batch if message.grouped_id is not None}
    return _ADD.run(connection, [(chat_id, album, None, False) for album in sorted(found)])


def touched(connection: Connection, page: Page, before: dict[int, Known]) -> set[int]:
    """The albums whose members a page changed; ``before``: its messages as they were."""
    found: set[int | None] = set()
    for message in page.messages:
        known = before.get(message.id)
        if known is None:
            found.add(message.grouped_id)
        elif known.deleted_at is not None or _placing(known.message) != _placing(message):
            found |= {known.message.grouped_id, message.grouped_id}
    if page.absent:
        where = {"chat": page.chat_id, "ids": list(page.absent)}
        found.update(connection.scalars(_OF_IDS, where))
    return {album for album in found if album is not None}


def lay_out(connection: Connection, chat_id: int, found: Collection[int]) -> None:
    """Make the layouts of albums anew from all their stored members."""
    ordered = sorted(found)
    for start in range(0, len(ordered), _BATCH):
        layouts = made(connection, chat_id, ordered[start : start + _BATCH])
        rows = [(json_text(layout), chat_id, album) for album, layout in layouts.items()]
        _LAY_OUT.run(connection, rows)


def made(connection: Connection, chat_id: int, found: Sequence[int]) -> dict[int, AlbumLayout]:
    """The layouts that follow from the stored members of some hundred albums."""
    members = _members(connection, chat_id, found)
    return {album: lay_out_items(items) for album, items in members.items()}


def lay_out_missing(connection: Connection) -> None:
    """Lay out the albums of all chats that have no layout yet."""
    missing: dict[int, list[int]] = {}
    bare = select(albums.c.chat_id, albums.c.grouped_id).where(albums.c.layout.is_(None))
    for chat_id, grouped_id in connection.execute(bare):
        missing.setdefault(chat_id, []).append(grouped_id)
    for chat_id, found in missing.items():
        lay_out(connection, chat_id, found)


def edit(connection: Connection, chat_id: int, grouped_id: int, layout: AlbumLayout | None) -> bool:
    """Put a person's layout in the place of ours; nothing gives the album back to us.

    Returns whether there is such an album.
    """
    row = (json_text(layout), layout is not None, chat_id, grouped_id)
    is_there = _EDIT.run(connection, [row]) > 0
    if is_there and layout is None:
        lay_out(connection, chat_id, [grouped_id])
    return is_there


def get(connection: Connection, chat_id: int, grouped_id: int) -> StoredLayout | None:
    """The layout of an album; nothing where there is no such album."""
    return stored(connection, chat_id, [grouped_id]).get(grouped_id)


def stored(connection: Connection, chat_id: int, found: Sequence[int]) -> dict[int, StoredLayout]:
    """The layouts of albums as their rows have them; those without a row are left out."""
    rows = connection.execute(
        select(albums.c.grouped_id, albums.c.layout, albums.c.edited_by_user).where(
            albums.c.chat_id == chat_id, albums.c.grouped_id.in_(found)
        )
    )
    return {
        album: StoredLayout(
            None if layout is None else msgspec.convert(layout, AlbumLayout), is_edited
        )
        for album, layout, is_edited in rows
    }


def drop_empty(connection: Connection, chat_id: int, batch: Iterable[Message]) -> None:
    """Delete the albums that messages left, where nobody else is in them."""
    left = {message.grouped_id for message in batch if message.grouped_id is not None}
    _DROP_EMPTY.run(connection, [(chat_id, album) for album in sorted(left)])


def count(connection: Connection, chat_id: int) -> int:
    where = albums.c.chat_id == chat_id
    return connection.execute(select(func.count()).select_from(albums).where(where)).scalar_one()


def _placing(message: Message) -> tuple[int | None, Item]:
    """What of a message its album's layout depends on."""
    return message.grouped_id, item_of(message.id, message.media)


def _members(connection: Connection, chat_id: int, found: Sequence[int]) -> dict[int, list[Item]]:
    """The items of albums; those that were deleted only where no other is left."""
    there: dict[int, list[Item]] = {}
    gone: dict[int, list[Item]] = {}
    rows = connection.execute(_MEMBERS, {"chat": chat_id, "albums": list(found)}).all()
    for album, message_id, media, is_deleted in sorted(rows, key=itemgetter(1)):
        item = item_of(message_id, msgspec.convert(media, Media | None))
        (gone if is_deleted else there).setdefault(album, []).append(item)
    return gone | there
