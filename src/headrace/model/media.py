"""Media: what a message carries, described; the bytes are another matter."""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.model.text import Entity, Styled
from headrace.model.values import FileKey, PeerId, Timestamp, Value


class Size(Value, frozen=True, kw_only=True):
    """A server-made size with bytes of its own (``size`` in bytes)."""

    type: str
    size: int
    width: int = 0
    height: int = 0


class Photo(Value, frozen=True, kw_only=True, tag="photo", tag_field="kind"):
    """A photo; ``width``, ``height``, ``size`` are those of its largest size.

    ``file`` is empty when the photo is not there (any more).
    """

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
    has_stickers: bool = False
    live_photo: bool = False
    live_video: Document | None = None
    #: Why an export has no bytes: ``not_included``, ``too_large``, ``unavailable``, ``outside``.
    absent: str = ""


class Document(Value, frozen=True, kw_only=True, tag="document", tag_field="kind"):
    """A file of any kind; ``role`` says how Telegram shows it.

    ``file`` is empty when the document is not there (any more).
    """

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
    cover: Photo | None = None
    start_at: int | None = None
    #: The same video in other qualities.
    alternatives: tuple[Document, ...] = ()
    #: What else its attributes say, under Telegram's own names.
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
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
    safe: bool = False
    #: What else Telegram says of it, under its own names.
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


class PollAnswer(Value, frozen=True, kw_only=True):
    """A possible answer of a poll, with how often it was given as far as Telegram says."""

    option: bytes
    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    added_by: PeerId | None = None
    date: Timestamp | None = None
    voters: int | None = None
    chosen: bool = False
    correct: bool = False
    recent: tuple[PeerId, ...] = ()


class PollResult(Value, frozen=True, kw_only=True):
    """Votes for an option that the poll does not offer (any more)."""

    option: bytes
    voters: int | None = None
    chosen: bool = False
    correct: bool = False
    recent: tuple[PeerId, ...] = ()


class Poll(Value, frozen=True, kw_only=True, tag="poll", tag_field="kind"):
    """A poll or quiz."""

    id: str
    question: Styled = Styled()
    answers: tuple[PollAnswer, ...] = ()
    other_results: tuple[PollResult, ...] = ()
    quiz: bool = False
    closed: bool = False
    public: bool = False
    multiple: bool = False
    open_answers: bool = False
    revoting_disabled: bool = False
    shuffle: bool = False
    hide_results: bool = False
    subscribers_only: bool = False
    countries: tuple[str, ...] = ()
    close_period: int | None = None
    close_date: Timestamp | None = None
    total_voters: int | None = None
    recent: tuple[PeerId, ...] = ()
    solution: Styled = Styled()
    solution_media: Media | None = None
    media: Media | None = None
    min: bool = False


class TodoItem(Value, frozen=True, kw_only=True):
    """A thing to do, and who did it when."""

    id: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    completed_by: PeerId | None = None
    completed: Timestamp | None = None


class TodoCompletion(Value, frozen=True, kw_only=True):
    """Something done that is not on the list (any more)."""

    id: int
    completed_by: PeerId | None = None
    completed: Timestamp | None = None


class TodoList(Value, frozen=True, kw_only=True, tag="todo", tag_field="kind"):
    """A list of things to do."""

    title: Styled = Styled()
    items: tuple[TodoItem, ...] = ()
    other_completions: tuple[TodoCompletion, ...] = ()
    others_can_append: bool = False
    others_can_complete: bool = False


class OtherMedia(Value, frozen=True, kw_only=True, tag="other", tag_field="kind"):
    """Media that are data and no file (a contact, a place, a story …), fields as Telegram's."""

    type: str
    data: dict[str, Any] = msgspec.field(default_factory=dict)


Media = Photo | Document | WebPage | Poll | TodoList | OtherMedia
