"""Pages: what one request brought, with the ids that it proves."""

from __future__ import annotations

from headrace.model.chat import Peer
from headrace.model.coverage import HISTORY, Failure
from headrace.model.message import Message
from headrace.model.values import PeerId, Value


class Page(Value, frozen=True, kw_only=True):
    """Messages of one chat, and the range ``lo..hi`` of ids that they are all of.

    Messages are newest first and lie within the range; an empty range (``lo > hi``) covers nothing.
    ``doubtful`` marks an empty answer where messages were expected: it must not be
    covered before something else has confirmed it.
    """

    chat_id: PeerId
    lo: int
    hi: int
    scope: str = HISTORY
    source: str = "telegram"
    messages: tuple[Message, ...] = ()
    peers: tuple[Peer, ...] = ()
    #: Ids that the server explicitly called empty (only from a question by ids).
    absent: tuple[int, ...] = ()
    failures: tuple[Failure, ...] = ()
    #: Messages of the whole chat, as the server counted them with this answer.
    count: int | None = None
    doubtful: bool = False


class Saved(Value, frozen=True, kw_only=True):
    """What one page changed."""

    new: int = 0
    edited: int = 0
    #: Rows that got a tombstone.
    deleted: int = 0
    #: Rows that the database refused, recorded as failures.
    failed: int = 0
    albums: int = 0
    files: int = 0

    def __add__(self, other: Saved) -> Saved:
        return Saved(
            new=self.new + other.new,
            edited=self.edited + other.edited,
            deleted=self.deleted + other.deleted,
            failed=self.failed + other.failed,
            albums=self.albums + other.albums,
            files=self.files + other.files,
        )
