"""The discussion group of ``zoo`` and its forum: every author, comments, topics."""

from __future__ import annotations

from tgsandbox.worlds import discussion, zoo_actions
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import emoji
from tgsandbox.worlds.zoo_parts import (
    ANNA,
    BORIS,
    CHANNEL,
    EMPTY_USER,
    FORBIDDEN_CHANNEL,
    FORUM,
    GHOST,
    GROUP,
    HOSTILE_USER,
    MIN_CHANNEL,
    MIN_USER,
    ORIGIN,
    STRANGER,
    done,
    numbered,
    picture,
    sticker,
    styled,
    told,
)

_COPIED = (101, 105, 301, 310, 551)
_COPIES, _COMMENTS, _ACTIONS = 11, 21, 101
_TOPICS = (2, 3, 4)


def talk(posts: list[Content]) -> list[Content]:
    """The messages of the group; opens the comment section of the posts that have a copy."""
    by_id = {post["id"]: post for post in posts}
    copies = []
    for place, post_id in enumerate(_COPIED):
        copy = discussion.automatic_copy(by_id[post_id], _COPIES + place, CHANNEL)
        copy["date"] = numbered(_COPIES + place, [{}])[0]["date"]
        copies.append(copy)
    comments = numbered(_COMMENTS, _comments(_COPIES))
    for place, post_id in enumerate(_COPIED):
        thread = _COPIES + place
        authors = [one.get("author", 0) for one in comments if one.get("thread_id") == thread]
        discussion.comment_counts(
            by_id[post_id], copies[place], GROUP, [one for one in authors if one]
        )
    return [
        *numbered(1, zoo_actions.of_group()[:2]),
        *copies,
        *comments,
        *numbered(_ACTIONS, zoo_actions.of_group()[2:]),
    ]


def _comments(root: int) -> list[Content]:
    reply: Content = {"msg_id": root}
    deeper: Content = {"msg_id": _COMMENTS, "top_id": root}
    authors = (
        *(ANNA, BORIS, GHOST, CHANNEL, ORIGIN, MIN_USER, MIN_CHANNEL, EMPTY_USER, STRANGER),
        *(FORBIDDEN_CHANNEL, HOSTILE_USER),
    )
    quote = {**styled("A photo", {"type": "italic", "offset": 2, "length": 5}), "offset": 0}
    recent = [
        {"author": MIN_USER, "date": 1_735_700_000, "type": "emoji", "emoji": "❤"},
        {"author": ORIGIN, "date": 1_735_700_001, "type": "emoji", "emoji": "❤"},
    ]
    away: Content = {"msg_id": root, "peer": GROUP}
    return [
        *(told(f"Comment {place}.", author=one, reply=reply) for place, one in enumerate(authors)),
        told("By an admin.", author=GROUP, signature="warden", reply=reply),
        told("By nobody.", signature="warden", reply=reply),
        told("An answer.", author=ANNA, reply=deeper),
        told("A quote.", author=BORIS, reply={**reply, "quote": quote}),
        {**told("Seen from outside.", author=ANNA, reply=away), "thread_id": root},
        told(author=ANNA, media=sticker(7001), reply=deeper),
        told("Elsewhere.", author=ANNA, reply={"msg_id": 3, "peer": FORUM}),
        told("To a story.", author=BORIS, reply={"peer": ANNA, "story_id": 4}),
        told("Paid, boosted.", author=BORIS, stars=10, boosts=3, extra={"from_rank": "patron"}),
        told("Liked.", author=ANNA, reactions=[emoji("❤", 2)], recent_reactions=recent),
        told("A task is done.", author=BORIS, reply={"msg_id": root + 3, "todo_item": 7}),
        told("An option.", author=BORIS, reply={"msg_id": root + 2, "poll_option": "AQD/"}),
        told("After a root that is gone.", author=ANNA, reply={"msg_id": 19}),
        told("Chatter.", author=ANNA),
        told("Chatter about chatter.", author=BORIS, reply={"msg_id": 45}),
        told("Mentions me.", author=ANNA, mentioned=True, media_unread=True),
        told("Forwarded.", author=ANNA, forward={"from": MIN_USER, "date": 1_735_700_000}),
    ]


def forum() -> list[Content]:
    """Three topics and the General one, which names itself nowhere."""
    first, second, third = _TOPICS
    opened = numbered(first, [{"author": ANNA, **one} for one in zoo_actions.of_forum()])
    start: Content = {"msg_id": first, "forum_topic": True}
    within: Content = {"msg_id": 21, "top_id": first, "forum_topic": True}
    said = [
        told("In General.", author=ANNA),
        told("In the first.", author=ANNA, reply=start),
        told("An answer in it.", author=BORIS, reply={**within, "msg_id": 22}),
        told("In the second.", author=ORIGIN, reply={"msg_id": second, "forum_topic": True}),
        told(
            "A picture in it.", media=picture(160), author=ANNA, reply={**start, "msg_id": second}
        ),
        told("An answer in General.", author=BORIS, reply={"msg_id": 21}),
        told("A quote in it.", author=ANNA, reply={**within, "msg_id": 22, "quote": styled("In")}),
        told("A topic is gone.", author=ANNA, reply={"msg_id": 15, "forum_topic": True}),
    ]
    changes = [*zoo_actions.topic_changes(second), *zoo_actions.topic_changes(third)[1:2]]
    create = done("channel_create", {"title": "Zoo forum"}, author=ANNA)
    return [
        *numbered(1, [create]),
        *opened,
        *numbered(21, said),
        *numbered(41, [{"author": ANNA, **one} for one in changes]),
    ]
