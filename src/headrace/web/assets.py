"""Static files under an address that changes with their content."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from headrace.pages import static

router = APIRouter(include_in_schema=False)


@router.head("/static/{version}/{name:path}")
@router.get("/static/{version}/{name:path}")
async def asset(version: str, name: str) -> Response:
    """A style, a script or a picture of the site, to be kept for ever."""
    found = static.assets().get(name)
    if found is None or f"/static/{version}" != static.prefix():
        raise HTTPException(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": found.type}
    return Response(found.content, headers=headers)
