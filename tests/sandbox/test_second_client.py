"""A second client: kurigram, written by others from Telegram's own description, reads the sandbox.

That it can, with checks of its own, shows that the server speaks Telegram and not Telethon. Its own
parameters lead it here; only for the server's key there is none: that goes into its table of keys.
"""

import hashlib
import logging
from contextlib import asynccontextmanager

import pyrogram
import pytest
from pyrogram.connection.transport import (
    TCPAbridged,
    TCPAbridgedO,
    TCPFull,
    TCPIntermediate,
    TCPIntermediateO,
    TCPIntermediatePadded,
)
from pyrogram.connection.transport.tcp.tcp import TCP
from pyrogram.crypto import rsa
from pyrogram.errors import ChannelPrivate, FloodWait, PasswordHashInvalid, SessionPasswordNeeded
from pyrogram.raw import functions, types
from pyrogram.session.auth import Auth
from pyrogram.storage import SQLiteStorage
from telethon.network import ConnectionTcpObfuscated
from telethon.sessions import SQLiteSession

from tgsandbox.server import serve
from tgsandbox.worlds.ids import bare_id

TINY, CLOSED = "tinymill", -1001000000106
#: What the client's log says when it finds fault with a packet and drops it or begins anew.
_COMPLAINTS = ("Discarding", "Restarting", "Retrying", "Unable", "transport error", "failed")


@pytest.fixture
def complaints(caplog):
    """What the client found wrong with what the server sent."""
    caplog.set_level(logging.INFO, logger="pyrogram")
    return lambda: [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("pyrogram")
        and any(word in record.getMessage() for word in _COMPLAINTS)
    ]


@pytest.fixture
def sandbox_key(monkeypatch):
    """Makes the server's key known to the client, which has no parameter for it."""

    def known(sandbox):
        key = sandbox.telegram.server_key
        public = rsa.PublicKey(m=key.private.n, e=key.private.e)
        monkeypatch.setitem(rsa.server_public_keys, key.fingerprint, public)

    return known


@pytest.fixture
def second_client(sandbox_key, tmp_path, complaints, monkeypatch):
    """``async with second_client(sandbox) as client``: kurigram, signed in with its key."""
    # On a busy machine ten silent seconds are no fault of the server's.
    monkeypatch.setattr(TCP, "TIMEOUT", 120)

    @asynccontextmanager
    async def signed_in(sandbox, **options):
        sandbox_key(sandbox)
        await write_session(sandbox, tmp_path)
        client = pyrogram.Client(
            "second",
            storage_engine=SQLiteStorage("second", tmp_path),
            workdir=tmp_path,
            sleep_threshold=0,
            fetch_topics=False,
            fetch_stickers=False,
            **options,
        )
        async with client:
            yield client
            # While it leaves, it takes the end of its own connection for a fault at times.
            assert complaints() == []
            # It forgets these when it leaves.
            for session in client.sessions.values():
                await session.stop()

    return signed_in


async def write_session(sandbox, folder, key=None):
    """Its session file, as if it had signed in here before (or only agreed on a key)."""
    ours = SQLiteSession(str(sandbox.session_file))
    host, port = sandbox.address.split(":")
    storage = SQLiteStorage("second", folder)
    await storage.open()
    await storage.dc_id(sandbox.dc)
    await storage.server_address(host)
    await storage.port(int(port))
    await storage.api_id(sandbox.api_id)
    await storage.test_mode(False)
    await storage.auth_key(key or ours.auth_key.key)
    await storage.user_id(sandbox.world.me["id"])
    await storage.is_bot(False)
    await storage.save()
    await storage.close()
    ours.close()


def history(sandbox, username):
    chat = sandbox.world.chats[sandbox.world.by_username(username)]
    return {one["id"]: one for one in map(chat.history.at, range(len(chat.history)))}


def assert_same(found, content):
    """What kurigram made of a message, against the world's own content."""
    assert int(found.date.timestamp()) == content["date"]
    assert bool(found.service) == (content.get("kind") == "service")
    assert str(found.text or found.caption or "") == content.get("text", "")
    assert found.views == content.get("views")
    assert str(found.media_group_id or "") == content.get("grouped_id", "")
    if found.raw.__class__.__name__ == "Message":
        spans = [(one.offset, one.length) for one in found.raw.entities or ()]
        wanted = [(one["offset"], one["length"]) for one in content.get("entities", ())]
        assert spans == wanted
    media = content.get("media", {})
    if media.get("file"):
        assert getattr(found, found.media.value).file_size == media["size"]


async def test_it_is_signed_in_by_the_key_alone(second_client, key_file):
    async with (
        serve("tiny", key_file=key_file) as sandbox,
        second_client(sandbox) as client,
    ):
        assert client.me.id == sandbox.world.me["id"]
        assert client.me.is_self
        dialogs = [dialog.chat.id async for dialog in client.get_dialogs()]
        joined = [key for key, chat in sandbox.world.chats.items() if chat.joined]
        assert sorted(dialogs) == sorted(joined)
        report = sandbox.report()
    assert (report["handshakes"], report["unknown_methods"], report["errors"]) == (0, {}, {})


@pytest.mark.parametrize(
    ("world", "chats"),
    [("tiny", [TINY, "tinymilltalk", "emptymill"]), ("reference", ["millrace"])],
)
async def test_it_reads_whole_histories(second_client, key_file, world, chats):
    async with (
        serve(world, key_file=key_file) as sandbox,
        second_client(sandbox, fetch_replies=False) as client,
    ):
        for chat in chats:
            wanted = history(sandbox, chat)
            found = {one.id: one async for one in client.get_chat_history(chat)}
            assert sorted(found) == sorted(wanted)
            for number, message in found.items():
                assert_same(message, wanted[number])
        report = sandbox.report()
    assert (report["unknown_methods"], report["errors"], report["internal_errors"]) == ({}, {}, 0)


async def test_a_reply_brings_what_it_answers(second_client, key_file):
    async with (
        serve("tiny", key_file=key_file) as sandbox,
        second_client(sandbox) as client,
    ):
        message = await client.get_messages(TINY, 8)
        assert message.reply_to_message.id == 4
        assert (await client.get_messages(TINY, 8, reply=True)).id == 4
        assert (await client.get_messages(TINY, 9, reply=True)).empty
        album = await client.get_media_group(TINY, 6)
        assert [one.id for one in album] == [5, 6, 7]


@pytest.mark.parametrize(
    ("world", "chat", "number"),
    [("tiny", TINY, 11), ("tiny", TINY, 13), ("tiny", TINY, 4), ("reference", "millrace", 8)],
)
async def test_it_downloads_files(second_client, key_file, world, chat, number):
    """A document in another data centre, one of two parts of a MiB, photos of both worlds."""
    async with (
        serve(world, key_file=key_file, dcs=5) as sandbox,
        second_client(sandbox) as client,
    ):
        media = history(sandbox, chat)[number]["media"]
        message = await client.get_messages(chat, number)
        got = (await client.download_media(message, in_memory=True)).getvalue()
        largest = media["sizes"][-1]["type"] if "sizes" in media else ""
        file = sandbox.world.file(media["file"], largest)
        wanted = file.read(0, file.size)
        handshakes = sandbox.report()["handshakes"]
    assert handshakes == (file.dc != sandbox.dc)
    assert len(got) == media["size"]
    assert hashlib.sha256(got).digest() == hashlib.sha256(wanted).digest()


async def test_it_makes_a_key_in_another_data_centre(second_client, key_file):
    """Its key exchange checks prime, generator, ranges, nonces and hashes; then it carries
    its authorisation over."""
    async with (
        serve("tiny", key_file=key_file, dcs=2) as sandbox,
        second_client(sandbox) as client,
    ):
        (other,) = set(sandbox.telegram.addresses) - {sandbox.dc}
        session = await client.get_session(other)
        (me,) = await session.invoke(functions.users.GetUsers(id=[types.InputUserSelf()]))
        assert me.id == client.me.id
        assert sandbox.report()["handshakes"] == 1


@pytest.mark.parametrize(
    "transport",
    [
        TCPFull,
        TCPAbridged,
        TCPIntermediate,
        TCPIntermediatePadded,
        TCPAbridgedO,
        TCPIntermediateO,
    ],
)
async def test_it_may_choose_its_transport(second_client, key_file, transport):
    async with (
        serve("tiny", key_file=key_file) as sandbox,
        second_client(sandbox, protocol_factory=transport) as client,
    ):
        found = [one.id async for one in client.get_chat_history(TINY)]
        assert sorted(found) == sorted(history(sandbox, TINY))
        message = await client.get_messages(TINY, 15)
        voice = await client.download_media(message, in_memory=True)
        assert len(voice.getvalue()) == message.voice.file_size


async def test_telethon_may_obfuscate_too(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox, connection=ConnectionTcpObfuscated)
        assert [one.id async for one in client.iter_messages(TINY, limit=3)] == [20, 19, 18]


async def test_it_signs_in_by_code_and_password(sandbox_key, complaints, key_file, tmp_path):
    """Its own arithmetic of the password, and a key that it has just agreed on."""
    async with serve("tiny", key_file=key_file) as sandbox:
        sandbox.sign_in.change(sandbox.phone, password="right", hint="not wrong")
        sandbox_key(sandbox)
        host, port = sandbox.address.split(":")
        storage = SQLiteStorage("second", tmp_path)
        client = pyrogram.Client(
            "second",
            api_id=sandbox.api_id,
            api_hash=sandbox.api_hash,
            storage_engine=storage,
            workdir=tmp_path,
            sleep_threshold=0,
        )
        key = await Auth(client, sandbox.dc, host, int(port), False).create()
        await write_session(sandbox, tmp_path, key)
        await client.connect()
        sent = await client.send_code(sandbox.phone)
        code = sandbox.sign_in.report()["accounts"][0]["code"]
        with pytest.raises(SessionPasswordNeeded):
            await client.sign_in(sandbox.phone, sent.phone_code_hash, code)
        assert await client.get_password_hint() == "not wrong"
        with pytest.raises(PasswordHashInvalid):
            await client.check_password("wrong")
        user = await client.check_password("right")
        assert (user.id, user.is_self) == (sandbox.world.me["id"], True)
        await client.disconnect()
        assert sandbox.report()["internal_errors"] == 0
    assert complaints() == []


async def test_refusals_reach_it_as_its_own_errors(second_client, key_file):
    faults = {"method": "messages.getHistory", "action": {"type": "flood", "seconds": 7}}
    async with (
        serve("tiny", key_file=key_file, faults=faults) as sandbox,
        second_client(sandbox) as client,
    ):
        peer = await client.resolve_peer(TINY)
        page = {"offset_id": 0, "offset_date": 0, "add_offset": 0, "max_id": 0, "min_id": 0}
        with pytest.raises(FloodWait) as wait:
            await client.invoke(functions.messages.GetHistory(peer=peer, limit=5, hash=0, **page))
        assert wait.value.seconds == 7
        closed = sandbox.world.chats[CLOSED]
        channel = types.InputChannel(channel_id=bare_id(CLOSED), access_hash=closed.access_hash)
        closed.joined, closed.private = False, True
        with pytest.raises(ChannelPrivate):
            await client.invoke(functions.channels.GetFullChannel(channel=channel))
