"""Where files lie on the wire: access hashes, file references and data centres.

All are derived from the seed and the file's id, so that a world needs no tables for them.
A reference carries the number of rotations at the time it was handed out; after
`Locations.rotate` the older ones no longer hold, as when Telegram expires them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from tgsandbox.worlds import ids

_REFERENCE = struct.Struct(">BIQ")
REFERENCE_LENGTH = _REFERENCE.size


@dataclass
class Locations:
    """Hands out what a client must show to read a file; keys are ``photo/ID`` and the like."""

    seed: int = 0
    home_dc: int = 2
    rotation: int = 0
    away: dict[str, int] = field(default_factory=dict)
    """Files that lie in another data centre than the home one."""

    def rotate(self) -> None:
        """Expire every reference handed out so far."""
        self.rotation += 1

    def access_hash(self, number: int) -> int:
        """The access hash of a photo, document or peer with this id."""
        return ids.signed(ids.mix(self.seed, number))

    def reference(self, number: int) -> bytes:
        """The file reference that is valid now."""
        return _REFERENCE.pack(1, self.rotation, self._tag(number))

    def is_current(self, number: int, reference: bytes) -> bool:
        return reference == self.reference(number)

    def is_expired(self, number: int, reference: bytes) -> bool:
        """Whether this was a valid reference before the last rotation."""
        if len(reference) != REFERENCE_LENGTH:
            return False
        kind, rotation, tag = _REFERENCE.unpack(reference)
        return bool(kind == 1 and tag == self._tag(number) and rotation < self.rotation)

    def dc(self, key: str) -> int:
        return self.away.get(key, self.home_dc)

    def _tag(self, number: int) -> int:
        return number * 0x9E3779B97F4A7C15 + self.seed & (1 << 64) - 1
