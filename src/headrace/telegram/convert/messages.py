"""Messages: total, so that whatever cannot be understood costs a part of one message at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from telethon.tl import patched

from headrace.model.message import Message, Restriction, Unsupported
from headrace.model.values import PeerId
from headrace.telegram.convert.actions import convert_action
from headrace.telegram.convert.buttons import convert_buttons, convert_markup
from headrace.telegram.convert.fields import convert_value
from headrace.telegram.convert.headers import convert_forward, convert_replies, convert_reply
from headrace.telegram.convert.media import convert_media
from headrace.telegram.convert.reactions import convert_reactions
from headrace.telegram.convert.text import convert_entities
from headrace.telegram.convert.values import marked, unix, unsupported
from headrace.telegram.lean_reader import PlainMessage, PlainMessageService

_MESSAGES = (PlainMessage, patched.Message)
_SERVICE = (PlainMessageService, patched.MessageService)
#: Fields of a message that the archive keeps under Telegram's own names.
_EXTRA = (
    "from_rank",
    "via_business_bot_id",
    "guestchat_via_from",
    "factcheck",
    "suggested_post",
    "rich_message",
    "schedule_repeat_period",
    "summary_from_language",
)
_EXTRA_FLAGS = ("paid_suggested_post_stars", "paid_suggested_post_ton")
_rare = attrgetter(*_EXTRA, *_EXTRA_FLAGS)
#: What nearly every message says of them: one comparison instead of ten questions.
_NOTHING_RARE = (None,) * len(_EXTRA) + (False,) * len(_EXTRA_FLAGS)

Fields = dict[str, Any]


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


def convert_part(where: str, part: Any, chat_id: PeerId) -> Fields:
    """The fields of a message that one part of it gives.

    Raises:
        Exception: of any sort; the part is not understood.
    """
    return _PARTS[where](part, chat_id) if where in _PARTS else {"extra": _extra(where, part)}


def _not_understood(message: Any) -> Message:
    lost = unsupported(message, "message")
    date = unix(message.date) or 0
    return Message(id=message.id, date=date, kind="unsupported", unsupported=(lost,))


def _ordinary(message: Any, chat_id: PeerId) -> Message:
    lost: list[Unsupported] = []
    fields = _head(message, chat_id, lost)
    for name, where in _OF_ORDINARY:
        part = getattr(message, name)
        if part:
            _keep(fields, where, part, chat_id, lost)
    if message.effect is not None:
        fields["effect"] = str(message.effect)
    if _rare(message) != _NOTHING_RARE:
        _keep_rare(fields, message, lost)
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
    if message.action is not None:
        _keep(fields, "action", message.action, chat_id, lost)
    return Message(id=message.id, kind="service", unsupported=tuple(lost), **fields)


def _head(message: Any, chat_id: PeerId, lost: list[Unsupported]) -> Fields:
    """What ordinary and service messages have in common."""
    fields: Fields = {
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
        _keep(fields, "reply", message.reply_to, chat_id, lost)
    if message.reactions is not None:
        _keep(fields, "reactions", message.reactions, chat_id, lost)
    if message.saved_peer_id is not None:
        _keep_extra(fields, "saved_peer_id", message.saved_peer_id, lost)
    return fields


def _keep(fields: Fields, where: str, part: Any, chat_id: PeerId, lost: list[Unsupported]) -> None:
    """A part of a message, or its bytes where it is of a kind that is not known."""
    try:
        fields.update(_PARTS[where](part, chat_id))
    except Exception:  # noqa: BLE001 - whatever is wrong with a part costs that part only
        lost.append(unsupported(part, where))


def _keep_rare(fields: Fields, message: Any, lost: list[Unsupported]) -> None:
    for name in (*_EXTRA, *_EXTRA_FLAGS):
        part = getattr(message, name)
        if part is not None:
            _keep_extra(fields, name, part, lost)


def _keep_extra(fields: Fields, name: str, part: Any, lost: list[Unsupported]) -> None:
    try:
        found = _extra(name, part)
    except Exception:  # noqa: BLE001 - as with all parts
        lost.append(unsupported(part, name))
    else:
        fields["extra"] = fields.get("extra", {}) | found


def _extra(name: str, part: Any) -> Fields:
    value = convert_value(part)
    return {} if value is False or value in (None, "", [], {}) else {name: value}


def _reply(part: Any, chat_id: PeerId) -> Fields:
    reply, thread_id = convert_reply(part, chat_id)
    return {"reply": reply, "thread_id": thread_id}


def _markup(part: Any, _chat_id: PeerId) -> Fields:
    return {"buttons": convert_buttons(part), "markup": convert_markup(part)}


def _restrictions(reasons: Any, _chat_id: PeerId) -> Fields:
    found = [
        Restriction(platform=r.platform or "", reason=r.reason or "", text=r.text or "")
        for r in reasons
    ]
    return {"restrictions": tuple(found)}


#: How each part is converted, by the name that ``Unsupported.where`` has for it.
_PARTS: dict[str, Callable[[Any, PeerId], Fields]] = {
    "reply": _reply,
    "reactions": lambda part, _: convert_reactions(part),
    "action": lambda part, _: {"action": convert_action(part)},
    "media": lambda part, _: {"media": convert_media(part)},
    "entities": lambda part, _: {"entities": convert_entities(part)},
    "forward": lambda part, _: {"forward": convert_forward(part)},
    "replies": lambda part, _: {"replies": convert_replies(part)},
    "buttons": _markup,
    "restrictions": _restrictions,
}
#: (field of Telegram's, part)
_OF_ORDINARY = (
    ("media", "media"),
    ("entities", "entities"),
    ("fwd_from", "forward"),
    ("replies", "replies"),
    ("reply_markup", "buttons"),
    ("restriction_reason", "restrictions"),
)
