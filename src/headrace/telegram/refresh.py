"""File references, renewed in batches: a hundred messages, or custom emoji, a call.

A reference runs out. A message that carries the file brings a new one, to all files in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from telethon.tl import types
from telethon.tl.functions.messages import GetCustomEmojiDocumentsRequest

from headrace import errors
from headrace.model.download import FileKind
from headrace.model.values import PeerId
from headrace.telegram.access import AccessBook, FileAccess
from headrace.telegram.by_ids import IDS_A_CALL, find_by_ids
from headrace.telegram.calls import Gate
from headrace.telegram.locations import file_of, find_files, input_peer, kept_under
from headrace.telegram.parts import Download

#: Where custom emoji are renewed instead of a chat: no chat has this id.
_EMOJI = 0

Place = tuple[PeerId, int]
"""Chat and message; or ``_EMOJI`` and the document's id."""


@dataclass(slots=True)
class _Answer:
    """What a batch has brought."""

    #: By place: the files there; nothing where Telegram has nothing any more.
    files: dict[Place, dict[str, FileAccess]] = field(default_factory=dict)
    #: Places of which nothing could be learned.
    unknown: set[Place] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class _Wanted:
    download: Download
    place: Place
    found: asyncio.Future[_Answer]


class Refresher:
    """Renews the access to files. Wishes for one chat that come together travel together."""

    def __init__(
        self,
        gate: Gate,
        book: AccessBook,
        downloads: Callable[[], Iterable[Download]],
        renewed: Callable[[Download, FileAccess], None],
    ) -> None:
        """``downloads``: all that are under way, some of which may be renewed unasked.

        ``renewed`` hears of those.
        """
        self._gate = gate
        self._book = book
        self._downloads = downloads
        self._renewed = renewed
        self._wanted: dict[PeerId, list[_Wanted]] = {}
        self._tasks: dict[PeerId, asyncio.Task[None]] = {}

    async def renew(self, download: Download) -> FileAccess:
        """A new access to a file, from the newest of its places that has it.

        Raises:
            FileAbsent: no place has it any more.
            FileFailed: no place can be asked.
            AccountLost, FloodPause, ConnectionLost: as they say.
        """
        key = kept_under(download.wish.key)
        reason = ""
        for place in _places(download)[download.spent :]:
            answer = await self._ask(download, place)
            files = answer.files.get(place)
            if files and key in files:
                return files[key]
            if place not in answer.unknown:
                reason = _reason(place, files)
            download.spent += 1
        if reason:
            raise errors.FileAbsent(reason)
        raise errors.FileFailed("no_access")

    async def close(self) -> None:
        """Ask no more."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _ask(self, download: Download, place: Place) -> _Answer:
        chat_id, _ = place
        wanted = _Wanted(download, place, asyncio.get_running_loop().create_future())
        self._wanted.setdefault(chat_id, []).append(wanted)
        if chat_id not in self._tasks:
            self._tasks[chat_id] = asyncio.get_running_loop().create_task(self._work(chat_id))
        return await wanted.found

    async def _work(self, chat_id: PeerId) -> None:
        """Batch after batch, as long as somebody wants something of this chat."""
        batch: list[_Wanted] = []
        try:
            while waiting := self._wanted.pop(chat_id, []):
                batch, rest = waiting[:IDS_A_CALL], waiting[IDS_A_CALL:]
                if rest:
                    self._wanted[chat_id] = rest
                await self._renew_batch(chat_id, batch)
        except Exception as exc:  # noqa: BLE001 - it is theirs who wait
            for one in [*batch, *self._wanted.pop(chat_id, [])]:
                if not one.found.done():
                    one.found.set_exception(exc)
        finally:
            del self._tasks[chat_id]

    async def _renew_batch(self, chat_id: PeerId, batch: list[_Wanted]) -> None:
        places = {one.place for one in batch}
        others = self._others(chat_id, batch, IDS_A_CALL - len(places))
        ids = sorted({number for _, number in [*places, *others.values()]})
        try:
            answer = await (self._emoji(ids) if chat_id == _EMOJI else self._read(chat_id, ids))
        except (errors.AccountLost, errors.FloodPause, errors.ConnectionLost):
            raise
        except errors.TelegramError:
            answer = _Answer(unknown={(chat_id, number) for number in ids})
        known = {file.file: file for files in answer.files.values() for file in files.values()}
        self._book.remember_page((), known.values(), ())
        for download, place in others.items():
            file = answer.files.get(place, {}).get(kept_under(download.wish.key))
            if file is not None and not download.done.done() and not download.renewing:
                self._renewed(download, file)
        for one in batch:
            if not one.found.done():
                one.found.set_result(answer)

    def _others(
        self, chat_id: PeerId, batch: Sequence[_Wanted], most: int
    ) -> dict[Download, Place]:
        """Files of the chat whose references are as old as those that ran out."""
        ways = [one.download.way for one in batch]
        oldest = max((way.seen_at for way in ways if way is not None), default=-1)
        taken = {one.download for one in batch}
        found: dict[Download, Place] = {}
        for download in self._downloads():
            if len(found) >= most:
                break
            places = _places(download)[download.spent :]
            way = download.way
            if way is None or download in taken or not places or places[0][0] != chat_id:
                continue
            if way.seen_at <= oldest and not download.renewing:
                found[download] = places[0]
        return found

    async def _read(self, chat_id: PeerId, ids: Sequence[int]) -> _Answer:
        peer = input_peer(self._book, chat_id)
        if peer is None:
            return _Answer(unknown={(chat_id, number) for number in ids})
        answer = _Answer()

        def note(raw: Any, _chat_id: PeerId) -> None:
            for message_id, file in find_files(raw.messages, self._now()):
                answer.files.setdefault((chat_id, message_id), {})[file.file] = file

        found = await find_by_ids(self._gate, chat_id, peer, ids, note)
        for message_id in found.messages:
            answer.files.setdefault((chat_id, message_id), {})
        answer.unknown = {(chat_id, message_id) for message_id in found.failures}
        return answer

    async def _emoji(self, ids: Sequence[int]) -> _Answer:
        found = await self._gate.call(GetCustomEmojiDocumentsRequest(list(ids)))
        files = [file_of(one, self._now()) for one in found if isinstance(one, types.Document)]
        return _Answer(files={(_EMOJI, _number(one.file)): {one.file: one} for one in files})

    def _now(self) -> int:
        return int(self._gate.traffic.clock.now())


def _places(download: Download) -> list[Place]:
    """Where the access to a file can be renewed, the best first."""
    wish = download.wish
    origins = [(origin.chat_id, origin.id) for origin in wish.origins]
    if wish.kind is FileKind.CUSTOM_EMOJI:
        return [(_EMOJI, _number(wish.key)), *origins]
    return origins


def _reason(place: Place, files: dict[str, FileAccess] | None) -> str:
    if place[0] == _EMOJI:
        return "emoji_removed"
    return "message_deleted" if files is None else "media_replaced"


def _number(key: str) -> int:
    return int(key.split("/")[1])
