"""Photos and documents of an export: their descriptions; the bytes are another matter.

An export has no ids of Telegram's. A file's key is made from its chat, its message, the edit
and its place in it, so that another export of the same chat names it alike (paths are numbered
anew by each export), and the file before an edit is another than the one after it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Any

from headrace.desktop.values import count, integer, moment, number, text_of
from headrace.model.download import ExportedFile
from headrace.model.media import Document, Photo
from headrace.model.values import FileKey, PeerId

_ROLES = {
    "sticker": "sticker",
    "video_message": "round_video",
    "voice_message": "voice",
    "animation": "animation",
    "video_file": "video",
    "audio_file": "audio",
}
#: The sentences that stand where a path would be, and what they mean.
_SENTENCES = (
    ("not included", "not_included"),
    ("exceeds maximum size", "too_large"),
    ("", "unavailable"),
)
_MADE_UP = re.compile(r"(photo|video|audio|file|contact|round_video|sticker)_[0-9]+(@|\.|\Z)")
#: What describes a photo or a document; no action has these as fields of its own.
FILE_KEYS = frozenset(
    [
        "photo",
        "photo_file_size",
        "file",
        "file_name",
        "file_size",
        "thumbnail",
        "thumbnail_file_size",
        "media_type",
        "sticker_emoji",
        "performer",
        "mime_type",
        "duration_seconds",
        "width",
        "height",
        "media_spoiler",
        "self_destruct_period_seconds",
    ]
)


def file_key(raw: dict[str, Any], chat_id: PeerId, message_id: int, place: str) -> FileKey:
    """The key of a file of an export; ``place``: ``photo`` or ``file``."""
    edited, _ = moment(raw, "edited")
    name = f"{chat_id}/{message_id}/{place}" + (f"/{edited}" if edited else "")
    return FileKey(f"desktop/{hashlib.sha256(name.encode()).hexdigest()}")


def read_photo(raw: dict[str, Any], chat_id: PeerId, message_id: int) -> Photo:
    return Photo(
        file=file_key(raw, chat_id, message_id, "photo"),
        size=count(raw.get("photo_file_size")),
        width=_pixels(raw, "width"),
        height=_pixels(raw, "height"),
        spoiler=raw.get("media_spoiler") is True,
        ttl=_ttl(raw),
        absent=absence(raw["photo"]),
    )


def read_document(raw: dict[str, Any], chat_id: PeerId, message_id: int) -> Document:
    role = _ROLES.get(text_of(raw.get("media_type")), "file")
    is_heard = role in ("voice", "audio")
    return Document(
        file=file_key(raw, chat_id, message_id, "file"),
        role=role,
        mime=text_of(raw.get("mime_type")),
        size=count(raw.get("file_size")),
        name=text_of(raw.get("file_name")) or (_name(raw["file"]) if role == "file" else ""),
        width=0 if is_heard else _pixels(raw, "width"),
        height=0 if is_heard else _pixels(raw, "height"),
        duration=_duration(raw),
        title=text_of(raw.get("title")) if role == "audio" else "",
        performer=text_of(raw.get("performer")) if role == "audio" else "",
        emoji=text_of(raw.get("sticker_emoji")),
        spoiler=raw.get("media_spoiler") is True,
        ttl=_ttl(raw),
        absent=absence(raw["file"]),
    )


def exported_file(raw: dict[str, Any], chat_id: PeerId, message_id: int) -> ExportedFile | None:
    """The file of an entry, under the key that its message has it; none where it has no path."""
    is_service = raw.get("type") == "service"
    for place, size in (("photo", "photo_file_size"), ("file", "file_size")):
        if place in raw:
            path = text_of(raw[place])
            if absence(path):
                return None
            key = file_key(raw, chat_id, message_id, place)
            return ExportedFile(key=key, path=path, size=count(raw.get(size)))
        if is_service:
            return None
    return None


def absence(path: Any) -> str:
    """Why there is no file at a path; nothing where there may be one."""
    text = text_of(path)
    if not text:
        return "unavailable"
    if text.startswith("("):
        return next(reason for words, reason in _SENTENCES if words in text)
    return "" if is_inside(text) else "outside"


def is_inside(path: str) -> bool:
    """Whether a path of an export stays inside its folder, on every system."""
    parts = path.split("/")
    return not (
        path.startswith("/")
        or "\\" in path
        or "\0" in path
        or ":" in parts[0]
        or any(part in ("..", ".", "") for part in parts)
    )


def _name(path: Any) -> str:
    """The sender's name of a plain file, which its path ends with; older versions give no other."""
    text = text_of(path)
    if absence(text):
        return ""
    name = PurePosixPath(text).name
    return "" if _MADE_UP.match(name) else name


def _pixels(raw: dict[str, Any], key: str) -> int:
    found = count(raw.get(key))
    return found if found < 2**31 else 0


def _duration(raw: dict[str, Any]) -> float:
    found = number(raw.get("duration_seconds"))
    return found if found is not None and 0 < found < 2**31 else 0


def _ttl(raw: dict[str, Any]) -> int | None:
    found = integer(raw.get("self_destruct_period_seconds"))
    return found if found is not None and 0 < found < 2**31 else None
