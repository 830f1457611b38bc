"""Web pages: the previews of links."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from headrace.model.media import WebPage
from headrace.telegram.convert.fields import pick_fields
from headrace.telegram.convert.files import convert_document, convert_photo
from headrace.telegram.convert.values import NotUnderstood

_EXTRA = (
    "has_large_media",
    "video_cover_photo",
    "embed_type",
    "embed_width",
    "embed_height",
    "cached_page",
    "attributes",
)


def convert_web_page(media: Any) -> WebPage:
    """The preview of a ``MessageMediaWebPage``.

    Raises:
        NotUnderstood: a state of a page that this version does not know.
    """
    page = media.webpage
    flags: dict[str, Any] = {
        "large": bool(media.force_large_media),
        "small": bool(media.force_small_media),
        "manual": bool(media.manual),
        "safe": bool(media.safe),
    }
    kind = type(page)
    if kind is types.WebPageEmpty:
        return WebPage(url=page.url or "", state="empty", **flags)
    if kind is types.WebPagePending:
        return WebPage(url=page.url or "", state="pending", **flags)
    if kind is not types.WebPage:
        raise NotUnderstood(page)
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
        photo=convert_photo(page.photo),
        document=convert_document(page.document),
        extra=pick_fields(page, _EXTRA),
        **flags,
    )
