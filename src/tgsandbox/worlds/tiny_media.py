"""What the posts of @tinymill carry: pictures, documents, a web page."""

from __future__ import annotations

import base64
from typing import Any

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import document, photo, size
from tgsandbox.worlds.views import glimpse

CREATED = 1_709_280_000
_HOUR = 3600


def at(message_id: int) -> int:
    """When a message of the channel was posted: one an hour."""
    return CREATED + message_id * _HOUR


def picture(photo_id: int, message_id: int, width: int, height: int, **fields: Any) -> Content:
    longest = max(width, height)
    sizes = [
        size("m", width * 320 // longest, height * 320 // longest, 19_000 + photo_id % 100),
        size("x", width * 800 // longest, height * 800 // longest, 64_000 + photo_id % 100),
        size("y", width, height, 136_000 + photo_id % 100),
    ]
    stripped = glimpse(photo_id, width, height)
    return photo(photo_id, at(message_id), sizes, stripped=stripped, **fields)


def drawings() -> Content:
    return document(8011, at(11), "file", "application/pdf", 300_123, name="sluice № 1.pdf")


def web_page() -> Content:
    return {
        "kind": "web_page",
        "url": "https://mill.example/history",
        "display_url": "mill.example/history",
        "page_type": "article",
        "site_name": "Mill",
        "title": "How the race was dug",
        "description": "Four men, two summers and a spirit level.",
        "photo": picture(7012, 12, 1280, 720),
        "large": True,
    }


def video() -> Content:
    return document(
        8013,
        at(13),
        "video",
        "video/mp4",
        1_500_321,
        name="wheel.mp4",
        width=1280,
        height=720,
        duration=12.5,
        thumbs=[size("m", 320, 180, 17_013)],
        stripped=glimpse(8013, 1280, 720),
    )


def voice() -> Content:
    waveform = base64.b64encode(bytes(range(0, 250, 4))).decode()
    return document(8015, at(15), "voice", "audio/ogg", 18_044, duration=7, waveform=waveform)


def sticker() -> Content:
    place = {"width": 512, "height": 512, "name": "sticker.webp"}
    return document(8016, at(16), "sticker", "image/webp", 21_016, emoji="🦆", **place)


def song() -> Content:
    words = {"title": "Millstones", "performer": "The Race", "name": "millstones.mp3"}
    return document(8017, at(17), "audio", "audio/mpeg", 410_017, duration=31, **words)
