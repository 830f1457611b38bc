"""auth.*: carrying an authorisation to another data centre, and giving it up."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.services import peers


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.auth.ExportAuthorizationRequest, _export)
    dispatcher.on(functions.auth.ImportAuthorizationRequest, _import, needs_login=False)
    dispatcher.on(functions.auth.LogOutRequest, _log_out)


async def _export(call: Call) -> Any:
    dc = call.request.dc_id
    if dc not in call.telegram.addresses or dc == call.dc:
        raise bad_request("DC_ID_INVALID")
    token = call.telegram.export(dc)
    return types.auth.ExportedAuthorization(id=call.telegram.world.me["id"], bytes=token)


async def _import(call: Call) -> Any:
    me = call.telegram.world.me["id"]
    dc = call.telegram.exported.pop(call.request.bytes, None)
    if dc != call.dc or call.request.id != me:
        raise bad_request("AUTH_BYTES_INVALID")
    call.key.authorised = True
    (user,) = peers.raw_audience(call, {me})["users"]
    return types.auth.Authorization(user=user)


async def _log_out(call: Call) -> Any:
    call.key.authorised = False
    return types.auth.LoggedOut()
