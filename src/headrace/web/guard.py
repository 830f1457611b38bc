"""The guard: what every request passes before anything else sees it, whatever it asks for.

In this order: the name of the host, where the request comes from, its type and size, and who
asks. What it lets through gets the headers that keep a browser from helping anybody else.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Sequence

from headrace.pages.i18n import preferred
from headrace.web.asked import App, Asked, Message, Receive, Refusal, Scope, Send
from headrace.web.auth import Door, TooManyAttempts, Visitor, cookie_value
from headrace.web.hosts import host_name

MOST_BYTES = 1 << 20
#: A body has to be there by then.
BODY_S = 30.0
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'"
)
#: Of every answer that does not say otherwise itself.
HEADERS = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"accelerometer=(), camera=(), display-capture=(), geolocation=(), "
    b"gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    b"x-frame-options": b"DENY",
    b"cache-control": b"private, no-store",
}


class Guard:
    """Stands before an ASGI application."""

    def __init__(
        self,
        app: App,
        door: Door,
        names: frozenset[str],
        is_open: Callable[[str, str], bool],
        sign_in_page: Callable[[str], str],
    ) -> None:
        """``names``: those of the hosts that it answers to, lower case, without ports.

        ``is_open``: whether a method and path need no credential; ``sign_in_page`` is shown, in
        a language, to browsers that have none.
        """
        self.app = app
        self._door = door
        self._names = names
        self._is_open = is_open
        self._sign_in_page = sign_in_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        asked = Asked(scope)
        answer = _with_headers(send)
        try:
            self._check_host(asked)
            self._check_origin(asked)
            _check_type(asked)
            visitor = self._admitted(asked)
            scope.setdefault("state", {})["visitor"] = visitor
            if asked.method not in SAFE:
                receive = await _whole_body(asked, receive)
        except Refusal as refusal:
            await _refuse(scope, answer, refusal)
        except _NotSignedIn:
            await self._ask_to_sign_in(asked, answer)
        else:
            await self.app(scope, receive, answer)

    def _check_host(self, asked: Asked) -> None:
        if asked.scope["type"] != "http":
            raise Refusal(403, "Forbidden", "There are no web sockets here.")
        given = asked.all(b"host")
        if len(given) != 1 or host_name(given[0]) not in self._names:
            raise Refusal(
                421,
                "WrongHost",
                "This site does not go by that name.",
                hint="Open it by the address that headrace serve prints, or allow the name: "
                "headrace serve --name NAME",
            )

    def _check_origin(self, asked: Asked) -> None:
        """What changes something comes from this site's own pages, or with a token."""
        if asked.method in SAFE or (asked.bearer and not asked.all(b"cookie")):
            return
        site, origin = asked.one(b"sec-fetch-site"), asked.one(b"origin")
        is_own = (
            (site or origin)
            and site in ("", "same-origin", "none")
            and origin.lower() in ("", asked.origin)
            and len(asked.all(b"origin")) <= 1
            and len(asked.all(b"sec-fetch-site")) <= 1
        )
        if not is_own:
            raise Refusal(403, "WrongOrigin", "This request comes from another site.")

    def _admitted(self, asked: Asked) -> Visitor | None:
        """Who asks; nobody where a stranger may.

        Raises:
            Refusal, _NotSignedIn: neither token nor session came, or a wrong one.
        """
        try:
            if asked.bearer:
                if self._door.knows(asked.bearer, asked.address):
                    return Visitor()
                raise _NotSignedIn
        except TooManyAttempts as limit:
            raise too_many(limit) from None
        visitor = self._door.visitor(cookie_value(asked.one(b"cookie")))
        if visitor is None and not self._is_open(asked.method, asked.path):
            raise _NotSignedIn
        return visitor

    async def _ask_to_sign_in(self, asked: Asked, send: Send) -> None:
        if asked.path.startswith("/api/") or asked.method not in SAFE:
            refusal = Refusal(
                401,
                "NotSignedIn",
                "This needs the token of the site.",
                hint="headrace serve prints an address with it.",
                headers=((b"www-authenticate", b"Bearer"),),
            )
            await _refuse(asked.scope, send, refusal)
            return
        # Chosen before, or else what the browser likes best.
        chosen = cookie_value(asked.one(b"cookie"), "lang")
        language = preferred(f"{chosen},{asked.one(b'accept-language')}")
        page = self._sign_in_page(language).encode()
        await _answer(send, 401, b"text/html; charset=utf-8", page)


class _NotSignedIn(Exception):
    """Neither a token nor a session came with the request."""


def too_many(limit: TooManyAttempts) -> Refusal:
    """The answer to one token too many."""
    seconds = str(max(1, math.ceil(limit.seconds)))
    return Refusal(
        429,
        "TooManyAttempts",
        "Too many wrong tokens came from there.",
        hint=f"Try again in {seconds} s.",
        ru="Оттуда пришло слишком много неверных токенов.",
        hint_ru=f"Попробуйте снова через {seconds} сек.",
        headers=((b"retry-after", seconds.encode()),),
    )


def _check_type(asked: Asked) -> None:
    """What is sent is JSON: other types can be sent by pages of other sites without asking."""
    if asked.method in SAFE:
        return
    kind = asked.one(b"content-type").split(";")[0].strip().lower()
    is_empty = asked.one(b"content-length") in ("", "0") and not asked.all(b"transfer-encoding")
    if kind != "application/json" and (asked.all(b"content-type") or not is_empty):
        raise Refusal(
            415, "NotJson", "This takes JSON.", hint="Send it as Content-Type: application/json."
        )
    length = asked.one(b"content-length")
    if length and (not length.isdigit() or int(length) > MOST_BYTES):
        raise _too_large()


def _too_large() -> Refusal:
    return Refusal(413, "TooLarge", f"A request may have {MOST_BYTES:,} bytes.")


async def _whole_body(asked: Asked, receive: Receive) -> Receive:
    """Read the body up to the limit; what is behind the guard gets it in one piece."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                body += message.get("body", b"")
                if len(body) > MOST_BYTES:
                    raise _too_large()
                if not message.get("more_body"):
                    break
    except TimeoutError:
        raise Refusal(408, "TooSlow", "The request did not come to its end.") from None
    if body and not asked.all(b"content-type"):
        raise Refusal(415, "NotJson", "This takes JSON.")
    pending = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            said = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in HEADERS.items() if name not in said]
            message = {**message, "headers": headers}
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps(refusal.body).encode()
    await _answer(send, refusal.status, b"application/json", body, refusal.headers)


async def _answer(
    send: Send, status: int, kind: bytes, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    length = (b"content-length", str(len(body)).encode())
    given = [(b"content-type", kind), length, *headers]
    await send({"type": "http.response.start", "status": status, "headers": given})
    await send({"type": "http.response.body", "body": body})
