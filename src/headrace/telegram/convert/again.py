"""Converting again, from the bytes that were kept, what an earlier version did not understand."""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.model.message import Message, Unsupported
from headrace.model.values import PeerId
from headrace.telegram.convert.messages import convert_message, convert_part
from headrace.telegram.lean_reader import LeanReader


def convert_again(message: Message, chat_id: PeerId) -> Message:
    """The message as this version understands it; itself where it knows no better."""
    for lost in message.unsupported:
        if lost.rest or lost.where == "message":
            return _whole(message, lost, chat_id)
    fields: dict[str, Any] = {}
    extra = dict(message.extra)
    left = []
    for lost in message.unsupported:
        try:
            found = convert_part(lost.where, _read(lost), chat_id)
        except Exception:  # noqa: BLE001 - still not understood, or its bytes make no sense
            left.append(lost)
        else:
            extra |= found.pop("extra", {})
            fields |= found
    if len(left) == len(message.unsupported):
        return message
    return msgspec.structs.replace(message, **fields, extra=extra, unsupported=tuple(left))


def _whole(message: Message, lost: Unsupported, chat_id: PeerId) -> Message:
    try:
        found = convert_message(_read(lost), chat_id)
    except Exception:  # noqa: BLE001 - as above
        return message
    better = found is not None and found.kind != "unsupported" and found.id == message.id
    return found if better and found is not None else message


def _read(lost: Unsupported) -> Any:
    if not lost.raw:
        raise ValueError("No bytes were kept.")
    return LeanReader(lost.raw).tgread_object()
