"""Service messages: every action that a channel or a group can hold."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.ids import bare_id
from tgsandbox.worlds.zoo_gifts import gifts
from tgsandbox.worlds.zoo_parts import (
    ANNA,
    BORIS,
    BOT,
    CHANNEL,
    GHOST,
    GROUP,
    OLD_GROUP,
    ORIGIN,
    STRANGER,
    date,
    done,
    encoded,
    file,
    other,
    picture,
    styled,
)

#: Actions that no channel and no group can hold, with the reason.
ELSEWHERE = {
    "bot_allowed": "in the chat with a bot",
    "conference_call": "in the chat of two people",
    "contact_sign_up": "in the chat with the new contact",
    "gift_code": "in the chat with who gives, or with Telegram",
    "gift_premium": "in the chat of two people",
    "gift_stars": "in the chat of two people",
    "gift_ton": "in the chat of two people",
    "managed_bot_created": "in the chat with a bot",
    "no_forwards_request": "in the chat of two people",
    "no_forwards_toggle": "in the chat of two people",
    "paid_messages_refunded": "in the chat of two people",
    "payment_sent_me": "seen by bots only",
    "phone_call": "in the chat of two people",
    "prize_stars": "in the chat with Telegram",
    "requested_peer": "in the chat with a bot",
    "requested_peer_sent_me": "seen by bots only",
    "screenshot_taken": "in the chat of two people",
    "secure_values_sent": "in the chat with a bot",
    "secure_values_sent_me": "seen by bots only",
    "star_gift_purchase_offer": "in the chat of two people",
    "star_gift_purchase_offer_declined": "in the chat of two people",
    "suggest_birthday": "in the chat of two people",
    "suggest_profile_photo": "in the chat of two people",
    "web_view_data_sent": "in the chat with a bot",
    "web_view_data_sent_me": "seen by bots only",
}
_CALL: Content = {"_": "input_group_call", "id": "7700000000000000001"}
_STARS: Content = {"_": "stars_amount", "amount": 500, "nanos": 500_000_000}


def of_channel() -> list[Content]:
    """Of the channel @zoomill."""
    approval = {"price": _STARS, "schedule_date": date(9_000)}
    return [
        done("chat_edit_title", {"title": "The Zoo at the Mill"}),
        done("chat_edit_photo", {"photo": picture(150)}),
        done("chat_edit_photo", {"photo": {**picture(151), "video": True}}),
        done("chat_edit_photo", {"photo": {"_": "photo_empty", "id": 0}}),
        done("chat_delete_photo"),
        done("pin_message", reply={"msg_id": 101}),
        done("pin_message"),
        done("group_call", {"call": _CALL}),
        done("group_call", {"call": _CALL, "duration": 3_723}),
        done("group_call_scheduled", {"call": _CALL, "schedule_date": date(8_000)}),
        done("set_messages_ttl", {"period": 86_400}),
        done("set_messages_ttl", {"period": 0, "auto_setting_from": ANNA}),
        *_wall_papers(),
        done("giveaway_launch"),
        done("giveaway_launch", {"stars": 5_000}),
        done("giveaway_results", {"winners_count": 3, "unclaimed_count": 0}),
        done("giveaway_results", {"winners_count": 0, "unclaimed_count": 3, "stars": True}),
        done("boost_apply", {"boosts": 4}),
        done("paid_messages_price", {"stars": 10, "broadcast_messages_allowed": True}),
        done("suggested_post_approval", approval),
        done("suggested_post_approval", {"rejected": True, "reject_comment": "No <b>"}),
        done("suggested_post_approval", {"balance_too_low": True}),
        done("suggested_post_success", {"price": {"_": "stars_ton_amount", "amount": 7}}),
        done("suggested_post_refund", {"payer_initiated": True}),
        done("poll_append_answer", {"answer": _answer()}, reply={"msg_id": 304}),
        done("poll_delete_answer", {"answer": _answer()}, reply={"msg_id": 304}),
        done("change_community", {"community_id": 4_242}),
        done("change_community"),
        *gifts(),
    ]


def _wall_papers() -> list[Content]:
    paper = {"_": "wall_paper_settings", "blur": True, "background_color": 16_777_215}
    file_paper = {
        "_": "wall_paper",
        "id": "5947530738516623361",
        "slug": "otters",
        "document": file(6001, "file", "image/jpeg", name="otters.jpg"),
        "settings": {**paper, "second_background_color": 0, "rotation": 45},
    }
    no_file = {"_": "wall_paper_no_file", "id": 0, "settings": {**paper, "emoticon": "🦦"}}
    return [
        done("set_chat_wall_paper", {"wallpaper": file_paper}),
        done("set_chat_wall_paper", {"wallpaper": no_file, "same": True, "for_both": True}),
    ]


def of_group() -> list[Content]:
    """Of the discussion group, by people."""
    return [{"author": ANNA, **one} for one in [*_membership(), *_doings()]]


def _answer() -> Content:
    answer = {"_": "poll_answer", "text": styled("New"), "option": encoded(b"n")}
    geo = {"_": "geo_point", "lat": 0.5, "long": 0.5}
    return {**answer, "media": other("geo", geo=geo), "added_by": ORIGIN, "date": date(9)}


def _membership() -> list[Content]:
    return [
        done("chat_create", {"title": "Zoo talk", "users": [ANNA, BORIS, STRANGER]}),
        done("channel_migrate_from", {"title": "Zoo talk", "chat_id": -OLD_GROUP}),
        done("chat_migrate_to", {"channel_id": bare_id(GROUP)}),
        done("chat_add_user", {"users": [BORIS, GHOST]}),
        done("chat_add_user", {"users": [ANNA]}),
        done("chat_delete_user", {"user_id": GHOST}),
        done("chat_joined_by_link", {"inviter_id": BORIS}),
        done("chat_joined_by_request"),
        done("chat_joined_via_community", {"community_id": 4_242}),
        done("new_creator_pending", {"new_creator_id": BORIS}),
        done("change_creator", {"new_creator_id": BORIS}),
        done("invite_to_group_call", {"call": _CALL, "users": [BORIS, STRANGER]}),
        done("invite_to_group_call", {"call": {"_": "input_group_call_slug", "slug": "abc"}}),
    ]


def _doings() -> list[Content]:
    theme = {"_": "chat_theme", "emoticon": "🌊"}
    near = {"from_id": ANNA, "to_id": BORIS, "distance": 120}
    paid = {"currency": "USD", "total_amount": 1_250, "invoice_slug": "slug"}
    charge = {"_": "payment_charge", "id": "stx", "provider_charge_id": "p1"}
    refund = {"peer": BOT, "currency": "XTR", "total_amount": 50, "charge": charge}
    item = {
        "_": "todo_item",
        "id": 4,
        "title": styled("Wash", {"type": "bold", "offset": 0, "length": 4}),
    }
    todo = {"msg_id": 310, "peer": CHANNEL}
    return [
        done("empty"),
        done("history_clear"),
        done("custom_action", {"message": "Something was done <here>."}),
        done("game_score", {"game_id": "8234567890123456789", "score": 0}, reply={"msg_id": 2}),
        done("geo_proximity_reached", near),
        done("set_chat_theme", {"theme": theme}),
        done("set_chat_theme", {"theme": {"_": "chat_theme"}}),
        done("payment_sent", {**paid, "recurring_init": True, "subscription_until_date": date(99)}),
        done("payment_refunded", {**refund, "payload": encoded(b"\x00pay")}),
        done("todo_completions", {"completed": [1, 7], "incompleted": [3]}, reply=todo),
        done("todo_append_tasks", {"list": [item]}, reply=todo),
        done(
            "pin_message",
            reply={"msg_id": 2},
            reactions=[{"type": "emoji", "emoji": "👍", "count": 2}],
        ),
        done("boost_apply", {"boosts": 1}, silent=True, mentioned=True, ttl=3_600),
    ]


def of_forum() -> list[Content]:
    """The topics of the forum @zoomillforum; the third is closed and hidden at once."""
    icon = "5312536423851630001"
    return [
        done(
            "topic_create", {"title": "Otters 🦦", "icon_color": 7_322_096, "icon_emoji_id": icon}
        ),
        done("topic_create", {"title": "Бобры", "icon_color": 16_766_590}),
        done("topic_create", {"title": "?", "icon_color": 0, "title_missing": True}),
    ]


def topic_changes(topic: int) -> list[Content]:
    """What may happen to a topic."""
    reply = {"msg_id": topic, "forum_topic": True}
    return [
        done(
            "topic_edit", {"title": "Beavers", "icon_emoji_id": "5312536423851630002"}, reply=reply
        ),
        done("topic_edit", {"closed": True}, reply=reply),
        done("topic_edit", {"hidden": True}, reply={"msg_id": 1}),
        done("topic_edit", {"icon_emoji_id": 0}, reply=reply),
    ]
