"""Service messages of an export: its names for the actions, and Telegram's.

Fields that have a counterpart at Telegram get its name; the others stay under their own, so
that nothing is lost, and so does an action that this version has never heard of.
"""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.desktop.decoding import WEB_VIEW_TEXT
from headrace.desktop.files import FILE_KEYS, read_photo
from headrace.desktop.media import once_more
from headrace.desktop.values import filled, integer, marked_peer, moment, plain, text_of
from headrace.model.message import Action
from headrace.model.values import PeerId

Raw = dict[str, Any]

#: Keys of every service message, which belong to no action.
_HEAD = frozenset(
    [
        "id",
        "type",
        "date",
        "date_unixtime",
        "edited",
        "edited_unixtime",
        "actor",
        "actor_id",
        "action",
        "text",
        "text_entities",
        "reply_to_message_id",
        "reply_to_peer_id",
        "reactions",
        "message_id",
    ]
)
#: Actions that answer a message: where they say which.
ANSWERED = ("message_id", "game_message_id", "invoice_message_id")

#: Export's action -> Telegram's, and its fields that have another name there.
_ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "create_group": ("chat_create", {}),
    "edit_group_title": ("chat_edit_title", {}),
    "edit_group_photo": ("chat_edit_photo", {}),
    "delete_group_photo": ("chat_delete_photo", {}),
    "create_channel": ("channel_create", {}),
    "migrate_to_supergroup": ("chat_migrate_to", {}),
    "migrate_from_group": ("channel_migrate_from", {}),
    "clear_history": ("history_clear", {}),
    "set_messages_ttl": ("set_messages_ttl", {}),
    "edit_chat_theme": ("set_chat_theme", {"emoticon": "theme"}),
    "set_chat_wallpaper": ("set_chat_wall_paper", {}),
    "set_same_chat_wallpaper": ("set_chat_wall_paper", {}),
    "boost_apply": ("boost_apply", {}),
    "invite_members": ("chat_add_user", {}),
    "remove_members": ("chat_delete_user", {}),
    "join_group_by_link": ("chat_joined_by_link", {}),
    "join_group_by_request": ("chat_joined_by_request", {}),
    "joined_telegram": ("contact_sign_up", {}),
    "proximity_reached": ("geo_proximity_reached", {}),
    "pin_message": ("pin_message", {}),
    "topic_created": ("topic_create", {}),
    "topic_edit": ("topic_edit", {"new_title": "title", "new_icon_emoji_id": "icon_emoji_id"}),
    "phone_call": ("phone_call", {"duration_seconds": "duration", "discard_reason": "reason"}),
    "conference_call": (
        "conference_call",
        {"duration_seconds": "duration", "is_active": "active", "is_missed": "missed"},
    ),
    "group_call": ("group_call", {}),
    "invite_to_group_call": ("invite_to_group_call", {}),
    "group_call_scheduled": ("group_call_scheduled", {}),
    "score_in_game": ("game_score", {}),
    "attach_menu_bot_allowed": ("bot_allowed", {}),
    "web_app_bot_allowed": ("bot_allowed", {}),
    "allow_sending_messages": ("bot_allowed", {"reason_domain": "domain"}),
    "send_passport_values": ("secure_values_sent", {}),
    "requested_phone_number": ("phone_number_request", {}),
    "requested_peer": ("requested_peer", {}),
    "send_webview_data": ("web_view_data_sent", {WEB_VIEW_TEXT: "text"}),
    "send_payment": ("payment_sent", {"amount": "total_amount"}),
    "refunded_payment": ("payment_refunded", {"amount": "total_amount"}),
    "send_premium_gift": ("gift_premium", {}),
    "gift_code_prize": ("gift_code", {}),
    "giveaway_launch": ("giveaway_launch", {}),
    "giveaway_results": (
        "giveaway_results",
        {"winners": "winners_count", "unclaimed": "unclaimed_count"},
    ),
    "send_stars_gift": ("gift_stars", {}),
    "send_ton_gift": ("gift_ton", {}),
    "stars_prize": ("prize_stars", {}),
    "send_star_gift": ("star_gift", {"gift_text": "message"}),
    "paid_messages_refund": ("paid_messages_refunded", {"messages_count": "count"}),
    "paid_messages_price_change": ("paid_messages_price", {"price_stars": "stars"}),
    "todo_completions": ("todo_completions", {}),
    "todo_append_tasks": ("todo_append_tasks", {}),
    "suggest_profile_photo": ("suggest_profile_photo", {}),
    "process_suggested_post": ("suggested_post_approval", {}),
    "suggested_post_success": ("suggested_post_success", {}),
    "suggested_post_refund": ("suggested_post_refund", {}),
    "take_screenshot": ("screenshot_taken", {}),
}
#: A service message without an action is a sentence.
_CUSTOM = ("custom_action", {"information_text": "message"})
#: What an action of the export says by its name alone.
_IMPLIED: dict[str, Raw] = {
    "attach_menu_bot_allowed": {"attach_menu": True},
    "set_same_chat_wallpaper": {"same": True},
}


def read_action(raw: Raw, chat_id: PeerId, message_id: int) -> Action:
    """What a service message reports."""
    given = text_of(raw.get("action"))
    kind, names = _ACTIONS.get(given, (given, {})) if given else _CUSTOM
    has_photo = "photo" in raw
    left_out = _HEAD | FILE_KEYS if has_photo else _HEAD
    data = {
        names.get(key, key): plain(_read(kind, key, raw))
        for key in raw
        if key not in left_out and key not in ANSWERED
    }
    if has_photo:
        data["photo"] = msgspec.to_builtins(read_photo(raw, chat_id, message_id))
    return Action(type=kind, data=filled(**data, **_IMPLIED.get(given, {})))


def answered_id(raw: Raw) -> int | None:
    """The message that a service message is about."""
    return next((found for key in ANSWERED if (found := integer(raw.get(key)))), None)


def _read(kind: str, key: str, raw: Raw) -> Any:
    value = raw[key]
    match kind, key:
        case "geo_proximity_reached", "from_id" | "to_id":
            return marked_peer(value)
        case "requested_peer", "peers":
            peers = once_more(value)
            return [marked_peer(one) or one for one in peers] if isinstance(peers, list) else peers
        case "group_call_scheduled", "schedule_date":
            return moment(raw, key)[0] or integer(value) or value
        case "set_chat_theme", "emoticon":
            return {"_": "chat_theme", "emoticon": value}
        case "phone_call", "discard_reason":
            return {"_": f"phone_call_discard_reason_{value}"}
    return value
