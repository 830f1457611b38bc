"""What the tests of media put into a store, and what they find in it."""

from __future__ import annotations

import io
import random

from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs

FILES = LocalFiles()
KEY = "document/1"
PART = 4096
SIZE = 4 * PART


def blobs_of(folder, files=FILES):
    """A store that keeps no space free."""
    return LocalBlobs(files, folder, reserve=lambda _: 0)


def content(size, seed=1):
    return random.Random(seed).randbytes(size)


def jpeg(size):
    """As long as wanted, and whole."""
    frame = b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x10\x00\x10\x03" + bytes(9)
    scan = b"\xff\xda\x00\x0c\x03" + bytes(9)
    return frame + scan + b"\x01" * (size - len(frame) - len(scan) - 2) + b"\xff\xd9"


async def fetch(blobs, key, data):
    """All parts of a file that are not there yet."""
    part = await blobs.open_part(key, len(data))
    for offset, length in part.missing(PART):
        await part.write(offset, data[offset : offset + length])
    return part


async def finished(blobs, part):
    """What is stored, with nothing left of what it was made of."""
    stored = await blobs.finish(part)
    await blobs.release(part)
    return stored


async def settled(blobs, commit=lambda _: None):
    """A file, one of undeclared length, the first one's twin, and a stream; what was asked for."""
    asked = []
    twins = [(KEY, content(SIZE), SIZE), ("document/2", content(SIZE), SIZE)]
    for key, data, size in [*twins, ("peer_photo/3", jpeg(3000), 0)]:
        part = await blobs.open_part(key, size)
        try:
            for offset, length in part.missing(PART):
                asked.append((key, offset))
                await part.write(offset, data[offset : offset + length])
            commit(await blobs.finish(part))
            await blobs.release(part)
        finally:
            await blobs.close(part)
    commit(await blobs.add("desktop/4", io.BytesIO(content(5000, 4)), size=5000))
    return asked


def media_of(folder):
    """Every file with a final name, by its place."""
    media = folder / "media"
    return {str(path.relative_to(media)): path.read_bytes() for path in sorted(media.glob("??/*"))}


async def nobody(_):
    """Which files in the making are wanted: none."""
    return []


def parts_of(folder):
    """What is in the making."""
    found = (folder / "media" / ".parts").glob("*")
    return sorted(path.name for path in found if path.name != "lock")
