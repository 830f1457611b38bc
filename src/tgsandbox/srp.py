"""Passwords by SRP: the server's side of https://core.telegram.org/api/srp.

The server keeps a verifier and never sees the password; a client proves that it knows it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from hashlib import sha256

from tgsandbox.safe_prime import PRIME, G

_BYTES = 256
_ITERATIONS = 100_000
#: Clients refuse numbers closer to the ends of the group than this.
_LEAST_BITS = 2048 - 64
SALT1_BYTES, SALT2_BYTES = 8, 16


@dataclass(frozen=True, slots=True)
class Verifier:
    """What is kept of a password."""

    salt1: bytes
    salt2: bytes
    value: int

    @classmethod
    def of(cls, password: str) -> Verifier:
        """A verifier with fresh salts; takes about a twentieth of a second."""
        salt1, salt2 = secrets.token_bytes(SALT1_BYTES), secrets.token_bytes(SALT2_BYTES)
        inner = _salted(_salted(password.encode(), salt1), salt2)
        stretched = hashlib.pbkdf2_hmac("sha512", inner, salt1, _ITERATIONS)
        secret = int.from_bytes(_salted(stretched, salt2), "big")
        return cls(salt1, salt2, pow(G, secret, PRIME))


class Challenge:
    """One question to a client, to be answered once."""

    def __init__(self, verifier: Verifier) -> None:
        self.verifier = verifier
        self.id = secrets.randbits(63)
        shift = _MULTIPLIER * verifier.value
        while True:
            self._secret = secrets.randbits(8 * _BYTES)
            power = pow(G, self._secret, PRIME)
            if _is_inside(power):
                break
        self.public = _padded((shift + power) % PRIME)

    def is_proven(self, a: bytes, proof: bytes) -> bool:
        """Whether ``proof`` (M1) follows from the client's public ``a`` and the password.

        An ``a`` at the ends of the group proves nothing, whatever follows from it.
        """
        theirs = int.from_bytes(a, "big")
        if len(a) > _BYTES or not _is_inside(theirs):
            return False
        a = _padded(theirs)
        scramble = int.from_bytes(sha256(a + self.public).digest(), "big")
        shared = pow(theirs * pow(self.verifier.value, scramble, PRIME), self._secret, PRIME)
        return secrets.compare_digest(proof, proof_of(self.verifier, a, self.public, shared))


def proof_of(verifier: Verifier, a: bytes, b: bytes, shared: int) -> bytes:
    """M1 of the two public numbers and the secret that follows from them."""
    parts = (
        _GROUP,
        sha256(verifier.salt1).digest(),
        sha256(verifier.salt2).digest(),
        a,
        b,
        sha256(_padded(shared)).digest(),
    )
    return sha256(b"".join(parts)).digest()


def _salted(data: bytes, salt: bytes) -> bytes:
    return sha256(salt + data + salt).digest()


def _padded(number: int) -> bytes:
    return number.to_bytes(_BYTES, "big")


def _is_inside(number: int) -> bool:
    return 0 < number < PRIME and min(number, PRIME - number).bit_length() >= _LEAST_BITS


_MULTIPLIER = int.from_bytes(sha256(_padded(PRIME) + _padded(G)).digest(), "big")
_GROUP = bytes(
    one ^ other
    for one, other in zip(sha256(_padded(PRIME)).digest(), sha256(_padded(G)).digest(), strict=True)
)
