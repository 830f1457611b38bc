"""Buttons of every type, and every markup."""

from __future__ import annotations

from typing import Any

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.zoo_parts import ANNA, encoded, told

_RED: Content = {"bg_danger": True, "icon": "5368324170671202286"}
_RIGHTS: Content = {"_": "chat_admin_rights", "post_messages": True, "manage_topics": True}


def messages() -> list[Content]:
    return [*_inline(), *_keyboards()]


def _button(kind: str, text: str = "Press", **fields: Any) -> Content:
    return {"type": kind, "text": text, **fields}


def _inline() -> list[Content]:
    peers = ["same_bot_pm", "pm", "chat", "megagroup", "broadcast", "bot_pm"]
    types = [{"_": f"inline_query_peer_type_{name}"} for name in peers]
    rows = [
        [
            _button("url", "A", url="https://zoo.example/?q=1"),
            _button("callback", "B", data=encoded(b"\x00\xff")),
        ],
        [_button("callback", "Password", data=encoded(b"p"), requires_password=True)],
        [
            _button("switch_inline", query="otter"),
            _button("switch_inline", query="x", same_peer=True),
        ],
        [_button("switch_inline", query="y", peer_types=types), _button("switch_inline")],
        [_button("game"), _button("buy", "Pay 12,50 $")],
        [_button("url_auth", url="https://zoo.example/in", button_id=7, fwd_text="Sign in")],
        [_button("user_profile", user_id=ANNA), _button("web_view", url="https://zoo.example/app")],
        [_button("copy", copy_text="ZOO-2025"), _button("disabled", "🚫")],
    ]
    coloured = [
        [
            _button("url", "1", url="https://zoo.example", style={"bg_primary": True}),
            _button("callback", "2", data=encoded(b"2"), style=_RED),
            _button("copy", "3", copy_text="3", style={"bg_success": True}),
        ]
    ]
    return [
        told("All inline buttons.", buttons=rows),
        told("In colour.", buttons=coloured),
        told("Answer me.", buttons=rows[:1], markup={"type": "inline_markup", "force_reply": True}),
        told(
            "Eight in a row.",
            buttons=[[_button("copy", str(n), copy_text=str(n)) for n in range(8)]],
        ),
        told("Of no text.", buttons=[[_button("url", "", url="https://zoo.example")]]),
    ]


def _keyboards() -> list[Content]:
    user = {"_": "request_peer_type_user", "bot": True}
    chat = {"_": "request_peer_type_chat", "creator": True, "user_admin_rights": _RIGHTS}
    channel = {"_": "request_peer_type_broadcast", "has_username": True}
    bot = {
        "_": "request_peer_type_create_bot",
        "suggested_name": "Otter",
        "suggested_username": "otter_bot",
    }
    rows = [
        [_button("default", "Yes"), _button("default", "No", style=_RED)],
        [_button("request_phone"), _button("request_geo_location")],
        [_button("request_poll"), _button("request_poll", quiz=True)],
        [_button("request_peer", button_id=1, peer_type=user, max_quantity=1)],
        [_button("request_peer", button_id=2, peer_type=chat, max_quantity=1)],
        [_button("request_peer", button_id=3, peer_type=channel, max_quantity=10)],
        [_button("request_peer", button_id=4, peer_type=bot, max_quantity=1)],
        [_button("simple_web_view", url="https://zoo.example/app")],
    ]
    flags = {"resize": True, "single_use": True, "selective": True, "persistent": True}
    whole = {"type": "keyboard_markup", **flags, "placeholder": "Yes or no?", "force_reply": True}
    hide = {"type": "keyboard_hide", "selective": True}
    force = {
        "type": "keyboard_force_reply",
        "single_use": True,
        "selective": True,
        "placeholder": "…",
    }
    return [
        told("A keyboard.", buttons=rows, markup=whole),
        told("A plain keyboard.", buttons=rows[:1], markup={"type": "keyboard_markup"}),
        told("No keyboard.", markup=hide),
        told("Nor here.", markup={"type": "keyboard_hide"}),
        told("Answer.", markup=force),
        told("Answer!", markup={"type": "keyboard_force_reply"}),
    ]
