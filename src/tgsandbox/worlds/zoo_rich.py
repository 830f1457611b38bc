"""Rich messages: every block and every rich text, and what previews say beside a page."""

from __future__ import annotations

from typing import Any

from tgsandbox.worlds import zoo_gifts
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.zoo_parts import ANNA, date, file, picture, told

_WRAPPING = (
    *("auto_email", "auto_phone", "auto_url", "bank_card", "bold", "bot_command", "cashtag"),
    *("fixed", "hashtag", "italic", "marked", "mention", "spoiler", "strike", "subscript"),
    *("superscript", "underline"),
)
_TITLES = (
    *("title", "subtitle", "header", "subheader", "kicker", "footer", "thinking"),
    *("heading1", "heading2", "heading3", "heading4", "heading5", "heading6", "paragraph"),
)


def messages() -> list[Content]:
    texts = {"_": "text_concat", "texts": [_plain("All: "), *_wrapped(), *_others()]}
    blocks = [*_simple(), *_quotes(), *_lists(), *_embedded(), *_tables()]
    return [
        _rich(_block("paragraph", text=texts)),
        _rich(*blocks, photos=[picture(111)], documents=[file(9001, "video", "video/mp4")]),
        _rich(_block("unsupported"), part=True, rtl=True),
        told("/gifts", media=_page()),
    ]


def _rich(*blocks: Content, **fields: Any) -> Content:
    return told(extra={"rich_message": {"_": "rich_message", "blocks": list(blocks), **fields}})


def _plain(text: str) -> Content:
    return {"_": "text_plain", "text": text}


def _text(kind: str, **fields: Any) -> Content:
    return {"_": f"text_{kind}", "text": _plain(kind), **fields}


def _block(kind: str, **fields: Any) -> Content:
    return {"_": f"page_block_{kind}", **fields}


def _caption(text: str = "Caption") -> Content:
    return {"_": "page_caption", "text": _plain(text), "credit": {"_": "text_empty"}}


def _wrapped() -> list[Content]:
    return [_text(kind) for kind in _WRAPPING]


def _others() -> list[Content]:
    url = {"_": "inline_button_type_url", "url": "https://zoo.example"}
    style = {"_": "rich_button_style", "bg_primary": True, "link": True}
    return [
        _text("anchor", name="here"),
        _text("url", url="https://zoo.example", webpage_id=0),
        _text("email", email="a@zoo.example"),
        _text("phone", phone="+79000000001"),
        _text("mention_name", user_id=ANNA),
        _text("date", date=date(3), relative=True),
        _text("diff", old_text=_plain("difference")),
        _text("button", type=url, style=style),
        {"_": "text_custom_emoji", "document_id": "5368324170671202286", "alt": "🐾"},
        {"_": "text_image", "document_id": 9001, "w": 20, "h": 20},
        {"_": "text_math", "source": "\\frac{1}{2}"},
        {"_": "text_empty"},
    ]


def _simple() -> list[Content]:
    return [
        *(_block(kind, text=_plain(kind)) for kind in _TITLES),
        _block("author_date", author=_plain("Anna"), published_date=date(4)),
        _block("preformatted", text=_plain("x = 1"), language="python"),
        _block("anchor", name="here"),
        _block("math", source="e^{i\\pi}"),
        _block("divider"),
    ]


def _quotes() -> list[Content]:
    words = {"text": _plain("Quote"), "caption": _plain("Anna")}
    inner = [_block("paragraph", text=_plain("Within"))]
    return [
        _block("blockquote", **words, collapsed=True),
        _block("blockquote_blocks", blocks=inner, caption=_plain("Anna")),
        _block("pullquote", **words),
        _block("details", blocks=inner, title=_plain("More"), open=True),
    ]


def _lists() -> list[Content]:
    inner = [_block("divider")]
    items = [
        {"_": "page_list_item_text", "text": _plain("One"), "checkbox": True, "checked": True},
        {"_": "page_list_item_blocks", "blocks": inner, "checkbox": True},
    ]
    ordered = [
        {"_": "page_list_ordered_item_text", "text": _plain("One"), "num": "I"},
        {"_": "page_list_ordered_item_blocks", "blocks": inner, "value": 0, "type": "a"},
    ]
    return [
        _block("list", items=items),
        _block("ordered_list", items=ordered, reversed=True, start=7, type="I"),
    ]


def _embedded() -> list[Content]:
    photo = _block("photo", photo_id=111, caption=_caption(), spoiler=True)
    video = _block("video", video_id=9001, caption=_caption(), autoplay=True, loop=True)
    geo = {"_": "geo_point", "lat": 59.5, "long": 30.25}
    copy = {"_": "inline_button_type_copy", "copy_text": "x"}
    button = {"_": "page_button", "text": _plain("Copy"), "type": copy}
    frame = {"html": "<iframe>", "poster_photo_id": 111, "w": 640, "h": 360}
    post = {"webpage_id": 1, "author_photo_id": 0, "author": "Anna", "date": date(5)}
    chat = {"_": "chat_forbidden", "id": 1_100_202, "title": "Closed Bench"}
    return [
        photo,
        video,
        _block("audio", audio_id=9001, caption=_caption()),
        _block("document", document_id=9001, caption=_caption()),
        _block("cover", cover=photo),
        _block("collage", items=[photo, video], caption=_caption()),
        _block("slideshow", items=[video, photo], caption=_caption("")),
        _block("map", geo=geo, zoom=12, w=600, h=300, caption=_caption()),
        _block("embed", caption=_caption(), full_width=True, **frame),
        _block("embed_post", url="https://zoo.example", blocks=[photo], caption=_caption(), **post),
        _block("button_row", buttons=[button], align_center=True),
        _block("channel", channel=chat),
    ]


def _tables() -> list[Content]:
    cells = [
        {"_": "page_table_cell", "header": True, "text": _plain("H"), "colspan": 2, "rowspan": 1},
        {"_": "page_table_cell", "align_right": True, "valign_bottom": True},
    ]
    row = {"_": "page_table_row", "cells": cells}
    article = {"_": "page_related_article", "url": "https://zoo.example/r", "webpage_id": 2}
    dated = {**article, "title": "R", "published_date": date(6), "photo_id": 111}
    return [
        _block("table", title=_plain("T"), rows=[row, row], bordered=True, compact=True),
        _block("related_articles", title=_plain("See"), articles=[article, dated]),
    ]


def _page() -> Content:
    """A preview with the attributes of gifts, themes and tones."""
    attributes = [
        {"_": "web_page_attribute_unique_star_gift", "gift": zoo_gifts.unique()},
        {"_": "web_page_attribute_star_gift_collection", "icons": [file(9002, "file", "a/b")]},
        {
            "_": "web_page_attribute_star_gift_auction",
            "gift": zoo_gifts.plain(),
            "end_date": date(7),
        },
        {"_": "web_page_attribute_ai_compose_tone", "emoji_id": "5368324170671202286"},
        {
            "_": "web_page_attribute_theme",
            "settings": {
                "_": "theme_settings",
                "base_theme": {"_": "base_theme_night"},
                "accent_color": 0,
                "message_colors": [1, 2],
            },
        },
    ]
    return {
        "kind": "web_page",
        "url": "https://zoo.example/gifts",
        "extra": {"attributes": attributes},
    }
