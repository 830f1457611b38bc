"""Locations: where files lie, found in Telegram's own objects, and named to it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from telethon.tl import TLObject, types

from headrace.model.values import CHANNEL_MARK, FileKey, PeerId
from headrace.telegram.access import Access, AccessBook, FileAccess, FileWay, SeenIn
from headrace.telegram.convert.values import marked

_SIZED = (types.PhotoSize, types.PhotoSizeProgressive, types.PhotoCachedSize)
_PEER_PHOTO = "peer_photo/"
_T = TypeVar("_T")


class Notes:
    """Takes from each answer what is needed to reach its files and people later."""

    #: Peers that need not be written again; there may be as many as people in a large group.
    _MOST = 50_000

    def __init__(self, book: AccessBook, now: int = 0) -> None:
        """``now``: what is noted counts as seen at that time (Unix seconds)."""
        self._book = book
        self._known: set[object] = set()
        self.now = now

    def take(self, answer: Any, chat_id: PeerId) -> None:
        """Note the files, people and chats of a ``messages.Messages``."""
        files = [one for _, one in find_files(answer.messages, self.now)]
        self.take_peers(answer.chats, answer.users, files, list(self._seen(answer, chat_id)))

    def take_peers(
        self,
        chats: Iterable[Any],
        users: Iterable[Any],
        files: list[FileAccess] | None = None,
        seen: Iterable[SeenIn] = (),
    ) -> None:
        """Note people and chats, and what else is given."""
        if len(self._known) > self._MOST:
            self._known.clear()
        found = [*map(_user, users), *map(_chat, chats)]
        peers = self._new(access for access, _ in found)
        photos = self._new(photo for _, photo in found)
        fresh = self._new(seen)
        if peers or photos or fresh or files:
            self._book.remember_page(peers, [*(files or ()), *photos], fresh)

    def _new(self, found: Iterable[_T | None]) -> list[_T]:
        fresh = [one for one in found if one is not None and one not in self._known]
        self._known.update(fresh)
        return fresh

    def _seen(self, answer: Any, chat_id: PeerId) -> Iterator[SeenIn]:
        """Where those are named of whom Telegram tells little."""
        minimal = {one.id for one in answer.users if getattr(one, "min", False)}
        minimal |= {CHANNEL_MARK - one.id for one in answer.chats if getattr(one, "min", False)}
        for message in answer.messages if minimal else ():
            forward = getattr(message, "fwd_from", None)
            named = (getattr(message, "from_id", None), forward and forward.from_id)
            for peer_id in {marked(peer) for peer in named} & minimal:
                if peer_id is not None:
                    minimal.discard(peer_id)
                    yield SeenIn(peer_id=peer_id, chat_id=chat_id, message_id=message.id)


def find_files(messages: Iterable[Any], now: int) -> Iterator[tuple[int, FileAccess]]:
    """(message id, access) of every photo and document that messages hold, wherever they do."""
    for message in messages:
        for name in ("media", "reply_to", "action", "rich_message"):
            part = getattr(message, name, None)
            if part is not None:
                for file in _files_in(part):
                    yield message.id, file_of(file, now)


def _files_in(thing: Any) -> Iterator[Any]:
    kind = type(thing)
    if kind is types.Photo or kind is types.Document:
        yield thing
    elif kind is list:
        for one in thing:
            yield from _files_in(one)
    elif isinstance(thing, TLObject):
        for value in vars(thing).values():
            if isinstance(value, TLObject | list):
                yield from _files_in(value)


def file_of(file: Any, now: int) -> FileAccess:
    """The access to a ``Photo`` or ``Document``."""
    is_photo = type(file) is types.Photo
    size_type, size = _largest(file.sizes) if is_photo else ("", file.size)
    return FileAccess(
        file=FileKey(f"{'photo' if is_photo else 'document'}/{file.id}"),
        access_hash=file.access_hash,
        reference=file.file_reference,
        dc=file.dc_id,
        size_type=size_type,
        size=size,
        seen_at=now,
    )


def _largest(sizes: Any) -> tuple[str, int]:
    """The type and the bytes of the largest area; of equal ones the later."""
    best, area = None, -1
    for size in sizes or ():
        if isinstance(size, _SIZED) and size.w * size.h >= area:
            best, area = size, size.w * size.h
    if best is None:
        return "", 0
    if isinstance(best, types.PhotoSizeProgressive):
        return best.type, best.sizes[-1] if best.sizes else 0
    return best.type, best.size if isinstance(best, types.PhotoSize) else len(best.bytes)


def _user(user: Any) -> tuple[Access | None, FileAccess | None]:
    if type(user) is not types.User:
        return None, None
    return _access(user.id, user), _photo(user.photo, types.UserProfilePhoto)


def _chat(chat: Any) -> tuple[Access | None, FileAccess | None]:
    if type(chat) is types.Channel:
        return _access(CHANNEL_MARK - chat.id, chat), _photo(chat.photo, types.ChatPhoto)
    return None, _photo(getattr(chat, "photo", None), types.ChatPhoto)


def _access(peer_id: PeerId, peer: Any) -> Access | None:
    if peer.min or not peer.access_hash:
        return None
    return Access(peer_id=peer_id, access_hash=peer.access_hash)


def _photo(photo: Any, kind: Any) -> FileAccess | None:
    if type(photo) is not kind:
        return None
    return FileAccess(file=FileKey(f"{_PEER_PHOTO}{photo.photo_id}"), dc=photo.dc_id)


def location_of(way: FileWay, key: str) -> Any:
    """The location of a photo or a document, or of a document's thumbnail, for ``getFile``."""
    kind, number, *size = key.split("/")
    kinds = {"photo": types.InputPhotoFileLocation, "document": types.InputDocumentFileLocation}
    return kinds[kind](
        id=int(number),
        access_hash=way.access_hash,
        file_reference=way.reference,
        thumb_size=size[0] if size else way.size_type,
    )


def kept_under(key: str) -> str:
    """The key under which a book knows the file of a key: a thumbnail lies with its document."""
    return "/".join(key.split("/")[:2])


def input_peer(book: AccessBook, peer_id: PeerId) -> Any:
    """A peer as Telegram wants it named; nothing for one that the account has not met."""
    if CHANNEL_MARK < peer_id < 0:
        return types.InputPeerChat(-peer_id)
    access_hash = book.access_hash(peer_id)
    if access_hash is None:
        return None
    if peer_id > 0:
        return types.InputPeerUser(peer_id, access_hash)
    return types.InputPeerChannel(CHANNEL_MARK - peer_id, access_hash)


def peer_through(book: AccessBook, peer_id: PeerId, chat_id: PeerId, message_id: int) -> Any:
    """The same through a message that names the peer."""
    chat = input_peer(book, chat_id)
    if chat is None or CHANNEL_MARK < peer_id < 0:
        return None
    if peer_id > 0:
        return types.InputPeerUserFromMessage(chat, message_id, peer_id)
    return types.InputPeerChannelFromMessage(chat, message_id, CHANNEL_MARK - peer_id)
