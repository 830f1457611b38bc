"""From the canonical form to Telegram's objects (Telethon 1.45, layer 229).

The counterpart that headrace writes goes the other way; the two share no code.
"""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox.worlds import (
    ids,
    odd,
    tl_actions,
    tl_buttons,
    tl_generic,
    tl_media,
    tl_odd,
    tl_parts,
    tl_text,
)
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations
from tgsandbox.worlds.tl_peers import chat_full_tl, chat_tl, peer_tl

__all__ = ["chat_full_tl", "chat_tl", "message_tl", "peer_tl"]

_COMMON_FLAGS = ("mentioned", "media_unread", "silent", "post", "legacy")
_MESSAGE_FLAGS = ("from_scheduled", "pinned", "noforwards", "invert_media", "offline")


def message_tl(content: Content, chat_id: int, locations: Locations | None = None) -> Any:
    """The ``Message`` or ``MessageService`` of a canonical message.

    ``locations`` gives the files their hashes, references and data centres; pass those of
    the world when the client shall be able to read the files. An odd message is made odd.
    """
    locations = locations or Locations()
    if "odd" not in content:
        return _message(content, chat_id, locations)
    if content["odd"] == odd.EMPTY:
        return types.MessageEmpty(content["id"], ids.peer(chat_id))
    whole = {key: value for key, value in content.items() if key != "unsupported"}
    return tl_odd.spoiled(_message(whole, chat_id, locations), content["odd"])


def _message(content: Content, chat_id: int, locations: Locations) -> Any:
    head = {
        "id": content["id"],
        "peer_id": ids.peer(chat_id),
        "date": content["date"],
        "from_id": ids.peer(content["author"]) if "author" in content else None,
        "reply_to": tl_parts.reply(content.get("reply"), locations),
        "reactions": tl_parts.reactions(content),
        "ttl_period": content.get("ttl"),
        **{flag: content.get(flag) for flag in _COMMON_FLAGS},
    }
    if content.get("kind") == "service":
        action = tl_actions.action(content["action"], locations)
        extra = tl_generic.fields(types.MessageService, content.get("extra", {}), locations)
        return types.MessageService(action=action, **head, **extra)
    return types.Message(**head, **_body(content, locations))


def _body(content: Content, locations: Locations) -> dict[str, Any]:
    grouped = content.get("grouped_id")
    effect = content.get("effect")
    return {
        "message": content.get("text", ""),
        "entities": tl_text.entities(content.get("entities")),
        "media": tl_media.media(content.get("media"), locations),
        "fwd_from": tl_parts.forward(content.get("forward")),
        "via_bot_id": content.get("via_bot"),
        "post_author": content.get("signature"),
        "grouped_id": int(grouped) if grouped else None,
        "edit_date": content.get("edited"),
        "edit_hide": content.get("edit_hidden"),
        "views": content.get("views"),
        "forwards": content.get("forwards"),
        "replies": tl_parts.replies(content.get("replies")),
        "reply_markup": tl_buttons.markup(content.get("buttons"), content.get("markup"), locations),
        "restriction_reason": tl_parts.restrictions(content.get("restrictions")),
        "from_boosts_applied": content.get("boosts"),
        "effect": int(effect) if effect else None,
        "paid_message_stars": content.get("stars"),
        **{flag: content.get(flag) for flag in _MESSAGE_FLAGS},
        **tl_generic.fields(types.Message, content.get("extra", {}), locations),
    }
