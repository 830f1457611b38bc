"""The server's RSA key: made quickly, kept in a file, read again.

The private key lies in PKCS#1, as openssl and the ``rsa`` package write it.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rsa
from telethon.crypto.rsa import _compute_fingerprint

_BITS = 2048
_EXPONENT = 65537
_SIEVE_TO = 20_000
#: Random candidates: the error is far below 4^-ROUNDS at this size.
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class ServerKey:
    """The key pair with which a server proves itself in the key exchange."""

    private: Any
    fingerprint: int

    @property
    def public_pem(self) -> bytes:
        public: Any = rsa.PublicKey(self.private.n, self.private.e)
        return bytes(public.save_pkcs1())

    def decrypt(self, cipher: bytes) -> bytes:
        """RSA without padding: 255 bytes, as the old scheme has it."""
        key = self.private
        value = int.from_bytes(cipher, "big")
        of_p = pow(value, key.exp1, key.p)
        of_q = pow(value, key.exp2, key.q)
        plain: int = of_q + (key.coef * (of_p - of_q) % key.p) * key.q
        return (plain & ((1 << 2040) - 1)).to_bytes(255, "big")


def load_or_make(path: Path | None) -> ServerKey:
    """The key in the file; where there is none, a new one, kept if a path is given."""
    if path is not None and path.exists():
        return _with_fingerprint(rsa.PrivateKey.load_pkcs1(path.read_bytes()))
    key = make()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, key.private.save_pkcs1())
    return key


def make() -> ServerKey:
    """A new key. A third of a second: candidates are sieved before they are tried."""
    source = random.SystemRandom()
    while True:
        p, q = _prime(source), _prime(source)
        if p != q and (p - 1) % _EXPONENT and (q - 1) % _EXPONENT:
            break
    secret = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    return _with_fingerprint(rsa.PrivateKey(p * q, _EXPONENT, secret, p, q))


def write_private(path: Path, data: bytes) -> None:
    """Write a file that nobody else may read, replacing what was there."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _with_fingerprint(private: Any) -> ServerKey:
    return ServerKey(private, _compute_fingerprint(private))


def _small_primes() -> list[int]:
    flags = bytearray([1]) * _SIEVE_TO
    for number in range(2, int(_SIEVE_TO**0.5) + 1):
        if flags[number]:
            flags[number * number :: number] = bytes(len(flags[number * number :: number]))
    return [number for number in range(3, _SIEVE_TO) if flags[number]]


def _prime(source: random.Random) -> int:
    """A prime of 1024 bits whose two highest bits are set, so that products have 2048."""
    bits = _BITS // 2
    width = 4096
    while True:
        start = source.getrandbits(bits) | 3 << bits - 2 | 1
        flags = bytearray([1]) * width
        for small in _small_primes():
            # start + 2k is a multiple of `small` for k = first, first + small, ...
            first = (-start * (small + 1) // 2) % small
            flags[first::small] = bytes(len(flags[first::small]))
        for k in range(width):
            candidate = start + 2 * k
            if flags[k] and candidate.bit_length() == bits and _is_prime(candidate, source):
                return candidate


def _is_prime(number: int, source: random.Random) -> bool:
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(_ROUNDS):
        power = pow(source.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        if not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True
