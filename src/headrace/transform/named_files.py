"""The files that a message names: which, of what kind, and in which role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from headrace.model.download import FileKind
from headrace.model.media import Document, Media, OtherMedia, Photo, Poll, Size, TodoList, WebPage
from headrace.model.message import Message
from headrace.model.text import Entity
from headrace.model.values import PeerId

#: The role of a file that an edit took away (its older version still shows it), or of the custom
#: emoji of a reaction that is gone.
FORMER = "former"
THUMBNAIL = "thumbnail"
CUSTOM_EMOJI = "custom_emoji"

#: What Telegram's own programs show of a file before it is fetched, in pixels.
THUMB_SIDE = 640
#: Documents that look like something before they are opened.
_WITH_THUMBS = ("video", "round_video", "animation", "sticker", "audio", "file")
_ID = re.compile(r"-?[1-9][0-9]{0,18}")
_KINDS = frozenset(kind.value for kind in FileKind)


class Named(NamedTuple):
    """A file as a message names it."""

    key: str
    #: In bytes; 0 where nobody says.
    size: int
    mime: str
    role: str
    #: Why there are no bytes to be had; nothing where they are wanted.
    absent: str = ""
    kind: FileKind = FileKind.FILE


def files_of(message: Message) -> Iterator[Named]:
    """What its content names, and the custom emoji of its reactions."""
    yield from files_of_content(message)
    yield from _emoji(one.document_id for one in message.reactions if one.type == CUSTOM_EMOJI)


def files_of_content(message: Message) -> Iterator[Named]:
    """Photos, documents, their thumbnails and the custom emoji of texts, wherever they are."""
    if message.media is not None:
        yield from files_in(message.media, "media")
    if message.reply is not None and message.reply.media is not None:
        yield from files_in(message.reply.media, "reply")
    if message.action is not None:
        yield from _in_data(message.action.data, "action")
    found = _entities(message)
    yield from _emoji(one.document_id for one in found if one.type == CUSTOM_EMOJI)


def files_in(media: Media, role: str) -> Iterator[Named]:
    """The files of media in a role of the message."""
    match media:
        case Photo():
            if media.file:
                kind = FileKind.PHOTO
                yield Named(media.file, media.size, "image/jpeg", role, media.absent, kind)
            yield from _in_parts((media.live_video,), role)
        case Document():
            if media.file:
                kind = _kind_of(media.role)
                yield Named(media.file, media.size, media.mime, role, media.absent, kind)
                yield from _thumbnail(media.file, media.role, media.thumbs, role)
            yield from _in_parts((media.cover,), role)
        case WebPage():
            page = "web_page" if role == "media" else role
            found = (*_in_parts((media.photo, media.document), page), *_in_data(media.extra, page))
            yield from (one._replace(kind=FileKind.WEB_PAGE) for one in found)
        case Poll():
            answers = [answer.media for answer in media.answers]
            yield from _in_parts((media.media, *answers, media.solution_media), role)
        case OtherMedia():
            yield from _in_data(media.data, "other" if role == "media" else role)


def sender_name(message: Message, key: str) -> str:
    """What a sender calls a file, or what stands for it: a title, the emoji of a sticker."""
    for media in (message.media, message.reply.media if message.reply else None):
        for found in _documents(media):
            if key == found.file:
                by_title = " - ".join(filter(None, (found.performer, found.title)))
                return found.name or by_title or found.emoji
    return ""


def _documents(media: Media | None) -> Iterator[Document]:
    match media:
        case Document():
            yield media
        case WebPage(document=Document() as document):
            yield document
        case Poll():
            for part in (media.media, media.solution_media, *(a.media for a in media.answers)):
                yield from _documents(part)


def avatar(photo: str) -> Named:
    """The picture of a peer, by the id that Telegram gives with the peer."""
    return Named(f"peer_photo/{photo}", 0, "", "avatar", "", FileKind.AVATAR)


def faces_of(message: Message) -> Iterator[PeerId]:
    """Whose pictures stand beside a message: its author's, and those of who it was taken from."""
    if message.author is not None:
        yield message.author
    if message.forward is not None:
        header = message.forward
        sources = (header.from_id, header.saved_from, header.saved_from_id)
        yield from (one for one in sources if one is not None)


def _in_parts(parts: Iterable[Media | None], role: str) -> Iterator[Named]:
    for part in parts:
        if part is not None:
            yield from files_in(part, role)


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
            shown = str(data.get("role") or "file") if kind == "document" else "photo"
            size = int(data.get("size") or 0)
            yield Named(key, size, str(mime), role, absent, _kind_of(shown))
            if kind == "document":
                yield from _thumbnail(key, shown, _sizes(data.get("thumbs")), role)
        for item in data.values():
            yield from _in_data(item, role)


def _kind_of(role: str) -> FileKind:
    return FileKind(role) if role in _KINDS else FileKind.FILE


def _thumbnail(key: str, shown: str, sizes: Iterable[Size], role: str) -> Iterator[Named]:
    """The server's picture of a document: the largest that fits the side, or else the largest."""
    if shown not in _WITH_THUMBS or not key.startswith("document/"):
        return
    best = max(sizes, key=_fitness, default=None)
    if best is not None and best.type:
        kept = role if role == FORMER else THUMBNAIL
        yield Named(f"{key}/{best.type}", best.size, "", kept, "", FileKind.THUMBNAIL)


def _fitness(size: Size) -> tuple[bool, int, str]:
    return max(size.width, size.height) <= THUMB_SIDE, size.width * size.height, size.type


def _sizes(found: object) -> Iterator[Size]:
    for one in found if isinstance(found, list | tuple) else ():
        if isinstance(one, Mapping):
            yield Size(
                type=str(one.get("type") or ""),
                size=int(one.get("size") or 0),
                width=int(one.get("width") or 0),
                height=int(one.get("height") or 0),
            )


def _emoji(numbers: Iterable[str]) -> Iterator[Named]:
    for number in dict.fromkeys(numbers):
        if _ID.fullmatch(number):
            yield Named(f"document/{number}", 0, "", CUSTOM_EMOJI, "", FileKind.CUSTOM_EMOJI)


def _entities(message: Message) -> Iterator[Entity]:
    yield from message.entities
    if message.reply is not None and message.reply.quote is not None:
        yield from message.reply.quote.entities
    match message.media:
        case Poll() as poll:
            yield from (*poll.question.entities, *poll.solution.entities)
            for answer in poll.answers:
                yield from answer.entities
        case TodoList() as todo:
            yield from todo.title.entities
            for item in todo.items:
                yield from item.entities
