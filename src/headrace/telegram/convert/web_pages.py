"""Web pages: the previews of links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telethon.tl import types

from headrace.model.media import Document, Photo, WebPage

ToPhoto = Callable[[Any], Photo | None]
ToDocument = Callable[[Any], Document | None]


def convert_web_page(media: Any, to_photo: ToPhoto, to_document: ToDocument) -> WebPage:
    """The preview of a ``MessageMediaWebPage``.

    Raises:
        LookupError: a state of a page that this version does not know.
    """
    page = media.webpage
    flags: dict[str, Any] = {
        "large": bool(media.force_large_media),
        "small": bool(media.force_small_media),
        "manual": bool(media.manual),
    }
    kind = type(page)
    if kind is types.WebPageEmpty:
        return WebPage(url=page.url or "", state="empty", **flags)
    if kind is types.WebPagePending:
        return WebPage(url=page.url or "", state="pending", **flags)
    if kind is not types.WebPage:
        raise LookupError(kind)
    return WebPage(
        url=page.url or "",
        display_url=page.display_url or "",
        page_type=page.type or "",
        site_name=page.site_name or "",
        title=page.title or "",
        description=page.description or "",
        author=page.author or "",
        embed_url=page.embed_url or "",
        duration=page.duration or None,
        photo=to_photo(page.photo) if page.photo else None,
        document=to_document(page.document) if page.document else None,
        **flags,
    )
