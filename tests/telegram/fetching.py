"""Files fetched from a sandbox: a sink in memory, wishes from pages, bytes held against a world."""

import asyncio
import hashlib
from contextlib import asynccontextmanager

from headrace.blobs.files import LocalFiles
from headrace.model.download import FileKind, Origin, Wish
from headrace.model.media import Document
from headrace.model.plan import Lane, Pace
from headrace.store.access import AccessBook
from headrace.store.files import files_of
from headrace.telegram.client import Application, ServerAddress, open_client
from headrace.telegram.files import TelegramFiles
from headrace.telegram.patience import Patience
from headrace.telegram.session import load_session
from headrace.telegram.source import TelegramSource

FILE = "upload.getFile"
QUICK = Patience(
    connect=2, answer=2, part=2, slowest=2**22, first_backoff=0.01, longest_backoff=0.05
)


def file_fault(action, **rule):
    return {"method": FILE, "action": action, **rule}


class Memory:
    """A sink that keeps the bytes, and how often each was written."""

    def __init__(self, size, have=()):
        self.size, self.parts, self.writes = size, dict(have), []

    def missing(self, part):
        if not self.size:
            return [] if self.parts else [(0, part)]
        whole = range(0, self.size, part)
        return [(at, min(part, self.size - at)) for at in whole if at not in self.parts]

    async def write(self, offset, data):
        await asyncio.sleep(0)
        self.writes.append((offset, len(data)))
        self.parts[offset] = data

    @property
    def content(self):
        return b"".join(self.parts[at] for at in sorted(self.parts))


class Fetcher:
    """A connected source with its files, and what was fetched through it."""

    def __init__(self, server, source, files):
        self.server, self.source, self.files = server, source, files

    async def read(self, name):
        """All pages of a chat, newest first."""
        chat, _ = await self.source.resolve(name)
        probe = await self.source.probe(chat)
        lane = Lane(chat_id=chat.id, lo=1, hi=probe.top_id, cursor=probe.top_id + 1)
        return chat, [page async for page in self.source.pages(chat, lane)]

    async def wishes(self, name):
        """A wish for each file and thumbnail that a chat's messages name."""
        chat, pages = await self.read(name)
        found = {}
        for page in pages:
            for message in page.messages:
                origin = Origin(chat_id=chat.id, id=message.id)
                for wish in _wishes(message, origin):
                    known = found.get(wish.key)
                    origins = (*known.origins, origin) if known else (origin,)
                    found[wish.key] = Wish(
                        key=wish.key, kind=wish.kind, size=wish.size, origins=origins
                    )
        return list(found.values())

    async def portraits(self, name):
        """A wish for the picture of everybody whom a chat names."""
        _, pages = await self.read(name)
        peers = {peer.id: peer for page in pages for peer in page.peers if peer.photo}
        return [
            Wish(key=f"peer_photo/{peer.photo}", kind=FileKind.AVATAR, size=0, peer=peer.id)
            for peer in peers.values()
        ]

    async def fetch(self, wishes):
        """Fetch side by side; sinks by key, or the error in the place of one."""
        sinks = {wish.key: Memory(wish.size) for wish in wishes}
        outcomes = await asyncio.gather(
            *(self.files.fetch(wish, sinks[wish.key]) for wish in wishes), return_exceptions=True
        )
        return {
            wish.key: outcome or sinks[wish.key]
            for wish, outcome in zip(wishes, outcomes, strict=True)
        }

    def wrong(self, found):
        """The keys whose bytes are not the world's, with what came instead."""
        return {
            key: one if isinstance(one, BaseException) else len(one.content)
            for key, one in found.items()
            if isinstance(one, BaseException) or sha(one.content) != sha(world_bytes(self, key))
        }

    def requests(self, method):
        return self.files._centres.traffic.requests().get(method, 0)


def sha(content):
    return hashlib.sha256(content).hexdigest()


def world_bytes(fetcher, key):
    kind, number, *size_type = key.split("/")
    world = fetcher.server.world
    if kind == "document":
        file = world.file(f"{kind}/{number}", size_type[0] if size_type else "")
    else:
        sizes = filter(None, (world.file(key, size) for size in "abcdmswxy"))
        file = max(sizes, key=lambda one: one.size, default=None)
    return file.read(0, file.size) if file else b""


def _wishes(message, origin):
    for named in files_of(message):
        yield Wish(key=named.key, kind=named.kind, size=named.size, origins=(origin,))
    if isinstance(message.media, Document) and message.media.file:
        for thumb in message.media.thumbs:
            key = f"{message.media.file}/{thumb.type}"
            yield Wish(key=key, kind=FileKind.THUMBNAIL, size=thumb.size, origins=(origin,))


@asynccontextmanager
async def fetching(server, folder, *, session=None, **options):
    """``async with fetching(server, tmp_path) as fetcher``."""
    host, port = server.address.split(":")
    where = ServerAddress(
        host=host, port=int(port), dc=server.dc, public_key_file=server.public_key_file
    )
    application = Application(api_id=server.api_id, api_hash=server.api_hash)
    options = {"pace": Pace.FAST, "patience": QUICK, **options}
    opened = session or load_session(server.session_file)
    async with open_client(opened, application, server=where, **options) as client:
        with AccessBook(LocalFiles(), folder / "access.db") as book:
            async with TelegramFiles(client.centres, book) as files:
                yield Fetcher(server, TelegramSource(client.gate, book), files)
