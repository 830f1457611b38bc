"""Serving: the jobs and the site of an archive, in one process that holds its lease."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from headrace.app.account_share import AccountShare
from headrace.app.imports import (
    import_export,
    import_with,
    needs_no_account,
    plan_with,
    set_long_lived_objects_aside,
)
from headrace.app.media import media_with
from headrace.app.proofs import Proofs, proving
from headrace.app.servers import Running, announced, token_of
from headrace.app.sync import sync_with
from headrace.app.wishes import request_of, resources_of
from headrace.blobs.files import LocalFiles
from headrace.desktop.opening import looks_like_path, split_reference
from headrace.desktop.source import open_source
from headrace.errors import ArchiveError, UsageError
from headrace.importer.export import plan_export
from headrace.importer.lease import held
from headrace.importer.status import failures_of
from headrace.jobs.local import LocalRunner, running_jobs
from headrace.jobs.runner import Found
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.files import FileOps
from headrace.model.job import Control, JobKind, JobRequest, ProgressSink
from headrace.model.values import PeerId
from headrace.settings import Settings
from headrace.store.leases import JOBS
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore
from headrace.telegram.clock import SystemClock
from headrace.web.auth import Door
from headrace.web.frames import sign_in_page
from headrace.web.guard import Guard
from headrace.web.hosts import answering_to, in_url, is_loopback
from headrace.web.ports import Holding
from headrace.web.server import listen, port_of, serve_until_cancelled
from headrace.web.site import Parts, make_site
from headrace.web.wishes import ImportWish, JobWish

#: Messages that the search follows in one go, and the pauses after it: while there are more, while
#: jobs write, and when there are none.
_INDEXED, _SHORT_S, _BUSY_S, _IDLE_S = 200, 0.02, 0.2, 1.0
#: A thread that computes lets another go on after so long. A page goes from thread to thread for
#: each statement, and would wait Python's usual 5 ms each time while the search follows.
_SWITCH_S = 0.0005
_log = logging.getLogger(__name__)
_ANYWHERE = ("0.0.0.0", "::", "[::]")  # noqa: S104 - named to be told from addresses


async def serve(
    settings: Settings, ready: Callable[[Running, str], None], *, begin: str = ""
) -> None:
    """Serve the archive of the settings until cancelled; ``ready`` hears where, and the token.

    ``begin``: a channel whose import begins at once.

    Jobs that are at work then are ended as a stop would, and found interrupted by the next.

    Raises:
        UsageError: others could reach it, and there is no token yet.
        ArchiveBusy: another process serves this archive.
    """
    files = LocalFiles()
    set_long_lived_objects_aside()
    sys.setswitchinterval(_SWITCH_S)
    token, path = token_of(files, settings, may_make=is_loopback(settings.host))
    sockets = listen(settings.host, settings.port)
    try:
        async with serving(settings, token, files=files, begin=begin) as (site, runner):
            host = "127.0.0.1" if settings.host in (*_ANYWHERE, "localhost") else settings.host
            running = Running(
                url=f"http://{in_url(host)}:{port_of(sockets)}",
                archive=str(settings.archive.resolve()),
                token_file=path,
            )
            with announced(files, running):
                ready(running, token)
                await _until_cancelled(site, sockets, runner)
    finally:
        for one in sockets:
            one.close()


async def _until_cancelled(site: Guard, sockets: list[Any], runner: LocalRunner) -> None:
    server = asyncio.create_task(serve_until_cancelled(site, sockets))
    try:
        await asyncio.shield(server)
    finally:
        # First the jobs: event streams end with them, and only then the server can.
        await runner.close()
        server.cancel()
        await asyncio.wait([server])


@asynccontextmanager
async def serving(
    settings: Settings, token: str, *, files: FileOps | None = None, begin: str = ""
) -> AsyncIterator[tuple[Guard, LocalRunner]]:
    """The site of an archive and the jobs behind it, without a network."""
    files, clock = files or LocalFiles(), SystemClock()
    async with (
        open_archive(files, settings.archive, database_url=settings.database_url) as store,
        held(store, clock, JOBS, owner_name()) as lease,
        proving(store, clock) as proofs,
    ):
        desk = Desk(files, settings, store, AccountShare(files, settings), proofs)
        async with running_jobs(
            store, lease, desk.work, clock, resume=settings.resume_jobs
        ) as runner:
            parts = Parts(
                store=store,
                settings=settings,
                jobs=runner,
                board=runner.board,
                imports=desk,
                door=Door(token=token, clock=clock),
                names=_names(settings),
                sign_in_page=sign_in_page,
            )
            if begin:
                resource = (await desk.resources(begin))[0]
                await runner.submit(
                    desk.request(JobWish.model_validate({"channel": begin}), JobKind.IMPORT),
                    resource,
                )
            async with _searchable(store, runner, clock):
                yield make_site(parts), runner


@asynccontextmanager
async def _searchable(
    store: ArchiveStore, runner: LocalRunner, clock: Clock
) -> AsyncIterator[None]:
    """Let the search follow what is written while the block runs, with room for those who write."""
    following = asyncio.create_task(_follow(store, runner, clock))
    try:
        yield
    finally:
        following.cancel()
        await asyncio.wait([following])


async def _follow(store: ArchiveStore, runner: LocalRunner, clock: Clock) -> None:
    while True:
        try:
            is_more = bool(await store.count_months() + await store.index_more(_INDEXED))
        except ArchiveError:
            # The messages are noted until they have been followed.
            _log.warning("the search does not follow", exc_info=True)
            is_more = False
        is_busy = any(job.state.is_live for job in runner.jobs())
        await clock.sleep((_BUSY_S if is_busy else _SHORT_S) if is_more else _IDLE_S)


def _names(settings: Settings) -> frozenset[str]:
    own = () if settings.host in _ANYWHERE else (settings.host,)
    return answering_to((*own, *settings.host_names.split(",")))


@dataclass(frozen=True, slots=True)
class Desk:
    """Carries out what the site asks for (``web.ports.Imports``, ``jobs.runner.Work``)."""

    files: FileOps
    settings: Settings
    store: ArchiveStore
    account: AccountShare
    proofs: Proofs

    async def work(
        self, request: JobRequest, progress: ProgressSink, control: Control, found: Found
    ) -> Any:
        """Carry a job out."""
        ref, options = request.ref, request.options
        if needs_no_account(ref, request.of_export):
            if request.kind is not JobKind.IMPORT:
                raise UsageError(
                    f"{ref} is an export, which can only be imported.",
                    ru=f"{ref} это экспорт, который можно только импортировать.",
                )
            return await import_export(
                self.files,
                self.settings,
                self._opened(),
                ref,
                request.of_export,
                options,
                progress,
                control=control,
                found=found,
            )
        async with self.account.use() as telegram:
            given = (self.files, self.settings, telegram, self.store, ref)
            if request.kind is JobKind.IMPORT:
                return await import_with(*given, options, progress, control=control, found=found)
            if request.kind is JobKind.SYNC:
                return await sync_with(*given, options, progress, control=control, found=found)
            media, only = options.media, request.files
            return await media_with(
                *given, media, progress, control=control, found=found, only=only
            )

    def request(self, wish: ImportWish, kind: JobKind) -> JobRequest:
        """A wish as a request."""
        return request_of(self.settings, wish, kind)

    async def resources(self, ref: str) -> list[str]:
        """What a job on a channel may hold."""
        return await resources_of(self.store, ref)

    async def holdings(self, chats: Iterable[Chat]) -> dict[PeerId, Holding]:
        """What the archive holds of chats."""
        return await self.proofs.holdings(chats)

    async def failures(self, chats: Collection[PeerId]) -> dict[PeerId, list[dict[str, Any]]]:
        """What could not be read of chats, or could not be kept."""
        return await failures_of(self.store, [*chats])

    async def plan(self, request: JobRequest) -> dict[str, Any]:
        """What an import would read."""
        if looks_like_path(request.ref):
            path, named = split_reference(request.ref)
            source = await open_source(path, request.of_export or named)
            return await plan_export(source, request.options)
        async with self.account.use() as telegram:
            return await plan_with(
                self.files, self.settings, telegram, self.store, request.ref, request.options
            )

    def _opened(self) -> AbstractAsyncContextManager[ArchiveStore]:
        return nullcontext(self.store)
