# ruff: noqa: RUF001 -- the texts are in two languages
"""The discussion group @tinymilltalk: copies of all posts, comments, chatter."""

from __future__ import annotations

from tgsandbox.worlds import discussion
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import emoji, message, photo, service, size
from tgsandbox.worlds.tiny_media import CREATED
from tgsandbox.worlds.tiny_posts import CHANNEL, GONE, GROUP, OLD_MILLER, VERA, WEIR
from tgsandbox.worlds.views import glimpse

_TITLE = "Tiny Mill talk"
_GROUP_ALBUM = "13750000000000091"


def messages(posts: list[Content]) -> list[Content]:
    """The whole group; opens the comment sections of ``posts`` on the way."""
    talk = [service(1, CREATED, "channel_create", {"title": _TITLE}, author=GROUP)]
    copies: dict[int, Content] = {}
    for post in posts:
        if post.get("kind") == "service":
            continue
        album = _GROUP_ALBUM if "grouped_id" in post else ""
        copies[post["id"]] = discussion.automatic_copy(post, len(talk) + 1, CHANNEL, album)
        talk.append(copies[post["id"]])
    talk += _comments(len(talk) + 1, copies)
    for post in posts:
        if post["id"] in copies and _carries_comments(post):
            root = copies[post["id"]]["id"]
            answers = [one["author"] for one in talk if one.get("thread_id") == root]
            discussion.comment_counts(post, copies[post["id"]], GROUP, answers)
    return talk


def _carries_comments(post: Content) -> bool:
    """Of an album only the first item does."""
    return "grouped_id" not in post or bool(post.get("text"))


def _comments(first: int, copies: dict[int, Content]) -> list[Content]:
    morning, album, weir = (copies[post]["id"] for post in (4, 5, 9))
    after = max(copy["date"] for copy in copies.values())
    pond = photo(
        7201,
        after + 400,
        [size("m", 320, 240, 19_201), size("x", 800, 600, 61_201)],
        stripped=glimpse(7201, 800, 600),
    )
    told: list[tuple[int, str, Content | None, Content]] = [
        (OLD_MILLER, "I took this one from the footbridge.", {"msg_id": morning}, {}),
        (VERA, "Красиво! А туман откуда?", {"msg_id": first, "top_id": morning}, {}),
        (OLD_MILLER, "С омута, вода теплее воздуха.", {"msg_id": first + 1, "top_id": morning}, {}),
        (GONE, "Was there last summer.", {"msg_id": morning}, {}),
        (CHANNEL, "Thank you all.", {"msg_id": morning}, {}),
        (VERA, "", {"msg_id": album}, {"media": pond}),
        (GROUP, "Written by an admin.", {"msg_id": album}, {"signature": "keeper of keys"}),
        (WEIR, "It has gone down again.", {"msg_id": weir}, {}),
        (VERA, "Слава богу.", {"msg_id": first + 7, "top_id": weir}, {}),
        (OLD_MILLER, "Anyone for tea on Sunday?", None, {}),
        (VERA, "Я приду с пирогом 🥧", {"msg_id": first + 9}, {}),
    ]
    comments = [
        message(first + place, after + 60 * (place + 1), text, author=author, reply=reply, **more)
        for place, (author, text, reply, more) in enumerate(told)
    ]
    comments[0]["reactions"] = [emoji("❤", 2)]
    comments[0]["recent_reactions"] = [
        {"author": VERA, "date": after + 90, "type": "emoji", "emoji": "❤"},
        {"author": GONE, "date": after + 95, "type": "emoji", "emoji": "❤"},
    ]
    last = first + len(told)
    joined = {"users": [GONE]}
    return [*comments, service(last, after + 900, "chat_add_user", joined, author=OLD_MILLER)]
