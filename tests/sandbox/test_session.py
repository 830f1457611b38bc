"""Key exchange, sessions, salts, times, transports: what every client goes through first."""

import asyncio
import collections
import io
import logging
import random
import stat
import time

import pytest
from telethon import errors, functions, types
from telethon.crypto import AuthKey
from telethon.network import ConnectionTcpAbridged, ConnectionTcpIntermediate, mtprotostate
from telethon.network.mtprotostate import MTProtoState
from telethon.sessions import SQLiteSession

from tgsandbox import session


async def test_a_written_session_is_signed_in_on_every_transport(
    running, world, connect, transport
):
    async with running(world) as sandbox:
        client = await connect(sandbox, connection=transport)
        assert await client.is_user_authorized()
        assert (await client.get_me()).first_name == "Me"
        assert sandbox.report()["handshakes"] == 0


async def test_a_new_client_exchanges_a_key_and_is_nobody(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox, signed_in=False, connection=ConnectionTcpIntermediate)
        assert not await client.is_user_authorized()
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client(functions.contacts.ResolveUsernameRequest("counted"))
        assert sandbox.report()["handshakes"] == 1


async def test_the_session_file_is_private_and_names_the_server(running, world):
    async with running(world) as sandbox:
        assert stat.S_IMODE(sandbox.session_file.stat().st_mode) == 0o600
        kept = SQLiteSession(str(sandbox.session_file))
        address = f"{kept.server_address}:{kept.port}"
        kept.close()
        assert (address, kept.dc_id) == (sandbox.address, sandbox.dc)


async def test_keys_outlive_the_server_in_a_state_folder(running, world, connect, tmp_path):
    async with running(world, state=tmp_path / "state") as sandbox:
        first = await connect(sandbox)
        assert await first.is_user_authorized()
        await first.disconnect()
    async with running(world, state=tmp_path / "state") as sandbox:
        second = await connect(sandbox)
        assert await second.is_user_authorized()


async def test_many_requests_at_once_come_back_each_to_its_own(running, world, connect):
    """Telethon sends them in one container, first with salt 0: all are sent again."""
    async with running(world) as sandbox:
        client = await connect(sandbox)
        channel = await client.get_input_entity("counted")
        ids = [number for number in range(1, 51) if number % 7]
        answers = await asyncio.gather(
            *(client(functions.channels.GetMessagesRequest(channel, [one])) for one in ids)
        )
        assert [answer.messages[0].id for answer in answers] == ids


@pytest.mark.parametrize("offset", [3600, -3600])
async def test_a_clock_that_is_wrong_from_the_start_is_followed(running, world, connect, offset):
    async with running(world) as sandbox:
        sandbox.telegram.clock.set_offset(offset)
        client = await connect(sandbox)
        config = await client(functions.help.GetConfigRequest())
        assert abs(config.date.timestamp() - time.time() - offset) < 60


async def test_a_clock_that_jumps_is_told_to_the_client(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        sandbox.telegram.clock.set_offset(1000)
        config = await client(functions.help.GetConfigRequest())
        assert config.date.timestamp() > time.time() + 900


async def test_an_unknown_key_gets_the_404_frame(running, world, connect):
    async with running(world) as sandbox:
        sandbox.telegram.keys.clear()
        with pytest.raises(errors.AuthKeyNotFound):
            await connect(sandbox, connection_retries=0)


async def test_pings_salts_and_sessions(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox, receive_updates=True)
        assert (await client(functions.PingRequest(7))).ping_id == 7
        assert (await client(functions.PingDelayDisconnectRequest(8, 60))).ping_id == 8
        salts = await client(functions.GetFutureSaltsRequest(1))
        assert salts.salts[0].salt == client._sender._state.salt
        gone = await client(functions.DestroySessionRequest(12))
        assert isinstance(gone, types.DestroySessionNone)


async def test_big_answers_are_packed(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        await client.get_messages("counted", limit=100)
        packed = sandbox.report()["bytes_out"]
    async with running(world, settings={"gzip_from": None}) as sandbox:
        client = await connect(sandbox)
        await client.get_messages("counted", limit=100)
        assert packed < sandbox.report()["bytes_out"]


async def test_an_unknown_method_is_refused_and_counted(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        with pytest.raises(errors.InputMethodInvalidError):
            await client(functions.stats.GetBroadcastStatsRequest(types.InputChannelEmpty()))
        assert sandbox.report()["unknown_methods"] == {"stats.getBroadcastStats": 1}


async def test_garbage_from_a_client_ends_its_connection_only(running, world, connect):
    async with running(world) as sandbox:
        host, port = sandbox.address.split(":")
        for junk in (b"\xef\x01abcd", b"\xee" * 4 + b"\xff" * 4, b"GET / HTTP/1.1\r\n\r\n" * 9):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(junk)
            writer.write_eof()
            await reader.read()
            writer.close()
            await writer.wait_closed()
        client = await connect(sandbox)
        assert await client.is_user_authorized()


async def test_frames_of_chance_end_their_connection_and_nothing_else(running, world, connect):
    """Plain and encrypted: well framed nonsense, sealed with the right key or not."""
    chance = random.Random(3)
    async with running(world) as sandbox:
        host, port = sandbox.address.split(":")
        (key,) = sandbox.telegram.keys.values()
        client_side = MTProtoState(AuthKey(key.data), collections.defaultdict(logging.getLogger))
        client_side.salt = key.salt
        for number in range(200):
            junk = chance.randbytes(4 * chance.randrange(6, 40))
            if number % 3 == 0:
                junk = bytes(8) + junk[8:16] + (len(junk) - 20).to_bytes(4, "little") + junk[20:]
            if number % 3 == 1:
                sealed = io.BytesIO()
                client_side.write_data_as_message(sealed, junk, content_related=True)
                junk = client_side.encrypt_message_data(sealed.getvalue())
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"\xef" + ConnectionTcpAbridged.packet_codec(None).encode_packet(junk))
            writer.write_eof()
            await reader.read()
            writer.close()
            await writer.wait_closed()
        client = await connect(sandbox)
        assert await client.is_user_authorized()


async def test_a_request_that_inflates_beyond_the_cap_ends_the_connection(
    running, world, connect, monkeypatch
):
    monkeypatch.setattr("tgsandbox.wire.INFLATE_CAP", 1000)
    async with running(world) as sandbox:
        client = await connect(sandbox, auto_reconnect=False)
        request = functions.contacts.ResolveUsernameRequest("x" * 5000)
        with pytest.raises(asyncio.IncompleteReadError):
            await client(request)


def test_the_window_for_client_times_is_that_of_telethon_for_ours():
    assert (session.TOO_OLD, session.TOO_NEW) == (
        mtprotostate.MSG_TOO_OLD_DELTA,
        mtprotostate.MSG_TOO_NEW_DELTA,
    )
