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
#: Whoever else is found in one of these lists shows that it was no list.
_LISTS = {
    "topics": (types.ForumTopic, types.ForumTopicDeleted),
    "chats": (
        types.Channel,
        types.ChannelForbidden,
        types.Chat,
        types.ChatEmpty,
        types.ChatForbidden,
    ),
    "users": (types.User, types.UserEmpty),
}


def rescue(error: Unreadable, chat_id: PeerId) -> Slice | None:
    """The one message of an unreadable answer, with its bytes; none without its id and date.

    Where the message is readable and only the people beside it are not, it stands alone.
    """
    reader = PartialReader(error.answer)
    if not reader.read_first():
        return None
    try:
        if reader.torn is None:
            alone = _whole(error.answer[: reader.position] + _NOBODY)
            return None if alone is None else read_slice(alone, chat_id)
        return _torn(error, reader, chat_id)
    except errors.ServerMisbehaves:
        return None


def _torn(error: Unreadable, reader: PartialReader, chat_id: PeerId) -> Slice | None:
    answer = error.answer
    message = convert_message(reader.first, chat_id)
    if message is None:
        return None
    head = answer[: reader.start] + struct.pack("<IIi", _EMPTY, 0, message.id)
    end, rest = _behind(head, answer, reader.position)
    if rest is None:
        return None
    code = error.code if error.code.startswith("0x") else f"0x{reader.kind:08x}"
    raw = answer[reader.start : end]
    where = reader.torn or "message"
    lost = Unsupported(constructor=code, layer=LAYER, where=where, rest=True, raw=raw)
    kept = msgspec.structs.replace(message, unsupported=(*message.unsupported, lost))
    return msgspec.structs.replace(read_slice(rest, chat_id), messages=(kept,))


def _behind(head: bytes, answer: bytes, position: int) -> tuple[int, Any]:
    """Where the message ends, and the answer without it; all of the answer if that is not clear."""
    end = answer.find(_VECTOR, position)
    while end >= 0:
        found = _whole(head + answer[end:])
        if found is not None:
            return end, found
        end = answer.find(_VECTOR, end + 4)
    return len(answer), _whole(head + _NOBODY)


def _whole(answer: bytes) -> Any:
    """The answer, if all of it makes sense and nothing is left over."""
    reader = LeanReader(answer)
    try:
        found = reader.tgread_object()
    except Exception:  # noqa: BLE001 - bytes that are no answer
        return None
    if reader.position != len(answer):
        return None
    for name, kinds in _LISTS.items():
        if not all(isinstance(one, kinds) for one in getattr(found, name, ())):
            return None
    return found
