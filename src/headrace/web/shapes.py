"""The shapes of answers, for the description of the API. Ids of 64 bits are strings."""

from __future__ import annotations

from pydantic import BaseModel


class ReactionOut(BaseModel):
    """One kind of reaction and how often it was given; ``emoji`` or else ``document_id``."""

    type: str
    count: int
    emoji: str | None = None
    document_id: str | None = None


class CommentsOut(BaseModel):
    """Comments of a post: what Telegram counts, what is stored, and why the rest is not."""

    expected: int
    stored: int
    missing: dict[str, int]


class FileOut(BaseModel):
    """The file of a post; ``state`` is wanted, skipped, stored, failed or absent."""

    key: str
    state: str
    reason: str | None = None
    size: int
    name: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    sha256: str | None = None


class PostOut(BaseModel):
    """A message; those of an album stand together and share ``grouped_id``.

    ``message`` is plain text, ``html`` the same with its formatting, safe to show.
    """

    telegram_id: int
    channel_id: str
    date: str
    message: str
    media_url: str | None
    thumb_url: str | None
    media_type: str | None
    mime_type: str | None
    author_name: str | None
    author_avatar: str | None
    author_link: str | None
    repost_author_name: str | None
    repost_author_avatar: str | None
    repost_author_link: str | None
    reactions: list[ReactionOut]
    grouped_id: str | None
    reply_to: int | None
    html: str
    kind: str
    source: str
    edited: str | None
    deleted_at: str | None
    versions: int
    views: int | None
    forwards: int | None
    comments: CommentsOut | None
    file: FileOut | None


class CommentOut(PostOut):
    """A comment; ``reply_to`` is the post that it belongs to, ``parent_id`` what it answers."""

    parent_id: int | None
    replies: list[CommentOut]


class ThreadOut(BaseModel):
    """A post (its messages, where it is an album) with some of its comments as a tree."""

    post: list[PostOut]
    comments: list[CommentOut]
    #: Give it as ``after`` for the next ones.
    after: int | None


class HitOut(BaseModel):
    """A message that was found, and the post where it is read.

    ``snippet`` has ▒ for each letter of a spoiler; ``marks``: start and end of each match in it,
    in characters.
    """

    post: PostOut
    channel_id: str
    post_id: int
    snippet: str
    marks: list[tuple[int, int]]


class HitsOut(BaseModel):
    """Search results; ``total`` is capped, ``is_more`` says whether it was."""

    hits: list[HitOut]
    total: int
    is_more: bool
    after: str | None


class ChannelOut(BaseModel):
    """A channel or group of the archive."""

    channel_id: str
    title: str
    username: str | None
    description: str
    kind: str
    created: str | None
    subscribers: int | None
    discussion_group_id: str | None
    avatar: str | None
    link: str | None
    posts: int | None = None
    comments: int | None = None
    messages: int | None = None
    albums: int | None = None


class LayoutOut(BaseModel):
    """Where the items of an album stand, in pixels of the mosaic."""

    channel_id: str
    grouped_id: str
    kind: str
    shape: str
    width: int
    height: int
    tiles: list[TileOut]
    edited_by_user: bool


class TileOut(BaseModel):
    """``id`` is the message that the tile shows, ``sides`` the outer edges it touches (LTRB)."""

    id: int | None
    x: int
    y: int
    width: int
    height: int
    sides: str


class CheckOut(BaseModel):
    """What became of one message."""

    exists: bool
    #: stored, deleted, hidden, erased, never there, failed, left out or not yet read
    state: str
    source: str
    reason: str | None


class HiddenOut(BaseModel):
    """What is not shown any more, and whether it was erased."""

    hidden: list[int]
    purged: bool


class PostedOut(BaseModel):
    """What became of a posted message: new, changed, same, or kept as another source has it."""

    telegram_id: int
    channel_id: str
    status: str


class PostedChannelOut(ChannelOut):
    """What became of a posted channel: new or known."""

    status: str


class MonthOut(BaseModel):
    """How many posts a month has, and the newest of them."""

    month: str
    count: int
    telegram_id: int


class PlaceOut(BaseModel):
    """A message; nothing where there is none."""

    telegram_id: int | None
