"""Files of chats, counted by what became of them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BigInteger, Connection, bindparam, func, literal_column, select, union

from headrace.model.download import FileKind, Tallies
from headrace.model.values import PeerId
from headrace.store.file_tables import files, message_files, peer_files

Chats = Collection[PeerId]

_CHATS = bindparam("chats", expanding=True, type_=BigInteger)
_KEYS = union(
    select(message_files.c.file).where(message_files.c.chat_id.in_(_CHATS)),
    select(peer_files.c.file).where(peer_files.c.chat_id.in_(_CHATS)),
).cte("keys")
_OF_CHAT = (
    select(files.c.kind, files.c.state, func.count(), func.sum(files.c.size))
    .select_from(_KEYS)
    .join(files, files.c.key == _KEYS.c.file)
    .group_by(files.c.kind, files.c.state)
)
_CONTENTS = (
    select(files.c.kind, files.c.sha256, func.max(files.c.size).label("size"))
    .select_from(_KEYS)
    .join(files, files.c.key == _KEYS.c.file)
    .where(files.c.sha256.is_not(None))
    .group_by(files.c.kind, files.c.sha256)
)
_LEFT_OUT = (
    select(files.c.reason, func.count().label("number"))
    .select_from(_KEYS)
    .join(files, files.c.key == _KEYS.c.file)
    .where(files.c.state == literal_column("'skipped'"))
    .group_by(files.c.reason)
    .order_by(files.c.reason)
)
_AVATARS = select(func.count(func.distinct(peer_files.c.file))).where(
    peer_files.c.chat_id.in_(_CHATS),
    peer_files.c.file == files.c.key,
    files.c.state == literal_column("'stored'"),
)


def avatars(connection: Connection, chats: Chats) -> int:
    """Stored pictures of peers, as the chats have shown them."""
    return connection.scalar(_AVATARS, {"chats": chats}) or 0


def of_chats(connection: Connection, chats: Chats) -> Tallies:
    """All files of some chats together, each once."""
    counted = by_kind(connection, chats).values()
    names = ("wanted", "stored", "skipped", "failed", "absent", "wanted_bytes")
    sums = {name: sum(getattr(one, name) for one in counted) for name in names}
    contents = _CONTENTS.subquery()
    once = select(func.max(contents.c.size).label("size")).group_by(contents.c.sha256)
    total = connection.scalar(select(func.sum(once.subquery().c.size)), {"chats": chats})
    return Tallies(**sums, bytes=int(total or 0))


def by_kind(connection: Connection, chats: Chats) -> dict[FileKind, Tallies]:
    """The same for each kind that there is; bytes that two kinds share count for both."""
    counts: dict[FileKind, dict[str, int]] = {}
    for kind, state, number, size in connection.execute(_OF_CHAT, {"chats": chats}):
        mine = counts.setdefault(FileKind(kind or FileKind.FILE), {})
        mine[state] = mine.get(state, 0) + number
        if state == "wanted":
            mine["wanted_bytes"] = mine.get("wanted_bytes", 0) + int(size)
    for kind, _, size in connection.execute(_CONTENTS, {"chats": chats}):
        mine = counts.setdefault(FileKind(kind or FileKind.FILE), {})
        mine["bytes"] = mine.get("bytes", 0) + size
    return {kind: Tallies(**found) for kind, found in sorted(counts.items())}


def left_out(connection: Connection, chats: Chats) -> dict[str, int]:
    """How many were skipped for each reason."""
    found = connection.execute(_LEFT_OUT, {"chats": chats})
    return {row.reason: row.number for row in found}
