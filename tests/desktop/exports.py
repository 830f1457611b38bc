"""Exports for tests: written as Telegram Desktop writes them, or worse."""

import asyncio
import json
import os
import zipfile
from pathlib import Path

from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.desktop.source import open_source
from headrace.errors import HeadraceError
from headrace.importer.export import ExportImporter
from headrace.model.job import Silent, Unattended
from headrace.model.message import Message
from headrace.model.plan import ImportOptions
from headrace.telegram.clock import SystemClock

CHANNEL = 1234567890
CHAT = -1_000_000_000_000 - CHANNEL
DATE = 1_700_000_000


def entry(id=1, **fields):  # noqa: A002
    """A post, as version 6 writes it; a field that is None is left out."""
    seconds = DATE + id
    defaults = {
        "id": id,
        "type": "message",
        "date": "2023-11-14T22:13:20",
        "date_unixtime": str(seconds),
        "from": "The Mill",
        "from_id": f"channel{CHANNEL}",
        "text": f"message {id}",
        "text_entities": [{"type": "plain", "text": f"message {id}"}],
    }
    if "text" in fields and "text_entities" not in fields:
        defaults.pop("text_entities")
    return {key: value for key, value in {**defaults, **fields}.items() if value is not None}


def service(id=1, action="", **fields):  # noqa: A002
    plain = entry(id, text="", text_entities=[])
    del plain["from"], plain["from_id"]
    actor = {"actor": "The Mill", "actor_id": f"channel{CHANNEL}"}
    return {**plain, "type": "service", **actor, **({"action": action} if action else {}), **fields}


def photo(id=1, **fields):  # noqa: A002
    path = f"photos/photo_{id}@14-11-2023_22-13-20.jpg"
    seen = {"photo": path, "photo_file_size": 5000 + id, "width": 800, "height": 600}
    return entry(id, **{"text": "", "text_entities": [], **seen, **fields})


def root(*messages, **fields):
    head = {"name": "The Mill", "type": "public_channel", "id": CHANNEL}
    return {**head, **fields, "messages": list(messages)}


def write(folder, content, name="result.json"):
    """Write an export into a folder; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, bytes):
        content = json.dumps(content, ensure_ascii=False, indent=1).encode(errors="surrogatepass")
    (folder / name).write_bytes(content)
    return folder


def pack(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read(path, which="", **options):
    """The chat, its pages, and the source behind them."""

    async def run():
        source = await open_source(path, which)
        return source, [page async for page in source.pages(**options)]

    return asyncio.run(run())


async def import_into(store, path, archive, control=None):
    """What the command does, less the command line; the report."""
    importer = ExportImporter(
        source=await open_source(path),
        store=store,
        blobs=LocalBlobs(LocalFiles(), archive),
        thumbs=LocalThumbs(LocalFiles(), archive),
        clock=SystemClock(),
        owner="a:1:1",
    )
    return await importer.run(ImportOptions(), Silent(), control or Unattended(), started=0)


def open_descriptors(path):
    """What this process holds open at a path or under it."""
    links = [os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()]
    return [one for one in links if one.startswith(str(path))]


def messages_of(path, which=""):
    """All messages of an export, by id."""
    _, pages = read(path, which)
    found = {message.id: message for page in pages for message in page.messages}
    assert all(isinstance(message, Message) for message in found.values())
    return found


def read_one(folder, raw, **fields):
    """The only message of an export made of one entry."""
    [message] = messages_of(write(folder, root(raw, **fields))).values()
    return message


def refusal(path, which=""):
    """The error that an export ends with: one sentence and a next step."""
    try:
        read(path, which)
    except HeadraceError as error:
        assert_one_sentence(error)
        return error
    raise AssertionError("it was read")


def assert_one_sentence(error):
    text = str(error)
    assert error.exit_code == 2, text
    assert "\n" not in text, text
    assert text.endswith("."), text
    assert ". " not in text, text
    assert error.hint
