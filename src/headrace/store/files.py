"""Files: one row for each photo or document that a message names, and where it is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, literal_column, update

from headrace.model.chat import Chat, Peer
from headrace.model.download import FileKind
from headrace.model.media import Media
from headrace.model.message import Message
from headrace.store.edits import Change
from headrace.store.file_tables import files, message_files, peer_files
from headrace.store.statements import for_each, insert_missing
from headrace.transform.named_files import (
    CUSTOM_EMOJI,
    FORMER,
    Named,
    avatar,
    faces_of,
    files_in,
    files_of,
)

_ADD_FILES = insert_missing(files)
_ADD_ORIGINS = insert_missing(message_files)
_DROP_ORIGINS = for_each(
    ["b_chat", "b_id", "b_former"],
    delete(message_files).where(
        message_files.c.chat_id == bindparam("b_chat"),
        message_files.c.id == bindparam("b_id"),
        message_files.c.role != bindparam("b_former"),
    ),
)


_DROP_FORMER = for_each(
    ["b_chat", "b_id", "b_file", "b_former"],
    delete(message_files).where(
        message_files.c.chat_id == bindparam("b_chat"),
        message_files.c.id == bindparam("b_id"),
        message_files.c.file == bindparam("b_file"),
        message_files.c.role == bindparam("b_former"),
    ),
)
_DROP_UNNAMED = for_each(
    ["b_key"],
    delete(files).where(
        files.c.key == bindparam("b_key"),
        ~exists().where(message_files.c.file == files.c.key),
    ),
)

_DESCRIBE = for_each(
    ["size", "mime", "state", "reason", "b_key"],
    update(files)
    .values(
        size=bindparam("size"),
        mime=bindparam("mime"),
        state=bindparam("state"),
        reason=bindparam("reason"),
    )
    .where(
        files.c.key == bindparam("b_key"),
        files.c.state.in_((literal_column("'wanted'"), literal_column("'absent'"))),
    ),
)


#: Whoever names a file better has a lower rank: previews and texts give way to media.
_RANKS = {FileKind.WEB_PAGE: 1, FileKind.CUSTOM_EMOJI: 2}
#: Kinds that give way to one of each rank; a row of an older archive may have none yet.
_WEAKER = (
    ("", FileKind.CUSTOM_EMOJI, FileKind.WEB_PAGE),
    ("", FileKind.CUSTOM_EMOJI),
    ("",),
)
_SET_KIND = tuple(
    for_each(
        ["kind", "b_key"],
        update(files)
        .values(kind=bindparam("kind"))
        .where(
            files.c.key == bindparam("b_key"),
            files.c.kind.in_([literal_column(f"'{kind}'") for kind in weaker]),
        ),
    )
    for weaker in _WEAKER
)
_SET_SIZE = for_each(
    ["size", "mime", "b_key"],
    update(files)
    .values(size=bindparam("size"), mime=bindparam("mime"))
    .where(files.c.key == bindparam("b_key"), files.c.size == literal_column("0")),
)
_ADD_FACES = insert_missing(peer_files)

#: The media of a version, with the message's id.
MediaOf = tuple[int, Media]


def write(connection: Connection, chat_id: int, batch: Sequence[Message]) -> int:
    """Add the files of messages with their origins; returns how many are new."""
    wanted: dict[str, Named] = {}
    origins = []
    for message in batch:
        for named in files_of(message):
            known = wanted.get(named.key)
            wanted[named.key] = named if known is None else _joined(known, named)
            origins.append((chat_id, message.id, named.key, named.role))
    found = [wanted[key] for key in sorted(wanted)]
    added = _add(connection, found)
    _ADD_ORIGINS.run(connection, origins)
    return added


def write_faces(
    connection: Connection, chat_id: int, batch: Sequence[Message], peers: Iterable[Peer | Chat]
) -> None:
    """Add the pictures of the chat, of authors, and of who was reposted; older ones stay."""
    seen = {chat_id}.union(*(faces_of(message) for message in batch))
    rows = [(chat_id, one.id, avatar(one.photo)) for one in peers if one.photo and one.id in seen]
    unique = {named.key: named for _, _, named in rows}
    _add(connection, [unique[key] for key in sorted(unique)])
    _ADD_FACES.run(connection, sorted((chat, peer, named.key) for chat, peer, named in rows))


def add_avatars(connection: Connection, keys: Sequence[str]) -> int:
    """Add pictures of peers by their keys; returns how many are new."""
    return _add(connection, [avatar(key.partition("/")[2]) for key in sorted(keys)])


def leave(connection: Connection, chat_id: int, ids: Sequence[int]) -> None:
    """Forget the origins of messages, but for those of former files."""
    _DROP_ORIGINS.run(connection, [(chat_id, message_id, FORMER) for message_id in ids])


def write_former(connection: Connection, chat_id: int, found: Sequence[MediaOf]) -> int:
    """Add the files of versions; returns how many are new."""
    named = list(_of_versions(found))
    _ADD_ORIGINS.run(
        connection, [(chat_id, message_id, one.key, FORMER) for message_id, one in named]
    )
    added = _add(connection, [one for _, one in named])
    describe(connection, [one for _, one in named])
    return added


def describe(connection: Connection, found: Iterable[Named]) -> None:
    """Another export may have the bytes that one lacked: as long as none are kept, it decides."""
    rows = (_file_row(one) for one in found)
    _DESCRIBE.run(
        connection, [(size, mime, state, why, key) for key, size, mime, state, why, *_ in rows]
    )


def drop_former(connection: Connection, chat_id: int, found: Sequence[MediaOf]) -> None:
    """Forget the files of versions, and what nothing else names."""
    named = list(_of_versions(found))
    _DROP_FORMER.run(
        connection, [(chat_id, message_id, one.key, FORMER) for message_id, one in named]
    )
    drop_unnamed(connection, [one for _, one in named])


def drop_unnamed(connection: Connection, found: Iterable[Named]) -> None:
    """Delete the rows of those files that no message names any more."""
    _DROP_UNNAMED.run(connection, [(key,) for key in sorted({one.key for one in found})])


def replace(connection: Connection, chat_id: int, changes: Sequence[Change]) -> None:
    """Forget the origins of messages that name other files now, before ``write`` adds those.

    What they do not name any more stays as a former file. It may have no row: versions that did
    not know of the custom emoji of reactions have left none.
    """
    left, gone = [], []
    for change in changes:
        now = {named.key for named in files_of(change.new)}
        before = {named.key: named for named in files_of(change.old.message)}
        if change.is_edit or before.keys() != now:
            left.append(change.new.id)
            gone += [(change.new.id, before[key]) for key in sorted(before.keys() - now)]
    leave(connection, chat_id, left)
    _ADD_ORIGINS.run(connection, [(chat_id, place, one.key, FORMER) for place, one in gone])
    missing = {one.key: one for _, one in gone if one.role == CUSTOM_EMOJI}
    _add(connection, [missing[key] for key in sorted(missing)])


def _add(connection: Connection, found: Sequence[Named]) -> int:
    """Add rows, and complete those that are there; returns how many are new."""
    added = _ADD_FILES.run(connection, [_file_row(one) for one in found])
    if added < len(found):
        for rank, statement in enumerate(_SET_KIND):
            mine = [(one.kind, one.key) for one in found if _RANKS.get(one.kind, 0) == rank]
            statement.run(connection, mine)
        _SET_SIZE.run(connection, [(one.size, one.mime, one.key) for one in found if one.size])
    return added


def _joined(one: Named, other: Named) -> Named:
    """What two namings of a file say together."""
    first, second = sorted((one, other), key=lambda named: _RANKS.get(named.kind, 0))
    sized = first if first.size else second
    return first._replace(size=sized.size, mime=sized.mime or first.mime)


def _file_row(named: Named) -> tuple[Any, ...]:
    state = "absent" if named.absent else "wanted"
    return (
        *(named.key, named.size, named.mime, state, named.absent),
        *(None, 0, named.kind.value, "", ""),
    )


def _of_versions(found: Sequence[MediaOf]) -> Iterator[tuple[int, Named]]:
    for message_id, media in found:
        for one in files_in(media, FORMER):
            yield message_id, one
