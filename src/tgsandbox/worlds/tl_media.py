"""Media in TL: photos with their sizes, documents with their attributes, web pages, data."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from telethon.tl import types

from tgsandbox.worlds import tl_generic, tl_polls
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations

#: Sizes that Telegram makes as progressive JPEG; the canonical form keeps only the last step.
PROGRESSIVE = "yw"
#: The moving form of a photo that moves.
VIDEO_VARIANT = {"type": "u", "w": 640, "h": 640, "size": 262_144}


def from_base64(text: str) -> bytes:
    return base64.b64decode(text)


def number(key: str) -> int:
    """The id in ``photo/ID``, ``document/ID`` or ``peer_photo/ID``."""
    return int(key.rsplit("/", 1)[1])


def media(content: Content | None, locations: Locations) -> Any:
    """``MessageMedia`` of a canonical media."""
    if content is None:
        return None
    build = _KINDS.get(content["kind"])
    if build is None:
        raise ValueError(f"The sandbox cannot send media of the kind {content['kind']!r}.")
    return build(content, locations)


def _other_media(content: Content, locations: Locations) -> Any:
    kind = tl_generic.constructor(f"message_media_{content['type']}")
    return tl_generic.built(kind, content.get("data", {}), locations)


def _photo_media(content: Content, locations: Locations) -> Any:
    moving = content.get("live_video")
    return types.MessageMediaPhoto(
        spoiler=content.get("spoiler"),
        live_photo=content.get("live_photo"),
        photo=photo(content, locations) if "file" in content else None,
        ttl_seconds=content.get("ttl"),
        video=document(moving, locations) if moving else None,
    )


def _document_media(content: Content, locations: Locations) -> Any:
    role = content.get("role")
    cover = content.get("cover")
    alternatives = [document(one, locations) for one in content.get("alternatives", [])]
    return types.MessageMediaDocument(
        spoiler=content.get("spoiler"),
        video=role == "video" or None,
        round=role == "round_video" or None,
        voice=role == "voice" or None,
        document=document(content, locations) if "file" in content else None,
        alt_documents=alternatives or None,
        video_cover=photo(cover, locations) if cover else None,
        video_timestamp=content.get("start_at"),
        ttl_seconds=content.get("ttl"),
    )


def photo(content: Content, locations: Locations) -> Any:
    key = content["file"]
    return types.Photo(
        id=number(key),
        access_hash=locations.access_hash(number(key)),
        file_reference=locations.reference(number(key)),
        date=content.get("date", 0),
        sizes=_sizes(content, "sizes"),
        dc_id=locations.dc(key),
        has_stickers=content.get("has_stickers"),
        video_sizes=[types.VideoSize(**VIDEO_VARIANT)] if content.get("video") else None,
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
        attributes=_attributes(content, locations),
        thumbs=_sizes(content, "thumbs") or None,
        **tl_generic.fields(types.Document, _extra(content, ("video_thumbs",)), locations),
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


def _attributes(content: Content, locations: Locations) -> list[Any]:
    attributes = [_role_attribute(content, locations)]
    extent = (content.get("width", 0), content.get("height", 0))
    role = content.get("role", "file")
    if role in {"sticker", "custom_emoji", "file"} and any(extent):
        attributes.insert(0, types.DocumentAttributeImageSize(*extent))
    if role == "animation":
        attributes.append(types.DocumentAttributeAnimated())
    if "name" in content:
        attributes.append(types.DocumentAttributeFilename(content["name"]))
    if "has_stickers" in content.get("extra", {}):
        attributes.append(types.DocumentAttributeHasStickers())
    return [attribute for attribute in attributes if attribute is not None]


def _role_attribute(content: Content, locations: Locations) -> Any:
    given: dict[str, Any]
    match content.get("role", "file"):
        case "sticker" | "custom_emoji" as role:
            name = "Sticker" if role == "sticker" else "CustomEmoji"
            kind = getattr(types, f"DocumentAttribute{name}")
            pack = types.InputStickerSetEmpty()
            given = {"alt": content.get("emoji", ""), "stickerset": pack}
        case "voice" | "audio" as role:
            kind, given = types.DocumentAttributeAudio, _audio(content)
            given["voice"] = role == "voice" or None
        case "video" | "round_video" | "animation":
            kind, given = types.DocumentAttributeVideo, _video(content)
        case _:
            return None
    extra = _extra(content, _ATTRIBUTE_EXTRAS)
    return kind(**{**given, **tl_generic.fields(kind, extra, locations)})


#: What of ``extra`` stands in the attribute that makes the role.
_ATTRIBUTE_EXTRAS = (
    "stickerset",
    "mask",
    "mask_coords",
    "free",
    "text_color",
    "supports_streaming",
    "preload_prefix_size",
    "video_start_ts",
    "video_codec",
)


def _extra(content: Content, names: tuple[str, ...]) -> Content:
    return {name: value for name, value in content.get("extra", {}).items() if name in names}


def _audio(content: Content) -> dict[str, Any]:
    waveform = content.get("waveform")
    return {
        "duration": int(content.get("duration", 0)),
        "title": content.get("title"),
        "performer": content.get("performer"),
        "waveform": from_base64(waveform) if waveform else None,
    }


def _video(content: Content) -> dict[str, Any]:
    return {
        "duration": float(content.get("duration", 0)),
        "w": content.get("width", 0),
        "h": content.get("height", 0),
        "round_message": content.get("role") == "round_video" or None,
        "nosound": content.get("nosound"),
    }


def _web_page_media(content: Content, locations: Locations) -> Any:
    return types.MessageMediaWebPage(
        webpage=_web_page(content, locations),
        force_large_media=content.get("large"),
        force_small_media=content.get("small"),
        manual=content.get("manual"),
        safe=content.get("safe"),
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
        duration=content.get("duration"),
        author=content.get("author"),
        document=document(attached, locations) if attached else None,
        **tl_generic.fields(types.WebPage, content.get("extra", {}), locations),
    )


_KINDS: dict[str, tl_generic.Build] = {
    "photo": _photo_media,
    "document": _document_media,
    "web_page": _web_page_media,
    "poll": tl_polls.poll,
    "todo": tl_polls.todo,
    "other": _other_media,
}
tl_generic.build_with("Photo", photo)
tl_generic.build_with("Document", document)
tl_generic.build_with("MessageMedia", media)
