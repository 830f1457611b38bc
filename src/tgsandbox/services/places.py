"""From the location that a client names to a file of the world, with Telegram's refusals."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox.dispatcher import Call
from tgsandbox.errors import bad_request, migrate
from tgsandbox.parts import FileKey
from tgsandbox.services import peers
from tgsandbox.worlds.base import FileBytes


def located(call: Call, location: Any) -> tuple[FileKey, FileBytes]:
    """The file that is meant, if it lies in this data centre."""
    match location:
        case types.InputPhotoFileLocation():
            _check_reference(call, location)
            found = f"photo/{location.id}", location.thumb_size
        case types.InputDocumentFileLocation():
            _check_reference(call, location)
            found = f"document/{location.id}", location.thumb_size
        case types.InputPeerPhotoFileLocation():
            if peers.photo(call, location.peer) != location.photo_id:
                raise bad_request("LOCATION_INVALID")
            found = f"peer_photo/{location.photo_id}", "c" if location.big else "a"
        case _:
            raise bad_request("LOCATION_INVALID")
    return found, _file(call, *found)


def _file(call: Call, key: str, size_type: str) -> FileBytes:
    world = call.telegram.world
    refusal = world.locations.lost.get(key)
    if refusal is not None:
        raise bad_request(refusal)
    file = world.file(key, size_type)
    if file is None:
        raise bad_request("LOCATION_INVALID")
    dc = world.locations.lies_in(key, file.dc)
    if dc != call.dc and dc in call.telegram.addresses:
        raise migrate("FILE", dc)
    return file


def _check_reference(call: Call, location: Any) -> None:
    locations = call.telegram.world.locations
    if location.access_hash != locations.access_hash(location.id):
        raise bad_request("LOCATION_INVALID")
    if locations.is_current(location.id, location.file_reference):
        return
    if not location.file_reference:
        raise bad_request("FILE_REFERENCE_EMPTY")
    expired = locations.is_expired(location.id, location.file_reference)
    raise bad_request("FILE_REFERENCE_EXPIRED" if expired else "FILE_REFERENCE_INVALID")
