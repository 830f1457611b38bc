"""Syncing: what is new in the channels of the archive, and what of them may have changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import msgspec

from headrace.app.accounts import Telegram, open_telegram
from headrace.app.archive import stored_chat
from headrace.app.imports import importer_of, set_long_lived_objects_aside
from headrace.app.starting import begun
from headrace.blobs.files import LocalFiles
from headrace.errors import (
    AccountLost,
    ArchiveBusy,
    ArchiveError,
    ChatNotFound,
    ClockSkew,
    ConnectionLost,
    FloodPause,
    HeadraceError,
    Interrupted,
    LeaseLost,
)
from headrace.importer.known_chats import find_again
from headrace.model.chat import Chat
from headrace.model.estimate import Confirm
from headrace.model.files import FileOps
from headrace.model.job import Control, ProgressSink, Unattended
from headrace.model.plan import ImportOptions, ImportReport
from headrace.model.sync import FailedChat, SyncReport
from headrace.model.values import PeerId
from headrace.settings import Settings
from headrace.store.open import open_archive
from headrace.store.store import ArchiveStore
from headrace.telegram.clock import SystemClock
from headrace.telegram.refs import parse_reference

#: What concerns the account, the connection or the archive, and so every other chat as well.
_ENDS_ALL = (AccountLost, ConnectionLost, ClockSkew, FloodPause, ArchiveError, Interrupted)
#: Of those, what concerns one chat only.
_ENDS_ONE = (ArchiveBusy, LeaseLost)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with one chat; an error with a report has only left files."""

    chat: Chat
    report: ImportReport | None = None
    error: HeadraceError | None = None


async def sync_chats(
    settings: Settings,
    refs: Sequence[str],
    options: ImportOptions,
    progress: ProgressSink,
    told: Callable[[Outcome], None],
    control: Control | None = None,
    *,
    confirm: Confirm | None = None,
    files: FileOps | None = None,
) -> SyncReport:
    """Bring chats of the archive up to date, one after another; without ``refs`` all of them.

    Each outcome is ``told`` as soon as it is there. A chat that fails keeps none of the others.

    Raises:
        ChatNotFound: one of ``refs`` is not in the archive, or only from an export.
        What concerns all chats, with a report of those that were done.
    """
    files = files or LocalFiles()
    set_long_lived_objects_aside()
    begun(progress)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_archive(files, settings.archive, create=False))
        chosen = await _chosen(store, refs, settings)
        telegram = await stack.enter_async_context(open_telegram(files, settings, options.pace))
        work = _Sync(files, settings, store, telegram, options, progress, control, confirm)
        outcomes: list[Outcome] = []
        for chat in chosen:
            outcome = await work.one(chat)
            outcomes.append(outcome)
            if outcome.error is not None and _ends_all(outcome.error):
                outcome.error.report = report_of(outcomes)
                raise outcome.error
            told(outcome)
    return report_of(outcomes)


async def sync_with(
    files: FileOps,
    settings: Settings,
    telegram: Telegram,
    store: ArchiveStore,
    ref: str,
    options: ImportOptions,
    progress: ProgressSink,
    *,
    control: Control,
    found: Callable[[PeerId], None],
) -> ImportReport | None:
    """One chat, with an account and an archive that are open; ``found`` hears which it is."""
    begun(progress)
    chat = await stored_chat(store, parse_reference(ref), ref, settings)
    found(chat.id)
    work = _Sync(files, settings, store, telegram, options, progress, control, None)
    outcome = await work.one(chat)
    if outcome.error is not None:
        raise outcome.error
    return outcome.report


@dataclass(frozen=True, slots=True)
class _Sync:
    files: FileOps
    settings: Settings
    store: ArchiveStore
    telegram: Telegram
    options: ImportOptions
    progress: ProgressSink
    control: Control | None
    confirm: Confirm | None

    async def one(self, chat: Chat) -> Outcome:
        """Bring one chat up to date; its errors are its outcome."""
        clock = SystemClock()
        started = clock.monotonic()
        before = self.telegram.source.requests()
        try:
            found, peers = await find_again(self.telegram.source, chat)
            report = await importer_of(
                self.files,
                self.settings,
                self.telegram,
                self.store,
                found,
                self.options,
                self.confirm,
            ).run(
                str(chat.id),
                found,
                peers,
                msgspec.structs.replace(self.options, only_new=True),
                self.progress,
                self.control or Unattended(),
                started=started,
            )
        except HeadraceError as error:
            left = error.report if isinstance(error.report, ImportReport) else None
            return Outcome(chat, left and _less(left, before), error)
        return Outcome(found, _less(report, before))


async def _chosen(store: ArchiveStore, refs: Sequence[str], settings: Settings) -> list[Chat]:
    """The chats that are meant, each once, in the order of the references or of their titles."""
    known = {chat.id: chat for chat in await store.chats_of_telegram()}
    if not refs:
        # Discussion groups come with their channels.
        own = [one for one in known.values() if not await store.is_sifted(one.id)]
        return sorted(own, key=lambda chat: (chat.title, chat.id))
    found: dict[int, Chat] = {}
    for ref in refs:
        chat = await stored_chat(store, parse_reference(ref), ref, settings)
        if chat.id not in known:
            raise ChatNotFound(
                f"{ref} is in the archive from an export only.",
                hint=f"Read it from Telegram first: headrace import {ref}",
            )
        found[chat.id] = chat
    return list(found.values())


def report_of(outcomes: Sequence[Outcome]) -> SyncReport:
    """The sums over all chats, and what of them failed."""
    reports = [one.report for one in outcomes if one.report is not None]
    return SyncReport(
        new=sum(one.new for one in reports),
        edited=sum(one.edited for one in reports),
        deleted=sum(one.deleted for one in reports),
        files=sum(one.files["fetched"] for one in reports),
        refreshed=sum(one.refreshed for one in reports),
        complete=len(reports) == len(outcomes) and all(one.complete for one in reports),
        chats=reports,
        failed=[_failed(one.chat, one.error) for one in outcomes if one.error is not None],
    )


def _failed(chat: Chat, error: HeadraceError) -> FailedChat:
    return FailedChat(
        chat=chat.id,
        title=chat.title,
        error=type(error).__name__,
        message=str(error),
        hint=error.hint,
        exit_code=error.exit_code,
    )


def _ends_all(error: HeadraceError) -> bool:
    only_files = isinstance(error.report, ImportReport)
    return isinstance(error, _ENDS_ALL) and not isinstance(error, _ENDS_ONE) and not only_files


def _less(report: ImportReport, before: dict[str, int]) -> ImportReport:
    """The report with the requests of its own chat alone."""
    own = {name: count - before.get(name, 0) for name, count in report.requests.items()}
    return msgspec.structs.replace(
        report, requests={name: count for name, count in own.items() if count}
    )
