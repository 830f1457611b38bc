"""contacts.resolveUsername: whom a name means now."""

from __future__ import annotations

import re
from typing import Any

from telethon.tl import functions, types

from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import bad_request
from tgsandbox.services import peers
from tgsandbox.worlds import ids

#: Collectible names begin at four letters; nothing shorter or longer is a name.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,31}")


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.contacts.ResolveUsernameRequest, _resolve)


async def _resolve(call: Call) -> Any:
    username = call.request.username
    if not _NAME.fullmatch(username):
        raise bad_request("USERNAME_INVALID")
    marked = call.telegram.world.by_username(username)
    if marked is None:
        raise bad_request("USERNAME_NOT_OCCUPIED")
    return types.contacts.ResolvedPeer(peer=ids.peer(marked), **peers.raw_audience(call, {marked}))
