"""users.*: people, the account itself among them."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from tgsandbox import wire
from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.errors import RpcError
from tgsandbox.services import peers


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.users.GetUsersRequest, _users)
    dispatcher.on(functions.users.GetFullUserRequest, _full)


async def _users(call: Call) -> list[wire.Raw]:
    found: list[wire.Raw] = []
    for given in call.request.id:
        try:
            user = peers.user_id(call, given)
        except RpcError:
            continue
        found.extend(peers.raw_audience(call, {user})["users"])
    return found


async def _full(call: Call) -> Any:
    user = peers.user_id(call, call.request.id)
    return types.users.UserFull(
        full_user=types.UserFull(
            id=user,
            settings=types.PeerSettings(),
            notify_settings=types.PeerNotifySettings(),
            common_chats_count=0,
        ),
        **peers.raw_audience(call, {user}),
    )
