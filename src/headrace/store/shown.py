"""Everything that some messages name: people, files, pictures, and the messages they answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Text,
    bindparam,
    func,
    literal_column,
    select,
)

from headrace.model.chat import Peer
from headrace.model.download import FileKind
from headrace.model.message import Message
from headrace.model.reading import Entry, FileView, Shown
from headrace.model.values import FileKey, PeerId
from headrace.store import hidden, messages, peers
from headrace.store.file_tables import files, message_files, peer_files, thumbnails
from headrace.store.messages import Known
from headrace.store.surroundings import named_in
from headrace.store.tables import chats, message_versions
from headrace.transform.named_files import sender_name

_CHAT = bindparam("chat", type_=BigInteger)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_KEY = bindparam("key", type_=Text)
_VERSIONS = (
    select(message_versions.c.id, func.count())
    .where(message_versions.c.chat_id == _CHAT, message_versions.c.id.in_(_IDS))
    .group_by(message_versions.c.id)
)
_NAMED = (
    select(message_files.c.file)
    .where(message_files.c.chat_id == _CHAT, message_files.c.id.in_(_IDS))
    .distinct()
)
_FILES = (
    select(
        *(files.c[name] for name in ("key", "kind", "state", "reason", "size", "mime", "type")),
        files.c.extension,
        files.c.sha256,
        thumbnails.c.width,
        thumbnails.c.height,
        thumbnails.c.mime.label("thumb_mime"),
    )
    .select_from(files)
    .outerjoin(
        thumbnails,
        (thumbnails.c.sha256 == files.c.sha256)
        & (thumbnails.c.state == literal_column("'made'"))
        & (files.c.state == literal_column("'stored'")),
    )
    .where(files.c.key.in_(bindparam("keys", expanding=True)))
)
_PICTURES = (
    select(peer_files.c.peer_id, peer_files.c.file)
    .select_from(peer_files)
    .join(files, files.c.key == peer_files.c.file)
    .where(
        peer_files.c.chat_id == _CHAT,
        peer_files.c.peer_id.in_(_IDS),
        files.c.state == literal_column("'stored'"),
    )
)
_CHATS = select(chats.c.id, chats.c.kind, chats.c.title, chats.c.username, chats.c.photo).where(
    chats.c.id.in_(_IDS)
)
#: A message that shows a file, and a chat that shows it as somebody's picture.
_SHOWN_IN = (
    select(message_files.c.chat_id, message_files.c.id)
    .where(
        message_files.c.file == _KEY,
        ~hidden.is_hidden(message_files),
    )
    .limit(1)
)
_FACE_OF = (
    select(peer_files.c.chat_id, peer_files.c.peer_id).where(peer_files.c.file == _KEY).limit(1)
)


def entries(connection: Connection, chat_id: PeerId, known: Iterable[Known]) -> dict[int, Entry]:
    """Messages of a chat with the number of their versions, by id."""
    found = {one.message.id: one for one in known}
    rows = connection.execute(_VERSIONS, {"chat": chat_id, "ids": list(found)}) if found else ()
    versions = {row[0]: row[1] for row in rows}
    return {
        number: Entry(
            chat_id=chat_id,
            message=one.message,
            source=one.source,
            first_seen_at=one.first_seen_at,
            last_seen_at=one.last_seen_at,
            deleted_at=one.deleted_at,
            versions=versions.get(number, 0),
        )
        for number, one in found.items()
    }


def by(connection: Connection, found: Sequence[Entry]) -> Shown:
    """Whatever these name; all of it by keys."""
    answered = _answered(connection, found)
    everything = [*found, *answered.values()]
    in_chats: dict[PeerId, list[int]] = {}
    for one in everything:
        in_chats.setdefault(one.chat_id, []).append(one.message.id)
    people = _people(connection, everything, in_chats)
    # Who comments on posts is known by the pictures of the discussion group.
    groups = {told.chat for one in everything if (told := one.message.replies) and told.chat}
    avatars = _avatars(connection, people, [*in_chats, *groups - in_chats.keys()])
    keys = {key for one in everything for key in _of_reactions(one.message)} | {*avatars.values()}
    for chat_id, ids in in_chats.items():
        keys.update(connection.scalars(_NAMED, {"chat": chat_id, "ids": ids}))
    return Shown(peers=people, files=views(connection, keys), answered=answered, avatars=avatars)


def views(connection: Connection, keys: Collection[str]) -> dict[FileKey, FileView]:
    """Files by key; those without a row are left out."""
    rows = connection.execute(_FILES, {"keys": sorted(keys)}) if keys else ()
    return {FileKey(row.key): _view(row) for row in rows}


def media(connection: Connection, key: str) -> FileView | None:
    """A file that something shows, with its sender's name for it."""
    view = views(connection, [key]).get(FileKey(key))
    if view is None:
        return None
    place = connection.execute(_SHOWN_IN, {"key": key}).first()
    if place is not None:
        known = messages.get(connection, place.chat_id, place.id)
        name = sender_name(known.message, key) if known is not None else ""
        return msgspec.structs.replace(view, name=name)
    is_face = connection.execute(_FACE_OF, {"key": key}).first() is not None
    return view if is_face else None


def home(connection: Connection, key: str) -> PeerId | None:
    """A chat that shows a file, from which it can be fetched."""
    for statement in (_SHOWN_IN, _FACE_OF):
        place = connection.execute(statement, {"key": key}).first()
        if place is not None:
            return PeerId(place.chat_id)
    return None


def _view(row: Any) -> FileView:
    is_stored = row.state == "stored"
    return FileView(
        key=FileKey(row.key),
        kind=FileKind(row.kind or FileKind.FILE),
        state=row.state,
        reason=row.reason,
        size=row.size,
        mime=row.mime,
        type=row.type if is_stored else "",
        sha256=(row.sha256 or "") if is_stored else "",
        extension=row.extension if is_stored else "",
        thumb_width=row.width or 0,
        thumb_height=row.height or 0,
        thumb_mime=row.thumb_mime or "",
    )


def _answered(connection: Connection, found: Sequence[Entry]) -> dict[tuple[PeerId, int], Entry]:
    here = {(one.chat_id, one.message.id) for one in found}
    wanted: dict[PeerId, set[int]] = {}
    for one in found:
        reply = one.message.reply
        if reply is not None and reply.msg_id is not None:
            chat_id = reply.peer or one.chat_id
            if (chat_id, reply.msg_id) not in here:
                wanted.setdefault(chat_id, set()).add(reply.msg_id)
    answered = {}
    for chat_id, ids in wanted.items():
        shown = ids - hidden.among(connection, chat_id, ids).keys()
        known = messages.by_ids(connection, chat_id, shown).values() if shown else ()
        for number, entry in entries(connection, chat_id, known).items():
            answered[chat_id, number] = entry
    return answered


def _people(
    connection: Connection, found: Sequence[Entry], chat_ids: Collection[PeerId]
) -> dict[PeerId, Peer]:
    ids = named_in(one.message for one in found) | set(chat_ids)
    people = {one.id: one for one in peers.get(connection, ids)}
    for row in connection.execute(_CHATS, {"ids": sorted(ids)}):
        if row.id not in people or not people[row.id].name:
            people[row.id] = Peer(
                id=row.id, kind=row.kind, name=row.title, username=row.username, photo=row.photo
            )
    return people


def _avatars(
    connection: Connection, people: dict[PeerId, Peer], chat_ids: Sequence[PeerId]
) -> dict[PeerId, FileKey]:
    """Of each the picture that is theirs now, or else the last that is there."""
    found: dict[PeerId, FileKey] = {}
    for chat_id in chat_ids:
        rows = connection.execute(_PICTURES, {"chat": chat_id, "ids": sorted(people)}).all()
        for peer_id, key in sorted((row[0], row[1]) for row in rows):
            current = f"peer_photo/{people[peer_id].photo}"
            if found.get(peer_id) != current:
                found[peer_id] = FileKey(key)
    return found


def _of_reactions(message: Message) -> Iterable[str]:
    """Custom emoji of reactions, which are fetched where a text has them, too."""
    return (f"document/{one.document_id}" for one in message.reactions if one.document_id)
