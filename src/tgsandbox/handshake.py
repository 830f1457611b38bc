"""The server's side of the key exchange: req_pq, req_DH_params, set_client_DH_params.

The old RSA scheme (SHA-1, data, padding) is spoken, as Telethon 1.45 speaks it.
"""

from __future__ import annotations

import secrets
import struct
from hashlib import sha1
from typing import Any

from telethon import helpers
from telethon.crypto import AES, AuthKey
from telethon.errors import TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.tl import functions, types

from tgsandbox.errors import Refused
from tgsandbox.rsa_key import ServerKey
from tgsandbox.safe_prime import PRIME, G

#: The product of two primes that the client factors to show that it means it.
_P, _Q = 0x494C553B, 0x53911073
#: Much shorter than the prime, so that a handshake is quick; no secret depends on it here.
_EXPONENT_BITS = 256
#: Key id (zero), message id and length stand before a plain body.
_HEAD = 20


class Exchange:
    """The key exchange on one connection; a client may begin it again."""

    def __init__(self, key: ServerKey) -> None:
        self._key = key
        self._nonce = 0
        self._server_nonce = 0
        self._new_nonce = 0
        self._secret = 0

    def answer(self, packet: bytes, *, msg_id: int, now: int) -> tuple[bytes, bytes | None]:
        """The plain packet to send back and, at the end, the key agreed on."""
        if len(packet) < _HEAD + 4:
            raise Refused("A plain message is too short.")
        (length,) = struct.unpack_from("<i", packet, 16)
        try:
            request = BinaryReader(packet[_HEAD : _HEAD + length]).tgread_object()
        except (TypeNotFoundError, BufferError, struct.error) as exc:
            raise Refused("A plain message cannot be read.") from exc
        agreed: bytes | None = None
        if isinstance(request, functions.ReqPqMultiRequest | functions.ReqPqRequest):
            result = self._begin(request)
        elif isinstance(request, functions.ReqDHParamsRequest):
            result = self._parameters(request, now)
        elif isinstance(request, functions.SetClientDHParamsRequest):
            result, agreed = self._finish(request)
        elif isinstance(request, types.MsgsAck):
            return b"", None
        else:
            raise Refused(f"{type(request).__name__} needs an encrypted message.")
        body = bytes(result)
        return struct.pack("<qqi", 0, msg_id, len(body)) + body, agreed

    def _begin(self, request: Any) -> Any:
        self._nonce = request.nonce
        self._server_nonce = _signed(secrets.token_bytes(16))
        return types.ResPQ(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            pq=_big_endian(_P * _Q),
            server_public_key_fingerprints=[self._key.fingerprint],
        )

    def _parameters(self, request: Any, now: int) -> Any:
        self._check(request)
        plain = self._key.decrypt(request.encrypted_data)
        reader = BinaryReader(plain[20:])
        inner = reader.tgread_object()
        read = reader.tell_position()
        if _sha1(plain[20 : 20 + read]) != plain[:20]:
            raise Refused("The inner data of the key exchange is not what was hashed.")
        self._new_nonce = inner.new_nonce
        self._secret = secrets.randbits(_EXPONENT_BITS) | 1 << (_EXPONENT_BITS - 1)
        answer = bytes(
            types.ServerDHInnerData(
                nonce=self._nonce,
                server_nonce=self._server_nonce,
                g=G,
                dh_prime=_big_endian(PRIME),
                g_a=_big_endian(pow(G, self._secret, PRIME)),
                server_time=now,
            )
        )
        return types.ServerDHParamsOk(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            encrypted_answer=AES.encrypt_ige(_sha1(answer) + answer, *self._cipher()),
        )

    def _finish(self, request: Any) -> tuple[Any, bytes | None]:
        self._check(request)
        plain = AES.decrypt_ige(request.encrypted_data, *self._cipher())
        inner = BinaryReader(plain[20:]).tgread_object()
        shared = pow(int.from_bytes(inner.g_b, "big"), self._secret, PRIME)
        key = AuthKey(shared.to_bytes(256, "big"))
        nonces = {"nonce": self._nonce, "server_nonce": self._server_nonce}
        # Clients disagree on how to pad a shared secret that is shorter than the prime
        # (one in 256 is): such a one is not used, the protocol lets the server ask again.
        if not key.key[0]:
            return types.DhGenRetry(**nonces, new_nonce_hash2=self._hash(key, 2)), None
        return types.DhGenOk(**nonces, new_nonce_hash1=self._hash(key, 1)), key.key

    def _hash(self, key: Any, number: int) -> int:
        return int(key.calc_new_nonce_hash(self._new_nonce, number))

    def _cipher(self) -> tuple[bytes, bytes]:
        pair = helpers.generate_key_data_from_nonce(self._server_nonce, self._new_nonce)
        return pair[0], pair[1]

    def _check(self, request: Any) -> None:
        if (request.nonce, request.server_nonce) != (self._nonce, self._server_nonce):
            raise Refused("The nonces of the key exchange do not match.")


def _sha1(data: bytes) -> bytes:
    return sha1(data, usedforsecurity=False).digest()


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)
