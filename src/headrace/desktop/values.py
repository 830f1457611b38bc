"""Values of an export, whatever was written in their place: peers, times, numbers, text.

Nothing here raises: what is not of its form is as good as absent.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from headrace.model.values import CHANNEL_MARK, PeerId, PeerKind, Timestamp

_PEER = re.compile(r"(user|chat|channel)([0-9]{1,13})\Z")
#: Before 2.7.2 peers are numbers: groups from 2^32 on, channels from 2^33 on.
_OLD_GROUPS, _OLD_CHANNELS, _OLD_END = 1 << 32, 2 << 32, 3 << 32
_DIGITS = re.compile(r"-?[0-9]{1,18}\Z", re.ASCII)
_LARGEST_BARE = 10**12
#: Message ids are 32 bits; those of a migrated group lie a billion below zero.
_LARGEST_ID = 2**31 - 1
#: Beyond this a number does not survive JavaScript, so it travels as text.
_LARGEST_SAFE = 2**53
#: A date of the epoch, in whatever zone, stands for none.
_EPOCH_DAY = 2 * 86_400
_LATEST = 2**40
_DEEPEST = 16


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def integer(value: Any) -> int | None:
    """A whole number, also as digits in a string."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _DIGITS.match(value):
        return int(value)
    return None


def count(value: Any) -> int:
    """A number of things; 0 where there is none."""
    found = integer(value)
    return found if found is not None and 0 < found < 2**63 else 0


def number(value: Any) -> float | None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:
        return None


def message_id(value: Any) -> int | None:
    found = None if isinstance(value, str) else integer(value)
    return found if found and abs(found) <= _LARGEST_ID else None


def marked_peer(value: Any) -> PeerId | None:
    """The marked id of ``channel123``, or of a number in the encoding of old versions."""
    if isinstance(value, str):
        found = _PEER.match(value)
        return _marked(found[1], int(found[2])) if found else None
    if not isinstance(value, int) or value is True or not 0 < value < _OLD_END:
        return None
    if value >= _OLD_CHANNELS:
        return _marked("channel", value - _OLD_CHANNELS)
    return _marked("chat", value - _OLD_GROUPS) if value >= _OLD_GROUPS else value


def bare_chat(value: Any, *, old: bool) -> int | None:
    """The bare id of an export's chat; ``old``: it was written before 2.7.2."""
    found = integer(value)
    if found is None or not 0 < found < _LARGEST_BARE:
        return None
    return found % _OLD_GROUPS if old and found >= _OLD_GROUPS else found


def peer_kind(marked: PeerId) -> PeerKind:
    """What stands behind a marked id; whether a channel is a supergroup, it does not tell."""
    if marked > 0:
        return PeerKind.USER
    return PeerKind.CHANNEL if marked < CHANNEL_MARK else PeerKind.GROUP


def moment(raw: dict[str, Any], key: str) -> tuple[Timestamp | None, bool]:
    """A time, and whether it is a local one of no known zone, taken as UTC."""
    unix = integer(raw.get(f"{key}_unixtime"))
    if unix is not None:
        return (unix, False) if 0 < unix < _LATEST else (None, False)
    text = text_of(raw.get(key))
    try:
        local = dt.datetime.fromisoformat(text)
        seconds = int(local.replace(tzinfo=local.tzinfo or dt.UTC).timestamp())
    except (ValueError, OverflowError):
        return None, False
    return (seconds, local.tzinfo is None) if seconds > _EPOCH_DAY else (None, False)


def plain(value: Any, depth: int = 0) -> Any:
    """Any value as the archive holds it: large numbers as text, nothing bottomless."""
    match value:
        case bool() | None | str():
            return value
        case int():
            return value if -_LARGEST_SAFE < value < _LARGEST_SAFE else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case list() if depth < _DEEPEST:
            return [plain(one, depth + 1) for one in value]
        case dict() if depth < _DEEPEST:
            return {str(key): plain(one, depth + 1) for key, one in value.items()}
    return "…"


def is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {key: value for key, value in fields.items() if not is_empty(value)}


def _marked(kind: str, bare: int) -> PeerId | None:
    if not 0 < bare < _LARGEST_BARE:
        return None
    match kind:
        case "user":
            return bare
        case "chat":
            return -bare
    return CHANNEL_MARK - bare
