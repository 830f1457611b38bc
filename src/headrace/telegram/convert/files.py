"""Files: photos with their sizes, documents with their roles and attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telethon.tl import types

from headrace.model.media import Document, Photo, Size
from headrace.model.values import FileKey
from headrace.telegram.convert.fields import RULES, convert_value, pick_fields
from headrace.telegram.convert.values import unix


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
        has_stickers=bool(photo.has_stickers),
    )


def convert_document(document: Any) -> Document | None:
    """A document; none for Telegram's empty one."""
    if type(document) is not types.Document:
        return None
    thumbs, stripped = _sizes(document.thumbs)
    fields: dict[str, Any] = {"extra": {}}
    marks: set[str] = set()
    for attribute in document.attributes:
        read = _ATTRIBUTES.get(type(attribute))
        if read is not None:
            marks.add(read(attribute, fields))
    if document.video_thumbs:
        fields["extra"]["video_thumbs"] = convert_value(document.video_thumbs)
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
    fields["extra"] |= pick_fields(attribute, _OF_VIDEO)
    return "round_video" if attribute.round_message else "video"


def _audio(attribute: Any, fields: dict[str, Any]) -> str:
    fields.update(duration=attribute.duration, title=attribute.title or "")
    fields.update(performer=attribute.performer or "", waveform=attribute.waveform or b"")
    return "voice" if attribute.voice else "audio"


def _sticker(attribute: Any, fields: dict[str, Any]) -> str:
    fields["emoji"] = attribute.alt or ""
    fields["extra"] |= _set_of(attribute) | pick_fields(attribute, ("mask", "mask_coords"))
    return "sticker"


def _custom_emoji(attribute: Any, fields: dict[str, Any]) -> str:
    fields["emoji"] = attribute.alt or ""
    fields["extra"] |= _set_of(attribute) | pick_fields(attribute, ("free", "text_color"))
    return "custom_emoji"


def _set_of(attribute: Any) -> dict[str, Any]:
    if isinstance(attribute.stickerset, types.InputStickerSetEmpty):
        return {}
    return pick_fields(attribute, ("stickerset",))


def _image_size(attribute: Any, fields: dict[str, Any]) -> str:
    fields.update(width=attribute.w, height=attribute.h)
    return ""


def _filename(attribute: Any, fields: dict[str, Any]) -> str:
    fields["name"] = attribute.file_name or ""
    return ""


def _has_stickers(_attribute: Any, fields: dict[str, Any]) -> str:
    fields["extra"]["has_stickers"] = True
    return ""


def _animated(_attribute: Any, _fields: dict[str, Any]) -> str:
    return "animation"


_OF_VIDEO = ("supports_streaming", "preload_prefix_size", "video_start_ts", "video_codec")
_ATTRIBUTES: dict[type, Callable[[Any, dict[str, Any]], str]] = {
    types.DocumentAttributeVideo: _video,
    types.DocumentAttributeAudio: _audio,
    types.DocumentAttributeSticker: _sticker,
    types.DocumentAttributeCustomEmoji: _custom_emoji,
    types.DocumentAttributeImageSize: _image_size,
    types.DocumentAttributeFilename: _filename,
    types.DocumentAttributeHasStickers: _has_stickers,
    types.DocumentAttributeAnimated: _animated,
}

RULES[types.Photo] = convert_photo
RULES[types.Document] = convert_document
