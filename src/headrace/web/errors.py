"""Errors: one shape for programs, a page for people, and never how the program is built."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from headrace import errors
from headrace.web.asked import Refusal, error_body
from headrace.web.bodies import LIST, ONE
from headrace.web.frames import error_page, language_code

_log = logging.getLogger(__name__)

#: The first class of an error's own and its ancestors counts.
_STATUS: dict[type[errors.HeadraceError], int] = {
    errors.UsageError: 400,
    errors.ConfigError: 400,
    errors.AccountLost: 409,
    errors.ChatNotFound: 404,
    errors.ChatPrivate: 404,
    errors.UsernameMoved: 409,
    errors.MessageNotStored: 404,
    errors.FloodPause: 503,
    errors.ArchiveBusy: 409,
    errors.LeaseLost: 409,
    errors.DiskFull: 507,
    errors.ArchiveError: 503,
    errors.TelegramError: 502,
    errors.HeadraceError: 500,
}


class ErrorOut(BaseModel):
    """What is wrong, and what to do next."""

    error: str
    message: str
    hint: str = ""


#: For the description of the API: any of these may come.
RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorOut, "description": HTTPStatus(code).phrase}
    for code in (400, 401, 403, 404, 405, 408, 409, 413, 415, 421, 422, 429, 500, 502, 503, 507)
}


def status_of(error: errors.HeadraceError) -> int:
    """The HTTP status of an error."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def answer_errors(app: FastAPI) -> None:
    """Answer every error in the one shape; where a page was asked for, by a page."""
    app.add_exception_handler(errors.HeadraceError, _of_headrace)
    app.add_exception_handler(Refusal, _of_refusal)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _unforeseen)


def _answer(
    request: Request, status: int, body: dict[str, str], headers: dict[str, str] | None = None
) -> Response:
    if request.url.path.startswith(("/api/", "/static/")):
        return JSONResponse(body, status, headers)
    return error_page(request, status, body["message"], body["hint"])


async def _of_headrace(request: Request, error: Exception) -> Response:
    if not isinstance(error, errors.HeadraceError):
        raise error
    message, hint = error.told(language_code(request))
    return _answer(request, status_of(error), error_body(type(error).__name__, message, hint))


async def _of_refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    headers = {name.decode(): value.decode() for name, value in error.headers}
    body = error.body_ru if language_code(request) == "ru" else error.body
    return _answer(request, error.status, body, headers)


async def _of_validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    if first["loc"][0] == "path" and not request.url.path.startswith("/api/"):
        return _answer(request, 404, error_body("NotFound", "Not Found."))
    parts = [str(part) for part in first["loc"] if part not in ("body", ONE, LIST)]
    where, why = ".".join(parts) or "the body", first["msg"].removeprefix("Value error, ")
    return _answer(request, 422, error_body("UsageError", f"{where} does not fit: {why}."))


async def _of_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    phrase = HTTPStatus(error.status_code).phrase
    said = error.detail if error.detail != phrase else f"{phrase}."
    body = error_body(phrase.title().replace(" ", ""), said)
    return _answer(request, error.status_code, body, dict(error.headers or {}))


async def _unforeseen(request: Request, error: Exception) -> Response:
    _log.error("%s %s", request.method, request.url.path, exc_info=error)
    message, _ = errors.HeadraceError().told(language_code(request))
    return _answer(request, 500, error_body("HeadraceError", message))
