"""What headrace builds on in Telethon 1.45; an upgrade that changes one of these must be noticed.

The numbers are those of the list of traps in ARCHITECTURE.md.
"""

import inspect
import struct

import pytest
from telethon import TelegramClient
from telethon.errors import TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.network import ConnectionTcpFull, MTProtoSender, mtprotostate
from telethon.tl.core import MessageContainer, RpcResult
from telethon.version import __version__

from headrace.telegram.link import Endpoint, Link


def test_the_version_is_the_one_that_was_read():
    assert __version__ == "1.45.0"


def test_t4_a_request_has_no_deadline_of_its_own():
    assert list(inspect.signature(MTProtoSender.send).parameters) == ["self", "request", "ordered"]


def test_t5_floods_use_up_the_retries_of_the_client_which_is_why_it_is_not_used():
    assert "self._request_retries" in inspect.getsource(TelegramClient._call)


def test_t10_what_comes_from_the_future_is_dropped():
    assert mtprotostate.MSG_TOO_NEW_DELTA == 30
    assert mtprotostate.MSG_TOO_OLD_DELTA == 300


def test_t12_one_unknown_constructor_makes_a_container_unreadable():
    result = struct.pack("<Iq", RpcResult.CONSTRUCTOR_ID, 1) + struct.pack("<I", 0x997275B5)
    unknown = struct.pack("<I", 0xDEADBEEF)
    for bodies in ([result, unknown], [unknown, result]):
        packed = struct.pack("<Ii", MessageContainer.CONSTRUCTOR_ID, len(bodies))
        for at, body in enumerate(bodies):
            packed += struct.pack("<qii", 4 * at + 1, 1, len(body)) + body
        with pytest.raises(TypeNotFoundError), BinaryReader(packed) as reader:
            reader.tgread_object()


async def test_the_seams_that_a_link_leans_on(sandbox):
    async with sandbox("tiny") as server:
        host, port = server.address.split(":")
        endpoint = Endpoint(host=host, port=int(port), dc=server.dc, key=bytes(256), proxy=None)
        link = await Link.open(endpoint)
        try:
            sender = link._sender
            assert isinstance(sender, MTProtoSender)
            assert isinstance(sender._connection, ConnectionTcpFull)
            assert sender._connection._writer.transport
            assert sender._state.time_offset == 0
            assert not sender._send_queue._deque
            assert not sender._disconnected.done()
        finally:
            await link.close()
        assert not link.alive
