"""Media: what a message carries, described; the bytes are another matter."""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.model.values import FileKey, Timestamp, Value


class Size(Value, frozen=True, kw_only=True):
    """A server-made size with bytes of its own (``size`` in bytes)."""

    type: str
    size: int
    width: int = 0
    height: int = 0


class Photo(Value, frozen=True, kw_only=True, tag="photo", tag_field="kind"):
    """A photo; ``width``, ``height``, ``size`` are those of its largest size."""

    file: FileKey
    size: int
    width: int = 0
    height: int = 0
    date: Timestamp | None = None
    sizes: tuple[Size, ...] = ()
    stripped: bytes = b""
    video: bool = False
    spoiler: bool = False
    ttl: int | None = None
    #: Why an export has no bytes: ``not_included``, ``too_large``, ``unavailable``, ``outside``.
    absent: str = ""


class Document(Value, frozen=True, kw_only=True, tag="document", tag_field="kind"):
    """A file of any kind; ``role`` says how Telegram shows it."""

    file: FileKey
    role: str
    mime: str = ""
    size: int
    date: Timestamp | None = None
    name: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0
    title: str = ""
    performer: str = ""
    emoji: str = ""
    waveform: bytes = b""
    nosound: bool = False
    thumbs: tuple[Size, ...] = ()
    stripped: bytes = b""
    spoiler: bool = False
    ttl: int | None = None
    #: Why an export has no bytes: ``not_included``, ``too_large``, ``unavailable``, ``outside``.
    absent: str = ""


class WebPage(Value, frozen=True, kw_only=True, tag="web_page", tag_field="kind"):
    """The preview of a link."""

    url: str = ""
    display_url: str = ""
    page_type: str = ""
    site_name: str = ""
    title: str = ""
    description: str = ""
    author: str = ""
    embed_url: str = ""
    duration: int | None = None
    photo: Photo | None = None
    document: Document | None = None
    #: ``empty`` or ``pending``; nothing when complete.
    state: str = ""
    large: bool = False
    small: bool = False
    manual: bool = False


class OtherMedia(Value, frozen=True, kw_only=True, tag="other", tag_field="kind"):
    """Media that are data and no file (a contact, a place, a poll …), fields as Telegram's."""

    type: str
    data: dict[str, Any] = msgspec.field(default_factory=dict)


Media = Photo | Document | WebPage | OtherMedia
