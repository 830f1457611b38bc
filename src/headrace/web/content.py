"""Stored bytes over HTTP: by id only, never active, with ranges."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

#: Whatever a file holds, it runs nothing and reaches nothing.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Span(NamedTuple):
    """The bytes from ``start`` to before ``end``."""

    start: int
    end: int


class Opened(NamedTuple):
    """A regular file, open for reading."""

    descriptor: int
    size: int


def opened(path: Path, root: Path) -> Opened | None:
    """The file of a row; nothing where no regular file of the archive has this name."""
    if not path.parent.resolve().is_relative_to(root.resolve()):
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        return None
    return Opened(descriptor, found.st_size)


def headers_of(*, mime: str, inline: bool, name: str, etag: str) -> dict[str, str]:
    """The headers of every stored file; what may not be shown in a page is to be saved."""
    how = "inline" if inline else "attachment"
    return {
        "Content-Type": mime if inline else "application/octet-stream",
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, max-age=31536000, immutable",
        "Accept-Ranges": "bytes",
        "ETag": f'"{etag}"',
    }


def asked_span(range_: str | None, size: int) -> Span | None:
    """The one range that is asked for; all of it where there is none, or more than one.

    Nothing where no byte of the file is asked for (416).
    """
    found = _RANGE.fullmatch(range_.strip()) if range_ else None
    if found is None or found.groups() == ("", ""):
        return Span(0, size)
    first, last = found.groups()
    if not first:
        span = Span(max(size - int(last), 0), size)
    else:
        span = Span(int(first), min(int(last) + 1, size) if last else size)
        if last and int(last) < int(first):
            return Span(0, size)
    return span if span.start < span.end else None


class ContentResponse(Response):
    """Sends an open file, or a part of it, and closes it whatever happens."""

    def __init__(
        self, file: Opened, headers: Mapping[str, str], *, asked: Mapping[str, str]
    ) -> None:
        """``asked``: the headers of the request."""
        self._file = file
        etag = headers["ETag"]
        if_range = asked.get("if-range")
        span = asked_span(asked.get("range") if if_range in (None, etag) else None, file.size)
        more = {}
        status = 200
        if etag in [one.strip() for one in asked.get("if-none-match", "").split(",")]:
            status, span = 304, Span(0, 0)
        elif span is None:
            status, span = 416, Span(0, 0)
            more["Content-Range"] = f"bytes */{file.size}"
        elif span != (0, file.size):
            status = 206
            more["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{file.size}"
        self._span = span
        super().__init__(status_code=status, headers={**headers, **more})
        if status == 304:  # noqa: PLR2004
            del self.headers["content-length"]
        else:
            self.headers["content-length"] = str(span.end - span.start)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it; for HEAD the headers alone."""
        try:
            start = {"type": "http.response.start", "status": self.status_code}
            await send({**start, "headers": self.raw_headers})
            at, end = self._span if scope["method"] != "HEAD" else (0, 0)
            while at < end:
                chunk = await to_thread.run_sync(
                    os.pread, self._file.descriptor, min(_CHUNK, end - at), at
                )
                if not chunk:
                    # It has become shorter: a broken answer is better than a false one.
                    return
                at += len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": at < end})
            if self._span.start >= self._span.end or scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
        finally:
            os.close(self._file.descriptor)
