"""One encrypted session: decrypting, checking salts and times, sealing answers."""

from __future__ import annotations

import secrets
import struct
from hashlib import sha1, sha256
from typing import NamedTuple

from telethon.crypto import AES

from tgsandbox import wire
from tgsandbox.clock import Clock
from tgsandbox.errors import Refused
from tgsandbox.logins import Login
from tgsandbox.srp import Challenge

#: How far a client's message ids may lie behind and before the server's time, in seconds.
TOO_OLD, TOO_NEW = 300, 30
ID_TOO_LOW, ID_TOO_HIGH = 16, 17
BAD_SALT = 48
#: msgs_ack, bad_server_salt, bad_msg_notification: nobody acknowledges these, their number is even.
_NOT_ACKNOWLEDGED = tuple(struct.pack("<I", one) for one in (0x62D6B459, 0xEDAB447B, 0xA7EFF811))
#: Salt, session, message id, seqno and length stand before the body.
_HEAD = 32


class Key:
    """An authorisation key, and the login that it belongs to."""

    def __init__(self, data: bytes, *, login: Login | None = None) -> None:
        self.data = data
        self.login = login
        #: The account that has shown its code or a scanned token, and owes its password.
        self.owes_password: int | None = None
        #: The password question asked last.
        self.challenge: Challenge | None = None
        self.id: bytes = sha1(data, usedforsecurity=False).digest()[12:20]
        self.salt = int.from_bytes(secrets.token_bytes(8), "little", signed=True) or 1

    @property
    def user_id(self) -> int | None:
        """The account that is signed in here."""
        return None if self.login is None or self.login.ended else self.login.user_id

    @property
    def authorised(self) -> bool:
        return self.user_id is not None


class Opened(NamedTuple):
    """A decrypted packet: the outer message and the session that it belongs to."""

    salt: int
    session_id: int
    message: wire.Message


def open_packet(key: Key, packet: bytes) -> Opened:
    """Decrypt a client's packet (MTProto 2.0)."""
    if len(packet) < 24 + 48 or (len(packet) - 24) % 16:
        raise Refused("An encrypted packet has an impossible length.")
    msg_key = packet[8:24]
    plain = AES.decrypt_ige(packet[24:], *_cipher(key.data, msg_key, 0))
    if sha256(key.data[88:120] + plain).digest()[8:24] != msg_key:
        raise Refused("A packet does not match its message key.")
    salt, session_id, msg_id, seqno, length = struct.unpack_from("<qqqii", plain)
    if not 0 < length <= len(plain) - _HEAD:
        raise Refused("A packet says a wrong length.")
    return Opened(salt, session_id, wire.Message(msg_id, seqno, plain[_HEAD : _HEAD + length]))


class Session:
    """What the server keeps of a client's session on one connection."""

    def __init__(self, key: Key, session_id: int, clock: Clock) -> None:
        self.key = key
        self.session_id = session_id
        self._clock = clock
        self._last_id = 0
        self._content = 0
        self._jumps = clock.jumps

    def complaint(self, opened: Opened) -> bytes | None:
        """``bad_server_salt`` or ``bad_msg_notification`` where the packet deserves it."""
        message = opened.message
        if opened.salt != self.key.salt:
            return struct.pack(
                "<Iqiiq", 0xEDAB447B, message.msg_id, message.seqno, BAD_SALT, self.key.salt
            )
        age = self._clock.now() - message.msg_id / 2**32
        if -TOO_NEW <= age <= TOO_OLD:
            return None
        code = ID_TOO_LOW if age > 0 else ID_TOO_HIGH
        return struct.pack("<Iqii", 0xA7EFF811, message.msg_id, message.seqno, code)

    def created(self, first_msg_id: int) -> bytes:
        """``new_session_created``."""
        unique = int.from_bytes(secrets.token_bytes(8), "little", signed=True)
        return struct.pack("<Iqqq", 0x9EC20908, first_msg_id, unique, self.key.salt)

    def seal(self, bodies: list[bytes]) -> bytes:
        """The encrypted packet of some messages, in a container when there are several."""
        messages = [wire.Message(self._new_id(), self._next_seqno(body), body) for body in bodies]
        if len(messages) == 1:
            outer = messages[0]
        else:
            outer = wire.Message(self._new_id(), self._content * 2, wire.container(messages))
        return self._encrypted(outer)

    def _encrypted(self, message: wire.Message) -> bytes:
        head = struct.pack(
            "<qqqii",
            self.key.salt,
            self.session_id,
            message.msg_id,
            message.seqno,
            len(message.body),
        )
        padding = secrets.token_bytes(12 + -(len(head) + len(message.body) + 12) % 16)
        plain = b"".join((head, message.body, padding))
        msg_key = sha256(self.key.data[96:128] + plain).digest()[8:24]
        encrypted = AES.encrypt_ige(plain, *_cipher(self.key.data, msg_key, 8))
        return b"".join((self.key.id, msg_key, encrypted))

    def _new_id(self) -> int:
        """Odd, about the time, and always above the one before unless the clock jumped."""
        if self._jumps != self._clock.jumps:
            self._jumps = self._clock.jumps
            self._last_id = 0
        fresh = int(self._clock.now() * 2**32) & ~3 | 1
        self._last_id = max(fresh, self._last_id + 4)
        return self._last_id

    def _next_seqno(self, body: bytes) -> int:
        if body.startswith(_NOT_ACKNOWLEDGED):
            return self._content * 2
        seqno = self._content * 2 + 1
        self._content += 1
        return seqno


def _cipher(key: bytes, msg_key: bytes, x: int) -> tuple[bytes, bytes]:
    """AES key and IV of MTProto 2.0; ``x`` is 0 for the client's packets, 8 for ours."""
    a = sha256(msg_key + key[x : x + 36]).digest()
    b = sha256(key[x + 40 : x + 76] + msg_key).digest()
    return a[:8] + b[8:24] + a[24:32], b[:8] + a[8:24] + b[24:32]
