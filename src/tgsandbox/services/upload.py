"""upload.getFile with Telegram's rules for offsets, references and data centres.

https://core.telegram.org/api/files#downloading-files
"""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request, migrate
from tgsandbox.services import peers
from tgsandbox.worlds.base import FileBytes

_BLOCK = 1024 * 1024
_STEP, _PRECISE_STEP = 4096, 1024


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.upload.GetFileRequest, _file)


async def _file(call: Call) -> Any:
    request = call.request
    _check_range(request.offset, request.limit, precise=bool(request.precise))
    file = _located(call, request.location)
    if file.dc != call.dc and file.dc in call.telegram.addresses:
        raise migrate("FILE", file.dc)
    data = file.read(request.offset, request.limit)
    kind = types.storage.FileJpeg() if data[:3] == b"\xff\xd8\xff" else types.storage.FileUnknown()
    return types.upload.File(type=kind, mtime=0, bytes=data)


def _check_range(offset: int, limit: int, *, precise: bool) -> None:
    step = _PRECISE_STEP if precise else _STEP
    if offset < 0 or offset % step:
        raise bad_request("OFFSET_INVALID")
    if limit <= 0 or limit % step or limit > _BLOCK:
        raise bad_request("LIMIT_INVALID")
    if not precise and _BLOCK % limit:
        raise bad_request("LIMIT_INVALID")
    if offset // _BLOCK != (offset + limit - 1) // _BLOCK:
        raise bad_request("OFFSET_INVALID")


def _located(call: Call, location: Any) -> FileBytes:
    match location:
        case types.InputPhotoFileLocation():
            _check_reference(call, location)
            key, size = f"photo/{location.id}", location.thumb_size
        case types.InputDocumentFileLocation():
            _check_reference(call, location)
            key, size = f"document/{location.id}", location.thumb_size
        case types.InputPeerPhotoFileLocation():
            peers.chat_of(call, location.peer)
            key, size = f"peer_photo/{location.photo_id}", "c" if location.big else "a"
        case _:
            raise bad_request("LOCATION_INVALID")
    file = call.telegram.world.file(key, size)
    if file is None:
        raise bad_request("LOCATION_INVALID")
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
