"""Service messages about gifts, the deepest data that Telegram has."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.zoo_parts import (
    ANNA,
    BORIS,
    CHANNEL,
    ORIGIN,
    date,
    done,
    file,
    sticker,
    styled,
)


def gifts() -> list[Content]:
    """A plain gift and a unique one, both with everything."""
    given_one = plain()
    given: Content = {
        "gift": given_one,
        "saved": True,
        "can_upgrade": True,
        "message": styled("For you", {"type": "italic", "offset": 0, "length": 3}),
        "convert_stars": 40,
        "upgrade_stars": "9007199254740992",
        "from_id": ANNA,
        "peer": CHANNEL,
        "saved_id": "9007199254740993",
        "to_id": BORIS,
    }
    amount = {"_": "stars_amount", "amount": 777, "nanos": 1}
    rare: Content = {"gift": unique(), "upgrade": True, "saved": True, "from_id": BORIS}
    times = {"can_export_at": date(5), "can_transfer_at": date(6), "can_resell_at": date(7)}
    more = {"transfer_stars": 25, "peer": CHANNEL, "saved_id": 12, "resale_amount": amount}
    return [
        done("star_gift", given),
        done("star_gift", {"gift": {key: given_one[key] for key in _LEAST}, "name_hidden": True}),
        done("star_gift_unique", {**rare, **times, **more}),
    ]


def plain() -> Content:
    return {
        "_": "star_gift",
        "id": "5170145012310081615",
        "sticker": sticker(6101),
        "stars": 50,
        "convert_stars": 0,
        "limited": True,
        "sold_out": True,
        "availability_remains": 0,
        "availability_total": 1_000,
        "first_sale_date": date(1),
        "last_sale_date": date(2),
        "title": "Otter",
        "released_by": ORIGIN,
        "background": {
            "_": "star_gift_background",
            "center_color": 1,
            "edge_color": 2,
            "text_color": 0,
        },
    }


_LEAST = ("_", "id", "sticker", "stars", "convert_stars")


def unique() -> Content:
    details = {
        "_": "star_gift_attribute_original_details",
        "sender_id": ANNA,
        "recipient_id": CHANNEL,
        "date": date(3),
        "message": styled("To the mill"),
    }
    return {
        "_": "star_gift_unique",
        "id": "5170145012310081616",
        "gift_id": "5170145012310081615",
        "title": "Otter",
        "slug": "Otter-7",
        "num": 7,
        "attributes": [*_looks(), details],
        "availability_issued": 10,
        "availability_total": 100,
        "owner_id": ORIGIN,
        "resell_amount": [{"_": "stars_ton_amount", "amount": 5}],
        "peer_color": {"_": "peer_color", "color": 3},
    }


def _looks() -> list[Content]:
    rarity = {"_": "star_gift_attribute_rarity", "permille": 15}
    colours = {"center_color": 1, "edge_color": 2, "pattern_color": 3, "text_color": 4}
    return [
        {
            "_": "star_gift_attribute_model",
            "name": "Wet",
            "document": sticker(6102),
            "rarity": rarity,
        },
        {
            "_": "star_gift_attribute_pattern",
            "name": "Paw",
            "document": file(6103, "custom_emoji", "application/x-tgsticker", emoji="🐾"),
            "rarity": {"_": "star_gift_attribute_rarity_epic"},
        },
        {
            "_": "star_gift_attribute_backdrop",
            "name": "Pond",
            "backdrop_id": 0,
            **colours,
            "rarity": rarity,
        },
    ]
