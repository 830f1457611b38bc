# ruff: noqa: RUF001 -- the texts are in two languages
"""The world ``reference``: the channel of a water mill, with its discussion group.

| what | username | marked id | |
| --- | --- | --- | --- |
| channel | millrace | -1003000000001 | ids 1..501: one service message, 500 posts |
| discussion group | millracetalk | -1003000000002 | ids 1..5000 |
| the account itself | sandbox_reader | 424242 | member of both |

It is exactly the work of the reference workload. Channel: 100 photos (50.3 MB together, the
largest sizes of 230 to 825 kB) with ten albums of four among them, 40 reposts from five other
channels, reactions on 310 posts. Group: 500 automatic copies, 200 comments on 60 posts (43
nested, 6 written as the channel), 4,300 messages of chatter. A hundred users with portraits,
68 of them wrote comments. All files lie in the home data centre.

Pictures are drawn on first read and kept in the cache folder; `tgsandbox.worlds.prepare`
draws them all ahead.
"""

from __future__ import annotations

from tgsandbox.worlds import discussion, people
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.reference_files import CHANNEL_PHOTO, ReferenceFiles
from tgsandbox.worlds.reference_posts import CHANNEL, CREATED, GROUP, Posts
from tgsandbox.worlds.reference_talk import Talk

ME: Content = {"id": 424242, "kind": "user", "name": "Sandbox Reader", "username": "sandbox_reader"}


def build(seed: int) -> MemoryWorld:
    """The world of a seed; the counts above are the same in all."""
    world = MemoryWorld(name="reference", seed=seed, me=ME)
    users = people.people(seed)
    posts = Posts(seed)
    channel = posts.build()
    group = Talk(seed, channel, users).build()
    world.add_peers([*users, *people.ORIGINS])
    world.add_chat(_channel(), channel)
    chat = world.add_chat(_group(), group)
    chat.roots = discussion.roots_of(CHANNEL, group)
    world.find_files_with(ReferenceFiles(seed, posts.photos, world.locations))
    return world


def _channel() -> Content:
    return {
        "id": CHANNEL,
        "kind": "channel",
        "title": "The Mill Race · Мельничный лоток",
        "username": "millrace",
        "description": "Notes from a water mill: levels, flour, birds, repairs. "
        "Записки с водяной мельницы: уровни, мука, птицы, починка.",
        "created": CREATED,
        "subscribers": 3184,
        "linked_chat_id": GROUP,
        "photo": str(CHANNEL_PHOTO),
    }


def _group() -> Content:
    return {
        "id": GROUP,
        "kind": "supergroup",
        "title": "The Mill Race: talk · разговоры",
        "username": "millracetalk",
        "description": "Under the posts, and about everything else in the valley.",
        "created": CREATED + 600,
        "subscribers": 412,
        "linked_chat_id": CHANNEL,
    }
