"""Chats (what is archived) and peers (whoever is named in a message)."""

from __future__ import annotations

from headrace.model.values import PeerId, PeerKind, Timestamp, Value


class Peer(Value, frozen=True, kw_only=True):
    """A user, group or channel that a message names.

    ``minimal`` data (Telegram's ``min`` constructors) never overwrites full data.
    """

    id: PeerId
    kind: PeerKind
    name: str = ""
    username: str = ""
    photo: str = ""
    deleted: bool = False
    bot: bool = False
    verified: bool = False
    premium: bool = False
    minimal: bool = False


class Chat(Value, frozen=True, kw_only=True):
    """A channel or group whose messages are kept."""

    id: PeerId
    kind: PeerKind
    title: str = ""
    username: str = ""
    description: str = ""
    created: Timestamp | None = None
    subscribers: int | None = None
    linked_chat_id: PeerId | None = None
    photo: str = ""
    noforwards: bool = False
    forum: bool = False
    #: The account administers the chat (so that the owner's wish is its own).
    administered: bool = False


class Probe(Value, frozen=True, kw_only=True):
    """What one look at a chat's history told."""

    #: Messages on the server, as it counts them (deleted ones may be included).
    count: int
    #: The newest id, 0 in an empty chat. Fixed at the start of a run.
    top_id: int
