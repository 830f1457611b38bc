"""Files of a chat, counted and sampled by Telegram's own search."""

from __future__ import annotations

import datetime as dt
from typing import Any

from telethon.tl import functions, types

from headrace.model.chat import Chat
from headrace.model.download import FileKind
from headrace.model.estimate import Sample
from headrace.telegram.answers import ask_for_messages
from headrace.telegram.calls import Gate
from headrace.telegram.failures import Rejected, Unreadable
from headrace.transform.named_files import files_of

#: Telegram's filters; a video is also what it calls a round one only in the other filter.
_FILTERS: dict[FileKind, Any] = {
    FileKind.PHOTO: types.InputMessagesFilterPhotos,
    FileKind.VIDEO: types.InputMessagesFilterVideo,
    FileKind.ROUND_VIDEO: types.InputMessagesFilterRoundVideo,
    FileKind.VOICE: types.InputMessagesFilterVoice,
    FileKind.AUDIO: types.InputMessagesFilterMusic,
    FileKind.ANIMATION: types.InputMessagesFilterGif,
    FileKind.FILE: types.InputMessagesFilterDocument,
}
_KINDS = {of.CONSTRUCTOR_ID: kind for kind, of in _FILTERS.items()}
_PAGE = 100


async def count_media(gate: Gate, peer: Any) -> dict[FileKind, int]:
    """How many messages have a file of each kind, as Telegram counts them."""
    filters = [one() for one in _FILTERS.values()]
    answer = await gate.call(functions.messages.GetSearchCountersRequest(peer, filters))
    counted = {_KINDS.get(one.filter.CONSTRUCTOR_ID): one.count for one in answer}
    return {kind: max(count, 0) for kind, count in counted.items() if kind is not None}


async def sample_media(
    gate: Gate,
    chat: Chat,
    peer: Any,
    kind: FileKind,
    *,
    skip: int = 0,
    since: int | None = None,
    until: int | None = None,
) -> Sample:
    """Sizes of up to 100 files of a kind behind the ``skip`` newest, and how many there are."""
    request = functions.messages.SearchRequest(
        peer=peer,
        q="",
        filter=_FILTERS[kind](),
        # Both ends are exclusive.
        min_date=_date(since - 1 if since else 0),
        max_date=_date(until or 0),
        offset_id=0,
        add_offset=skip,
        limit=_PAGE,
        max_id=0,
        min_id=0,
        hash=0,
    )
    try:
        found = await ask_for_messages(gate, request, chat.id)
    except (Unreadable, Rejected):
        return Sample(count=None)
    sizes = tuple(
        sum(named.size for named in files_of(message) if named.kind == kind)
        for message in found.messages
    )
    return Sample(count=found.count, sizes=sizes)


def _date(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
