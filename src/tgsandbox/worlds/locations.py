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
DATA_CENTRES = 5
REFERENCE_LENGTH = _REFERENCE.size


@dataclass
class Locations:
    """Hands out what a client must show to read a file; keys are ``photo/ID`` and the like."""

    seed: int = 0
    home_dc: int = 2
    rotation: int = 0
    away: dict[str, int] = field(default_factory=dict)
    """Files that lie in another data centre than the home one."""
    spread: bool = False
    """Whether files lie in data centres 1 to 5 by turns, by their ids."""
    lost: dict[str, str] = field(default_factory=dict)
    """Files that are gone, and the error that says so."""
    moves: int = 0

    def rotate(self) -> None:
        """Expire every reference handed out so far."""
        self.rotation += 1

    def move(self, key: str, dc: int) -> None:
        """Let a file lie in another data centre from now on."""
        self.away[key] = dc
        self.moves += 1

    @property
    def edition(self) -> tuple[int, int]:
        """Changes whenever what was handed out has to be made anew."""
        return self.rotation, self.moves

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
        return self.lies_in(key, self.home_dc)

    def lies_in(self, key: str, otherwise: int) -> int:
        """The data centre of a file; ``otherwise`` where nothing is said about it."""
        if key in self.away or not self.spread:
            return self.away.get(key, otherwise)
        return int(key.rsplit("/", 1)[1]) % DATA_CENTRES + 1

    def _tag(self, number: int) -> int:
        return number * 0x9E3779B97F4A7C15 + self.seed & (1 << 64) - 1
