"""MTProto's own messages, those that are answered without an rpc_result."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from telethon.tl import functions, types

from tgsandbox import wire

if TYPE_CHECKING:
    from tgsandbox.connection import Connection

#: The message is a request for the dispatcher.
NOT_MINE = object()
_FUTURE_SALTS, _SALT_SECONDS = 0xAE500895, 1800
_DESTROY_SESSION_NONE = 0x62D350C9
_SILENT = (
    types.MsgsAck,
    types.MsgsStateInfo,
    types.MsgsAllInfo,
    types.MsgResendReq,
    types.HttpWait,
    types.MsgDetailedInfo,
    types.MsgNewDetailedInfo,
)


def answer(connection: Connection, msg_id: int, message: Any) -> object:
    """The answer's bytes, ``None`` where none is due, or `NOT_MINE`."""
    match message:
        case functions.PingRequest() | functions.PingDelayDisconnectRequest():
            delay = getattr(message, "disconnect_delay", None)
            if delay is not None:
                connection.leave_after(delay)
            return bytes(types.Pong(msg_id, message.ping_id))
        case functions.GetFutureSaltsRequest():
            return _future_salts(connection, msg_id)
        case functions.DestroySessionRequest():
            return struct.pack("<Iq", _DESTROY_SESSION_NONE, message.session_id)
        case types.MsgsStateReq():
            received = chr(4) * len(message.msg_ids)
            return bytes(types.MsgsStateInfo(req_msg_id=msg_id, info=received))
        case functions.RpcDropAnswerRequest():
            return wire.rpc_result(msg_id, bytes(types.RpcAnswerUnknown()))
    return None if isinstance(message, _SILENT) else NOT_MINE


def _future_salts(connection: Connection, msg_id: int) -> bytes:
    """The salt in use, the only one there is: ``future_salts`` with a bare vector."""
    now = int(connection.telegram.clock.now())
    salt = connection.salt
    head = struct.pack("<IqiI", _FUTURE_SALTS, msg_id, now, 1)
    return head + struct.pack("<iiq", now, now + _SALT_SECONDS, salt)
