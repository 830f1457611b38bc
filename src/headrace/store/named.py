"""Who is named in the messages of a chat, as ``docs/reference/content.md`` defines it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from headrace.model.values import CHANNEL_MARK
from headrace.store.tables import messages

_BATCH = 1000
_HEADERS = ("from", "saved_from", "saved_from_id")
#: Kinds of things inside data that name nobody.
_SILENT = ("photo", "document", "web_page")

_PEERS = (
    "peer peers from from_id to_id boost_peer other_participants sender_id recipient_id owner_id "
    "host_id released_by theme_peer added_by completed_by recent recent_voters"
)
_USERS = "user_id users inviter_id new_creator_id bot_id winners auto_setting_from"


ToMarked = Callable[[int], int | None]


def _marked(number: int) -> int | None:
    return number or None


def _of_user(number: int) -> int | None:
    return number if number > 0 else None


def _of_channel(number: int) -> int | None:
    return CHANNEL_MARK - number if number > 0 else None


def _of_group(number: int) -> int | None:
    return -number if number > 0 else None


#: Fields that hold a peer's id or a list of them, and how its marked id is made of it.
_FIELDS: dict[str, ToMarked] = {
    **dict.fromkeys(_PEERS.split(), _marked),
    **dict.fromkeys(_USERS.split(), _of_user),
    **dict.fromkeys(("channel_id", "channels"), _of_channel),
    "chat_id": _of_group,
}


def in_chat(connection: Connection, chat_id: int) -> set[int]:
    """Authors, forwards, replies, inline bots, and whom actions and data name."""
    mine = and_(messages.c.chat_id == chat_id, messages.c.deleted_at.is_(None))
    named: set[int] = set()
    for column in (messages.c.author, messages.c.via_bot):
        found = connection.scalars(select(column).where(mine, column.is_not(None)).distinct())
        named.update(found)
    headers = (messages.c.forward, messages.c.reply, messages.c.action, messages.c.poll)
    with_data = messages.c.media["kind"].as_string().in_(("todo", "other"))
    statement = select(*headers, messages.c.media).where(
        mine, or_(with_data, *(column.is_not(None) for column in headers))
    )
    rows = connection.execute(statement.execution_options(yield_per=_BATCH))
    for forward, reply, action, poll, media in rows:
        named.update(_in_header(forward or {}))
        if reply is not None:
            named.update(_numbers(reply.get("peer"), _marked))
            named.update(_in_header(reply.get("from", {})))
        for data in (action, poll, media):
            named.update(_in_data(data))
    return named


def _in_header(forward: dict[str, Any]) -> Iterator[int]:
    for name in _HEADERS:
        yield from _numbers(forward.get(name), _marked)


def _in_data(data: Any) -> Iterator[int]:
    if isinstance(data, list):
        for item in data:
            yield from _in_data(item)
    elif isinstance(data, dict) and data.get("kind") not in _SILENT:
        for name, value in data.items():
            if name in _FIELDS:
                yield from _numbers(value, _FIELDS[name])
            if name != "entities":
                yield from _in_data(value)


def _numbers(value: Any, to_marked: ToMarked) -> Iterator[int]:
    for one in value if isinstance(value, list) else [value]:
        marked = to_marked(one) if isinstance(one, int) else None
        if marked is not None:
            yield marked
