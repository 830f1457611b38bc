"""Watching: what chats of the archive need to stay as they are at Telegram."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial

from headrace.app.accounts import open_telegram
from headrace.app.archive import stored_chat
from headrace.app.media import downloader
from headrace.blobs.files import LocalFiles
from headrace.errors import ChatNotFound
from headrace.importer.progress import Meter
from headrace.importer.refresh import Refresher, begin_round
from headrace.importer.watch import Target, Watcher
from headrace.importer.watched import Means, name_of
from headrace.model.chat import Chat
from headrace.model.coverage import HISTORY, TELEGRAM, Lease
from headrace.model.download import MediaPolicy
from headrace.model.files import FileOps
from headrace.model.job import Control, Unattended, Wait
from headrace.model.watch import Happening, WatchReport, WatchSink
from headrace.settings import Settings
from headrace.store.open import open_archive
from headrace.store.owner import owner_name
from headrace.store.store import ArchiveStore
from headrace.telegram.clock import SystemClock
from headrace.telegram.refs import parse_reference
from headrace.telegram.source import TelegramSource


async def watch_chats(
    settings: Settings,
    refs: Sequence[str],
    media: MediaPolicy,
    sink: WatchSink,
    on_wait: Callable[[Wait | None], None],
    control: Control | None = None,
    *,
    seconds: float | None = None,
    files: FileOps | None = None,
) -> WatchReport:
    """Watch the chats that are named, or all of the archive that came from Telegram.

    ``seconds``: how long, without end if nothing is said; ``on_wait`` hears of pauses.
    """
    files = files or LocalFiles()
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_archive(files, settings.archive, create=False))
        chats = await _chosen(store, refs, settings)
        telegram = await stack.enter_async_context(
            open_telegram(files, settings, settings.pace, watching=True)
        )
        telegram.source.watch_waits(on_wait)
        means = Means(
            source=telegram.source,
            store=store,
            clock=clock,
            owner=owner_name(),
            pace=settings.pace,
            media=media,
            downloader=downloader(files, settings, telegram, store, clock),
            refresh=partial(_look_again, store, telegram.source, settings),
        )
        for left in await _left_out(store, chats):
            sink.happened(left)
        watcher = Watcher(means, sink, control or Unattended())
        targets = [Target(chat=chat, sift=await store.is_sifted(chat.id)) for chat in chats]
        return await watcher.run(targets, seconds=seconds)


async def _left_out(store: ArchiveStore, chats: Sequence[Chat]) -> list[Happening]:
    """Channels whose comments were read post by post: no ledger says from where to follow them."""
    watched = {chat.id for chat in chats}
    return [
        Happening(chat=chat.id, name=name_of(chat), event="comments_left_out")
        for chat in chats
        if chat.linked_chat_id
        and chat.linked_chat_id not in watched
        and await store.is_read_by_threads(chat.linked_chat_id)
    ]


async def _look_again(
    store: ArchiveStore,
    source: TelegramSource,
    settings: Settings,
    chat: Chat,
    lease: Lease,
    meter: Meter,
    control: Control,
) -> None:
    """What was told of a chat has a gap: look again at what may have changed in it."""
    this = await begin_round(store, lease, chat.id, source.name)
    again = Refresher(
        source=source,
        store=store,
        meter=meter,
        control=control,
        pace=settings.pace,
        arrived=meter.page,
    )
    await again.refresh(chat, lease, settings.looks_again, this)


async def _chosen(store: ArchiveStore, refs: Sequence[str], settings: Settings) -> list[Chat]:
    named = [await stored_chat(store, parse_reference(ref), ref, settings) for ref in refs]
    found = {chat.id: chat for chat in (named or await store.chats())}
    for chat in named:
        for group in await store.discussion_groups(chat.id):
            if known := await store.chat(group):
                found[group] = known
    chosen = [chat for chat in found.values() if await store.coverage(chat.id, HISTORY, TELEGRAM)]
    if missing := [chat for chat in named if chat not in chosen]:
        raise ChatNotFound(
            f"Nothing of {missing[0].title!r} in this archive came from Telegram.",
            hint=f"Read it first: headrace import {refs[named.index(missing[0])]}",
        )
    if not chosen:
        raise ChatNotFound(
            f"The archive {settings.archive} holds no chat that came from Telegram.",
            hint="Bring one in first: headrace import @name",
        )
    return chosen
