"""Frames: in which language and look a page is shown, and which chats it may lead to."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from headrace.pages import render
from headrace.pages.i18n import LANGUAGES, language, preferred
from headrace.store.store import ArchiveStore

THEMES = ("", "light", "dark")
#: What was chosen by an address stays for a year; scripts choose by the same cookies.
_KEPT_S = 31_536_000


def language_code(request: Request) -> str:
    """``?lang=``, or what was chosen before, or what the browser likes best."""
    for code in (request.query_params.get("lang"), request.cookies.get("lang")):
        if code in LANGUAGES:
            return str(code)
    return preferred(request.headers.get("accept-language", ""))


def _theme(request: Request) -> str:
    for theme in (request.query_params.get("theme"), request.cookies.get("theme")):
        if theme in THEMES:
            return str(theme)
    return ""


async def frame_of(request: Request, store: ArchiveStore) -> render.Frame:
    """The frame of a page that leads to everything in the archive that is shown."""
    hidden = await store.hidden_chats()
    found = {chat.id: chat for chat in await store.chats() if chat.id not in hidden}
    return render.Frame(
        language=language(language_code(request)), theme=_theme(request), archived=found
    )


def html(request: Request, page: str, status: int = 200) -> HTMLResponse:
    """A page as an answer, which remembers what its address chose."""
    answer = HTMLResponse(page, status)
    for name, known in (("lang", LANGUAGES), ("theme", THEMES)):
        chosen = request.query_params.get(name)
        if chosen is not None and chosen in known:
            answer.set_cookie(name, chosen, max_age=_KEPT_S, path="/", samesite="strict")
    return answer


def error_page(request: Request, status: int, message: str, hint: str = "") -> HTMLResponse:
    """What went wrong, for people."""
    frame = render.Frame(language=language(language_code(request)), theme=_theme(request))
    if status == HTTPStatus.NOT_FOUND and message == "Not Found.":
        return HTMLResponse(render.render_no_page(frame), status)
    return HTMLResponse(render.render_error(frame, message, hint, status=status), status)


def sign_in_page(code: str) -> str:
    """What browsers without a session see."""
    return render.render_login(render.Frame(language=language(code)))
