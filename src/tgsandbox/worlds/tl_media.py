"""Media in TL: photos with their sizes, documents with their attributes, web pages."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from telethon.tl import types

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations

#: Sizes that Telegram makes as progressive JPEG; the canonical form keeps only the last step.
PROGRESSIVE = "yw"
_VIDEO_VARIANT = {"type": "u", "w": 640, "h": 640, "size": 262_144}


def from_base64(text: str) -> bytes:
    return base64.b64decode(text)


def number(key: str) -> int:
    """The id in ``photo/ID``, ``document/ID`` or ``peer_photo/ID``."""
    return int(key.rsplit("/", 1)[1])


def media(content: Content | None, locations: Locations) -> Any:
    """``MessageMedia`` of a canonical media."""
    if content is None:
        return None
    match content["kind"]:
        case "photo":
            return types.MessageMediaPhoto(
                spoiler=content.get("spoiler"),
                photo=photo(content, locations) if "file" in content else None,
                ttl_seconds=content.get("ttl"),
            )
        case "document":
            return types.MessageMediaDocument(
                spoiler=content.get("spoiler"),
                video=content.get("role") == "video" or None,
                round=content.get("role") == "round_video" or None,
                voice=content.get("role") == "voice" or None,
                document=document(content, locations) if "file" in content else None,
                ttl_seconds=content.get("ttl"),
            )
        case "web_page":
            return _web_page_media(content, locations)
        case kind:
            raise ValueError(f"The sandbox cannot send media of the kind {kind!r}.")


def photo(content: Content, locations: Locations) -> Any:
    key = content["file"]
    return types.Photo(
        id=number(key),
        access_hash=locations.access_hash(number(key)),
        file_reference=locations.reference(number(key)),
        date=content.get("date", 0),
        sizes=_sizes(content, "sizes"),
        dc_id=locations.dc(key),
        video_sizes=[types.VideoSize(**_VIDEO_VARIANT)] if content.get("video") else None,
    )


def document(content: Content, locations: Locations) -> Any:
    key = content["file"]
    return types.Document(
        id=number(key),
        access_hash=locations.access_hash(number(key)),
        file_reference=locations.reference(number(key)),
        date=content.get("date", 0),
        mime_type=content.get("mime", ""),
        size=content.get("size", 0),
        dc_id=locations.dc(key),
        attributes=_attributes(content),
        thumbs=_sizes(content, "thumbs") or None,
    )


def _sizes(content: Content, key: str) -> list[Any]:
    sizes = [_size(size) for size in content.get(key, [])]
    if "stripped" in content:
        sizes.insert(0, types.PhotoStrippedSize("i", from_base64(content["stripped"])))
    return sizes


def _size(content: Content) -> Any:
    place = {"type": content["type"], "w": content["width"], "h": content["height"]}
    size = content["size"]
    if content["type"] in PROGRESSIVE:
        steps = [size // 8, size // 4, size // 2, size * 3 // 4, size]
        return types.PhotoSizeProgressive(sizes=steps, **place)
    return types.PhotoSize(size=size, **place)


def _attributes(content: Content) -> list[Any]:
    attributes = _role_attributes(content)
    if "name" in content:
        attributes.append(types.DocumentAttributeFilename(content["name"]))
    return attributes


def _role_attributes(content: Content) -> list[Any]:
    extent = {"w": content.get("width", 0), "h": content.get("height", 0)}
    image = [types.DocumentAttributeImageSize(**extent)] if any(extent.values()) else []
    pack = types.InputStickerSetEmpty()
    role = content.get("role", "file")
    match role:
        case "sticker":
            return [*image, types.DocumentAttributeSticker(content.get("emoji", ""), pack)]
        case "custom_emoji":
            return [*image, types.DocumentAttributeCustomEmoji(content.get("emoji", ""), pack)]
        case "voice" | "audio":
            return [_audio(content, voice=role == "voice")]
        case "video" | "round_video" | "animation":
            animated = [types.DocumentAttributeAnimated()] if role == "animation" else []
            return [_video(content, extent), *animated]
        case _:
            return image


def _audio(content: Content, *, voice: bool) -> Any:
    waveform = content.get("waveform")
    return types.DocumentAttributeAudio(
        duration=int(content.get("duration", 0)),
        voice=voice or None,
        title=content.get("title"),
        performer=content.get("performer"),
        waveform=from_base64(waveform) if waveform else None,
    )


def _video(content: Content, extent: dict[str, int]) -> Any:
    return types.DocumentAttributeVideo(
        duration=float(content.get("duration", 0)),
        round_message=content.get("role") == "round_video" or None,
        supports_streaming=content.get("role") == "video" or None,
        nosound=content.get("nosound"),
        **extent,
    )


def _web_page_media(content: Content, locations: Locations) -> Any:
    return types.MessageMediaWebPage(
        webpage=_web_page(content, locations),
        force_large_media=content.get("large"),
        force_small_media=content.get("small"),
        manual=content.get("manual"),
    )


def _web_page(content: Content, locations: Locations) -> Any:
    url = content.get("url")
    page_id = zlib.crc32((url or "").encode()) + 1
    match content.get("state"):
        case "empty":
            return types.WebPageEmpty(page_id, url)
        case "pending":
            return types.WebPagePending(page_id, 0, url)
    picture = content.get("photo")
    attached = content.get("document")
    return types.WebPage(
        id=page_id,
        url=url,
        display_url=content.get("display_url", ""),
        hash=0,
        type=content.get("page_type"),
        site_name=content.get("site_name"),
        title=content.get("title"),
        description=content.get("description"),
        photo=photo(picture, locations) if picture else None,
        embed_url=content.get("embed_url"),
        embed_type="iframe" if content.get("embed_url") else None,
        duration=content.get("duration"),
        author=content.get("author"),
        document=document(attached, locations) if attached else None,
    )
