"""upload.getFile with Telegram's rules for offsets.

https://core.telegram.org/api/files#downloading-files
"""

from __future__ import annotations

from telethon.tl import functions, types

from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.parts import Part
from tgsandbox.services import places

_BLOCK = 1024 * 1024
_STEP, _PRECISE_STEP = 4096, 1024


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.upload.GetFileRequest, _file)


async def _file(call: Call) -> Part:
    request = call.request
    _check_range(request.offset, request.limit, precise=bool(request.precise))
    key, file = places.located(call, request.location)
    data = file.read(request.offset, request.limit)
    kind = types.storage.FileJpeg() if data[:3] == b"\xff\xd8\xff" else types.storage.FileUnknown()
    return Part(key, request.offset, data, call.dc, kind)


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
