"""Syncs: how it went with several chats, one after another."""

from __future__ import annotations

from headrace.model.plan import ImportReport
from headrace.model.values import PeerId, Value


class FailedChat(Value, frozen=True, kw_only=True, omit_defaults=False):
    """A chat that could not be brought up to date, and what to do next."""

    chat: PeerId
    title: str
    #: The class of ``headrace.errors``.
    error: str
    message: str
    hint: str
    exit_code: int


class SyncReport(Value, frozen=True, kw_only=True, omit_defaults=False):
    """How a sync ended; printed by ``sync --json`` as it is. Counts are sums over its chats."""

    new: int
    edited: int
    deleted: int
    #: Files that were fetched.
    files: int
    #: Stored messages that were looked at again.
    refreshed: int
    complete: bool
    chats: list[ImportReport]
    failed: list[FailedChat]
