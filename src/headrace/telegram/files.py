"""Files: the bytes of photos, documents and portraits, fetched part by part.

All that is wanted of a data centre stands in one queue (``pool``). What an answer means for
its file is decided here.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

import msgspec
from telethon.tl import types

from headrace import errors
from headrace.model.download import PartSink, Wish
from headrace.telegram.access import AccessBook, FileAccess, FileWay
from headrace.telegram.calls import Outcome
from headrace.telegram.centres import OUTSIDE, Centres
from headrace.telegram.failures import Failure, translate
from headrace.telegram.locations import input_peer, kept_under, location_of, peer_through
from headrace.telegram.parts import Download, Part
from headrace.telegram.pool import Pool
from headrace.telegram.refresh import Refresher
from headrace.telegram.senders import Room
from headrace.telegram.verdicts import Verdict

#: A reference is renewed so often before the file is given up.
_RENEWALS = 3
#: A file is followed from one data centre to the next so often.
_MOVES = 4
#: A part may so often be on its way when a connection breaks.
_BROKEN = 20
_METHOD = "upload.getFile"


class TelegramFiles:
    """The files that one account can have (``headrace.model.download.FileSource``).

    Use it as ``async with TelegramFiles(client.centres, book) as files``.
    """

    def __init__(self, centres: Centres, book: AccessBook) -> None:
        """``book`` belongs to the account of ``centres``."""
        self._centres = centres
        self._book = book
        self._downloads: dict[str, Download] = {}
        self._room = Room()
        self._pools: dict[int, Pool] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._refresher = Refresher(centres.gate, book, self._active, self._place_or_fail)
        self._count = 0

    async def __aenter__(self) -> Self:
        """Connections are made with the first wish."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        await self.close()

    def expect(self) -> None:
        """Connect to the data centre where most of the account's files lie."""
        self._pool(self._centres.home).warm()

    async def fetch(self, wish: Wish, sink: PartSink) -> None:
        """Write all that is missing into the sink (see ``FileSource.fetch``)."""
        while (download := self._downloads.get(wish.key)) is not None:
            if download.join(sink):
                return await self._finished(download, sink)
            await asyncio.wait([download.done])
        return await self._finished(self._start(wish, sink), sink)

    async def close(self) -> None:
        """Give up what is under way, hang up, and keep what was learned."""
        for download in self._active():
            download.give_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._refresher.close()
        if self._pools:
            traffic = self._centres.traffic
            traffic.rate.senders = max(pool.target for pool in self._pools.values())
        for pool in self._pools.values():
            await pool.close()

    async def _finished(self, download: Download, sink: PartSink) -> None:
        try:
            await asyncio.shield(download.done)
        finally:
            download.leave(sink)

    def _start(self, wish: Wish, sink: PartSink) -> Download:
        self._count += 1
        download = Download(wish=wish, sinks=[sink], size=wish.size, order=self._count)
        way = self._book.file_access(kept_under(wish.key))
        self._downloads[wish.key] = download
        download.done.add_done_callback(lambda _: self._downloads.pop(wish.key, None))
        try:
            if wish.key.startswith("peer_photo/"):
                self._start_portrait(download, way)
            elif way is None:
                self._renew_soon(download)
            else:
                self._place(download, way)
        except BaseException as exc:
            download.fail(exc)
            raise
        return download

    def _start_portrait(self, download: Download, way: FileWay | None) -> None:
        peer_id, origins = download.wish.peer, download.wish.origins
        if peer_id is not None:
            through = [*filter(None, [self._book.seen_in(peer_id)])]
            through += [(origin.chat_id, origin.id) for origin in origins[:2]]
            named = [peer_through(self._book, peer_id, chat, number) for chat, number in through]
            download.peers = [*filter(None, [input_peer(self._book, peer_id), *named])]
        self._place_portrait(download, way.dc if way else 0)

    def _place_portrait(self, download: Download, dc: int) -> None:
        if not download.peers:
            raise errors.FileFailed("no_access")
        number = int(download.wish.key.split("/")[1])
        download.location = types.InputPeerPhotoFileLocation(download.peers[0], number, big=True)
        self._want(download, dc)

    def _place(self, download: Download, way: FileWay) -> None:
        """A file's address is known, or known anew.

        Raises:
            FileAbsent: it is a photo of which the server keeps no size.
        """
        if download.wish.key == way.file and way.file.startswith("photo/") and not way.size_type:
            raise errors.FileAbsent("no_size")
        download.way = way
        download.location = location_of(way, download.wish.key)
        if download.wish.key == way.file:
            download.size = download.size or way.size
        # An address may name a data centre that the file itself has been found not to be in.
        self._want(download, download.dc or way.dc)

    def _want(self, download: Download, dc: int) -> None:
        download.dc = dc or self._centres.home
        download.cut()
        self._pool(download.dc).add(download)
        download.finish_if_complete()

    def _pool(self, dc: int) -> Pool:
        if dc not in self._pools:
            self._pools[dc] = Pool(dc, self._centres, self._room, self._judge, self._active)
        return self._pools[dc]

    def _active(self) -> list[Download]:
        return list(self._downloads.values())

    async def _judge(self, pool: Pool, part: Part, outcome: Outcome) -> None:
        """What an attempt means for its file.

        Raises:
            FileFailed, FileAbsent: the file cannot be had.
        """
        if outcome.failure is None:
            if not isinstance(outcome.answer, types.upload.File):
                raise errors.FileFailed(_unfit(outcome.answer))
            if not await part.download.take(part, outcome.answer.bytes):
                pool.put_back(part)
            elif part.download.pending:
                pool.add(part.download)
            return
        match outcome.failure.verdict:
            case Verdict.WAIT:
                self._pool(part.download.dc).put_back(part)
            case Verdict.RECONNECT | Verdict.RETRY | Verdict.UNREADABLE:
                self._repeat(part, outcome.failure)
            case Verdict.REFRESH_REFERENCE:
                self._renew(part)
            case Verdict.MIGRATE:
                self._move(pool, part, outcome.failure.dc)
            case _:
                await self._refused(pool, part, outcome.failure)

    def _repeat(self, part: Part, failure: Failure) -> None:
        part.tries += 1
        broken = failure.verdict is Verdict.RECONNECT
        if part.tries > (_BROKEN if broken else self._centres.traffic.patience.retries):
            raise errors.FileFailed("unreadable" if failure.answer else "unanswered")
        self._pool(part.download.dc).put_back(part)

    def _renew(self, part: Part) -> None:
        download = part.download
        download.pending.appendleft(part)
        if part.way is not download.way:
            self._pool(download.dc).add(download)
        elif not download.renewing:
            if download.renewals >= _RENEWALS:
                raise errors.FileFailed("reference")
            download.renewals += 1
            self._renew_soon(download)

    def _renew_soon(self, download: Download) -> None:
        download.renewing = True
        task = asyncio.get_running_loop().create_task(self._renewed(download))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renewed(self, download: Download) -> None:
        try:
            way = await self._refresher.renew(download)
        except Exception as exc:  # noqa: BLE001 - it is theirs who wait for the file
            download.renewing = False
            download.fail(exc)
            return
        download.renewing = False
        if not download.done.done():
            self._place_or_fail(download, way)

    def _place_or_fail(self, download: Download, way: FileWay) -> None:
        try:
            self._place(download, way)
        except errors.FileAbsent as exc:
            download.fail(exc)

    def _move(self, pool: Pool, part: Part, dc: int) -> None:
        """The file lies elsewhere, and so do all of its parts."""
        download = part.download
        # Who is sent to where the question was asked would go round for ever.
        if download.dc != dc or pool.dc == dc:
            download.moves += 1
            if download.moves > _MOVES:
                raise errors.FileFailed("migrates")
            download.dc = dc
            if download.way is not None:
                self._book.remember_page((), [_moved(download.way, dc)], ())
        self._pool(dc).put_back(part)

    async def _refused(self, pool: Pool, part: Part, failure: Failure) -> None:
        download = part.download
        if failure.code in OUTSIDE:
            part.tries += 1
            if part.tries > _RENEWALS:
                raise errors.FileFailed("data_centre")
            await pool.readmit()
            pool.put_back(part)
        elif download.peers:
            del download.peers[0]
            if not download.peers:
                gone = failure.code == "LOCATION_INVALID"
                raise errors.FileAbsent("photo_removed") if gone else errors.FileFailed("no_access")
            download.pending.appendleft(part)
            self._place_portrait(download, download.dc)
        elif failure.code == "LOCATION_INVALID" and not download.renewals:
            self._renew(part)
        elif failure.verdict is Verdict.BUG:
            raise translate(failure, _METHOD)
        else:
            raise errors.FileFailed("unavailable")


def _moved(way: FileWay, dc: int) -> FileAccess:
    values = {name: getattr(way, name) for name in FileAccess.__struct_fields__}
    return msgspec.convert(values | {"dc": dc}, FileAccess, strict=False)


def _unfit(answer: Any) -> str:
    is_cdn = isinstance(answer, types.upload.FileCdnRedirect)
    return "cdn_unsupported" if is_cdn else "unreadable"
