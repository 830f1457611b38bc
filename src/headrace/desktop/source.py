"""The second source: a Telegram Desktop export, one chat of it at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from itertools import islice
from pathlib import Path

from headrace.desktop.albums import Item
from headrace.desktop.folders import Folder
from headrace.desktop.json_stream import JsonCursor
from headrace.desktop.opening import Export, find_export, mark_length, opened
from headrace.desktop.pages import Entries
from headrace.desktop.roots import Entry, find_chats
from headrace.desktop.threads import in_thread
from headrace.desktop.values import integer
from headrace.errors import UsageError
from headrace.model.chat import Chat
from headrace.model.coverage import DESKTOP
from headrace.model.download import ExportedFile, Readable
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.model.values import Timestamp
from headrace.threads import ended

#: Pages made in one visit to a thread: some ten milliseconds of work.
_AT_ONCE = 4
_FILES_AT_ONCE = 200
#: Chats named in a hint.
_NAMED = 20


class DesktopSource:
    """A chat of an export. Errors are those of ``headrace.errors``."""

    name = DESKTOP

    def __init__(self, export: Export, entry: Entry) -> None:
        self.chat: Chat = entry.chat()
        #: Entries in the export, of whatever type.
        self.total = entry.messages
        #: Entries that could not be read and have no id to record it under, so far.
        self.nameless = 0
        #: The byte at which the first of them begins.
        self.first_nameless = 0
        self._export = export
        self._offset = entry.offset

    def requests(self) -> dict[str, int]:
        """An export asks nobody."""
        return {}

    async def pages(
        self, since: Timestamp | None = None, until: Timestamp | None = None
    ) -> AsyncGenerator[Page]:
        """Runs of adjacent ids, in the order of the file; ``until`` is exclusive."""
        async with in_thread(lambda: opened(self._export)) as stream:
            stream.seek(self._offset)
            cursor = JsonCursor(stream, start=self._offset)
            entries = Entries(cursor, self.chat)
            pages = entries.pages(_between(since, until))
            while batch := await ended(lambda: list(islice(pages, _AT_ONCE)), cursor.stop):
                self.nameless, self.first_nameless = entries.nameless, entries.first_nameless
                for page in batch:
                    yield page
            self.nameless, self.first_nameless = entries.nameless, entries.first_nameless

    async def files(self) -> AsyncGenerator[list[ExportedFile]]:
        """The files that the chat's entries name, some hundred at a time; ``folder`` opens them."""
        async with in_thread(lambda: opened(self._export)) as stream:
            stream.seek(self._offset)
            cursor = JsonCursor(stream, start=self._offset)
            found = Entries(cursor, self.chat).files()
            while batch := await ended(lambda: list(islice(found, _FILES_AT_ONCE)), cursor.stop):
                yield batch

    @asynccontextmanager
    async def open_folder(self) -> AsyncIterator[OpenFolder]:
        """The same beside the event loop."""
        async with in_thread(self.folder) as folder:
            yield OpenFolder(folder)

    def folder(self) -> AbstractContextManager[Folder]:
        """Where the paths of its files begin; opening one asks the disk, so do it in a thread.

        Raises:
            BrokenExport: there is no such folder any more.
        """
        return self._export.folder()


class OpenFolder:
    """The folder of an export, whose files are opened beside the event loop."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def open(self, path: str) -> AbstractAsyncContextManager[Readable]:
        """A file; raises ``FileAbsent`` or ``FileFailed`` with the reason."""
        return in_thread(lambda: self._folder.open(path))


async def open_source(path: Path, which: str = "") -> DesktopSource:
    """The chat of an export that ``which`` names, by title or id; the only one without.

    Raises:
        BrokenExport, NotSupported: there is no export that can be read.
        NotAChannel: the chat is none that headrace keeps.
        UsageError: there are several, or there is none of that name.
    """
    export = await asyncio.to_thread(find_export, path)
    start = await asyncio.to_thread(mark_length, export)
    async with in_thread(lambda: opened(export)) as stream:
        stream.seek(start)
        cursor = JsonCursor(stream, start=start)
        found = await ended(lambda: find_chats(cursor), cursor.stop)
    return DesktopSource(export, _chosen(found, path, which))


def _chosen(found: list[Entry], path: Path, which: str) -> Entry:
    kept = [entry for entry in found if entry.is_kept]
    if which:
        named = [entry for entry in found if _is_named(entry, which)]
        if not named:
            raise UsageError(f"No chat in {path} is named {which!r}.", hint=_choice(kept, path))
        kept = [entry for entry in named if entry.is_kept] or named
    if not kept:
        if len(found) == 1:
            return found[0]
        raise UsageError(
            f"None of the {len(found)} chats in {path} is a channel or group.",
            hint="headrace keeps channels and groups only; export one of those.",
        )
    if len(kept) > 1:
        what = f"{len(kept)} chats in {path} are named {which!r}" if which else (
            f"{path} holds {len(kept)} channels and groups"
        )  # fmt: skip
        raise UsageError(f"{what}; say which one.", hint=_choice(kept, path))
    return kept[0]


def _is_named(entry: Entry, which: str) -> bool:
    if entry.name.casefold() == which.casefold():
        return True
    given, bare = integer(which), entry.bare_id
    if given is None or bare is None:
        return False
    return given == bare or (entry.is_kept and given == entry.chat().id)


def _choice(kept: list[Entry], path: Path) -> str:
    lines = [
        f"  headrace import '{path}#{entry.chat().id}'   {entry.name[:60]} "
        f"({entry.messages:,} messages)"
        for entry in kept[:_NAMED]
    ]
    if len(kept) > _NAMED:
        lines.append(f"  … and {len(kept) - _NAMED} more")
    return "\n".join(["There are:", *lines]) if lines else "It holds no channel and no group."


def _between(since: Timestamp | None, until: Timestamp | None) -> Callable[[Item], bool]:
    def is_wanted(item: Item) -> bool:
        if since is None and until is None:
            return True
        date = item.date if isinstance(item, Message) else 0
        return date > 0 and (since is None or since <= date) and (until is None or date < until)

    return is_wanted
