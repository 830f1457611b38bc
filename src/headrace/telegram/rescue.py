"""What can be had of an answer that holds one message and cannot be read to its end.

Telegram's objects do not say how long they are, so behind something unknown nothing can be
read in order. What stands before it in the message is good all the same. And the lists behind
a message are of known kinds: where the answer makes sense with an empty message in the place
of the unreadable one, that one ends.
"""

from __future__ import annotations

import struct
from typing import Any

import msgspec
from telethon.tl import patched, types
from telethon.tl.alltlobjects import LAYER

from headrace import errors
from headrace.model.message import Unsupported
from headrace.model.values import PeerId
from headrace.telegram.answers import Slice, read_slice
from headrace.telegram.convert.messages import convert_message
from headrace.telegram.failures import Unreadable
from headrace.telegram.lean_reader import LeanReader
from headrace.telegram.partial_reader import PartialReader

_VECTOR = struct.pack("<I", 0x1CB5C415)
_EMPTY = patched.MessageEmpty.CONSTRUCTOR_ID
#: No topics, no chats, no users.
_NOBODY = (_VECTOR + bytes(4)) * 3
#: Topics, chats, users. Whoever else is found in one of these lists shows that it was none.
_LISTS: tuple[tuple[type, ...], ...] = (
    (types.ForumTopic, types.ForumTopicDeleted),
    (
        types.Channel,
        types.ChannelForbidden,
        types.Chat,
        types.ChatEmpty,
        types.ChatForbidden,
    ),
    (types.User, types.UserEmpty),
)
#: An answer may end with the padding of its packet.
_LONGEST_PADDING = 1024


def rescue(error: Unreadable, chat_id: PeerId) -> Slice | None:
    """The one message of an unreadable answer, with its bytes; none without its id and date.

    Where the message is readable and only the people beside it are not, it stands alone.
    """
    reader = PartialReader(error.answer)
    if not reader.read_first():
        return None
    try:
        if reader.torn is None:
            return read_slice(_alone(error.answer[: reader.position]), chat_id)
        return _torn(error, reader, chat_id)
    except (errors.ServerMisbehaves, ValueError):
        return None


def _torn(error: Unreadable, reader: PartialReader, chat_id: PeerId) -> Slice:
    answer = error.answer
    message = convert_message(reader.first, chat_id)
    assert message is not None
    rest = _alone(answer[: reader.start] + struct.pack("<IIi", _EMPTY, 0, message.id))
    end, rest.chats, rest.users = _behind(answer, reader.position)
    code = error.code if error.code.startswith("0x") else f"0x{reader.kind:08x}"
    raw = answer[reader.start : end]
    where = reader.torn or "message"
    lost = Unsupported(constructor=code, layer=LAYER, where=where, rest=True, raw=raw)
    kept = msgspec.structs.replace(message, unsupported=(*message.unsupported, lost))
    return msgspec.structs.replace(read_slice(rest, chat_id), messages=(kept,))


def _alone(head: bytes) -> Any:
    """The answer with its one message and nobody beside it."""
    try:
        return LeanReader(head + _NOBODY).tgread_object()
    except Exception as exc:
        raise ValueError("Not only the message was odd.") from exc


def _behind(answer: bytes, position: int) -> tuple[int, list[Any], list[Any]]:
    """Where the message ends, and the chats and users; the end where that is not clear."""
    end = answer.find(_VECTOR, position)
    while end >= 0:
        found = _lists(answer[end:])
        if found is not None:
            return end, found[1], found[2]
        end = answer.find(_VECTOR, end + 4)
    return len(answer), [], []


def _lists(tail: bytes) -> list[list[Any]] | None:
    """Topics, chats and users, if that is what the bytes are, to the end."""
    reader = LeanReader(tail)
    found = []
    try:
        for kinds in _LISTS:
            one = reader.tgread_object()
            if not isinstance(one, list) or not all(isinstance(item, kinds) for item in one):
                return None
            found.append(one)
    except Exception:  # noqa: BLE001 - other bytes that only looked like a list
        return None
    return found if len(tail) - reader.position <= _LONGEST_PADDING else None
