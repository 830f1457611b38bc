"""A sandbox, unmodified Telethon clients for it, and a world whose messages can be counted."""

from contextlib import asynccontextmanager

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.network import ConnectionTcpAbridged, ConnectionTcpFull
from telethon.sessions import SQLiteSession, StringSession

from tgsandbox import rsa_key
from tgsandbox.server import serve
from tgsandbox.worlds.memory import MemoryWorld

CHANNEL, GROUP, SHUT = -1000000000501, -1000000000502, -1000000000503
ANNA = 71


@pytest.fixture(scope="session")
def key_file(tmp_path_factory):
    """One RSA key for all tests: making one takes a third of a second."""
    path = tmp_path_factory.mktemp("rsa") / "private.pem"
    rsa_key.load_or_make(path)
    return path


@pytest.fixture(autouse=True)
def fresh_telethon(monkeypatch):
    """Telethon keeps the configuration and the server keys for the whole process."""
    monkeypatch.setattr(TelegramClient, "_config", None)
    monkeypatch.setattr(rsa, "_server_keys", {})


@pytest.fixture
def world():
    """A channel of ids 1..400 without the multiples of 7, a group, and a closed channel."""
    made = MemoryWorld(name="counted", seed=5, me={"id": 1, "kind": "user", "name": "Me"})
    made.add_peers([{"id": ANNA, "kind": "user", "name": "Anna", "username": "anna"}])
    posts = [_post(number) for number in range(1, 401) if number % 7]
    talk = [_comment(number) for number in range(1, 61)]
    names = {"username": "counted", "title": "Counted", "kind": "channel", "created": 1}
    made.add_chat({"id": CHANNEL, **names, "linked_chat_id": GROUP}, posts)
    group = made.add_chat(
        {"id": GROUP, "kind": "supergroup", "title": "Talk", "linked_chat_id": CHANNEL}, talk
    )
    group.roots = {5: 1}
    made.add_chat(
        {"id": SHUT, "kind": "channel", "title": "Shut", "created": 1},
        [_post(1)],
        joined=False,
        private=True,
        invite_hash="shut",
    )
    return made


def _post(number):
    text = f"post {number}"
    return {"id": number, "date": 1_700_000_000 + 60 * number, "text": text, "post": True}


def _comment(number):
    """Message 1 is the root; every third of the others hangs on it."""
    content = {"id": number, "date": 1_700_000_000 + number, "text": f"word {number}"}
    content["author"] = ANNA
    if number > 1 and number % 3 == 0:
        content |= {"reply": {"msg_id": 1}, "thread_id": 1}
    return content


@pytest.fixture
def running(key_file, clients):
    """``async with running(world, …) as sandbox``; its public key is known to Telethon."""

    @asynccontextmanager
    async def run(world, **options):
        async with serve(world, key_file=key_file, **options) as sandbox:
            rsa.add_key(sandbox.public_key_file.read_bytes(), old=False)
            try:
                yield sandbox
            finally:
                while clients:
                    await clients.pop().disconnect()
            assert sandbox.report()["internal_errors"] == 0

    return run


@pytest.fixture
def clients():
    """The connected clients; they leave before their server does."""
    return []


@pytest.fixture(params=[ConnectionTcpFull, ConnectionTcpAbridged], ids=["full", "abridged"])
def transport(request):
    return request.param


@pytest.fixture
def connect(clients):
    """``await connect(sandbox)``: a signed-in client of a running sandbox."""

    async def connected(sandbox, *, signed_in=True, **options):
        options = {"receive_updates": False, "flood_sleep_threshold": 0, **options}
        session = SQLiteSession(str(sandbox.session_file)) if signed_in else StringSession()
        if not signed_in:
            host, port = sandbox.address.split(":")
            session.set_dc(sandbox.dc, host, int(port))
        client = TelegramClient(session, sandbox.api_id, sandbox.api_hash, **options)
        clients.append(client)
        await client.connect()
        return client

    return connected


@pytest.fixture
def visitor(connect):
    """``await visitor(sandbox)``: a client that has not signed in yet."""

    def arrive(sandbox, **options):
        return connect(sandbox, signed_in=False, receive_updates=True, **options)

    return arrive
