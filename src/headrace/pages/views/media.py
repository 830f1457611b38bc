"""Media of every kind: which view shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import msgspec

from headrace.model.chat import Chat
from headrace.model.download import FileKind
from headrace.model.media import Document, Media, OtherMedia, Photo, Poll, TodoList, WebPage
from headrace.model.message import Message
from headrace.pages.routes import chat_name
from headrace.pages.views.cards import card_view
from headrace.pages.views.pictures import image_view, photo_view, sticker_view, still_of, video_view
from headrace.pages.views.polls import poll_view, todo_view
from headrace.pages.views.previews import preview_view
from headrace.pages.views.scene import FileTile, Scene
from headrace.pages.views.sounds import sound_view
from headrace.transform.filenames import clean_name, split_extension
from headrace.transform.named_files import sender_name
from headrace.transform.visible import visible_line

_DEEPEST = 6
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "application/pdf": ".pdf",
}


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A file to be saved; ``shown`` is its name as its sender wrote it, made harmless."""

    shape: ClassVar[str] = "file"

    tile: FileTile
    shown: str
    name: str
    extension: str
    still: str
    mime: str


class Namer(NamedTuple):
    """Readable names for what is saved from a message."""

    chat: Chat
    message: Message

    def of(self, key: str, type_: str) -> str:
        given = clean_name(sender_name(self.message, key), fallback="")
        if given and split_extension(given)[1]:
            return given
        stem = given or f"{chat_name(self.chat)}_{self.message.id}"
        return stem + _EXTENSIONS.get(type_, "")


def media_view(scene: Scene, media: Media, message: Message) -> object:
    """The view of media wherever they stand in a message; its ``shape`` names the template."""
    namer = Namer(scene.chat, message)
    match media:
        case Photo():
            return photo_view(scene, media, namer.of(media.file, "image/jpeg"))
        case Document():
            return _document(scene, media, namer)
        case WebPage():
            return preview_view(scene, media)
        case Poll():
            return poll_view(scene, media, _of_poll(scene, media, message))
        case TodoList():
            return todo_view(scene, media)
        case OtherMedia():
            parts = tuple(media_view(scene, part, message) for part in within(media.data))
            return card_view(scene, media, parts)


def _document(scene: Scene, document: Document, namer: Namer) -> object:
    view = scene.shown.files.get(document.file)
    name = namer.of(document.file, view.type if view else "")
    match document.role:
        case "video" | "round_video" | "animation":
            return video_view(scene, document, name)
        case "voice" | "audio":
            return sound_view(scene, document, name)
        case "sticker" | "custom_emoji":
            return sticker_view(scene, document)
    return image_view(scene, document, name) or DocumentView(
        scene.file(document.file, FileKind.FILE, document.size, document.absent),
        visible_line(document.name).strip() or name,
        name,
        split_extension(clean_name(document.name, fallback=""))[1].lstrip(".")[:5].upper(),
        "" if document.spoiler else still_of(scene, document),
        visible_line(document.mime),
    )


def _of_poll(scene: Scene, poll: Poll, message: Message) -> dict[str, object]:
    parts = {"question": poll.media, "solution": poll.solution_media}
    parts |= {answer.option.hex(): answer.media for answer in poll.answers}
    return {
        place: media_view(scene, part, message) for place, part in parts.items() if part is not None
    }


def within(data: Any, depth: int = 0) -> Iterator[Photo | Document]:
    """Photos and documents inside of fields that are kept as Telegram's."""
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        if data.get("kind") in ("photo", "document") and data.get("file"):
            try:
                yield msgspec.convert(data, Photo | Document, strict=False)
            except msgspec.ValidationError:
                pass
            else:
                return
        for value in data.values():
            yield from within(value, depth + 1)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from within(value, depth + 1)
