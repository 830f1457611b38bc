"""Messages: total, so that whatever cannot be understood costs a part of one message at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from telethon.tl import patched

from headrace.model.message import Message, Restriction, Unsupported
from headrace.model.values import PeerId
from headrace.telegram.convert.actions import convert_action
from headrace.telegram.convert.buttons import convert_buttons
from headrace.telegram.convert.headers import convert_forward, convert_replies, convert_reply
from headrace.telegram.convert.media import convert_media
from headrace.telegram.convert.reactions import convert_reactions
from headrace.telegram.convert.text import convert_entities
from headrace.telegram.convert.values import marked, unix, unsupported
from headrace.telegram.lean_reader import PlainMessage, PlainMessageService

_MESSAGES = (PlainMessage, patched.Message)
_SERVICE = (PlainMessageService, patched.MessageService)
#: Parts of a message that the archive has no field for; their bytes are kept.
_BYTES_ONLY = ("rich_message", "factcheck", "suggested_post")


def convert_messages(messages: Iterable[Any], chat_id: PeerId) -> tuple[Message, ...]:
    """All messages of an answer but the empty ones, in its order."""
    found = [convert_message(message, chat_id) for message in messages]
    return tuple([message for message in found if message is not None])


def convert_message(message: Any, chat_id: PeerId) -> Message | None:
    """One message; none for an empty one. Never raises."""
    kind = type(message)
    try:
        if kind in _MESSAGES:
            return _ordinary(message, chat_id)
        if kind in _SERVICE:
            return _service(message, chat_id)
    except Exception:  # noqa: BLE001 - the bytes are kept, and reparse makes it good later
        return _not_understood(message)
    return None


def _not_understood(message: Any) -> Message:
    lost = unsupported(message, "message")
    date = unix(message.date) or 0
    return Message(id=message.id, date=date, kind="unsupported", unsupported=(lost,))


def _ordinary(message: Any, chat_id: PeerId) -> Message:
    lost: list[Unsupported] = []
    fields = _head(message, chat_id, lost)
    for name, key, convert in _PARTS:
        part = getattr(message, name)
        if part:
            _keep(fields, key, convert, part, lost)
    if message.effect is not None:
        fields["effect"] = str(message.effect)
    for name in _BYTES_ONLY:
        part = getattr(message, name)
        if part is not None:
            lost.append(unsupported(part, name))
    return Message(
        id=message.id,
        text=message.message or "",
        signature=message.post_author or "",
        via_bot=message.via_bot_id,
        grouped_id=message.grouped_id,
        edited=unix(message.edit_date),
        edit_hidden=bool(message.edit_hide),
        views=message.views,
        forwards=message.forwards,
        pinned=bool(message.pinned),
        noforwards=bool(message.noforwards),
        from_scheduled=bool(message.from_scheduled),
        invert_media=bool(message.invert_media),
        offline=bool(message.offline),
        boosts=message.from_boosts_applied,
        stars=message.paid_message_stars,
        unsupported=tuple(lost),
        **fields,
    )


def _service(message: Any, chat_id: PeerId) -> Message:
    lost: list[Unsupported] = []
    fields = _head(message, chat_id, lost)
    _keep(fields, "action", convert_action, message.action, lost)
    return Message(id=message.id, kind="service", unsupported=tuple(lost), **fields)


def _keep(
    fields: dict[str, Any],
    key: str,
    convert: Callable[[Any], Any],
    part: Any,
    lost: list[Unsupported],
) -> None:
    """A part of a message, or its bytes where it is of a kind that is not known."""
    try:
        fields[key] = convert(part)
    except Exception:  # noqa: BLE001 - whatever is wrong with a part costs that part only
        lost.append(unsupported(part, key))


def _head(message: Any, chat_id: PeerId, lost: list[Unsupported]) -> dict[str, Any]:
    """What ordinary and service messages have in common."""
    fields: dict[str, Any] = {
        "date": unix(message.date) or 0,
        "author": marked(message.from_id),
        "post": bool(message.post),
        "silent": bool(message.silent),
        "legacy": bool(message.legacy),
        "mentioned": bool(message.mentioned),
        "media_unread": bool(message.media_unread),
        "ttl": message.ttl_period,
    }
    if message.reply_to is not None:
        try:
            fields["reply"], fields["thread_id"] = convert_reply(message.reply_to, chat_id)
        except Exception:  # noqa: BLE001 - as with all parts
            lost.append(unsupported(message.reply_to, "reply"))
    if message.reactions is not None:
        try:
            fields["reactions"], fields["recent_reactions"] = convert_reactions(message.reactions)
        except Exception:  # noqa: BLE001 - as with all parts
            lost.append(unsupported(message.reactions, "reactions"))
    return fields


def _restrictions(reasons: Iterable[Any]) -> tuple[Restriction, ...]:
    return tuple(
        [
            Restriction(platform=r.platform or "", reason=r.reason or "", text=r.text or "")
            for r in reasons
        ]
    )


#: (field of Telegram's, field of ours, conversion)
_PARTS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("media", "media", convert_media),
    ("entities", "entities", convert_entities),
    ("fwd_from", "forward", convert_forward),
    ("replies", "replies", convert_replies),
    ("reply_markup", "buttons", convert_buttons),
    ("restriction_reason", "restrictions", _restrictions),
)
