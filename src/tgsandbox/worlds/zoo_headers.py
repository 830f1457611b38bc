# ruff: noqa: RUF001 -- texts in two languages
"""Posts by what stands around them: forward headers, replies, reactions, flags, extras."""

from __future__ import annotations

from typing import Any

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import emoji
from tgsandbox.worlds.zoo_parts import (
    ANNA,
    BORIS,
    BOT,
    CHANNEL,
    EMPTY_GROUP,
    EMPTY_USER,
    FORBIDDEN_CHANNEL,
    FORBIDDEN_GROUP,
    FORBIDDEN_SUPERGROUP,
    GHOST,
    MIN_CHANNEL,
    MIN_USER,
    OLD_GROUP,
    ORIGIN,
    STRANGER,
    date,
    encoded,
    other,
    picture,
    styled,
    told,
)

_PAW = {"type": "custom_emoji", "document_id": "5368324170671202286"}
_GEO: Content = {"_": "geo_point", "lat": 1.5, "long": 2.5}


def messages() -> list[Content]:
    """Posts of the channel; the first of them are answered by the others."""
    return [*_forwards(), *_reactions(), *_flags(), *_extras(), *_replies()]


def _forwards() -> list[Content]:
    when = {"date": date(1)}
    saved: Content = {
        "saved_from": OLD_GROUP,
        "saved_from_msg_id": 5,
        "saved_from_id": BORIS,
        "saved_from_name": "Boris, long ago",
        "saved_date": date(2),
        "saved_out": True,
    }
    headers: list[Content] = [
        {"from": ORIGIN, "post": 77, "signature": "Keeper", **when},
        {"from": ORIGIN, "post": 78, **when, **saved},
        {"from": ANNA, **when},
        {"from": GHOST, **when},
        {"name": "Hidden Otter", **when},
        {"from": MIN_CHANNEL, "post": 2**31 - 1, **when},
        {"from": FORBIDDEN_CHANNEL, "post": 3, **when},
        {"from": FORBIDDEN_SUPERGROUP, **when},
        {"from": FORBIDDEN_GROUP, **when},
        {"from": STRANGER, **when},
        {"name": "Imported", "imported": True, **when},
        {"from": ORIGIN, "post": 79, "psa": "covid", **when},
        {"from": CHANNEL, "post": 101, **when},
        {"name": "Of no date"},
        {"from": ANNA, "saved_from": ANNA, "saved_from_msg_id": 1, **when},
        {"from": EMPTY_GROUP, **when},
        {"from": EMPTY_USER, **when},
    ]
    return [told(f"Forward {place}.", forward=header) for place, header in enumerate(headers)]


def _reactions() -> list[Content]:
    top = [
        {"author": ANNA, "count": 500, "top": True},
        {"count": 120, "top": True, "anonymous": True},
        {"author": MIN_USER, "count": 1, "my": True},
    ]
    kinds = ["👍", "❤", "🔥", "👏", "😁", "❤\u200d🔥", "💯", "🥰", "👎", "🤔"]
    last = [
        {"author": ANNA, "date": date(5), **_PAW},
        {"author": ORIGIN, "date": date(6), "type": "emoji", "emoji": "❤"},
        {"author": GHOST, "date": date(7), "type": "paid"},
    ]
    paid = {"type": "paid", "count": 621}
    million = [emoji("👍", 1_000_000), {**_PAW, "count": 2**31 - 1}]
    return [
        told("Ten kinds.", reactions=[emoji(one, 10 - place) for place, one in enumerate(kinds)]),
        told("Custom and paid.", reactions=[paid, {**_PAW, "count": 3}, emoji("❤", 1)]),
        told("Top reactors.", reactions=[paid], top_reactors=top),
        told("Recent.", reactions=[emoji("❤", 1), {**_PAW, "count": 1}], recent_reactions=last),
        told("A million.", reactions=million),
    ]


def _flags() -> list[Content]:
    names = (
        *("silent", "pinned", "noforwards", "from_scheduled", "legacy", "mentioned"),
        *("media_unread", "invert_media", "offline"),
    )
    blocked = [
        {"platform": "ios", "reason": "sensitive", "text": "Not shown."},
        {"platform": "all", "reason": "copyright", "text": "Не показано."},
        {"platform": "android"},
    ]
    return [
        *(told(f"Flag {name}.", **{name: True}) for name in names),
        told("Edited.", edited=date(999)),
        told("Edited unseen.", edited=date(998), edit_hidden=True),
        told("Signed.", signature="Смотритель & Co <k>"),
        told("Via a bot.", via_bot=BOT),
        told("By an author.", author=ANNA, signature="Anna Otter"),
        told("By a channel.", author=ORIGIN),
        told("Gone soon.", ttl=86_400),
        told("Restricted.", restrictions=blocked),
        told("Effect.", effect="5104841245755180586"),
        told("Paid for.", stars=250),
        told("Boosted.", boosts=0),
        told("Seen by nobody.", views=0, forwards=0),
        told("Seen by all.", views=2**31 - 1, forwards=1_000_000),
        told("Protected photo.", media=picture(140), noforwards=True),
    ]


def _extras() -> list[Content]:
    fact = {"_": "fact_check", "hash": "7654321987654321987"}
    price = {"_": "stars_amount", "amount": 500, "nanos": 0}
    post = {"_": "suggested_post", "accepted": True, "price": price, "schedule_date": date(5_000)}
    coins = {"_": "stars_ton_amount", "amount": 3_000_000_000}
    plain = {"_": "text_plain", "text": "Richly"}
    blocks = [
        {"_": "page_block_heading1", "text": {"_": "text_italic", "text": plain}},
        {"_": "page_block_math", "source": "a^2+b^2=c^2"},
        {"_": "page_block_divider"},
    ]
    rich = {"_": "rich_message", "blocks": blocks, "photos": [picture(141)], "rtl": True}
    checked = {
        **fact,
        "country": "DE",
        "text": styled("It is so.", {"type": "bold", "offset": 0, "length": 2}),
    }
    return [
        told("Checked.", extra={"factcheck": checked}),
        told("To be checked.", extra={"factcheck": {**fact, "need_check": True}}),
        told("Suggested.", extra={"suggested_post": post, "paid_suggested_post_stars": True}),
        told("For coins.", extra={"suggested_post": {"_": "suggested_post", "price": coins}}),
        told("", extra={"rich_message": rich}),
        told("Ranked.", author=BORIS, extra={"from_rank": "warden"}),
        told("Again.", extra={"schedule_repeat_period": 86_400, "summary_from_language": "ru"}),
        told("Guest.", extra={"guestchat_via_from": ANNA, "via_business_bot_id": BOT}),
    ]


def _replies() -> list[Content]:
    quote = styled("photo", {"type": "bold", "offset": 0, "length": 5})
    header = {"from": ORIGIN, "post": 4, "date": date(3), "signature": "Keeper"}
    headers: list[Content] = [
        {"msg_id": 101},
        {"msg_id": 101, "quote": {**quote, "offset": 2}},
        {"msg_id": 101, "quote": {"text": "A", "offset": 0}},
        {"msg_id": 9_999},
        {"msg_id": 4, "peer": ORIGIN},
        {"msg_id": 4, "peer": ORIGIN, "from": header, "media": picture(101), "quote": quote},
        {"from": {"name": "Hidden", "date": date(3)}, "media": other("geo", geo=_GEO)},
        {"peer": FORBIDDEN_CHANNEL, "msg_id": 8},
        {"peer": ORIGIN, "story_id": 12},
        {"peer": STRANGER, "story_id": 1},
        {"msg_id": 310, "todo_item": 7},
        {"msg_id": 301, "poll_option": encoded(b"\x01\x00\xff")},
        {"msg_id": 101, "scheduled": True},
        {"msg_id": 101, "ephemeral": True},
    ]
    here: Content = {"msg_id": 101, "peer": CHANNEL}
    answers = [told(f"Reply {place}.", reply=one) for place, one in enumerate(headers)]
    return [*answers, _within("Reply here.", here, 101)]


def _within(text: str, reply: Content, thread: int, **fields: Any) -> Content:
    """A reply that names its own chat."""
    return {**told(text, reply=reply, **fields), "thread_id": thread}
