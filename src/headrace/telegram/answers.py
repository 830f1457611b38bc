"""Answers to questions for messages: checked for sense, then in the nouns of the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telethon.tl import types

from headrace import errors
from headrace.model.chat import Peer
from headrace.model.message import Message
from headrace.model.values import PeerId, Value
from headrace.telegram.calls import Gate
from headrace.telegram.convert.messages import convert_messages
from headrace.telegram.convert.peers import convert_peers
from headrace.telegram.convert.values import marked
from headrace.telegram.failures import Unreadable

#: An answer of an unknown kind is asked for so often before it is taken for the server's last word.
_TIMES = 5


class Slice(Value, frozen=True, kw_only=True):
    """What one answer holds. ``ids`` has the empty messages too."""

    ids: tuple[int, ...]
    messages: tuple[Message, ...]
    peers: tuple[Peer, ...]
    #: Messages of the whole chat, as far as the answer says.
    count: int


#: Hears an answer as Telegram sent it, and of which chat it is.
OnAnswer = Callable[[Any, PeerId], None]


async def ask_for_messages(
    gate: Gate, request: Any, chat_id: PeerId, on_answer: OnAnswer | None = None
) -> Slice:
    """The answer to a question for messages.

    Raises:
        Unreadable: something in it is unknown; a smaller question may be answered.
        ServerMisbehaves: as a whole it is of no known kind, however often it is asked for.
    """
    for _ in range(_TIMES):
        try:
            answer = await gate.call(request)
            found = read_slice(answer, chat_id)
        except Unreadable as exc:
            if not _is_of_unknown_kind(exc):
                raise
            code = exc.code
            continue
        if on_answer is not None:
            on_answer(answer, chat_id)
        return found
    raise errors.ServerMisbehaves(
        f"Telegram answers with a kind of object that this version does not know ({code}).",
        hint="Update headrace and run the same command again; what was read is stored.",
    )


def _is_of_unknown_kind(error: Unreadable) -> bool:
    return error.code == f"0x{int.from_bytes(error.answer[:4], 'little'):08x}"


def read_slice(answer: Any, chat_id: PeerId) -> Slice:
    """The content of a ``messages.Messages`` of any sort.

    Raises:
        ServerMisbehaves: it is none, or speaks of another chat.
    """
    kind = type(answer)
    if kind not in (
        types.messages.ChannelMessages,
        types.messages.MessagesSlice,
        types.messages.Messages,
    ):
        raise errors.ServerMisbehaves(f"Telegram answered with {kind.__name__}, not messages.")
    found = answer.messages
    for message in found:
        peer = message.peer_id
        if peer is not None and marked(peer) != chat_id:
            raise errors.ServerMisbehaves("Telegram sent messages of another chat.")
    return Slice(
        ids=tuple([message.id for message in found]),
        messages=convert_messages(found, chat_id),
        peers=convert_peers(answer.chats, answer.users),
        count=len(found) if kind is types.messages.Messages else answer.count,
    )


def check_descending(found: Slice, below: int | None) -> None:
    """Ids must fall, and lie below the id that was asked from.

    Raises:
        ServerMisbehaves: they do not.
    """
    last = below if below is not None else 2**31
    for message_id in found.ids:
        if not 0 < message_id < last:
            raise errors.ServerMisbehaves(
                f"Telegram sent message {message_id} where only ids below {last} belong."
            )
        last = message_id
