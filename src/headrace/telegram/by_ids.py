"""Messages by id, a hundred a call; what cannot be read is narrowed down to single ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from telethon.tl import types

from headrace.model.chat import Chat, Peer
from headrace.model.coverage import Failure
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.model.values import PeerId
from headrace.telegram.answers import OnAnswer, ask_for_messages
from headrace.telegram.calls import Gate
from headrace.telegram.failures import Unreadable
from headrace.telegram.lean_reader import GetChannelMessages, GetMessages
from headrace.telegram.rescue import rescue

#: Telegram takes at most so many ids a call.
IDS_A_CALL = 100


@dataclass(slots=True, kw_only=True)
class Found:
    """What is known of the ids that were asked for."""

    messages: dict[int, Message] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)
    failures: dict[int, Failure] = field(default_factory=dict)
    peers: dict[int, Peer] = field(default_factory=dict)


async def find_by_ids(
    gate: Gate, chat_id: PeerId, peer: Any, ids: Sequence[int], on_answer: OnAnswer | None = None
) -> Found:
    """Ask for ids; each ends up in exactly one place of the result."""
    found = Found()
    asking = _Asking(gate, chat_id, peer, found, on_answer)
    wanted = sorted(set(ids), reverse=True)
    for start in range(0, len(wanted), IDS_A_CALL):
        await _ask(asking, wanted[start : start + IDS_A_CALL])
    return found


class _Asking(NamedTuple):
    gate: Gate
    chat_id: PeerId
    peer: Any
    found: Found
    on_answer: OnAnswer | None


async def _ask(asking: _Asking, ids: Sequence[int]) -> None:
    gate, chat_id, peer, found, on_answer = asking
    try:
        answer = await ask_for_messages(gate, _question(peer, ids), chat_id, on_answer)
    except Unreadable as exc:
        if len(ids) > 1:
            half = len(ids) // 2
            await _ask(asking, ids[:half])
            await _ask(asking, ids[half:])
            return
        rescued = rescue(exc, chat_id)
        if rescued is None:
            found.failures[ids[0]] = _unknown(ids[0], exc)
            return
        answer = rescued
    messages = {message.id: message for message in answer.messages}
    for message_id in ids:
        if message_id in messages:
            found.messages[message_id] = messages[message_id]
        elif message_id in answer.ids:
            found.absent.add(message_id)
        else:
            found.failures[message_id] = _passed_over(message_id)
    found.peers.update((peer.id, peer) for peer in answer.peers)


def _question(peer: Any, ids: Sequence[int]) -> Any:
    wanted = [types.InputMessageID(message_id) for message_id in ids]
    if isinstance(peer, types.InputPeerChannel):
        channel = types.InputChannel(peer.channel_id, peer.access_hash)
        return GetChannelMessages(channel, wanted)
    return GetMessages(wanted)


def _unknown(message_id: int, error: Unreadable) -> Failure:
    return Failure(
        lo=message_id,
        hi=message_id,
        reason="unknown_constructor",
        detail=f"The message holds something that this version cannot read ({error.code}).",
    )


def _passed_over(message_id: int) -> Failure:
    return Failure(
        lo=message_id,
        hi=message_id,
        reason="contradiction",
        detail="Telegram's answer passed over this id.",
    )


def pages_of_runs(chat: Chat, found: Found, ids: Sequence[int]) -> list[Page]:
    """One page for each run of adjacent ids, newest first."""
    pages: list[Page] = []
    run: list[int] = []
    for message_id in sorted(set(ids), reverse=True):
        if run and run[-1] != message_id + 1:
            pages.append(page_of_run(chat, found, run))
            run = []
        run.append(message_id)
    if run:
        pages.append(page_of_run(chat, found, run))
    return pages


def page_of_run(chat: Chat, found: Found, run: Sequence[int]) -> Page:
    """Adjacent ids, newest first, as a page."""
    return Page(
        chat_id=chat.id,
        lo=run[-1],
        hi=run[0],
        messages=tuple([found.messages[i] for i in run if i in found.messages]),
        peers=tuple(found.peers.values()),
        absent=tuple([i for i in run if i in found.absent]),
        failures=tuple([found.failures[i] for i in run if i in found.failures]),
    )
