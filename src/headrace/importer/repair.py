"""Repairs: what is damaged or missing is made anew from other rows, or read and fetched again.

Nothing is thrown away: a damaged file keeps its place until a whole one takes it, rows are
only added, and of the ledger goes only what the rows do not bear out. So a repair that stops
half way leaves an archive that the next one, or an import, goes on with.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import msgspec

from headrace.errors import ChatNotFound, ChatPrivate
from headrace.importer.check import Checker
from headrace.importer.file_ports import Blobs, Thumbs
from headrace.importer.judging import let_through
from headrace.importer.lease import held
from headrace.importer.media import raise_if_stopped
from headrace.importer.mender import Mender, MendingRows, Online
from headrace.importer.progress import Meter
from headrace.model.audit import Audit, Cure, Damage, Finding, Repaired
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.coverage import Lease
from headrace.model.download import MediaPolicy
from headrace.model.job import Control, ProgressSink
from headrace.model.plan import Pace
from headrace.model.values import FileKey, PeerId

#: The resource of what all chats share.
_ARCHIVE = "archive"
#: The table of which the ledger knows more than how many rows it had.
_MESSAGES = "messages"
#: Files fetched before it is looked what became of them.
_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Repairer:
    """Everything that a repair needs, given by the composition root."""

    rows: MendingRows
    checker: Checker
    blobs: Blobs
    thumbs: Thumbs
    clock: Clock
    #: Who holds the leases: ``host:pid:start``.
    owner: str
    #: Signs in; entered only where something has to be asked for.
    online: Callable[[], AbstractAsyncContextManager[Online]]
    pace: Pace

    async def run(
        self, chat_id: PeerId | None, progress: ProgressSink, control: Control
    ) -> Repaired:
        """Check, mend what can be mended, and check again.

        Raises any error of ``headrace.errors``; what was mended until then stays so.
        """
        before = await self.checker.run(chat_id)
        if before.is_clean or any(one.kind is Damage.DATABASE for one in before.findings):
            return Repaired(before=before, after=before)
        meter = Meter(progress, self.clock.monotonic, self.clock.now())
        try:
            async with AsyncExitStack() as stack:
                run = _Run(self, before, chat_id, meter, control, stack)
                await run.mend()
            after = await self.checker.run(chat_id)
            gone, left = await self._settle(before, after, run.problems)
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            meter.end("cancelled" if cancelled else "failed", str(error))
            raise
        meter.end("succeeded")
        return Repaired(
            before=before,
            after=msgspec.structs.replace(after, findings=left),
            gone=gone,
            problems=tuple(run.problems),
        )

    async def _settle(
        self, before: Audit, after: Audit, problems: Sequence[str]
    ) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
        """Rows that are back are counted as such; those that nobody can bring back are told.

        As long as anything else is damaged or could not be had, they may still come. Messages
        that the next import reads are told of by their range.
        """
        by_import = {one.chat for one in before.findings if one.cure is Cure.IMPORT}
        left = [one for one in after.findings if one.kind is not Damage.ROWS]
        gone, waiting = [], []
        async with held(self.rows, self.clock, _ARCHIVE, self.owner) as lease:
            for one in before.findings:
                if one.kind is not Damage.ROWS:
                    continue
                lacking = one.rows - await self.rows.count_rows(one.chat, one.where)
                if one.where == _MESSAGES and one.chat in by_import:
                    lacking = 0
                if lacking > 0 and (left or problems):
                    waiting.append(one)
                    continue
                if lacking > 0:
                    gone.append(f"{lacking:,} of {one.rows:,} rows of {one.where}")
                await self.rows.accept_rows(lease, one.chat, one.where)
        return tuple(gone), (*left, *waiting)


@dataclass(slots=True)
class _Run:
    """One repair."""

    given: Repairer
    audit: Audit
    chat_id: PeerId | None
    meter: Meter
    control: Control
    stack: AsyncExitStack
    problems: list[str] = field(default_factory=list)
    _online: Online | None = None

    async def mend(self) -> None:
        """Chat by chat; what follows from rows first, because no account is needed for it."""
        if any(one.kind is Damage.WORDS for one in self.audit.findings):
            await self.given.rows.rebuild_words()
        chats = await self._chats()
        asking = []
        for chat_id in chats:
            async with self._mender(chat_id) as mender:
                self.problems += await mender.mend_rows()
                if mender.asks_telegram:
                    asking.append(chat_id)
        for chat_id in asking:
            await self._read_again(chat_id)
        for chat_id in chats:
            await self._fetch_again(chat_id)
        for chat_id in chats:
            async with self._mender(chat_id) as mender:
                await mender.draw_again(self.given.blobs, self.given.thumbs)

    async def _chats(self) -> list[PeerId]:
        """Those with findings; all of them where what they share is damaged."""
        named = {one.chat for one in self.audit.findings if one.chat is not None}
        shared = any(one.chat is None for one in self.audit.findings)
        if self.chat_id is not None:
            return [self.chat_id]
        return sorted(named.union(await self.given.rows.audited_chats() if shared else ()))

    def _of(self, chat_id: PeerId) -> list[Finding]:
        return [one for one in self.audit.findings if one.chat in (chat_id, None)]

    def _lease(self, chat_id: PeerId) -> AbstractAsyncContextManager[Lease]:
        given = self.given
        return held(given.rows, given.clock, f"chat:{chat_id}", given.owner)

    @asynccontextmanager
    async def _mender(self, chat_id: PeerId) -> AsyncIterator[Mender]:
        rows, findings = self.given.rows, self._of(chat_id)
        async with self._lease(chat_id) as lease:
            yield Mender(rows=rows, chat_id=chat_id, lease=lease, findings=findings)

    async def _telegram(self) -> Online:
        if self._online is None:
            self._online = await self.stack.enter_async_context(self.given.online())
            self._online.source.watch_waits(self.meter.waiting)
        return self._online

    async def _read_again(self, chat_id: PeerId) -> None:
        online = await self._telegram()
        try:
            async with self._mender(chat_id) as mender:
                await mender.read_again(online, self.meter, self.control, self.given.pace)
        except (ChatNotFound, ChatPrivate) as error:
            # What all chats share may have come with another.
            if any(one.chat == chat_id for one in self.audit.findings):
                self.problems.append(str(error))

    async def _fetch_again(self, chat_id: PeerId) -> None:
        """Damaged files, and those whose rows were made anew, as far as the policy lets them."""
        rows, found = self.given.rows, self._of(chat_id)
        chat = await rows.chat(chat_id)
        damaged = _askable((one for one in found if one.chat == chat_id), Damage.FILE)
        fresh = _askable(found, Damage.FILE_ROW)
        # Where no file was ever fetched, none is wanted.
        if not (await rows.file_tallies(chat_id)).stored:
            fresh = []
        if chat is None or not (damaged or fresh):
            return
        online = await self._telegram()
        try:
            await online.source.resolve(str(chat_id))
        except (ChatNotFound, ChatPrivate) as error:
            self.problems.append(str(error))
            return
        self.meter.enter("media", title=chat.title)
        async with self._lease(chat_id) as lease:
            allowed = await let_through(rows, lease, chat_id, MediaPolicy().of(chat), fresh)
            keys = [*damaged, *sorted(allowed)]
            for start in range(0, len(keys), _BATCH):
                await self._fetch(online, chat, lease, keys[start : start + _BATCH])

    async def _fetch(
        self, online: Online, chat: Chat, lease: Lease, keys: Sequence[FileKey]
    ) -> None:
        rows = self.given.rows
        await rows.want_again(lease, keys)
        beside = online.downloader.beside(
            chat, MediaPolicy(), lease, self.meter, self.control, only=keys
        )
        async with beside as downloads:
            pass
        raise_if_stopped(downloads, None)
        states = await rows.file_states(keys)
        lacking = {key: state for key, state in states.items() if state != "stored"}
        self.problems += [f"{key} is {state}" for key, state in sorted(lacking.items())]


def _askable(findings: Iterable[Finding], kind: Damage) -> list[FileKey]:
    """Files that Telegram may have."""
    return [
        one.file
        for one in findings
        if one.kind is kind and one.file is not None and one.cure is Cure.REPAIR
    ]
