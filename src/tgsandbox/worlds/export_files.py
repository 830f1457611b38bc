"""Photos and documents of a Telegram Desktop export: their descriptions and their bytes.

Ids are hashes of the paths, so a file that several messages name is one file. Bytes come
from beside the JSON; what is missing there, has another size than the JSON says, or lies
outside the folder, cannot be read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import document, photo, size
from tgsandbox.worlds.files import OnDisk
from tgsandbox.worlds.memory import MemoryWorld

_ROLES = {
    "sticker": "sticker",
    "video_message": "round_video",
    "voice_message": "voice",
    "animation": "animation",
    "video_file": "video",
    "audio_file": "audio",
}
_HEARD = {"voice", "audio"}
_BOXES = (("m", 320), ("x", 800), ("y", 1280))
_PORTRAIT_SIZES = ("a", "c")


class ExportFiles:
    """Describes the files of one chat and puts their bytes into the world."""

    def __init__(self, folder: Path, chat: str, world: MemoryWorld) -> None:
        self.portrait = ""
        """Id of the newest photo of the chat itself."""
        self._folder = folder.resolve()
        self._chat = chat
        self._world = world

    def media(self, raw: Any, date: int) -> Content | None:
        """The canonical media of a message; None for kinds that are not served."""
        if "photo" in raw:
            media = self.photo(raw, date)
        elif "file" in raw:
            media = self._document(raw, date)
        else:
            return None
        if raw.get("media_spoiler"):
            media["spoiler"] = True
        if raw.get("self_destruct_period_seconds"):
            media["ttl"] = raw["self_destruct_period_seconds"]
        return media

    def photo(self, raw: Any, date: int) -> Content:
        number = self.number(raw["photo"], raw["id"])
        bytes_on_disk = self._bytes(raw["photo"], raw.get("photo_file_size"))
        length = bytes_on_disk.size if bytes_on_disk else raw.get("photo_file_size", 0)
        width, height = raw.get("width", 0), raw.get("height", 0)
        content = photo(number, date, [size(_box(width, height), width, height, length)])
        if bytes_on_disk:
            self._world.add_file(content["file"], content["sizes"][0]["type"], bytes_on_disk)
        return content

    def set_portrait(self, raw: Any) -> None:
        """Take the photo of a service message as the chat's current one."""
        self.portrait = str(self.number(raw["photo"], raw["id"]))
        bytes_on_disk = self._bytes(raw["photo"], raw.get("photo_file_size"))
        for kind in _PORTRAIT_SIZES if bytes_on_disk else ():
            assert bytes_on_disk is not None
            self._world.add_file(f"peer_photo/{self.portrait}", kind, bytes_on_disk)

    def number(self, path: str, message_id: int) -> int:
        """A positive 61-bit id; a sentence in place of a path is told apart by its message."""
        name = f"{self._chat}/{message_id}" if path.startswith("(") else f"{self._chat}/{path}"
        digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 3 | 1 << 59

    def _document(self, raw: Any, date: int) -> Content:
        role = _ROLES.get(raw.get("media_type"), "file")
        number = self.number(raw["file"], raw["id"])
        bytes_on_disk = self._bytes(raw["file"], raw.get("file_size"))
        length = bytes_on_disk.size if bytes_on_disk else raw.get("file_size", 0)
        fields = {
            "name": raw.get("file_name") or (_base_name(raw["file"]) if role == "file" else None),
            "width": None if role in _HEARD else raw.get("width"),
            "height": None if role in _HEARD else raw.get("height"),
            "duration": raw.get("duration_seconds"),
            "title": raw.get("title") if role == "audio" else None,
            "performer": raw.get("performer") if role == "audio" else None,
            "emoji": raw.get("sticker_emoji"),
            "thumbs": self._thumbs(raw, number),
        }
        present = {key: value for key, value in fields.items() if value}
        content = document(number, date, role, raw.get("mime_type", ""), length, **present)
        if bytes_on_disk:
            self._world.add_file(content["file"], "", bytes_on_disk)
        return content

    def _thumbs(self, raw: Any, number: int) -> list[Content]:
        path = raw.get("thumbnail", "(")
        file = self._bytes(path, raw.get("thumbnail_file_size"))
        if file is None:
            return []
        try:
            with Image.open(self._folder / path) as image:
                width, height = image.size
        except (OSError, UnidentifiedImageError):
            return []
        self._world.add_file(f"document/{number}", "m", file)
        return [size("m", width, height, file.size)]

    def _bytes(self, path: str, length: int | None) -> OnDisk | None:
        if path.startswith("("):
            return None
        file = (self._folder / path).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            return None
        found = OnDisk(file, self._world.home_dc)
        return found if length in {None, found.size} else None


def _box(width: int, height: int) -> str:
    longest = max(width, height)
    return next((kind for kind, side in _BOXES if longest <= side), "w")


def _base_name(path: str) -> str | None:
    return None if path.startswith("(") else path.rsplit("/", 1)[-1]
