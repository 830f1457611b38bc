"""Previews of links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from headrace.model.media import WebPage
from headrace.pages.views.pictures import fitted, still_of
from headrace.pages.views.scene import Scene
from headrace.transform.links import safe_url
from headrace.transform.visible import visible, visible_line

_SMALL = 96


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A linked page in short; ``url`` is empty where it may not be linked."""

    shape: ClassVar[str] = "preview"

    url: str
    site: str
    title: str
    description: str
    picture: str
    width: int
    height: int
    is_large: bool
    note: str


def preview_view(scene: Scene, page: WebPage) -> PreviewView:
    url = safe_url(page.url)
    picture, width, height = _picture(scene, page)
    is_large = bool(picture) and (page.large or bool(page.extra.get("has_large_media")))
    box = fitted(width, height) if is_large else fitted(width, height, _SMALL, _SMALL)
    note = scene.language.t(f"preview.{page.state}") if page.state in ("empty", "pending") else ""
    return PreviewView(
        url if url.startswith("http") else "",
        visible_line(page.site_name or page.display_url or page.url),
        visible_line(page.title),
        visible(page.description),
        picture,
        box.width,
        box.height,
        is_large,
        note,
    )


def _picture(scene: Scene, page: WebPage) -> tuple[str, int, int]:
    if page.photo is not None and (found := scene.picture(page.photo.file)):
        return found, page.photo.width, page.photo.height
    if page.document is not None and (found := still_of(scene, page.document)):
        return found, page.document.width, page.document.height
    return "", 0, 0
