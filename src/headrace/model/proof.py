"""Proofs: what the ledger says of ids, and whether the rows bear it out."""

from __future__ import annotations

from typing import Literal

from headrace.model.coverage import TELEGRAM
from headrace.model.values import Timestamp, Value


class Verdict(Value, frozen=True, kw_only=True):
    """A covered range: what the ledger counted when it was read, and what is there now."""

    lo: int
    hi: int
    stored: int
    ids_sum: int
    found: int
    found_sum: int
    left_out: int = 0
    #: Where the numbers differ: ids of rows in it that a range of another scope covers, too,
    #: ascending. Either may have brought them, after this one was counted.
    shared: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Nothing is lost and nothing came from nowhere."""
        more, more_sum = self.found - self.stored, self.found_sum - self.ids_sum
        if more <= 0 or more > len(self.shared):
            return (more, more_sum) == (0, 0)
        if more == 1:
            return more_sum in self.shared
        return sum(self.shared[:more]) <= more_sum <= sum(self.shared[-more:])

    @property
    def lost_id(self) -> int | None:
        """The id of the row that is lost, where it is one and the numbers say which."""
        place = self.ids_sum - self.found_sum
        is_one = self.stored - self.found == 1 and not self.shared
        return place if is_one and self.lo <= place <= self.hi else None


class Whereabouts(Value, frozen=True, kw_only=True):
    """What became of one id.

    ``at``: when a stored message was posted, or when the deletion was noticed.
    ``reason`` and ``detail`` only where Telegram could not give it, or else an export.
    """

    state: Literal["stored", "deleted", "never there", "failed", "left out", "not yet read"]
    at: Timestamp | None = None
    #: ``desktop`` where only an export speaks: of a stored message, or of the whole chat;
    #: ``api`` where a message was posted.
    source: str = TELEGRAM
    #: Not on the server when headrace looked (only of what an export brought).
    off_server: bool = False
    reason: str = ""
    detail: str = ""


class Holdings(Value, frozen=True, kw_only=True):
    """How much of a chat is stored."""

    messages: int
    #: No service messages, an album as one.
    posts: int
    #: Stored messages of its discussion group that hang on a thread.
    comments: int
    albums: int
    files_wanted: int
    #: Messages that only an export has shown.
    only_exported: int = 0
