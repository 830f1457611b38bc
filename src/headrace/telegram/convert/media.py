"""Media: what a message carries, files and data without a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from telethon.tl import types

from headrace.model.media import Document, Media, OtherMedia, Photo
from headrace.model.values import FileKey
from headrace.telegram.convert.fields import RULES, convert_fields
from headrace.telegram.convert.files import convert_document, convert_photo
from headrace.telegram.convert.polls import convert_poll, convert_todo
from headrace.telegram.convert.values import NotUnderstood, snake_name
from headrace.telegram.convert.web_pages import convert_web_page


def convert_media(media: Any) -> Media | None:
    """What a message carries; none for nothing.

    Raises:
        NotUnderstood: a kind that this version does not know.
    """
    if media is None:
        return None
    convert = _KINDS.get(type(media))
    if convert is None:
        raise NotUnderstood(media)
    return convert(media)


def _photo_media(media: Any) -> Media:
    photo = convert_photo(media.photo) or Photo(file=FileKey(""), size=0)
    if media.spoiler or media.ttl_seconds or media.live_photo or media.video:
        photo = msgspec.structs.replace(
            photo,
            spoiler=bool(media.spoiler),
            ttl=media.ttl_seconds,
            live_photo=bool(media.live_photo),
            live_video=convert_document(media.video),
        )
    return photo


def _document_media(media: Any) -> Media:
    document = convert_document(media.document) or _absent_document(media)
    if (
        media.spoiler
        or media.ttl_seconds
        or media.video_cover
        or media.alt_documents
        or media.video_timestamp is not None
    ):
        others = [convert_document(one) for one in media.alt_documents or ()]
        document = msgspec.structs.replace(
            document,
            spoiler=bool(media.spoiler),
            ttl=media.ttl_seconds,
            cover=convert_photo(media.video_cover),
            start_at=media.video_timestamp,
            alternatives=tuple([one for one in others if one is not None]),
        )
    return document


def _absent_document(media: Any) -> Document:
    """Of a file that has run out Telegram tells only the sort."""
    marks = {"round_video": media.round, "voice": media.voice, "video": media.video}
    role = next((name for name, is_set in marks.items() if is_set), "file")
    return Document(file=FileKey(""), size=0, role=role)


def _poll(media: Any) -> Media:
    return convert_poll(media, convert_media)


def _other(media: Any) -> Media:
    kind = snake_name(type(media), "MessageMedia")
    return OtherMedia(type=kind, data=convert_fields(media))


_DATA_ONLY = (
    types.MessageMediaContact,
    types.MessageMediaDice,
    types.MessageMediaGame,
    types.MessageMediaGeo,
    types.MessageMediaGeoLive,
    types.MessageMediaGiveaway,
    types.MessageMediaGiveawayResults,
    types.MessageMediaInvoice,
    types.MessageMediaPaidMedia,
    types.MessageMediaStory,
    types.MessageMediaVenue,
    types.MessageMediaVideoStream,
)
_KINDS: dict[type, Callable[[Any], Media | None]] = {
    types.MessageMediaPhoto: _photo_media,
    types.MessageMediaDocument: _document_media,
    types.MessageMediaWebPage: convert_web_page,
    types.MessageMediaPoll: _poll,
    types.MessageMediaToDo: convert_todo,
    types.MessageMediaEmpty: lambda _media: None,
    **dict.fromkeys(_DATA_ONLY, _other),
}

RULES.update(dict.fromkeys(_KINDS, convert_media))
