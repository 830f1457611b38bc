"""Reading: what the site and the API show of an archive, as one look brings it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from headrace.model.album import AlbumLayout
from headrace.model.chat import Peer
from headrace.model.download import FileKind
from headrace.model.message import Message
from headrace.model.thread import Thread
from headrace.model.values import FileKey, PeerId, Timestamp, Value


class FileView(Value, frozen=True, kw_only=True):
    """A file that a message shows, and what became of it."""

    key: FileKey
    kind: FileKind
    #: ``wanted skipped stored failed absent``
    state: str
    #: Why it is not stored.
    reason: str = ""
    #: In bytes, as declared until it is stored.
    size: int = 0
    #: Declared; ``type`` is what the bytes are.
    mime: str = ""
    type: str = ""
    #: Of the bytes; nothing while they are not stored.
    sha256: str = ""
    #: Of our own thumbnail, in pixels; 0 where there is none.
    thumb_width: int = 0
    thumb_height: int = 0
    thumb_mime: str = ""
    #: Of the stored file on the disk.
    extension: str = ""
    #: What its sender calls it; only where one file is asked for.
    name: str = ""


class Entry(Value, frozen=True, kw_only=True):
    """A stored message with what only the archive knows of it."""

    chat_id: PeerId
    message: Message
    #: ``telegram``, ``desktop`` or ``api``: whose words these are.
    source: str
    first_seen_at: Timestamp
    last_seen_at: Timestamp
    #: When its deletion was noticed.
    deleted_at: Timestamp | None = None
    #: Versions before this one.
    versions: int = 0


class Post(Value, frozen=True, kw_only=True):
    """One message, or the messages of an album; ``position`` is the lowest of their ids."""

    position: int
    #: Ascending by id; never empty.
    entries: tuple[Entry, ...]
    layout: AlbumLayout | None = None
    layout_edited_by_user: bool = False
    #: Where Telegram counts comments, or some are stored.
    comments: Thread | None = None


class Comment(Value, frozen=True, kw_only=True):
    """A comment (or an album of them) in its tree; ``level`` 0 answers the post itself."""

    post: Post
    #: Position of what it answers; nothing at level 0.
    parent: int | None = None
    level: int = 0


class Shown(Value, frozen=True, kw_only=True):
    """Everything that some posts name: people and chats by id, files by key."""

    peers: dict[PeerId, Peer] = msgspec.field(default_factory=dict)
    files: dict[FileKey, FileView] = msgspec.field(default_factory=dict)
    #: Messages that are answered, by chat and id, where they are stored.
    answered: dict[tuple[PeerId, int], Entry] = msgspec.field(default_factory=dict)
    #: The picture of a peer, where it is stored.
    avatars: dict[PeerId, FileKey] = msgspec.field(default_factory=dict)


class PostPage(Value, frozen=True, kw_only=True):
    """Posts newest first, and where to go on in either direction."""

    posts: tuple[Post, ...]
    shown: Shown
    #: Give this as ``below`` for the next older page; nothing at the end.
    older: int | None = None
    #: Give this as ``above`` for the next newer page; nothing at the top.
    newer: int | None = None


class ThreadPage(Value, frozen=True, kw_only=True):
    """A post with a part of its comments, each after what it answers."""

    post: Post
    comments: tuple[Comment, ...]
    shown: Shown
    #: Where the next comments begin; nothing at the end.
    after: int | None = None
    #: Where those before end; nothing at the beginning.
    before: int | None = None
    #: Position of the comment that was asked for, where it is there.
    sought: int | None = None


class Month(Value, frozen=True, kw_only=True):
    """How many posts a month (``2024-01``, UTC) has, and the position of its newest."""

    month: str
    count: int
    position: int


class Order(StrEnum):
    """Of search results."""

    NEWEST = "newest"
    #: The best of the newest 5,000 hits.
    BEST = "best"


class Filter(Value, frozen=True, kw_only=True):
    """Which posts are shown. The names of the settings are those of the old importer."""

    #: Inclusive.
    since: Timestamp | None = None
    #: Exclusive.
    until: Timestamp | None = None
    kinds: frozenset[FileKind] = frozenset()
    author: PeerId | None = None
    has_media: bool | None = None
    include_system_messages: bool = False
    include_reposts: bool = True
    include_polls: bool = True
    include_deleted: bool = True
    #: Of posts: with comments or without; any where it is not said.
    has_comments: bool | None = None
    #: Of search results.
    include_comments: bool = True


class Hit(Value, frozen=True, kw_only=True):
    """A message that was found; ``post`` is where it is read (a comment's own post in the channel).

    ``snippet`` has the words around the match in plain text, with ▒ for letters of spoilers;
    ``marks`` (start, end) of each match in it, in characters.
    """

    entry: Entry
    channel_id: PeerId
    post: int
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()


class Hits(Value, frozen=True, kw_only=True):
    """Search results; ``total`` is capped at 10,000 (``is_more`` says so)."""

    hits: tuple[Hit, ...]
    shown: Shown
    total: int
    is_more: bool = False
    after: str | None = None
