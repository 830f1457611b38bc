"""Answers as JSON, and the links from page to page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import Request, Response


def answer(found: Any, *, links: Mapping[str, str] | None = None) -> Response:
    """JSON of what is built in; ``links`` go by their relation, ``next`` or ``prev``."""
    said = ", ".join(f'<{url}>; rel="{name}"' for name, url in (links or {}).items())
    headers = {"Link": said} if said else None
    return Response(msgspec.json.encode(found), media_type="application/json", headers=headers)


def beside(request: Request, drop: tuple[str, ...], **where: int | str | None) -> str | None:
    """The address of this request with another place; nothing where there is none."""
    given = {name: value for name, value in where.items() if value is not None}
    if not given:
        return None
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in drop]
    return f"{request.url.path}?{urlencode([*kept, *given.items()])}"
