"""Checks: rows against the ledger, files against their hashes, references both ways; no network.

Nothing is changed. What is damaged is a finding; what only deserves a word (strays, files in
the making, rows that nobody has counted) is a note.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

from headrace.errors import DatabaseUnavailable
from headrace.importer.check_ports import Disk, Rows, Step
from headrace.model.audit import (
    Audit,
    Damage,
    Examined,
    Finding,
    Pictured,
    Shape,
    Shelved,
    cure_of,
)
from headrace.model.job import Control
from headrace.model.values import PeerId

#: Files read at once: enough for one disk.
_AT_ONCE = 4
#: Tables that say who names a file.
_NAMING = frozenset(("message_files", "peer_files"))
_SAID = {
    Shape.MISSING: "is not there",
    Shape.UNREADABLE: "cannot be read",
    Shape.DAMAGED: "has other bytes than it was stored with",
}
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Checker:
    """Everything that a check needs, given by the composition root."""

    rows: Rows
    disk: Disk
    control: Control

    async def run(self, chat_id: PeerId | None = None) -> Audit:
        """Check one chat, or the whole archive, which finds strays, too.

        Memory holds what is damaged, and of the rest one piece at a time.
        """
        run = _Run(self, chat_id)
        await run.rows()
        # Of a database that is damaged nothing more can be believed.
        if not any(one.kind is Damage.DATABASE for one in run.findings):
            await run.files()
        return Audit(
            findings=tuple(run.findings), notes=tuple(run.notes), looked_at=dict(run.looked_at)
        )


@dataclass(slots=True)
class _Run:
    """One check."""

    given: Checker
    chat_id: PeerId | None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    looked_at: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("messages", "files", "bytes", "thumbnails"), 0)
    )
    _strays: int = 0
    _lost_for_good: int = 0
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def rows(self) -> None:
        try:
            self.findings += await self.given.rows.audit_database()
            if not self.findings:
                await self._look_at_rows()
        except DatabaseUnavailable as error:
            self.findings.append(
                Finding(kind=Damage.DATABASE, where="the database", detail=str(error))
            )

    async def _look_at_rows(self) -> None:
        rows = self.given.rows
        at_work = await rows.is_at_work()
        if at_work:
            self.notes.append(
                "somebody works on the archive; what is found may be half done, and the index of "
                "words is not looked at"
            )
        chats = await rows.audited_chats() if self.chat_id is None else [self.chat_id]
        lacking = await rows.audit_seal(None)
        uncounted = 0
        for chat_id in chats:
            lost = await rows.audit_seal(chat_id)
            uncounted += not await rows.is_sealed(chat_id)
            self.findings += await rows.audit_chat(chat_id)
            await self._walk(rows.audit_references(chat_id), "messages")
            await self._walk(rows.audit_albums(chat_id))
            await self._walk(rows.audit_search(chat_id))
            self.findings += await rows.audit_strays(chat_id)
            self.findings += await rows.audit_months(chat_id)
            if any(one.where == "peers" for one in lacking):
                await self._walk(rows.audit_peers(chat_id))
            self.findings += lost
        self.findings += lacking
        if self.chat_id is None:
            self.findings += await rows.audit_files()
            # It would keep those who work waiting.
            self.findings += [] if at_work else await rows.audit_words()
            await self._look_at_unnamed_files()
        if uncounted or not await rows.is_sealed(None):
            self.notes.append(
                "the rows were not counted when the last run ended; whether old versions, counts "
                "or peers are lost cannot be known (the next import counts them)"
            )

    async def _look_at_unnamed_files(self) -> None:
        """Messages may go with reason; where rows of references are lost, files tell which."""
        unnamed = await self.given.rows.audit_unnamed_files()
        if any(one.kind is Damage.ROWS and one.where in _NAMING for one in self.findings):
            self.findings += unnamed
        elif unnamed:
            self.notes.append(f"files that no message and nobody's picture names: {len(unnamed):,}")

    async def _walk(self, steps: AsyncGenerator[Step], what: str = "") -> None:
        async with aclosing(steps):
            async for step in steps:
                self.findings += step.findings
                if what:
                    self.looked_at[what] += step.looked_at
                await self.given.control.checkpoint()

    async def files(self) -> None:
        rows, disk = self.given.rows, self.given.disk
        named = await rows.shelves()
        for shelf in disk.shelves:
            is_named = shelf in named
            shelved = await rows.shelved(shelf, self.chat_id) if is_named else []
            pictured = await rows.pictured(shelf, self.chat_id) if is_named else []
            contents = [list(same) for _, same in groupby(shelved, _name)]
            await self._each(contents, self._file)
            await self._each(pictured, self._thumbnail)
            if self.chat_id is None:
                await self._note_strays(shelf, shelved, pictured)
        if self.chat_id is None:
            await self._note_what_lies_beside()
        if self._lost_for_good:
            self.notes.append(
                f"{self._lost_for_good:,} damaged files cannot be had again: Telegram has them "
                "no more; what is left of them is kept"
            )

    async def _each(self, items: Sequence[_T], look: Callable[[_T], Awaitable[None]]) -> None:
        async def one(item: _T) -> None:
            async with self._room:
                await self.given.control.checkpoint()
                await look(item)

        await asyncio.gather(*(one(item) for item in items))

    async def _file(self, same: Sequence[Shelved]) -> None:
        """One content, and all the files that have it."""
        there = await self.given.disk.examine(same[0])
        self.looked_at["files"] += 1
        self.looked_at["bytes"] += there.size
        for one in same:
            if one.given_up:
                self._lost_for_good += there.shape is not Shape.WHOLE
            elif there.shape is not Shape.WHOLE:
                self.findings.append(_damaged(one, there))
            elif there.size != one.size:
                self.findings.append(_miscounted(one, there))

    async def _thumbnail(self, one: Pictured) -> None:
        there = await self.given.disk.examine_thumbnail(one)
        self.looked_at["thumbnails"] += 1
        if there.shape is not Shape.WHOLE:
            self.findings.append(
                Finding(
                    kind=Damage.THUMBNAIL,
                    where=f"thumbs/{one.sha256[:2]}/{one.sha256}",
                    detail=_SAID[there.shape],
                    chat=one.chat,
                    sha256=one.sha256,
                )
            )

    async def _note_strays(
        self, shelf: str, shelved: Sequence[Shelved], pictured: Sequence[Pictured]
    ) -> None:
        disk = self.given.disk
        known = {_name(one) for one in shelved}
        self._strays += sum(name not in known for name in await disk.names(shelf))
        drawn = {one.sha256 for one in pictured}
        names = await disk.thumbnail_names(shelf)
        self._strays += sum(name.partition(".")[0] not in drawn for name in names)

    async def _note_what_lies_beside(self) -> None:
        disk = self.given.disk
        strays = self._strays + len(await disk.beside())
        if strays:
            self.notes.append(f"files in media and thumbs that no row names: {strays:,}")
        if unfinished := await disk.unfinished():
            self.notes.append(f"files in the making: {unfinished:,} (headrace media goes on)")


def _name(one: Shelved) -> str:
    return f"{one.sha256}.{one.extension}"


def _damaged(one: Shelved, there: Examined) -> Finding:
    detail = _SAID[there.shape]
    if there.shape is Shape.DAMAGED and there.size != one.size:
        detail = f"has {there.size:,} bytes instead of {one.size:,}"
    return _of_file(Damage.FILE, one, there, detail)


def _miscounted(one: Shelved, there: Examined) -> Finding:
    detail = f"has {there.size:,} bytes, as it should, and its row says {one.size:,}"
    return _of_file(Damage.SIZE, one, there, detail)


def _of_file(kind: Damage, one: Shelved, there: Examined, detail: str) -> Finding:
    return Finding(
        kind=kind,
        where=f"media/{one.sha256[:2]}/{_name(one)}",
        detail=f"{detail} ({one.file})",
        chat=one.chat,
        file=one.file,
        sha256=one.sha256,
        size=there.size,
        cure=cure_of(one.file),
    )
