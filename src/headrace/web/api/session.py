"""``/api/session``: a browser shows the token once and gets a cookie for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from headrace.web.asked import Refusal
from headrace.web.auth import COOKIE, LONGEST_S, Door, TooManyAttempts
from headrace.web.guard import too_many

router = APIRouter(prefix="/api/session", tags=["session"])


class TokenIn(BaseModel):
    """What stands behind ``#token=`` in the address that ``headrace serve`` prints."""

    token: str = Field(max_length=500)


class SessionOut(BaseModel):
    """Whether the site is open to whoever asks."""

    signed_in: bool


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


TheDoor = Annotated[Door, Depends(_door)]


@router.post("", status_code=201)
async def sign_in(
    given: TokenIn, request: Request, response: Response, door: TheDoor
) -> SessionOut:
    """Begin a session: the cookie is good for 30 days, or 12 hours of not being used."""
    address = request.client.host if request.client else ""
    try:
        if not door.knows(given.token, address):
            raise Refusal(
                401,
                "NotSignedIn",
                "This is not the token of the site.",
                ru="Это не токен этого сайта.",
            )
    except TooManyAttempts as limit:
        raise too_many(limit) from None
    if (before := request.state.visitor) is not None:
        door.end(before)
    response.set_cookie(
        COOKIE,
        door.begin(),
        max_age=int(LONGEST_S),
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return SessionOut(signed_in=True)


@router.get("")
async def session() -> SessionOut:
    """Answers only to who is signed in."""
    return SessionOut(signed_in=True)


@router.delete("")
async def sign_out(request: Request, response: Response, door: TheDoor) -> SessionOut:
    """End the session and its streams."""
    if (visitor := request.state.visitor) is not None:
        door.end(visitor)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return SessionOut(signed_in=False)
