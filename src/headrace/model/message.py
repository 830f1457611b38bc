"""Messages, and the headers that they carry."""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.model.media import Media
from headrace.model.text import Entity, Quote
from headrace.model.values import PeerId, Timestamp, Value


class Forward(Value, frozen=True, kw_only=True):
    """Where a forward came from; ``post`` is the first origin's, ``saved_from_*`` the last's."""

    from_id: PeerId | None = msgspec.field(default=None, name="from")
    name: str = ""
    date: Timestamp | None = None
    post: int | None = None
    signature: str = ""
    saved_from: PeerId | None = None
    saved_from_msg_id: int | None = None
    saved_from_id: PeerId | None = None
    saved_from_name: str = ""
    saved_date: Timestamp | None = None
    saved_out: bool = False
    imported: bool = False
    psa: str = ""


class Reply(Value, frozen=True, kw_only=True):
    """What a message answers. ``msg_id`` is absent for a private source or a story."""

    msg_id: int | None = None
    top_id: int | None = None
    peer: PeerId | None = None
    forum_topic: bool = False
    quote: Quote | None = None
    from_header: Forward | None = msgspec.field(default=None, name="from")
    media: Media | None = None
    story_id: int | None = None
    todo_item: int | None = None
    #: The option of a poll that is answered.
    poll_option: bytes = b""
    scheduled: bool = False
    ephemeral: bool = False


class Replies(Value, frozen=True, kw_only=True):
    """The comments or answers that Telegram counts under a message.

    ``comments`` and ``chat`` (the discussion group) stand only on posts with a comment section.
    """

    count: int
    comments: bool = False
    chat: PeerId | None = None
    recent: tuple[PeerId, ...] = ()
    #: The id of the newest comment in the group, as Telegram tells. It passes, and is no content.
    newest: int = 0


class Reaction(Value, frozen=True, kw_only=True):
    """One kind of reaction and how often it was given."""

    type: str
    count: int
    emoji: str = ""
    document_id: str = ""


class RecentReaction(Value, frozen=True, kw_only=True):
    """Who gave a reaction, as far as Telegram says."""

    type: str
    author: PeerId | None = None
    date: Timestamp | None = None
    emoji: str = ""
    document_id: str = ""


class TopReactor(Value, frozen=True, kw_only=True):
    """Who paid most for reactions; an anonymous one may have no author."""

    count: int
    author: PeerId | None = None
    top: bool = False
    my: bool = False
    anonymous: bool = False


class Action(Value, frozen=True, kw_only=True):
    """What a service message reports; ``data`` has Telegram's own field names."""

    type: str
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class Unsupported(Value, frozen=True, kw_only=True):
    """Something this version could not understand; ``raw`` is kept for ``reparse``.

    ``where`` names a part of the message, or ``message``. With ``rest``, the fields behind that
    part could not be read either, and ``raw`` is the whole message.
    """

    constructor: str
    layer: int
    where: str
    rest: bool = False
    raw: bytes = b""


class Restriction(Value, frozen=True, kw_only=True):
    """Why and where Telegram does not show a message."""

    platform: str = ""
    reason: str = ""
    text: str = ""


class Message(Value, frozen=True, kw_only=True):
    """A message of any kind; ``id`` is unique in its chat only."""

    id: int
    date: Timestamp
    #: ``service``, ``unsupported`` or nothing for an ordinary message.
    kind: str = ""
    author: PeerId | None = None
    signature: str = ""
    via_bot: PeerId | None = None
    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    reply: Reply | None = None
    forward: Forward | None = None
    thread_id: int | None = None
    grouped_id: int | None = None
    #: ``grouped_id`` is a guess: an export names no albums.
    inferred_album: bool = False
    edited: Timestamp | None = None
    edit_hidden: bool = False
    views: int | None = None
    forwards: int | None = None
    replies: Replies | None = None
    reactions: tuple[Reaction, ...] = ()
    recent_reactions: tuple[RecentReaction, ...] = ()
    top_reactors: tuple[TopReactor, ...] = ()
    action: Action | None = None
    buttons: tuple[tuple[dict[str, Any], ...], ...] = ()
    #: What the buttons stand in, unless they are plain inline buttons.
    markup: dict[str, Any] = msgspec.field(default_factory=dict)
    post: bool = False
    silent: bool = False
    pinned: bool = False
    noforwards: bool = False
    from_scheduled: bool = False
    legacy: bool = False
    mentioned: bool = False
    media_unread: bool = False
    invert_media: bool = False
    offline: bool = False
    #: ``date`` and ``edited`` are the exporting computer's wall clock, taken as UTC.
    local_date: bool = False
    ttl: int | None = None
    boosts: int | None = None
    effect: str = ""
    stars: int | None = None
    #: Username of the inline bot where an export gives no id.
    via_bot_name: str = ""
    restrictions: tuple[Restriction, ...] = ()
    #: What few messages have, under Telegram's own names.
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    unsupported: tuple[Unsupported, ...] = ()
