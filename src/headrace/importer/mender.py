"""The mender: brings the rows of one chat back, from other rows first and then from Telegram."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

from headrace.importer.downloads import Downloader
from headrace.importer.file_ports import Blobs, Thumbs
from headrace.importer.lease import first_of
from headrace.importer.pictures import Pictures
from headrace.importer.ports import Source, Store
from headrace.importer.progress import Meter
from headrace.importer.reader import Reader
from headrace.model.audit import Cure, Damage, Finding
from headrace.model.chat import Chat
from headrace.model.coverage import IdRange, Lease
from headrace.model.job import Control
from headrace.model.plan import Pace
from headrace.model.values import FileKey, PeerId

#: Tables whose rows follow from the messages of a chat.
_DERIVED = frozenset(("message_files", "peer_files", "albums", "files", "roots"))
#: Tables that only Telegram can fill again.
_ASKED_FOR = frozenset(("peers", "chats"))
#: Ids in one question.
_IDS = 100


class MendingRows(Store, Protocol):
    """What mending needs of the store; every writing method checks the fence of its lease."""

    async def chat(self, chat_id: PeerId) -> Chat | None: ...

    async def audited_chats(self) -> list[PeerId]: ...

    def message_batches(self, chat_id: PeerId) -> AsyncGenerator[Sequence[Any]]: ...

    async def name_again(self, lease: Lease, chat_id: PeerId, ids: Sequence[int]) -> None: ...

    async def reopen(
        self, lease: Lease, chat_id: PeerId, scope: str, source: str, lo: int
    ) -> bool: ...

    async def set_file_size(self, lease: Lease, key: FileKey, size: int) -> None: ...

    async def look_anew(self, lease: Lease, chat_id: PeerId, ids: Sequence[int]) -> None: ...

    async def rebuild_words(self) -> None: ...

    async def want_again(self, lease: Lease, keys: Collection[FileKey]) -> None: ...

    async def file_states(self, keys: Collection[FileKey]) -> dict[FileKey, str]: ...

    async def want_thumbnails_again(self, lease: Lease, pictures: Collection[str]) -> None: ...

    async def want_missing_thumbnails(self, lease: Lease) -> None: ...

    async def count_rows(self, chat_id: PeerId | None, table: str) -> int: ...

    async def accept_rows(self, lease: Lease, chat_id: PeerId | None, table: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Online:
    """Telegram, as an account sees it."""

    source: Source
    downloader: Downloader


@dataclass(frozen=True, kw_only=True)
class Mender:
    """The rows of one chat, under its lease. ``findings``: those of the chat and of all chats."""

    rows: MendingRows
    chat_id: PeerId
    lease: Lease
    findings: Sequence[Finding]

    @property
    def asks_telegram(self) -> bool:
        """Whether something can only be read again."""
        return self._has_lost(_ASKED_FOR) or any(
            one.kind in (Damage.LEDGER, Damage.UNCOVERED, Damage.CHAT, Damage.PEER)
            and one.cure is Cure.REPAIR
            for one in self.findings
        )

    async def mend_rows(self) -> list[str]:
        """Add what follows from other rows; no network. Returns what is left to be imported."""
        named = (Damage.REFERENCE, Damage.FILE_ROW, Damage.ALBUM)
        ids = sorted({one.lo for one in self.findings if one.kind in named and one.lo is not None})
        await self.rows.name_again(self.lease, self.chat_id, ids)
        if self._has_lost(_DERIVED) or self._has_unnamed_files():
            async with aclosing(self.rows.message_batches(self.chat_id)) as batches:
                async for batch in batches:
                    numbers = [known.message.id for known in batch]
                    await self.rows.name_again(self.lease, self.chat_id, numbers)
        unsought = [one.lo for one in self.findings if one.kind is Damage.SEARCH and one.lo]
        if unsought or any(one.kind is Damage.MONTH for one in self.findings):
            await self.rows.look_anew(self.lease, self.chat_id, unsought)
        for one in self.findings:
            if one.kind is Damage.SIZE and one.file is not None:
                await self.rows.set_file_size(self.lease, one.file, one.size)
        left = []
        for one in self.findings:
            if one.kind is Damage.LEDGER and one.cure is not Cure.REPAIR and one.lo is not None:
                await self._reopen(one, one.lo)
                left += [f"{one.where}: {one.mend}"] if one.cure is Cure.IMPORT else []
        return left

    async def read_again(self, online: Online, meter: Meter, control: Control, pace: Pace) -> None:
        """Ask Telegram for the chat, and for messages and peers that are not there."""
        chat, peers = await online.source.resolve(str(self.chat_id))
        await self.rows.save_chat(self.lease, chat, peers)
        wanted = []
        for one in self.findings:
            if one.cure is not Cure.REPAIR or one.lo is None or one.hi is None:
                continue
            if one.kind is Damage.LEDGER:
                await self._reopen(one, one.lo)
            if one.kind in (Damage.LEDGER, Damage.UNCOVERED):
                wanted.append(IdRange(lo=one.lo, hi=one.hi))
        if wanted:
            # What was left out of a discussion group is left out again.
            sift = await self.rows.is_sifted(chat.id)
            given = (online.source, self.rows, chat, self.lease, control)
            reader = Reader(*given, pace=pace, arrived=meter.page, sift=sift)
            plan = await reader.plan(await online.source.probe(chat), wanted)
            meter.enter("history", title=chat.title, total=plan.messages)
            try:
                await reader.read(plan)
            except BaseExceptionGroup as group_error:
                raise first_of(group_error) from None
        await self._read_of_peers(online.source, chat, control)

    async def _read_of_peers(self, source: Source, chat: Chat, control: Control) -> None:
        """Messages come with whoever is named in them."""
        ids = sorted(
            {one.lo for one in self.findings if one.kind is Damage.PEER and one.lo is not None}
        )
        for start in range(0, len(ids), _IDS):
            await control.checkpoint()
            for page in await source.messages(chat, ids[start : start + _IDS]):
                await self.rows.save_page(self.lease, page)

    async def draw_again(self, blobs: Blobs, thumbs: Thumbs) -> None:
        """Make the thumbnails that are damaged or missing, of pictures that are whole."""
        if self._has_lost(frozenset(("thumbnails",))):
            await self.rows.want_missing_thumbnails(self.lease)
        keys = [one.file for one in self.findings if one.kind is Damage.FILE and one.file]
        states = await self.rows.file_states(keys)
        damaged = {
            one.sha256
            for one in self.findings
            if one.kind is Damage.FILE and one.file and states.get(one.file) != "stored"
        }
        wanted = {one.sha256 for one in self.findings if one.kind is Damage.THUMBNAIL}
        await self.rows.want_thumbnails_again(self.lease, sorted(wanted - damaged))
        pictures = Pictures(self.rows, blobs, thumbs, self.lease, (self.chat_id,))
        pictures.close()
        await pictures.run()

    async def _reopen(self, finding: Finding, lo: int) -> None:
        await self.rows.reopen(self.lease, self.chat_id, finding.scope, finding.source, lo)

    def _has_lost(self, tables: frozenset[str]) -> bool:
        return any(one.kind is Damage.ROWS and one.where in tables for one in self.findings)

    def _has_unnamed_files(self) -> bool:
        return any(one.kind is Damage.ORPHAN and one.file is not None for one in self.findings)
