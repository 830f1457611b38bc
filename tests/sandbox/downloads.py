"""A file of every kind in the world ``tiny``, and how a client asks for a part of it."""

import pytest
from telethon import functions, types

from tgsandbox.worlds import ids

KIB = 1024
CHANNEL = -1001000000101
FILES = {
    "photo": ("photo/7012", "x"),
    "document": ("document/8017", ""),
    "thumbnail": ("document/8013", "m"),
    "avatar": ("peer_photo/7101", "c"),
}
every_kind = pytest.mark.parametrize("kind", FILES)


def place(world, kind):
    """The location of a file as a client that has just read the message would name it."""
    key, size = FILES[kind]
    number = int(key.partition("/")[2])
    locations = world.locations
    if kind == "avatar":
        peer = types.InputPeerChannel(ids.bare_id(CHANNEL), world.access_hash(CHANNEL))
        return types.InputPeerPhotoFileLocation(peer, number, big=True)
    made = types.InputPhotoFileLocation if kind == "photo" else types.InputDocumentFileLocation
    return made(number, locations.access_hash(number), locations.reference(number), size)


def content_of(world, kind):
    file = world.file(*FILES[kind])
    return file.read(0, file.size)


def asked(world, kind, offset=0, limit=4 * KIB):
    return functions.upload.GetFileRequest(place(world, kind), offset, limit)


def fault(action, **fields):
    return {"method": "upload.getFile", "action": action, **fields}
