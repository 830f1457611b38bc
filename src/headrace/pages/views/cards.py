"""Media that are data: places, contacts, dice, money, stories, and whatever comes tomorrow."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from headrace.model.media import OtherMedia
from headrace.pages.views.scene import Scene
from headrace.transform.visible import visible, visible_line

_HUNDRED = 100
_LONGEST = 4000
#: Currencies that count in whole units.
_WHOLE = frozenset(("XTR", "JPY", "KRW", "CLP", "VND", "ISK", "UGX"))
_DEGREES = 6


@dataclass(frozen=True, slots=True)
class CardView:
    """An icon, a title and lines; ``url`` opens what it is about."""

    shape: ClassVar[str] = "card"

    icon: str
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    url: str = ""
    action: str = ""
    #: Everything that Telegram says, for what this page does not know.
    raw: str = ""
    #: Views of media within.
    media: tuple[object, ...] = ()


Fields = Mapping[str, Any]


def card_view(scene: Scene, media: OtherMedia, parts: tuple[object, ...] = ()) -> CardView:
    """``parts``: views of the media within. An unknown kind says so, and shows its fields."""
    make = _MAKERS.get(media.type)
    if make is not None:
        try:
            return replace(make(scene, media.data), media=parts)
        except (TypeError, ValueError, AttributeError):
            pass  # fields of another layer: shown as they are
    title = scene.language.t("card.unknown", type=visible_line(media.type.replace("_", " ")))
    return CardView("❔", "", title, raw=dumped(media.data), media=parts)


def dumped(data: object) -> str:
    """Fields as they are kept, in no more than some thousand characters."""
    text = visible(json.dumps(data, ensure_ascii=False, indent=1, default=repr))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _contact(scene: Scene, data: Fields) -> CardView:
    name = f"{data.get('first_name', '')} {data.get('last_name', '')}"
    phone = visible_line(str(data.get("phone_number", "")))
    digits = "".join(character for character in phone if character in "0123456789+")
    url = f"tel:{digits}" if digits else ""
    lines = () if url else (phone,)
    return CardView("👤", scene.language.t("card.contact"), _line(name), lines, url, phone)


def _geo(scene: Scene, data: Fields) -> CardView:
    return _place(scene, data, scene.language.t("card.geo"), "")


def _geo_live(scene: Scene, data: Fields) -> CardView:
    return _place(scene, data, scene.language.t("card.geo_live"), "")


def _venue(scene: Scene, data: Fields) -> CardView:
    card = _place(scene, data, scene.language.t("card.venue"), _line(data.get("title")))
    return replace(card, lines=(_line(data.get("address")), *card.lines))


def _place(scene: Scene, data: Fields, kind: str, title: str) -> CardView:
    geo = data.get("geo") or {}
    if "lat" not in geo or "long" not in geo:
        return CardView("📍", kind, title or scene.language.t("card.nowhere"))
    lat, long = round(float(geo["lat"]), _DEGREES), round(float(geo["long"]), _DEGREES)
    url = f"https://www.openstreetmap.org/?mlat={lat}&mlon={long}#map=15/{lat}/{long}"
    where = f"{lat:.5f}, {long:.5f}"
    lines = (where,) if title else ()
    return CardView("📍", kind, title or where, lines, url, scene.language.t("card.open_map"))


def _dice(scene: Scene, data: Fields) -> CardView:
    face = visible_line(str(data.get("emoticon") or "🎲"))
    value = scene.language.number(int(data.get("value", 0)))
    return CardView(face, "", scene.language.t("card.dice", value=value))


def _game(scene: Scene, data: Fields) -> CardView:
    game = data.get("game") or {}
    kind = scene.language.t("card.game")
    return CardView("🎮", kind, _line(game.get("title")), (_line(game.get("description")),))


def _invoice(scene: Scene, data: Fields) -> CardView:
    price = money(scene, data.get("total_amount", 0), str(data.get("currency", "")))
    lines = (_line(data.get("description")), price)
    kind = scene.language.t("card.invoice_test" if data.get("test") else "card.invoice")
    return CardView("🧾", kind, _line(data.get("title")), lines)


def money(scene: Scene, amount: object, currency: str) -> str:
    """Telegram counts in the smallest unit; stars are ``XTR``."""
    whole = int(amount)  # type: ignore[call-overload]
    if currency == "XTR":
        return scene.language.t("card.stars", whole)
    told = str(whole) if currency in _WHOLE else f"{whole / _HUNDRED:.2f}"
    return f"{told} {visible_line(currency)}"


def _paid_media(scene: Scene, data: Fields) -> CardView:
    items = len(data.get("extended_media") or ())
    price = scene.language.t("card.stars", int(data.get("stars_amount", 0)))
    return CardView("⭐", scene.language.t("card.paid_media"), price, (_items(scene, items),))


def _items(scene: Scene, count: int) -> str:
    return scene.language.t("card.items", count)


def _story(scene: Scene, data: Fields) -> CardView:
    peer = data.get("peer")
    who = scene.peer(peer).name if isinstance(peer, int) else ""
    story = data.get("story") or {}
    caption = _line(story.get("caption"))
    gone = story.get("_") in ("story_item_deleted", "story_item_skipped") or not story
    lines = (caption or (scene.language.t("card.story_gone") if gone else ""),)
    return CardView("📖", scene.language.t("card.story"), who, lines)


def _stream(scene: Scene, _: Fields) -> CardView:
    return CardView("📡", "", scene.language.t("card.video_stream"))


def _giveaway(scene: Scene, data: Fields) -> CardView:
    t = scene.language.t
    prizes = t("card.prizes", int(data.get("quantity", 0)))
    what = _prize(scene, data)
    until = data.get("until_date")
    end = t("card.until", when=scene.language.moment(int(until))) if until else ""
    extra = _line(data.get("prize_description"))
    return CardView("🎁", t("card.giveaway"), prizes, tuple(filter(None, (what, extra, end))))


def _results(scene: Scene, data: Fields) -> CardView:
    t = scene.language.t
    winners = [scene.peer(one).name for one in data.get("winners") or () if isinstance(one, int)]
    title = t("card.winners", int(data.get("winners_count", 0)))
    lines = [", ".join(winners), _prize(scene, data)]
    lines += [t("card.refunded")] if data.get("refunded") else []
    kind = t("card.giveaway_results")
    return CardView("🏆", kind, title, tuple(filter(None, lines)))


def _prize(scene: Scene, data: Fields) -> str:
    if data.get("stars"):
        return scene.language.t("card.stars", int(data["stars"]))
    return scene.language.t("card.months", int(data["months"])) if data.get("months") else ""


def _line(text: object) -> str:
    return visible_line(str(text or "")).strip()


_MAKERS: dict[str, Callable[[Scene, Fields], CardView]] = {
    "contact": _contact,
    "geo": _geo,
    "geo_live": _geo_live,
    "venue": _venue,
    "dice": _dice,
    "game": _game,
    "invoice": _invoice,
    "paid_media": _paid_media,
    "story": _story,
    "video_stream": _stream,
    "giveaway": _giveaway,
    "giveaway_results": _results,
}
