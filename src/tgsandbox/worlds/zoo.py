"""The world ``zoo``: every kind of thing that a channel or a group can hold, one of each.

| what | username | marked id | ids |
| --- | --- | --- | --- |
| channel | zoomill | -1001100000001 | by kind, see `BLOCKS` |
| its group | zoomilltalk | -1001100000002 | 11 copies, 21 comments, 101 actions, 201 odd |
| a forum | zoomillforum | -1001100000003 | 2 to 4 topics, 21 talk, 41 changes of topics |

`odd_ids` names the messages that are odd on the wire and what is to become of them;
the people and chats are in `tgsandbox.worlds.zoo_parts`.
"""

from __future__ import annotations

from collections.abc import Callable

from tgsandbox.worlds import (
    discussion,
    odd,
    zoo_actions,
    zoo_buttons,
    zoo_data,
    zoo_headers,
    zoo_hostile,
    zoo_media,
    zoo_odd,
    zoo_polls,
    zoo_rich,
    zoo_talk,
    zoo_texts,
)
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.zoo_files import add_files
from tgsandbox.worlds.zoo_parts import (
    CHANNEL,
    CREATED,
    FORUM,
    GROUP,
    ME,
    PEERS,
    done,
    numbered,
    posted,
)

__all__ = ["BLOCKS", "CHANNEL", "FORUM", "GROUP", "build", "odd_ids"]

#: First id in the channel -> what stands from there on; the ids between blocks never were.
BLOCKS: dict[int, Callable[[], list[Content]]] = {
    101: zoo_media.messages,
    201: zoo_data.messages,
    301: zoo_polls.messages,
    401: zoo_texts.messages,
    451: zoo_hostile.messages,
    531: zoo_buttons.messages,
    551: zoo_headers.messages,
    631: zoo_actions.of_channel,
    681: zoo_rich.messages,
    701: zoo_odd.messages,
}
_ODD_TALK = 201


def build(seed: int) -> MemoryWorld:
    """The world; the seed only changes access hashes and references."""
    world = MemoryWorld(name="zoo", seed=seed, me=ME)
    world.add_peers(PEERS)
    posts = _posts()
    talk = [*zoo_talk.talk(posts), *numbered(_ODD_TALK, zoo_odd.of_group())]
    topics = zoo_talk.forum()
    world.add_chat(_chat(CHANNEL, "channel", "Zoo at the Mill", "zoomill", GROUP), posts)
    group = world.add_chat(_chat(GROUP, "supergroup", "Zoo talk", "zoomilltalk", CHANNEL), talk)
    group.roots = discussion.roots_of(CHANNEL, talk)
    forum = world.add_chat(_chat(FORUM, "supergroup", "Zoo forum", "zoomillforum"), topics)
    forum.forum = True
    add_files(world, [*posts, *talk, *topics])
    return world


def odd_ids() -> dict[tuple[int, int], str]:
    """(chat, message id) -> `odd.STORED`, `odd.PARTIAL`, `odd.RECORDED` or `odd.ABSENT`."""
    world = build(1)
    return {
        (marked, content["id"]): odd.verdict(content)
        for marked, chat in world.chats.items()
        for content in (chat.history.at(index) for index in range(len(chat.history)))
        if "odd" in content
    }


def _posts() -> list[Content]:
    blocks = [
        message
        for first, messages in BLOCKS.items()
        for message in numbered(first, posted(messages()))
    ]
    create = done("channel_create", {"title": "Zoo at the Mill"})
    return [*numbered(1, posted([create])), *blocks]


def _chat(marked: int, kind: str, title: str, username: str, linked: int | None = None) -> Content:
    content: Content = {
        "id": marked,
        "kind": kind,
        "title": title,
        "username": username,
        "description": "One of each. Всё по одному.",
        "created": CREATED,
        "subscribers": 29,
    }
    return {**content, "linked_chat_id": linked} if linked else content
