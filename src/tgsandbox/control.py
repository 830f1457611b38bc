"""The control endpoint: a little HTTP and JSON on loopback.

The address carries a secret path, and requests from web pages (an ``Origin``, a foreign
``Host``) are refused, so that no browser can be talked into steering the sandbox.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tgsandbox.errors import SandboxError
from tgsandbox.sign_in import SignIn
from tgsandbox.telegram import Telegram
from tgsandbox.worlds import expect, expect_comments
from tgsandbox.worlds.files import digest

_BODY_CAP = 16 * 1024 * 1024
_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}


class Control:
    """Answers control requests; one request a connection."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self.sign_in = SignIn(telegram)
        self._token = secrets.token_urlsafe(24)
        self._host = ""
        self.stopped = asyncio.Event()
        self._routes = {
            ("GET", "/counters"): self._counters,
            ("GET", "/requests"): self._requests,
            ("GET", "/files"): self._file,
            ("GET", "/parts"): self._parts,
            ("POST", "/reset-counters"): self._reset,
            ("GET", "/faults"): self._list_faults,
            ("POST", "/faults"): self._add_faults,
            ("DELETE", "/faults"): self._clear_faults,
            ("POST", "/world"): self._change_world,
            ("GET", "/expect"): self._expect,
            ("GET", "/comments"): self._comments,
            ("GET", "/log"): self._log,
            ("POST", "/clock"): self._set_clock,
            ("GET", "/sign-in"): self._sign_in,
            ("POST", "/sign-in"): self._change_account,
            ("POST", "/scan"): self._scan,
            ("POST", "/terminate"): self._terminate,
            ("POST", "/stop"): self._stop,
        }

    @classmethod
    @asynccontextmanager
    async def listening(cls, host: str, telegram: Telegram) -> AsyncIterator[Control]:
        """An endpoint on a free port, closed with the block."""
        control = cls(telegram)
        server = await asyncio.start_server(control._serve, host, 0)
        control._host = f"{host}:{server.sockets[0].getsockname()[1]}"
        try:
            yield control
        finally:
            server.close()

    @property
    def address(self) -> str:
        """The URL before which the names of the endpoints are put."""
        return f"http://{self._host}/{self._token}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status, content = await self._answer(reader)
            body = json.dumps(content).encode()
            head = (
                f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, Any]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, _, rest = head[0].partition(" ")
        target = urlsplit(rest.rpartition(" ")[0])
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0") or 0)
        if not 0 <= length <= _BODY_CAP:
            return 400, {"error": "The body is too long."}
        body = await reader.readexactly(length)
        token, _, path = target.path.removeprefix("/").partition("/")
        if "origin" in headers or headers.get("host") != self._host:
            return 403, {"error": "Not for web pages."}
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            return 403, {"error": "The address lacks its secret."}
        query = {key: values[-1] for key, values in parse_qs(target.query).items()}
        return await self._route(method, f"/{path}", query, body)

    async def _route(
        self, method: str, path: str, query: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        handler = self._routes.get((method, path))
        if handler is None:
            return 404, {"error": f"There is no {method} {path}."}
        try:
            given = json.loads(body) if body else {}
            answer = handler(query, given)
            return 200, await answer if inspect.isawaitable(answer) else answer
        except (SandboxError, ValueError, TypeError, KeyError) as exc:
            return 400, {"error": str(exc) or type(exc).__name__}

    def _counters(self, _: dict[str, str], __: Any) -> Any:
        return self._telegram.report()

    def _requests(self, query: dict[str, str], _: Any) -> Any:
        return self._telegram.counters.requests(query.get("method"))

    async def _file(self, query: dict[str, str], _: Any) -> Any:
        """Size and hash of a file, made aside: a large one takes its seconds."""
        key, size_type = query["key"], query.get("size_type", "")
        return await asyncio.to_thread(digest, self._telegram.world, key, size_type)

    def _parts(self, query: dict[str, str], _: Any) -> Any:
        return self._telegram.counters.parts.of(query.get("key"))

    def _reset(self, _: dict[str, str], __: Any) -> Any:
        self._telegram.reset_counters()
        return {}

    def _list_faults(self, _: dict[str, str], __: Any) -> Any:
        return [rule.as_json() for rule in self._telegram.faults.rules]

    def _add_faults(self, _: dict[str, str], given: Any) -> Any:
        return {"ids": self._telegram.faults.add(given)}

    def _clear_faults(self, query: dict[str, str], _: Any) -> Any:
        number = query.get("id")
        return {"removed": self._telegram.faults.clear(int(number) if number else None)}

    def _change_world(self, _: dict[str, str], given: Any) -> Any:
        """One change, or a list of them, carried out in one go."""
        if isinstance(given, list):
            return {"results": [self._telegram.changes.apply(one) for one in given]}
        return {"result": self._telegram.changes.apply(given)}

    def _expect(self, query: dict[str, str], _: Any) -> Any:
        """The oracle's lines as the world is now, as objects."""
        lines = expect.lines(self._telegram.world, self._chat_of(query))
        return [json.loads(line) for line in lines]

    def _comments(self, query: dict[str, str], _: Any) -> Any:
        return list(expect_comments.contents(self._telegram.world, self._chat_of(query)))

    def _log(self, query: dict[str, str], _: Any) -> Any:
        """What has happened so far, the oldest first; ``after`` a number."""
        wanted, after = self._chat_of(query), int(query.get("after", 0))
        events = self._telegram.changes.journal.events[after:]
        return [one.as_json() for one in events if wanted is None or one.chat in wanted]

    def _chat_of(self, query: dict[str, str]) -> list[int] | None:
        named = query.get("chat")
        if named is None:
            return None
        marked: Any = int(named) if named.lstrip("-").isdigit() else named
        return [self._telegram.changes.chat(marked).content["id"]]

    def _set_clock(self, _: dict[str, str], given: Any) -> Any:
        self._telegram.clock.set_offset(float(given["offset"]))
        return {"now": self._telegram.clock.now()}

    def _sign_in(self, _: dict[str, str], __: Any) -> Any:
        return self.sign_in.report()

    def _change_account(self, _: dict[str, str], given: Any) -> Any:
        (phone,) = _strings(given, "phone")
        settings = {name: value for name, value in given.items() if name != "phone"}
        return self.sign_in.change(phone, **settings)

    def _scan(self, _: dict[str, str], given: Any) -> Any:
        return self.sign_in.scan(*_strings(given, "token", "phone"))

    def _terminate(self, _: dict[str, str], given: Any) -> Any:
        return self.sign_in.terminate(*_strings(given, "phone"))

    def _stop(self, _: dict[str, str], __: Any) -> Any:
        self.stopped.set()
        return {}


def _strings(given: Any, *names: str) -> list[str]:
    """The values of some keys of a JSON object, all of them strings."""
    found = given if isinstance(given, dict) else {}
    values = [value for name in names if isinstance(value := found.get(name), str)]
    if len(values) < len(names):
        raise SandboxError(f"This needs an object with {' and '.join(names)}, each a string.")
    return values
