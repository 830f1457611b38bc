"""``/api/media`` and ``/api/thumbs``: stored files and thumbnails, by the id of the file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.blobs.thumbs import LocalThumbs
from headrace.errors import MessageNotStored
from headrace.model.reading import FileView
from headrace.transform.file_types import TYPES
from headrace.transform.filenames import clean_name, split_extension
from headrace.web.content import ContentResponse, Opened, headers_of, opened
from headrace.web.reader import Store

router = APIRouter(tags=["media"])

_Key = Annotated[
    str, Path(pattern=r"^[a-z_]{1,20}/[A-Za-z0-9_-]{1,80}(/[a-z0-9]{1,4})?$", max_length=110)
]
#: Only these are shown inside a page; all else is to be saved.
_INLINE = frozenset(one.mime for one in TYPES.values() if one.inline)
_STORED = (*sorted(_INLINE), "application/octet-stream")
_THUMBS = ("image/jpeg", "image/webp")


def _bytes(types: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """What the description of the API says of bytes of these types."""
    content: dict[str, Any] = {
        one: {"schema": {"type": "string", "format": "binary"}} for one in types
    }
    return {
        200: {"content": content, "description": "The whole file"},
        206: {"content": content, "description": "The part asked for"},
        304: {"description": "As it was"},
        416: {"description": "No byte of it was asked for"},
    }


@router.head("/api/media/{key:path}", include_in_schema=False)
@router.get("/api/media/{key:path}", response_class=Response, responses=_bytes(_STORED))
async def media(request: Request, store: Store, key: _Key) -> Response:
    """The bytes of a stored file; ``Range`` is understood."""
    view = await store.media(key)
    if view is None or view.state != "stored":
        raise _not_there(key, view)
    root = FilePath(LocalBlobs(LocalFiles(), store.path).root)
    path = root / view.sha256[:2] / f"{view.sha256}.{view.extension}"
    headers = headers_of(
        mime=view.type,
        inline=view.type in _INLINE,
        name=_name(view),
        etag=view.sha256,
    )
    return _sent(request, await asyncio.to_thread(opened, path, root), headers, key)


@router.head("/api/thumbs/{key:path}", include_in_schema=False)
@router.get("/api/thumbs/{key:path}", response_class=Response, responses=_bytes(_THUMBS))
async def thumb(request: Request, store: Store, key: _Key) -> Response:
    """Our thumbnail of a stored picture."""
    view = await store.media(key)
    if view is None or not view.thumb_width:
        raise _not_there(key, view)
    thumbs = LocalThumbs(LocalFiles(), store.path)
    path = FilePath(thumbs.path(view.sha256, view.thumb_mime))
    headers = headers_of(
        mime=view.thumb_mime, inline=True, name=path.name, etag=f"thumb-{view.sha256}"
    )
    found = await asyncio.to_thread(opened, path, FilePath(thumbs.root))
    return _sent(request, found, headers, key)


def _sent(request: Request, file: Opened | None, headers: dict[str, str], key: str) -> Response:
    if file is None:
        raise _not_there(key, None)
    return ContentResponse(file, headers, asked=request.headers)


def _name(view: FileView) -> str:
    """What its sender calls it, with the extension that fits its bytes."""
    name = clean_name(view.name, fallback="")
    if not name:
        return f"{view.kind}-{view.sha256[:12]}.{view.extension}"
    stem, extension = split_extension(name)
    is_known = view.type in _INLINE and extension.lower() != f".{view.extension}"
    return f"{stem}.{view.extension}" if is_known else name


def _not_there(key: str, view: FileView | None) -> MessageNotStored:
    state = f" ({view.state}{f': {view.reason}' if view.reason else ''})" if view else ""
    return MessageNotStored(f"The archive does not hold {key}{state}.")
