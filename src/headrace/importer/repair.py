"""Repairs: what is damaged or missing is made anew from other rows, or read and fetched again.

Nothing is thrown away: a damaged file keeps its place until a whole one takes it, rows are
only added, and of the ledger goes only what the rows do not bear out. So a repair that stops
half way leaves an archive that the next one, or an import, goes on with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import msgspec

from headrace.errors import ChatNotFound, ChatPrivate
from headrace.importer.check import Checker
from headrace.importer.downloads import Downloader
from headrace.importer.lease import held
from headrace.importer.mender import Mender, MendingRows, Online
from headrace.importer.ports import Blobs, Thumbs
from headrace.importer.progress import Meter
from headrace.model.audit import Audit, Damage, Finding, Repaired
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.download import MediaPolicy
from headrace.model.job import Control, ProgressSink
from headrace.model.plan import Pace
from headrace.model.values import FileKey, PeerId
from headrace.transform.media_policy import judge

#: The resource of what all chats share.
_ARCHIVE = "archive"
_BATCH = 500


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
        async with AsyncExitStack() as stack:
            run = _Run(self, before, chat_id, meter, control, progress, stack)
            await run.mend()
        after = await self.checker.run(chat_id)
        gone, left = await self._settle(before, after)
        return Repaired(
            before=before,
            after=msgspec.structs.replace(after, findings=left),
            gone=gone,
            problems=tuple(run.problems),
        )

    async def _settle(
        self, before: Audit, after: Audit
    ) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
        """Rows that are back are counted as such; those that nobody can bring back are told.

        As long as anything else is damaged, they may still come.
        """
        left = [one for one in after.findings if one.kind is not Damage.ROWS]
        gone, waiting = [], []
        async with held(self.rows, self.clock, _ARCHIVE, self.owner) as lease:
            for one in before.findings:
                if one.kind is not Damage.ROWS:
                    continue
                lacking = one.rows - await self.rows.count_rows(one.chat, one.where)
                if lacking > 0 and left:
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
    progress: ProgressSink
    stack: AsyncExitStack
    problems: list[str] = field(default_factory=list)
    _online: Online | None = None

    async def mend(self) -> None:
        """Chat by chat; what follows from rows first, because no account is needed for it."""
        chats = await self._chats()
        asking = []
        for chat_id in chats:
            async with self._mender(chat_id) as mender:
                await mender.mend_rows()
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

    @asynccontextmanager
    async def _mender(self, chat_id: PeerId) -> AsyncIterator[Mender]:
        given = self.given
        async with held(given.rows, given.clock, f"chat:{chat_id}", given.owner) as lease:
            yield Mender(rows=given.rows, chat_id=chat_id, lease=lease, findings=self._of(chat_id))

    async def _telegram(self) -> Online:
        if self._online is None:
            self._online = await self.stack.enter_async_context(self.given.online())
            self._online.watch_waits(self.meter.waiting)
        return self._online

    async def _read_again(self, chat_id: PeerId) -> None:
        online = await self._telegram()
        try:
            async with self._mender(chat_id) as mender:
                await mender.read_again(online, self.meter, self.control, self.given.pace)
        except (ChatNotFound, ChatPrivate) as error:
            self.problems.append(str(error))

    async def _fetch_again(self, chat_id: PeerId) -> None:
        """Damaged files, and those whose rows were made anew, as far as the policy lets them."""
        given, found = self.given, self._of(chat_id)
        chat = await given.rows.chat(chat_id)
        damaged = [
            one.file
            for one in found
            if one.kind is Damage.FILE and one.chat == chat_id and one.file and not one.exported
        ]
        fresh = [one.file for one in found if one.kind is Damage.FILE_ROW and one.file]
        if chat is None or not (damaged or fresh):
            return
        if fresh:
            fresh = await self._allowed(chat_id, fresh)
        if not (damaged or fresh):
            return
        online = await self._telegram()
        try:
            await online.source.resolve(str(chat_id))
        except (ChatNotFound, ChatPrivate) as error:
            self.problems.append(str(error))
            return
        async with held(given.rows, given.clock, f"chat:{chat_id}", given.owner) as lease:
            for start in range(0, len(damaged), _BATCH):
                await given.rows.want_again(lease, damaged[start : start + _BATCH])
        await self._download(online, chat, [*damaged, *fresh])

    async def _download(self, online: Online, chat: Chat, keys: Sequence[FileKey]) -> None:
        await self._downloader(online).run(
            chat,
            MediaPolicy(),
            self.progress,
            self.control,
            started=self.given.clock.monotonic(),
            only=keys,
        )
        for start in range(0, len(keys), _BATCH):
            states = await self.given.rows.file_states(keys[start : start + _BATCH])
            lacking = {key: state for key, state in states.items() if state != "stored"}
            self.problems += [f"{key} is {state}" for key, state in sorted(lacking.items())]

    async def _allowed(self, chat_id: PeerId, keys: Sequence[FileKey]) -> list[FileKey]:
        """Where files of the chat were fetched before; not what its owner restricts."""
        rows, wanted, after = self.given.rows, set(keys), (-1, "")
        if not (await rows.file_tallies(chat_id)).stored:
            return []
        while found := await rows.file_facts(chat_id, _BATCH, after=after):
            after = (found[-1].size, found[-1].key)
            wanted -= {one.key for one in found if judge(MediaPolicy(), one)}
        return sorted(wanted)

    def _downloader(self, online: Online) -> Downloader:
        given = self.given
        return Downloader(
            source=online.files,
            store=given.rows,
            rows=given.rows,
            blobs=given.blobs,
            thumbs=given.thumbs,
            clock=given.clock,
            owner=given.owner,
            watch_waits=online.watch_waits,
            requests=online.source.requests,
        )
