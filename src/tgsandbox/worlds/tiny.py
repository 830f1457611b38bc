# ruff: noqa: RUF001 -- the texts are in two languages
"""The world ``tiny``: one of each thing, for tests that take no time.

| what | username | marked id | |
| --- | --- | --- | --- |
| channel | tinymill | -1001000000101 | ids 1..20, 10 is deleted; an album of three is 5..7 |
| its discussion group | tinymilltalk | -1001000000102 | copies of all posts, 9 comments, chatter |
| private channel | | -1001000000103 | the account is not a member |
| empty channel | emptymill | -1001000000104 | no message at all |
| by invite | | -1001000000105 | joined, hash ``JoinedMill000001`` |
| by invite | | -1001000000106 | not joined, hash ``StrangerMill0001`` |
| user | old_miller | 500001 | |
| the account itself | sandbox_reader | 424242 | |

The document of post 11 lies in data centre 4, everything else in the home one, 2.
"""

from __future__ import annotations

from tgsandbox.worlds import discussion, tiny_posts, tiny_talk
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.tiny_files import add_files
from tgsandbox.worlds.tiny_media import CREATED
from tgsandbox.worlds.tiny_posts import CHANNEL, GROUP

PRIVATE = -1001000000103
EMPTY = -1001000000104
INVITED = -1001000000105
UNINVITED = -1001000000106
JOINED_HASH = "JoinedMill000001"
STRANGER_HASH = "StrangerMill0001"

ME: Content = {"id": 424242, "kind": "user", "name": "Sandbox Reader", "username": "sandbox_reader"}
_PEERS: list[Content] = [
    {
        "id": tiny_posts.OLD_MILLER,
        "kind": "user",
        "name": "Old Miller",
        "username": "old_miller",
        "photo": "7100",
    },
    {"id": tiny_posts.VERA, "kind": "user", "name": "Вера Запрудина", "premium": True},
    {"id": tiny_posts.GONE, "kind": "user", "deleted": True},
    {"id": tiny_posts.BOT, "kind": "user", "name": "Gauge", "username": "gauge_bot", "bot": True},
    {
        "id": tiny_posts.WEIR,
        "kind": "channel",
        "name": "The Weir Keeper",
        "username": "weirkeeper",
        "verified": True,
    },
]


def build(seed: int) -> MemoryWorld:
    """The world; the seed only changes access hashes and references."""
    world = MemoryWorld(name="tiny", seed=seed, me=ME)
    world.add_peers(_PEERS)
    posts = tiny_posts.posts()
    talk = tiny_talk.messages(posts)
    world.add_chat(_channel(), posts)
    group = world.add_chat(_group(), talk)
    group.roots = discussion.roots_of(CHANNEL, talk)
    _add_others(world)
    add_files(world, [*posts, *talk])
    return world


def _channel() -> Content:
    return {
        "id": CHANNEL,
        "kind": "channel",
        "title": "Tiny Mill · Мельничка",
        "username": "tinymill",
        "description": "A small mill on a small river. Маленькая мельница на маленькой реке.",
        "created": CREATED,
        "subscribers": 37,
        "linked_chat_id": GROUP,
        "photo": "7101",
    }


def _group() -> Content:
    return {
        "id": GROUP,
        "kind": "supergroup",
        "title": "Tiny Mill talk",
        "username": "tinymilltalk",
        "created": CREATED,
        "subscribers": 12,
        "linked_chat_id": CHANNEL,
    }


def _add_others(world: MemoryWorld) -> None:
    world.add_chat(
        {"id": PRIVATE, "kind": "channel", "title": "Closed Weir", "created": CREATED},
        tiny_posts.welcome("Closed Weir"),
        joined=False,
        private=True,
    )
    world.add_chat(
        {
            "id": EMPTY,
            "kind": "channel",
            "title": "Empty Mill",
            "username": "emptymill",
            "created": CREATED,
            "subscribers": 1,
        },
        joined=False,
    )
    world.add_chat(
        {"id": INVITED, "kind": "channel", "title": "Mill Friends", "created": CREATED},
        tiny_posts.welcome("Mill Friends"),
        private=True,
        invite_hash=JOINED_HASH,
    )
    world.add_chat(
        {"id": UNINVITED, "kind": "channel", "title": "Mill Strangers", "created": CREATED},
        tiny_posts.welcome("Mill Strangers"),
        joined=False,
        private=True,
        invite_hash=STRANGER_HASH,
    )
