"""Before bytes: what an import would fetch, and the question where that is very much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from headrace.app.values import builtins_of
from headrace.blobs.local import LocalBlobs
from headrace.errors import Interrupted
from headrace.importer.estimate import estimate_media, share_of, wanted_at_all, weigh
from headrace.model.chat import Chat, Probe
from headrace.model.download import FileKind, Tallies
from headrace.model.estimate import Confirm
from headrace.model.files import FileOps
from headrace.model.plan import ImportOptions
from headrace.settings import Settings
from headrace.store.store import ArchiveStore
from headrace.telegram.source import TelegramSource


async def ask_first(
    confirm: Confirm | None,
    source: TelegramSource,
    store: ArchiveStore,
    chat: Chat,
    options: ImportOptions,
    files: FileOps,
    settings: Settings,
    expect: Callable[[int, int], None],
) -> bool:
    """Ask where more would be fetched than fits, or than somebody would want unasked.

    Returns whether there are files at all, as far as Telegram counts them; ``expect`` hears about
    how many are wanted, and bytes, before anybody is asked.

    Raises:
        Interrupted: the answer was no. Whatever ``confirm`` raises.
    """
    counts = await source.count_media(chat)
    expect(*wanted_at_all(chat, counts, options.media))
    weighed = await weigh(
        source,
        chat,
        options,
        counts,
        partial(store.file_tallies_by_kind, chat.id),
        await LocalBlobs(files, settings.archive).room(),
    )
    expect(*wanted_at_all(chat, counts, options.media, weighed.estimate))
    question = weighed.question
    if question is not None and confirm is not None and not await confirm(question):
        raise Interrupted("Nothing was fetched.")
    return any(counts.values())


async def planned_files(
    source: TelegramSource,
    chat: Chat,
    options: ImportOptions,
    stored: Mapping[FileKind, Tallies],
    files: FileOps,
    settings: Settings,
    probe: Probe,
) -> dict[str, Any]:
    """The part of a plan that is about files, as ``plan --json`` prints it."""
    room = await LocalBlobs(files, settings.archive).room()
    counts = {} if options.media.is_empty else await source.count_media(chat)
    share = share_of(options, probe.count)
    found = await estimate_media(source, chat, options, stored, counts, share=share)
    return {
        "files": {str(kind): builtins_of(one) for kind, one in found.kinds.items()},
        "bytes": found.bytes,
        "bytes_error": found.error,
        "free": room.free,
        "reserve": room.reserve,
        "fits": found.bytes <= room.free,
    }
