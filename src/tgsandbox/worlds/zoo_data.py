"""Media that are data: places, contacts, games, money, stories, giveaways."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.ids import bare_id
from tgsandbox.worlds.zoo_parts import (
    ANNA,
    BORIS,
    CHANNEL,
    MIN_CHANNEL,
    ORIGIN,
    STRANGER,
    date,
    encoded,
    file,
    other,
    picture,
    told,
)

_GEO: Content = {"_": "geo_point", "lat": 59.938951, "long": 30.315635}
_FAR: Content = {"_": "geo_point", "lat": -0.5, "long": -179.999999, "accuracy_radius": 1_500}
_WHOLE: Content = {"_": "geo_point", "lat": 60, "long": 0}
_NOWHERE: Content = {"_": "geo_point_empty"}


def messages() -> list[Content]:
    return [*_places(), *_games(), *_money(), *_stories(), *_giveaways()]


def _places() -> list[Content]:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Анна\r\nEND:VCARD"
    name = {"phone_number": "+79000000001", "first_name": "Анна", "last_name": "Otter"}
    venue = {"title": "The Pond", "address": "1 Race Lane", "provider": "foursquare"}
    ids = {"venue_id": "4bf58dd8d48988d163941735", "venue_type": "parks_outdoors/pond"}
    return [
        told(media=other("contact", **name, vcard=card, user_id=ANNA)),
        told(media=other("contact", phone_number="112", first_name="Nobody", user_id=0)),
        told(media=other("geo", geo=_GEO)),
        told(media=other("geo", geo=_NOWHERE)),
        told(media=other("geo_live", geo=_FAR, period=900)),
        told(
            media=other(
                "geo_live",
                geo=_WHOLE,
                period=2**31 - 1,
                heading=0,
                proximity_notification_radius=50,
            )
        ),
        told(media=other("venue", geo=_GEO, **venue, **ids)),
    ]


def _games() -> list[Content]:
    game: Content = {"_": "game", "id": "8234567890123456789", "short_name": "otter_run"}
    words = {"title": "Otter Run", "description": "Run."}
    stake = {
        "_": "emoji_game_outcome",
        "seed": encoded(b"seed"),
        "stake_ton_amount": 1_000,
        "ton_amount": 0,
    }
    return [
        told(media=other("dice", value=6, emoticon="🎲")),
        told(media=other("dice", value=0, emoticon="🎰")),
        told(media=other("dice", value=64, emoticon="🎰", game_outcome=stake)),
        told(media=other("game", game={**game, **words, "photo": picture(120)})),
        told(
            media=other(
                "game",
                game={
                    **game,
                    **words,
                    "photo": {"_": "photo_empty", "id": 0},
                    "document": file(3101, "animation", "video/mp4", duration=1),
                },
            )
        ),
    ]


def _money() -> list[Content]:
    words = {"title": "Ticket", "description": "For two.", "start_param": "t2"}
    price = {"currency": "USD", "total_amount": 1_250}
    web = {
        "_": "web_document",
        "url": "https://zoo.example/t.jpg",
        "size": 40_000,
        "mime_type": "image/jpeg",
    }
    shape = {"_": "document_attribute_image_size", "w": 640, "h": 480}
    plain = {
        "_": "web_document_no_proxy",
        **{key: web[key] for key in ("url", "size", "mime_type")},
    }
    bought = {"_": "message_extended_media", "media": {**picture(121), "spoiler": True}}
    thumb = {"_": "photo_stripped_size", "type": "i", "bytes": encoded(b"\x01\x28\x28abc")}
    preview = {"_": "message_extended_media_preview", "w": 640, "h": 480, "thumb": thumb}
    clip = {"_": "message_extended_media_preview", "w": 320, "h": 240, "video_duration": 12}
    return [
        told(
            media=other(
                "invoice", **words, **price, photo={**web, "attributes": [shape]}, test=True
            )
        ),
        told(
            media=other("invoice", **words, **price, photo=plain, shipping_address_requested=True)
        ),
        told(media=other("invoice", **words, currency="XTR", total_amount=50, receipt_msg_id=17)),
        told(media=other("invoice", **words, **price, extended_media=preview)),
        told(media=other("invoice", **words, **price, extended_media=bought)),
        told(media=other("paid_media", stars_amount=75, extended_media=[preview, clip])),
        told(media=other("paid_media", stars_amount=75, extended_media=[bought, clip])),
    ]


def _stories() -> list[Content]:
    item = _story()
    live = other(
        "video_stream",
        call={"_": "input_group_call", "id": "7700000000000000001"},
        rtmp_stream=True,
    )
    skipped = {"_": "story_item_skipped", "id": 13, "date": date(2), "expire_date": date(1442)}
    streamed = {**skipped, "_": "story_item", "id": 15, "media": live}
    lost = {**skipped, "_": "story_item", "id": 16, "media": {"_": "message_media_unsupported"}}
    return [
        told(media=other("story", peer=ORIGIN, id=12, story=item)),
        told(media=other("story", peer=ANNA, id=13, story=skipped, via_mention=True)),
        told(
            media=other(
                "story", peer=MIN_CHANNEL, id=14, story={"_": "story_item_deleted", "id": 14}
            )
        ),
        told(media=other("story", peer=STRANGER, id=99)),
        told(media=other("story", peer=ORIGIN, id=15, story=streamed)),
        told(media=other("story", peer=ORIGIN, id=16, story=lost)),
        told(media=live),
    ]


def _story() -> Content:
    spot = {"_": "media_area_coordinates", "x": 12.5, "y": 50, "w": 25, "h": 10.25, "rotation": 0}
    areas = [
        {"_": "media_area_url", "coordinates": spot, "url": "https://zoo.example/s"},
        {"_": "media_area_venue", "coordinates": spot, "geo": _GEO, "title": "Pond"},
        {
            "_": "media_area_channel_post",
            "coordinates": spot,
            "channel_id": bare_id(ORIGIN),
            "msg_id": 3,
        },
    ]
    views = {"_": "story_views", "views_count": 41, "forwards_count": 0, "reactions_count": 2}
    return {
        "_": "story_item",
        "id": 12,
        "date": date(1),
        "expire_date": date(1441),
        "media": picture(122),
        "caption": "Day of the otter",
        "entities": [{"type": "bold", "offset": 11, "length": 5}],
        "media_areas": areas,
        "privacy": [{"_": "privacy_value_allow_all"}],
        "views": views,
        "from_id": BORIS,
        "fwd_from": {"_": "story_fwd_header", "from": ANNA, "story_id": 4, "modified": True},
        "sent_reaction": {"_": "reaction_emoji", "emoticon": "❤"},
        "pinned": True,
        "public": True,
        "albums": [1, 2],
    }


def _giveaways() -> list[Content]:
    channels = [bare_id(CHANNEL), bare_id(ORIGIN)]
    terms: Content = {"channels": channels, "quantity": 10, "until_date": date(10_000)}
    outcome: Content = {
        "channel_id": bare_id(CHANNEL),
        "launch_msg_id": 227,
        "winners_count": 3,
        "unclaimed_count": 0,
        "winners": [ANNA, BORIS, STRANGER],
        "until_date": date(10_000),
    }
    fair = {
        "only_new_subscribers": True,
        "winners_are_visible": True,
        "countries_iso2": ["DE", "KZ"],
    }
    return [
        told(media=other("giveaway", **terms, **fair, months=6, prize_description="A ticket")),
        told(media=other("giveaway", **terms, stars=5_000)),
        told(media=other("giveaway_results", **outcome, months=6, additional_peers_count=1)),
        told(
            media=other("giveaway_results", **{**outcome, "winners": []}, refunded=True, stars=10)
        ),
    ]
