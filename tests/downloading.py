"""A chat with its files into an archive, and whether every byte there is what the server has.

The one place that knows by which commands that is done.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections import Counter
from contextlib import closing

from headrace import app
from headrace.blobs.files import LocalFiles
from headrace.blobs.journal import records
from headrace.model.download import TEXT_ONLY, MediaPolicy
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions, Pace

GET_FILE = "upload.getFile"


async def bring_text(chosen, ref):
    """All but the files, with these settings in this process."""
    options = ImportOptions(pace=Pace.FAST, media=TEXT_ONLY, comments=False)
    return await app.import_chat(chosen, ref, options, Silent())


async def bring_files(chosen, ref, files=None):
    """The files of a chat that is there; the report."""
    return await app.fetch_media(chosen, ref, MediaPolicy(), Silent(), files=files or LocalFiles())


def served_by(world):
    """What ``check_whole`` takes, for a world in this process."""

    def served(key):
        kind, number, *size = key.split("/")
        sizes = ("a", "c") if kind == "peer_photo" else size or ["", *"smxywabcd"]
        found = filter(None, (world.file(f"{kind}/{number}", one) for one in sizes))
        return {hashlib.sha256(one.read(0, one.size)).hexdigest() for one in found}

    return served


def rows(archive, query):
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return connection.execute(query).fetchall()


def states(archive):
    """(state, reason) of each file, by key."""
    found = rows(archive, "SELECT key, state, reason FROM files")
    return {key: (state, reason) for key, state, reason in found}


def check_whole(archive, served):
    """Whatever has its final name is whole; each stored row has its file, as it is served.

    ``served``: gives the SHA-256 of all the sizes that the server has of a key. Returns the
    keys that are stored.
    """
    for path in (archive / "media").glob("??/*"):
        with path.open("rb") as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == path.stem, path
    stored = rows(archive, "SELECT key, sha256, size, extension FROM files WHERE state = 'stored'")
    for key, sha256, size, extension in stored:
        path = archive / "media" / sha256[:2] / f"{sha256}.{extension}"
        assert path.stat().st_size == size, key
        assert sha256 in served(key), key
    return {key for key, *_ in stored}


def kept_parts(archive):
    """(key, offset, length) of the parts that are there for the next run."""
    kept = set()
    for key, size in rows(archive, "SELECT key, size FROM files WHERE state <> 'stored'"):
        stem = hashlib.sha256(key.encode()).hexdigest()
        for journal in (archive / "media" / ".parts").glob(f"{stem}.*.journal"):
            data = journal.with_suffix(".part")
            found = records(journal.read_bytes(), key, size) if data.exists() else None
            content = data.read_bytes() if found else b""
            for one in found or ():
                part = content[one.offset : one.offset + one.length]
                assert zlib.crc32(part) == one.crc, (key, one.offset)
                kept.add((key, one.offset, one.length))
    return kept


def sent_parts(parts):
    """(key, offset) of each part that a sandbox has sent (``/parts``), with how often."""
    found = Counter()
    for one in parts:
        is_thumbnail = one["file"].startswith("document/") and one["size_type"]
        key = f"{one['file']}/{one['size_type']}" if is_thumbnail else one["file"]
        found[key, one["offset"]] += one["sent"]
    return found
