"""Watching: what is told while it goes on, and how it ended."""

from __future__ import annotations

from typing import Protocol

from headrace.model.values import PeerId, Value


class Happening(Value, frozen=True, kw_only=True, omit_defaults=False):
    """Something that was saved of a chat, or what became of the chat itself."""

    chat: PeerId
    #: ``@name``, or the title.
    name: str
    #: ``watching``, ``changed``, ``caught_up`` after a gap, or ``lost``;
    #: ``comments_left_out`` where those of a channel are not watched.
    event: str
    new: int = 0
    edited: int = 0
    deleted: int = 0
    #: The new messages, where each was told by itself.
    ids: tuple[int, ...] = ()
    #: Why the chat is lost.
    error: str = ""


class WatchedReport(Value, frozen=True, kw_only=True, omit_defaults=False):
    """How watching one chat ended; ``error`` and ``exit_code`` where it was lost."""

    chat: PeerId
    title: str
    new: int
    edited: int
    deleted: int
    files: int
    error: str = ""
    exit_code: int = 0


class WatchReport(Value, frozen=True, kw_only=True, omit_defaults=False):
    """How watching ended; printed by ``watch --json`` as it is."""

    new: int
    edited: int
    deleted: int
    #: Files stored meanwhile.
    files: int
    elapsed_s: float
    requests: dict[str, int]
    chats: tuple[WatchedReport, ...]


class WatchSink(Protocol):
    """Hears of what is watched; must return at once and never raise."""

    def happened(self, happening: Happening) -> None: ...

    def ended(self, report: WatchReport) -> None:
        """However watching ended, the last word."""
