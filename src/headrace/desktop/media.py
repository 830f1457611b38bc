"""Media of an export: which kind a message carries, and those that are data without a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headrace.desktop.decoding import decode_or_none
from headrace.desktop.files import read_document, read_photo
from headrace.desktop.text import read_text, styled
from headrace.desktop.values import count, filled, integer, moment, number, plain, text_of
from headrace.model.media import Media, OtherMedia, Poll, PollAnswer, TodoItem, TodoList
from headrace.model.values import PeerId

Raw = dict[str, Any]


def read_media(raw: Raw, chat_id: PeerId, message_id: int) -> Media | None:
    """What a message carries; none for nothing."""
    if "photo" in raw:
        return read_photo(raw, chat_id, message_id)
    if "file" in raw:
        return read_document(raw, chat_id, message_id)
    for key, read in _KINDS.items():
        if key in raw:
            return read(raw)
    return None


def media_keys(raw: Raw) -> frozenset[str]:
    """The keys of a message that ``read_media`` has read, beside those of a file."""
    found = next((key for key in _KINDS if key in raw), None)
    return _KEYS[found] if found and not ("photo" in raw or "file" in raw) else frozenset()


def _poll(raw: Raw) -> Media | None:
    poll = _object(raw["poll"])
    answers = [one for one in _list(poll.get("answers")) if isinstance(one, dict)]
    return Poll(
        id="",
        question=styled(poll.get("question")),
        answers=tuple(_answer(place, one) for place, one in enumerate(answers)),
        closed=poll.get("closed") is True,
        total_voters=_known_count(poll.get("total_voters")),
    )


def _answer(place: int, raw: Raw) -> PollAnswer:
    """An export does not have the option; the answer's place stands for it."""
    text, entities = read_text(raw.get("text"))
    return PollAnswer(
        option=str(place).encode(),
        text=text,
        entities=entities,
        voters=_known_count(raw.get("voters")),
        chosen=raw.get("chosen") is True,
    )


def _todo(raw: Raw) -> Media | None:
    todo = _object(raw["todo_list"])
    items = [one for one in _list(todo.get("answers")) if isinstance(one, dict)]
    return TodoList(
        title=styled(todo.get("title")),
        items=tuple(_item(one) for one in items),
        others_can_append=todo.get("others_can_append") is True,
        others_can_complete=todo.get("others_can_complete") is True,
    )


def _item(raw: Raw) -> TodoItem:
    text, entities = read_text(raw.get("text"))
    return TodoItem(id=count(raw.get("id")), text=text, entities=entities)


def _contact(raw: Raw) -> Media | None:
    contact = _object(raw["contact_information"])
    names = ("phone_number", "first_name", "last_name")
    return OtherMedia(
        type="contact", data=filled(**{name: text_of(contact.get(name)) for name in names})
    )


def _geo(raw: Raw) -> Media | None:
    period = count(raw.get("live_location_period_seconds"))
    data = filled(geo=_point(raw), period=period or None)
    return OtherMedia(type="geo_live" if period else "geo", data=data)


def _venue(raw: Raw) -> Media | None:
    return OtherMedia(
        type="venue",
        data=filled(
            geo=_point(raw),
            title=text_of(raw.get("place_name")),
            address=text_of(raw.get("address")),
        ),
    )


def _point(raw: Raw) -> Raw:
    place = _object(raw.get("location_information"))
    longitude, latitude = number(place.get("longitude")), number(place.get("latitude"))
    if longitude is None or latitude is None:
        return {"_": "geo_point_empty"}
    return {"_": "geo_point", "long": longitude, "lat": latitude}


def _game(raw: Raw) -> Media | None:
    title, said = text_of(raw.get("game_title")), text_of(raw.get("game_description"))
    game = {"_": "game", **filled(title=title, description=said)}
    return OtherMedia(
        type="game", data={"game": game, **filled(link=text_of(raw.get("game_link")))}
    )


def _invoice(raw: Raw) -> Media | None:
    """The fields come as a text that is JSON once more."""
    invoice = once_more(raw["invoice_information"])
    if not isinstance(invoice, dict):
        return OtherMedia(type="invoice", data=filled(description=text_of(invoice)))
    return OtherMedia(
        type="invoice",
        data=filled(
            title=text_of(invoice.get("title")),
            description=text_of(invoice.get("description")),
            currency=text_of(invoice.get("currency")),
            total_amount=plain(integer(invoice.get("amount"))),
            receipt_msg_id=count(invoice.get("receipt_message_id")) or None,
        ),
    )


def _giveaway(raw: Raw) -> Media | None:
    return OtherMedia(type="giveaway", data=_renamed(raw["giveaway_information"], _GIVEAWAY))


def _giveaway_results(raw: Raw) -> Media | None:
    data = _renamed(raw["giveaway_results"], _RESULTS)
    return OtherMedia(type="giveaway_results", data=data)


def _paid(raw: Raw) -> Media | None:
    stars = count(raw["paid_stars_amount"])
    return OtherMedia(type="paid_media", data=filled(stars_amount=plain(stars) or None))


def once_more(value: Any) -> Any:
    """A value that Telegram Desktop has made JSON of twice; itself where it has not."""
    if not isinstance(value, str):
        return value
    found = decode_or_none(value.encode("utf-8", "replace"))
    return value if found is None else found


def _renamed(value: Any, names: dict[str, str]) -> Raw:
    fields = _object(value)
    found = {names.get(key, key): plain(one) for key, one in fields.items()}
    if "until_date" in found:
        found["until_date"] = moment(fields, "until_date")[0] or found["until_date"]
    return filled(**found)


def _object(value: Any) -> Raw:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _known_count(value: Any) -> int | None:
    return None if integer(value) is None else count(value)


_GIVEAWAY = {
    "countries": "countries_iso2",
    "additional_prize": "prize_description",
    "is_only_new_subscribers": "only_new_subscribers",
}
_RESULTS = {
    "channel": "channel_id",
    "launch_message_id": "launch_msg_id",
    "additional_prize": "prize_description",
    "is_refunded": "refunded",
    "is_only_new_subscribers": "only_new_subscribers",
}
#: The first of these keys tells the kind.
_KINDS: dict[str, Callable[[Raw], Media | None]] = {
    "poll": _poll,
    "todo_list": _todo,
    "contact_information": _contact,
    "place_name": _venue,
    "location_information": _geo,
    "game_title": _game,
    "game_link": _game,
    "invoice_information": _invoice,
    "giveaway_information": _giveaway,
    "giveaway_results": _giveaway_results,
    "paid_stars_amount": _paid,
}
_GAME_KEYS = frozenset(("game_title", "game_description", "game_link"))
_KEYS: dict[str, frozenset[str]] = {
    **{key: frozenset((key,)) for key in _KINDS},
    "contact_information": frozenset(
        ("contact_information", "contact_vcard", "contact_vcard_file_size")
    ),
    "place_name": frozenset(("place_name", "address", "location_information")),
    "location_information": frozenset(("location_information", "live_location_period_seconds")),
    "game_title": _GAME_KEYS,
    "game_link": _GAME_KEYS,
}
