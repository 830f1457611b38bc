"""Endpoints of the old importer that have no successor, and what took their place."""

from __future__ import annotations

from fastapi import APIRouter, Response

from headrace.web.asked import Refusal

router = APIRouter(include_in_schema=False)


@router.post("/api/download/progress")
async def progress() -> Response:
    """The importer told its progress here; now nobody has to be told over HTTP.

    Raises:
        Refusal: always.
    """
    raise Refusal(
        410,
        "Gone",
        "Progress is not posted any more: an import tells it to the server that it runs in.",
        hint="To read it: GET /api/download/status/CHANNEL, or GET /api/download/events.",
    )
