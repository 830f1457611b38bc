"""From a request to its answer: wrappers off, faults, limits, service time, the handler."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from telethon.tl import functions

from tgsandbox import wire
from tgsandbox.errors import RpcError, unauthorised
from tgsandbox.faults import Effects
from tgsandbox.pages import Page
from tgsandbox.parts import Part
from tgsandbox.profile import class_of
from tgsandbox.session import Key
from tgsandbox.telegram import Telegram

log = logging.getLogger(__name__)

#: Requests around a request; each has the inner one as ``query``.
_WRAPPERS = (
    functions.InvokeWithLayerRequest,
    functions.InitConnectionRequest,
    functions.InvokeWithoutUpdatesRequest,
    functions.InvokeAfterMsgRequest,
    functions.InvokeAfterMsgsRequest,
    functions.InvokeWithTakeoutRequest,
    functions.InvokeWithMessagesRangeRequest,
)
_NO_EXCUSE = RpcError(500, "INTERNAL")


@dataclass(slots=True)
class Call:
    """One request of a client, its wrappers off, as a handler sees it."""

    telegram: Telegram
    dc: int
    key: Key
    connection: int
    request: Any

    @property
    def user_id(self) -> int:
        """The account that asks."""
        user_id = self.key.user_id
        if user_id is None:
            raise unauthorised("AUTH_KEY_UNREGISTERED")
        return user_id


Handler = Callable[[Call], Awaitable[Any]]
"""Answers with bytes, a bool, a list, a `Page`, a `Part` or a TL object, or raises `RpcError`."""


@dataclass(slots=True)
class Reply:
    """The body of an rpc_result, and what faults make of its sending."""

    body: bytes
    effects: Effects
    packable: bool = True


class Dispatcher:
    """Request type -> handler. Services register themselves on it."""

    def __init__(self) -> None:
        self._handlers: dict[type, Handler] = {}
        self._open_to_all: set[type] = set()

    def on(self, request: type, handler: Handler, *, needs_login: bool = True) -> None:
        """Let ``handler`` answer requests of this type."""
        self._handlers[request] = handler
        if not needs_login:
            self._open_to_all.add(request)

    async def answer(self, call: Call) -> Reply:
        """The answer to a request, never an exception but a cancellation."""
        kind: Any = type(call.request)
        method = method_name(kind)
        counters = call.telegram.counters
        entry = counters.request(method, call.request, call.dc, call.connection)
        effects = Effects()
        try:
            effects = call.telegram.faults.effects(method, call.request, call.dc)
            result = await self._result(call, method, effects)
            entry.outcome = "ok"
            body = wire.serialised(result)
            if effects.other_result:
                body = wire.OTHER_LAYER + body[4:]
            return Reply(body, effects, not isinstance(result, Part))
        except RpcError as exc:
            error = exc
        except Exception:
            log.exception("%s could not be answered", method)
            counters.internal_errors += 1
            error = _NO_EXCUSE
        entry.outcome = error.message
        counters.errors[error.message] += 1
        return Reply(wire.rpc_error(error.code, error.message), effects)

    async def _result(self, call: Call, method: str, effects: Effects) -> Any:
        telegram = call.telegram
        kind = class_of(method)
        if effects.delay:
            await asyncio.sleep(effects.delay)
        if effects.error is not None:
            raise effects.error
        handler = self._handler(call, method)
        now = asyncio.get_running_loop().time()
        refusal = telegram.limits.refusal(kind, now, call.key.user_id)
        if refusal is not None:
            raise refusal
        service_ms = telegram.profile.of(kind).service_ms
        if service_ms:
            await asyncio.sleep(service_ms / 1000)
        result = await handler(call)
        if isinstance(result, Page):
            effects.touch(result)
        elif isinstance(result, Part):
            effects.touch_part(result)
            telegram.counters.parts.sent(result, call.connection)
        return result

    def _handler(self, call: Call, method: str) -> Handler:
        handler = self._handlers.get(type(call.request))
        if handler is None:
            call.telegram.counters.unknown_methods[method] += 1
            raise RpcError(400, "INPUT_METHOD_INVALID")
        if type(call.request) not in self._open_to_all:
            account = call.telegram.accounts.by_id[call.user_id]
            if account.banned:
                raise unauthorised("USER_DEACTIVATED_BAN")
        return handler


def unwrapped(request: Any) -> Any:
    """The request inside ``invokeWithLayer``, ``initConnection`` and their like."""
    while isinstance(request, _WRAPPERS):
        request = request.query
    return request


def wants_updates(request: Any) -> bool:
    """Whether a request subscribes its connection: not inside ``invokeWithoutUpdates``."""
    while isinstance(request, _WRAPPERS):
        if isinstance(request, functions.InvokeWithoutUpdatesRequest):
            return False
        request = request.query
    return True


def device_of(request: Any) -> str | None:
    """What a client calls itself, where this request opens its connection: model and version."""
    while isinstance(request, _WRAPPERS):
        if isinstance(request, functions.InitConnectionRequest):
            return f"{request.device_model}, {request.app_version}"
        request = request.query
    return None


@functools.cache
def method_name(kind: type) -> str:
    """Telegram's name of a method, e.g. ``messages.getHistory``."""
    name = kind.__name__.removesuffix("Request")
    name = name[:1].lower() + name[1:]
    space = kind.__module__.rpartition(".functions")[2].lstrip(".")
    return f"{space}.{name}" if space else name
