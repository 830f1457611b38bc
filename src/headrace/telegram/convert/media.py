"""Media: photos with their sizes, documents with their roles, and data without a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from telethon.tl import types

from headrace.model.media import Document, Media, OtherMedia, Photo, Size
from headrace.model.values import FileKey
from headrace.telegram.convert.fields import convert_fields
from headrace.telegram.convert.values import snake_name, unix
from headrace.telegram.convert.web_pages import convert_web_page


def convert_media(media: Any) -> Media | None:
    """What a message carries; none for nothing.

    Raises:
        LookupError: a kind that this version does not know.
    """
    if media is None:
        return None
    return _KINDS[type(media)](media)


def convert_photo(photo: Any) -> Photo | None:
    """A photo; none for Telegram's empty one."""
    if type(photo) is not types.Photo:
        return None
    sizes, stripped = _sizes(photo.sizes)
    largest = _largest(sizes)
    return Photo(
        file=FileKey(f"photo/{photo.id}"),
        size=largest.size if largest else 0,
        width=largest.width if largest else 0,
        height=largest.height if largest else 0,
        date=unix(photo.date),
        sizes=sizes,
        stripped=stripped,
        video=bool(photo.video_sizes),
    )


def convert_document(document: Any) -> Document | None:
    """A document; none for Telegram's empty one."""
    if type(document) is not types.Document:
        return None
    thumbs, stripped = _sizes(document.thumbs)
    fields: dict[str, Any] = {}
    marks: set[str] = set()
    for attribute in document.attributes:
        read = _ATTRIBUTES.get(type(attribute))
        if read is not None:
            marks.add(read(attribute, fields))
    return Document(
        file=FileKey(f"document/{document.id}"),
        role=next((role for role in _ROLES if role in marks), "file"),
        mime=document.mime_type or "",
        size=document.size,
        date=unix(document.date),
        thumbs=thumbs,
        stripped=stripped,
        **fields,
    )


def _sizes(sizes: Any) -> tuple[tuple[Size, ...], bytes]:
    """Sizes with bytes of their own, and the stripped thumbnail."""
    found: list[Size] = []
    stripped = b""
    for size in sizes or ():
        kind = type(size)
        if kind is types.PhotoSize:
            found.append(Size(type=size.type, size=size.size, width=size.w, height=size.h))
        elif kind is types.PhotoSizeProgressive:
            last = size.sizes[-1] if size.sizes else 0
            found.append(Size(type=size.type, size=last, width=size.w, height=size.h))
        elif kind is types.PhotoCachedSize:
            count = len(size.bytes)
            found.append(Size(type=size.type, size=count, width=size.w, height=size.h))
        elif kind is types.PhotoStrippedSize:
            stripped = size.bytes
    return tuple(found), stripped


def _largest(sizes: tuple[Size, ...]) -> Size | None:
    """The largest area; of equal ones the later."""
    best: Size | None = None
    for size in sizes:
        if best is None or size.width * size.height >= best.width * best.height:
            best = size
    return best


#: The first of these that a document is, it is called.
_ROLES = ("sticker", "custom_emoji", "round_video", "voice", "animation", "video", "audio")


def _video(attribute: Any, fields: dict[str, Any]) -> str:
    seconds = attribute.duration
    whole = int(seconds)
    fields.update(width=attribute.w, height=attribute.h)
    fields["duration"] = whole if whole == seconds else seconds
    fields["nosound"] = bool(attribute.nosound)
    return "round_video" if attribute.round_message else "video"


def _audio(attribute: Any, fields: dict[str, Any]) -> str:
    fields.update(duration=attribute.duration, title=attribute.title or "")
    fields.update(performer=attribute.performer or "", waveform=attribute.waveform or b"")
    return "voice" if attribute.voice else "audio"


def _sticker(attribute: Any, fields: dict[str, Any]) -> str:
    fields["emoji"] = attribute.alt or ""
    return "sticker"


def _custom_emoji(attribute: Any, fields: dict[str, Any]) -> str:
    fields["emoji"] = attribute.alt or ""
    return "custom_emoji"


def _image_size(attribute: Any, fields: dict[str, Any]) -> str:
    fields.update(width=attribute.w, height=attribute.h)
    return ""


def _filename(attribute: Any, fields: dict[str, Any]) -> str:
    fields["name"] = attribute.file_name or ""
    return ""


def _animated(_attribute: Any, _fields: dict[str, Any]) -> str:
    return "animation"


_ATTRIBUTES: dict[type, Callable[[Any, dict[str, Any]], str]] = {
    types.DocumentAttributeVideo: _video,
    types.DocumentAttributeAudio: _audio,
    types.DocumentAttributeSticker: _sticker,
    types.DocumentAttributeCustomEmoji: _custom_emoji,
    types.DocumentAttributeImageSize: _image_size,
    types.DocumentAttributeFilename: _filename,
    types.DocumentAttributeAnimated: _animated,
}


def _photo_media(media: Any) -> Media:
    photo = convert_photo(media.photo) or Photo(file=FileKey(""), size=0)
    if media.spoiler or media.ttl_seconds:
        spoiler, ttl = bool(media.spoiler), media.ttl_seconds
        photo = msgspec.structs.replace(photo, spoiler=spoiler, ttl=ttl)
    return photo


def _document_media(media: Any) -> Media:
    document = convert_document(media.document) or _absent_document(media)
    if media.spoiler or media.ttl_seconds:
        spoiler, ttl = bool(media.spoiler), media.ttl_seconds
        document = msgspec.structs.replace(document, spoiler=spoiler, ttl=ttl)
    return document


def _absent_document(media: Any) -> Document:
    """Of a file that has run out Telegram tells only the sort."""
    marks = {"round_video": media.round, "voice": media.voice, "video": media.video}
    role = next((name for name, is_set in marks.items() if is_set), "file")
    return Document(file=FileKey(""), size=0, role=role)


def _web_page(media: Any) -> Media:
    return convert_web_page(media, convert_photo, convert_document)


def _other(media: Any) -> Media:
    kind = snake_name(type(media), "MessageMedia")
    return OtherMedia(type=kind, data=convert_fields(media, convert_photo, convert_document))


_DATA_ONLY = (
    types.MessageMediaContact,
    types.MessageMediaDice,
    types.MessageMediaGame,
    types.MessageMediaGeo,
    types.MessageMediaGeoLive,
    types.MessageMediaGiveaway,
    types.MessageMediaGiveawayResults,
    types.MessageMediaInvoice,
    types.MessageMediaPaidMedia,
    types.MessageMediaPoll,
    types.MessageMediaStory,
    types.MessageMediaToDo,
    types.MessageMediaVenue,
    types.MessageMediaVideoStream,
)
_KINDS: dict[type, Callable[[Any], Media | None]] = {
    types.MessageMediaPhoto: _photo_media,
    types.MessageMediaDocument: _document_media,
    types.MessageMediaWebPage: _web_page,
    types.MessageMediaEmpty: lambda _media: None,
    **dict.fromkeys(_DATA_ONLY, _other),
}
