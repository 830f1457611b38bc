"""Files: one row for each photo or document that a message names, and where it is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, exists, literal_column, update

from headrace.model.media import Document, Media, OtherMedia, Photo, Poll, WebPage
from headrace.model.message import Message
from headrace.store.edits import Change
from headrace.store.statements import for_each, insert_missing
from headrace.store.tables import files, message_files

#: The role of a file that an edit took away; its older version still shows it.
FORMER = "former"

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

#: The media of a version, with the message's id.
MediaOf = tuple[int, Media]


class Named(NamedTuple):
    """A file as a message names it."""

    key: str
    size: int
    mime: str
    role: str
    #: Why there are no bytes to be had; nothing where they are wanted.
    absent: str = ""


def write(connection: Connection, chat_id: int, batch: Sequence[Message]) -> int:
    """Add the files of messages with their origins; returns how many are new."""
    wanted: dict[str, tuple[Any, ...]] = {}
    origins = []
    for message in batch:
        for named in files_of(message):
            wanted[named.key] = _file_row(named)
            origins.append((chat_id, message.id, named.key, named.role))
    added = _ADD_FILES.run(connection, [wanted[key] for key in sorted(wanted)])
    _ADD_ORIGINS.run(connection, origins)
    return added


def leave(connection: Connection, chat_id: int, ids: Sequence[int]) -> None:
    """Forget the origins of messages, but for those of former files."""
    _DROP_ORIGINS.run(connection, [(chat_id, message_id, FORMER) for message_id in ids])


def write_former(connection: Connection, chat_id: int, found: Sequence[MediaOf]) -> int:
    """Add the files of versions; returns how many are new."""
    named = list(_of_versions(found))
    _ADD_ORIGINS.run(
        connection, [(chat_id, message_id, one.key, FORMER) for message_id, one in named]
    )
    added = _ADD_FILES.run(connection, [_file_row(one) for _, one in named])
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


def replace(connection: Connection, chat_id: int, edits: Sequence[Change]) -> None:
    """Forget the origins of edited messages, before ``write`` adds those of the new version."""
    leave(connection, chat_id, [change.new.id for change in edits])
    former = []
    for change in edits:
        now = {named.key for named in files_of(change.new)}
        before = {named.key for named in files_of(change.old.message)}
        former += [(chat_id, change.new.id, key, FORMER) for key in sorted(before - now)]
    _ADD_ORIGINS.run(connection, former)


def files_of(message: Message) -> Iterator[Named]:
    """Photos and documents of a message, wherever in it they are."""
    if message.media is not None:
        yield from _in_media(message.media, "media")
    if message.reply is not None and message.reply.media is not None:
        yield from _in_media(message.reply.media, "reply")
    if message.action is not None:
        yield from _in_data(message.action.data, "action")


def _file_row(named: Named) -> tuple[Any, ...]:
    state = "absent" if named.absent else "wanted"
    return (named.key, named.size, named.mime, state, named.absent, None, 0)


def _of_versions(found: Sequence[MediaOf]) -> Iterator[tuple[int, Named]]:
    for message_id, media in found:
        for one in _in_media(media, FORMER):
            yield message_id, one


def _in_media(media: Media, role: str) -> Iterator[Named]:
    match media:
        case Photo():
            if media.file:
                yield Named(media.file, media.size, "image/jpeg", role, media.absent)
            yield from _in_parts((media.live_video,), role)
        case Document():
            if media.file:
                yield Named(media.file, media.size, media.mime, role, media.absent)
            yield from _in_parts((media.cover,), role)
        case WebPage():
            page = "web_page" if role == "media" else role
            yield from _in_parts((media.photo, media.document), page)
            yield from _in_data(media.extra, page)
        case Poll():
            answers = [answer.media for answer in media.answers]
            yield from _in_parts((media.media, *answers, media.solution_media), role)
        case OtherMedia():
            yield from _in_data(media.data, "other" if role == "media" else role)


def _in_parts(parts: Iterable[Media | None], role: str) -> Iterator[Named]:
    for part in parts:
        if part is not None:
            yield from _in_media(part, role)


def _in_data(data: object, role: str) -> Iterator[Named]:
    """Files inside fields that are kept as Telegram's, told by their ``file`` key."""
    if isinstance(data, list | tuple):
        for item in data:
            yield from _in_data(item, role)
    elif isinstance(data, dict):
        key, kind = data.get("file"), data.get("kind")
        if key and isinstance(key, str) and kind in ("photo", "document"):
            mime = data.get("mime") or ("image/jpeg" if kind == "photo" else "")
            absent = str(data.get("absent") or "")
            yield Named(key, int(data.get("size") or 0), str(mime), role, absent)
        for item in data.values():
            yield from _in_data(item, role)
