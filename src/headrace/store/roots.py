"""Roots: the copies in discussion groups, and the posts that they were made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, select

from headrace.model.message import Message
from headrace.store.statements import insert_missing, upsert
from headrace.store.tables import roots
from headrace.transform.threads import Copied, copied_post

_PUT = upsert(roots)
_ADD = insert_missing(roots)
_AMONG = select(roots.c.root_id).where(
    roots.c.group_id == bindparam("group"), roots.c.root_id.in_(bindparam("ids", expanding=True))
)


def write(connection: Connection, chat_id: int, batch: Iterable[Message]) -> None:
    """Write down which of the messages are copies, and of what."""
    copies = ((message.id, copied_post(message)) for message in batch)
    rows = [(chat_id, root, *post) for root, post in copies if post is not None]
    _PUT.run(connection, sorted(rows))


def infer(connection: Connection, chat_id: int, root_id: int, post: Copied) -> None:
    """Write down a root that was not seen itself, unless it is known."""
    _ADD.run(connection, [(chat_id, root_id, *post)])


def among(connection: Connection, chat_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that are roots."""
    if not ids:
        return set()
    return set(connection.scalars(_AMONG, {"group": chat_id, "ids": sorted(ids)}))
