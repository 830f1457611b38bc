"""Changes: what happened in a chat, as a source tells it while it happens."""

from __future__ import annotations

from headrace.model.chat import Peer
from headrace.model.message import Message, Reaction, RecentReaction, TopReactor
from headrace.model.values import PeerId, Value


class Counts(Value, frozen=True, kw_only=True):
    """Counts of a message that moved, without an edit; nothing where one is as it was."""

    id: int
    views: int | None = None
    forwards: int | None = None
    reactions: tuple[Reaction, ...] | None = None
    recent_reactions: tuple[RecentReaction, ...] | None = None
    top_reactors: tuple[TopReactor, ...] | None = None


class Change(Value, frozen=True, kw_only=True):
    """What happened in a chat up to ``position``, to be taken in the order of its fields.

    With ``gap`` it is not known what happened, and the ledger has to find out; what comes
    after the position is told again.
    """

    chat_id: PeerId
    #: The chat's own count of its changes (Telegram's ``pts``); none where it did not move.
    position: int | None = None
    gap: bool = False
    #: The chat itself changed: its name, its picture, who may read it.
    described: bool = False
    #: New or edited ones, as they were when it was told; each once.
    messages: tuple[Message, ...] = ()
    peers: tuple[Peer, ...] = ()
    counts: tuple[Counts, ...] = ()
    #: Ids of which something was said that has to be asked: that they are deleted, above all.
    asked: tuple[int, ...] = ()
