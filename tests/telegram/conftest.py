"""headrace's Telegram room against the sandbox, by the unmodified Telethon."""

from contextlib import asynccontextmanager

import pytest
from telethon.crypto import rsa
from tests.telegram.fetching import fetching

from headrace.blobs.files import LocalFiles
from headrace.model.plan import Lane, Pace
from headrace.store.access import AccessBook
from headrace.telegram.client import Application, ServerAddress, open_client
from headrace.telegram.patience import Patience
from headrace.telegram.session import load_session
from headrace.telegram.source import TelegramSource
from tgsandbox import rsa_key
from tgsandbox.server import serve

#: Short backoffs and deadlines: the faults of these tests take as long as these allow.
QUICK = Patience(connect=2, answer=2, first_backoff=0.01, longest_backoff=0.05)


@pytest.fixture(scope="session")
def key_file(tmp_path_factory):
    """One RSA key for all tests: making one takes a third of a second."""
    path = tmp_path_factory.mktemp("rsa") / "private.pem"
    rsa_key.load_or_make(path)
    return path


@pytest.fixture(autouse=True)
def fresh_telethon(monkeypatch):
    """Telethon keeps the server keys for the whole process."""
    monkeypatch.setattr(rsa, "_server_keys", {})


@pytest.fixture
def sandbox(key_file):
    """``async with sandbox("tiny", faults=…) as server``."""

    def start(world="tiny", **options):
        return serve(world, key_file=key_file, **options)

    return start


@pytest.fixture
def reading(tmp_path):
    """``async with reading(server) as source``: a source connected to a sandbox."""

    @asynccontextmanager
    async def connect(server, *, book=None, session=None, **options):
        host, port = server.address.split(":")
        where = ServerAddress(
            host=host, port=int(port), dc=server.dc, public_key_file=server.public_key_file
        )
        application = Application(api_id=server.api_id, api_hash=server.api_hash)
        options = {"pace": Pace.FAST, "patience": QUICK, **options}
        opened = session or load_session(server.session_file)
        async with open_client(opened, application, server=where, **options) as client:
            with AccessBook(LocalFiles(), book or tmp_path / "access.db") as access:
                yield TelegramSource(client.gate, access, options.get("pushes"))

    return connect


@pytest.fixture
def read_lane():
    """All pages of a lane; checks that their ranges join without a hole."""

    async def read(source, chat, lo, hi):
        lane = Lane(chat_id=chat.id, lo=lo, hi=hi, cursor=hi + 1)
        pages, top = [], hi
        async for page in source.pages(chat, lane):
            assert page.hi == top
            assert all(page.lo <= message.id <= page.hi for message in page.messages)
            assert lane.cursor == page.lo
            top = page.lo - 1
            pages.append(page)
        assert top == lo - 1
        return pages

    return read


@pytest.fixture
def fetcher(sandbox, tmp_path):
    """``async with fetcher("tiny", …) as it``; options of the sandbox, ``client`` apart."""

    @asynccontextmanager
    async def start(world="tiny", *, client=None, **options):
        async with (
            sandbox(world, **options) as server,
            fetching(server, tmp_path, **(client or {})) as connected,
        ):
            yield connected

    return start
