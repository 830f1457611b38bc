"""Photos, videos and stickers: boxes that keep their place before anything has arrived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from headrace.model.download import FileKind
from headrace.model.media import Document, Photo
from headrace.pages.i18n import duration
from headrace.pages.views.scene import IMAGES, TGS, VIDEOS, FileTile, Scene

#: The inner width of a post on a desk, so that most pictures fill it.
_WIDEST, _TALLEST = 516, 560
_NARROWEST = 120
_UNKNOWN = (320, 240)
_ROUND = 240
_STICKER = 200


class Box(NamedTuple):
    """In CSS pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo, or a picture that was sent as a file."""

    shape: ClassVar[str] = "photo"

    tile: FileTile
    box: Box
    #: Of the picture itself, in pixels.
    width: int
    height: int
    shown: str
    name: str
    spoiler: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class VideoView:
    """A video, a round one, or an animation (which plays by itself, without sound)."""

    shape: ClassVar[str] = "video"

    tile: FileTile
    box: Box
    role: str
    poster: str
    duration: str
    name: str
    spoiler: bool = False
    #: A browser can play it.
    plays: bool = True
    #: An animation that is a picture (a GIF).
    is_picture: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class StickerView:
    """``type``: ``image``, ``video`` or ``tgs``."""

    shape: ClassVar[str] = "sticker"

    tile: FileTile
    box: Box
    type: str
    emoji: str
    still: str


def fitted(width: int, height: int, widest: int = _WIDEST, tallest: int = _TALLEST) -> Box:
    """The largest box of this ratio, no larger than the picture and not too small to be seen."""
    if width <= 0 or height <= 0:
        width, height = _UNKNOWN
    scale = min(widest / width, tallest / height, max(1.0, _NARROWEST / max(width, height)))
    return Box(max(round(width * scale), 1), max(round(height * scale), 1))


def photo_view(scene: Scene, photo: Photo, name: str) -> PhotoView:
    tile = scene.file(photo.file, FileKind.PHOTO, photo.size, photo.absent)
    if tile.type not in IMAGES:
        tile = tile._replace(is_stored=False, reason=tile.reason or scene.language.t("file.alien"))
    notes = [scene.language.t("media.ttl")] if photo.ttl else []
    notes += [scene.language.t("media.live")] if photo.live_photo else []
    return PhotoView(
        tile,
        fitted(photo.width, photo.height),
        photo.width or _UNKNOWN[0],
        photo.height or _UNKNOWN[1],
        tile.thumb or tile.url,
        name,
        photo.spoiler,
        ", ".join(notes),
    )


def image_view(scene: Scene, document: Document, name: str) -> PhotoView | None:
    """A file that turned out to be a picture with known measures."""
    tile = scene.file(document.file, FileKind.FILE, document.size, document.absent)
    view = scene.shown.files.get(document.file)
    if tile.type not in IMAGES or view is None or not (document.width or view.thumb_width):
        return None
    width, height = document.width or view.thumb_width, document.height or view.thumb_height
    box = fitted(width, height)
    shown = tile.thumb or tile.url
    return PhotoView(tile, box, width, height, shown, name, document.spoiler)


def video_view(scene: Scene, document: Document, name: str) -> VideoView:
    kind = FileKind(document.role)
    tile = scene.file(document.file, kind, document.size, document.absent)
    is_round = kind is FileKind.ROUND_VIDEO
    box = Box(_ROUND, _ROUND) if is_round else fitted(document.width, document.height)
    return VideoView(
        tile,
        box,
        document.role,
        still_of(scene, document),
        duration(document.duration) if document.duration else "",
        name,
        document.spoiler,
        plays=tile.type in VIDEOS,
        is_picture=tile.type in IMAGES,
        note=scene.language.t("media.ttl") if document.ttl else "",
    )


def sticker_view(scene: Scene, document: Document) -> StickerView:
    kind = FileKind.CUSTOM_EMOJI if document.role == "custom_emoji" else FileKind.STICKER
    tile = scene.file(document.file, kind, document.size, document.absent)
    box = fitted(document.width or 512, document.height or 512, _STICKER, _STICKER)
    still = still_of(scene, document)
    if tile.type in TGS:
        return StickerView(tile, box, "tgs", document.emoji, still)
    if tile.type in VIDEOS:
        return StickerView(tile, box, "video", document.emoji, still)
    if tile.is_stored and tile.type not in IMAGES:
        tile = tile._replace(is_stored=False, reason=scene.language.t("file.alien"))
    return StickerView(tile, box, "image", document.emoji, still)


def still_of(scene: Scene, document: Document) -> str:
    """A picture that stands for a document: its cover, our own of it, or the server's."""
    found = scene.picture(document.cover.file) if document.cover else ""
    view = scene.shown.files.get(document.file)
    if not found and view is not None and view.thumb_width:
        found = scene.frame.routes.thumb(view.key)
    sizes = sorted(document.thumbs, key=lambda size: -size.width * size.height)
    stills = (scene.picture(f"{document.file}/{size.type}") for size in sizes)
    return found or next((still for still in stills if still), "")
