"""The base of every noun, and the kinds of ids and times that they use."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

import msgspec

#: Telegram's marked id: user 123, basic group -123, channel or supergroup -1000000000123.
PeerId = int
#: Unix seconds, UTC.
Timestamp = int
#: ``photo/ID``, ``document/ID`` or ``peer_photo/ID``: a file of Telegram's, the same everywhere;
#: ``desktop/HASH``: one that only an export names.
FileKey = NewType("FileKey", str)

CHANNEL_MARK = -1_000_000_000_000


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A frozen value; its JSON leaves out what has its default."""


class PeerKind(StrEnum):
    """What stands behind a marked id."""

    USER = "user"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"
