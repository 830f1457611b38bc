"""Photos, documents in every role, and web pages in every state."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import photo, size
from tgsandbox.worlds.zoo_parts import ORIGIN, date, encoded, file, picture, sticker, told

_PACK: Content = {"_": "input_sticker_set_id", "id": "1258816259751983100"}
_ALBUM = "13900000000000077"
_LATE = 2**53 + 1


def messages() -> list[Content]:
    return [*_photos(), *_videos(), *_sounds(), *_stickers(), *_web_pages(), *_states()]


def _photos() -> list[Content]:
    wide = photo(105, date(5), [size("y", 1280, 32, 30_105), size("w", 1280, 32, 31_105)])
    cached = photo(106, date(6), [size("s", 90, 90, 2_106)], has_stickers=True, video=True)
    live = picture(107, live_photo=True, live_video=file(2107, "video", "video/quicktime"))
    return [
        told("A photo.", media=picture(101)),
        told("Behind a spoiler, above the text.", media=picture(102, spoiler=True)),
        told("Gone in a minute.", media=picture(103, ttl=60), ttl=86_400),
        told("Two of one album.", media=picture(104), grouped_id=_ALBUM),
        told(media=file(2104, "video", "video/mp4", **_extent(640, 360)), grouped_id=_ALBUM),
        told("Sizes of one area: the later counts.", media=wide),
        told("Moving, with stickers.", media=cached),
        told("A live photo.", media=live),
        told("The same photo again.", media=picture(101)),
        told("Nothing left of it.", media={"kind": "photo", "size": 0, "ttl": 2_147_483_647}),
        told("Of no size.", media={"kind": "photo", "file": "photo/108", "size": 0, "date": 1}),
    ]


def _extent(width: int, height: int, duration: float = 4) -> Content:
    return {"width": width, "height": height, "duration": duration}


def _videos() -> list[Content]:
    thumbs = [size("m", 320, 180, 9_201)]
    streams = {"supports_streaming": True, "video_codec": "hevc", "preload_prefix_size": 65_536}
    moving = {"_": "video_size", "type": "v", "w": 160, "h": 90, "size": 1_203}
    whole = {
        **file(2201, "video", "video/mp4", name="clip.mp4", **_extent(1280, 720, 61.25)),
        "thumbs": thumbs,
        "cover": picture(109),
        "start_at": 17,
        "alternatives": [
            file(2211, "video", "video/mp4", **_extent(640, 360, 61.25)),
            file(2212, "file", "application/x-mpegurl", name="mtproto2212"),
        ],
        "extra": {
            **streams,
            "video_start_ts": 0.5,
            "video_thumbs": [{**moving, "video_start_ts": 1.5}],
        },
    }
    gone = {"kind": "document", "role": "round_video", "size": 0, "ttl": 2_147_483_647}
    silent = file(2204, "video", "video/mp4", nosound=True, **_extent(320, 240, 0.75))
    return [
        told("A video with all it can have.", media=whole),
        told(media=file(2202, "round_video", "video/mp4", **_extent(384, 384, 9))),
        told(media=file(2203, "animation", "video/mp4", nosound=True, **_extent(480, 270, 2))),
        told(
            "A GIF as it was sent.", media=file(2205, "animation", "image/gif", **_extent(90, 60))
        ),
        told("Without sound.", media=silent),
        told("Spoiler.", media=file(2206, "video", "video/mp4", spoiler=True, **_extent(64, 64))),
        told("Seen once.", media=gone),
    ]


def _sounds() -> list[Content]:
    waves = encoded(bytes(range(1, 64)))
    song = {"title": "Песня", "performer": "The Otters", "name": "song.mp3"}
    gone = {"kind": "document", "role": "voice", "size": 0, "ttl": 2_147_483_647}
    return [
        told(media=file(2301, "voice", "audio/ogg", duration=3, waveform=waves), media_unread=True),
        told(media=file(2302, "audio", "audio/mpeg", duration=211, **song)),
        told("Without a name.", media=file(2303, "audio", "audio/x-wav")),
        told("Heard once.", media=gone),
    ]


def _stickers() -> list[Content]:
    spot = {"_": "mask_coords", "n": 2, "x": 0.25, "y": -0.5, "zoom": 1.5}
    mask = {"mask": True, "mask_coords": spot, "stickerset": _PACK}
    vector = file(2402, "sticker", "application/x-tgsticker", emoji="🦦", width=512, height=512)
    moving = file(2403, "sticker", "video/webm", emoji="🦫", width=512, height=512)
    emoji = file(2404, "custom_emoji", "application/x-tgsticker", emoji="🐾", width=100, height=100)
    return [
        told(media=sticker(2401, extra={"stickerset": _PACK})),
        told(media=vector),
        told(media=moving),
        told(media={**emoji, "extra": {"free": True, "text_color": True, "stickerset": _PACK}}),
        told(media={**sticker(2405), "extra": mask}),
        told(
            "With stickers in it.",
            media=file(2406, "file", "image/png", extra={"has_stickers": True}),
        ),
        told("A file.", media=file(2407, "file", "application/pdf", name="plan.pdf")),
        told(
            "Of no bytes.", media={**file(2408, "file", "text/plain", name="empty.txt"), "size": 0}
        ),
        told(
            "Of five gigabytes.", media={**file(2409, "file", "video/mp4"), "size": 5 * 2**30 + 7}
        ),
        told(
            "Of a late number.",
            media=file(_LATE, "file", "text/csv", name="late.csv") | {"size": 9},
        ),
    ]


def _web_pages() -> list[Content]:
    page: Content = {
        "kind": "web_page",
        "url": "https://zoo.example/a",
        "display_url": "zoo.example/a",
    }
    words = {"site_name": "Zoo", "title": "Оттер & Co", "description": "On <b>otters</b>."}
    player = {"embed_url": "https://zoo.example/p", "duration": 61, "page_type": "video"}
    frame = {"embed_type": "iframe", "embed_width": 640, "embed_height": 360}
    return [
        told("zoo.example/a", media={**page, **words, "photo": picture(110), "large": True}),
        told("/b", media={**page, **player, "author": "Anna", "extra": frame, "small": True}),
        told("/c", media={**page, "document": file(2501, "file", "image/gif"), "manual": True}),
        told(
            "/d",
            media={**page, "page_type": "telegram_story", "extra": _attributes(), "safe": True},
        ),
        told("/e", media={**page, "extra": {"cached_page": _instant(), "has_large_media": True}}),
        told("/f", media={**page, "extra": {"video_cover_photo": True}}, invert_media=True),
    ]


def _states() -> list[Content]:
    return [
        told(
            "Pending.",
            media={"kind": "web_page", "url": "https://zoo.example/w", "state": "pending"},
        ),
        told(
            "Empty.", media={"kind": "web_page", "url": "https://zoo.example/e", "state": "empty"}
        ),
        told("Empty, of nothing.", media={"kind": "web_page", "state": "empty"}),
        told("By script.", media={"kind": "web_page", "url": "javascript:alert(1)", "title": "x"}),
    ]


def _attributes() -> Content:
    story = {"_": "web_page_attribute_story", "peer": ORIGIN, "id": 12}
    theme = {
        "_": "web_page_attribute_theme",
        "documents": [file(2502, "file", "application/x-tgtheme")],
    }
    pack = {"_": "web_page_attribute_sticker_set", "emojis": True, "stickers": [sticker(2503)]}
    return {"attributes": [story, theme, pack]}


def _instant() -> Content:
    """An instant page: rich texts within each other, a picture, a table."""
    plain = {"_": "text_plain", "text": "Otters"}
    bold = {"_": "text_bold", "text": plain}
    link = {
        "_": "text_url",
        "text": bold,
        "url": "https://zoo.example",
        "webpage_id": "9007199254740993",
    }
    words = {"_": "text_concat", "texts": [plain, {"_": "text_plain", "text": " & "}, link]}
    nothing = {"_": "text_empty"}
    caption = {"_": "page_caption", "text": words, "credit": nothing}
    cell = {"_": "page_table_cell", "header": True, "text": plain, "colspan": 2}
    row = {"_": "page_table_row", "cells": [cell]}
    return {
        "_": "page",
        "url": "https://zoo.example/e",
        "v2": True,
        "blocks": [
            {"_": "page_block_title", "text": plain},
            {"_": "page_block_paragraph", "text": words},
            {"_": "page_block_photo", "photo_id": 111, "caption": caption},
            {"_": "page_block_table", "title": nothing, "rows": [row], "striped": True},
            {"_": "page_block_divider"},
        ],
        "photos": [picture(111)],
        "documents": [file(2504, "audio", "audio/mpeg")],
    }
