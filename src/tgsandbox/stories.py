"""Stories: random histories of a world as lists of changes, the same for the same seed.

A story is made by living it on a world of its own, so that every id in it is right; played on
another world of the same spec and seed (`Changes.apply`, ``POST /world``) it leads to the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tgsandbox.changes import Change, Changes
from tgsandbox.clock import Clock
from tgsandbox.errors import SandboxError
from tgsandbox.server import opened_world
from tgsandbox.worlds.base import Chat, Content, World

_RECENT = 60
_SHORTEST, _LONGEST = 5, 5_000
_EMOJI = ("❤", "👍", "🔥")


def story(spec: str, count: int, *, seed: int = 1, world_seed: int = 1) -> list[Change]:
    """``count`` changes of the first channel with a discussion group, each with its ``at``."""
    world = opened_world(spec, world_seed)
    return _Life(world, random.Random(f"story {seed}")).live(count)


class _Life:
    """Makes one change after another, and carries it out to know the next one's ids."""

    def __init__(self, world: World, source: random.Random) -> None:
        self._random = source
        self._changes = Changes(world, Clock())
        self._channel, self._group = _pair(world)
        self._users = sorted(
            one["id"] for one in world.all_peers() if one["kind"] == "user" and "name" in one
        )
        self._at = max(_last_date(self._channel), _last_date(self._group))
        self._said = 0
        self._kinds: dict[Callable[[], Change | None], int] = {
            self._post: 6,
            self._comment: 12,
            self._answer: 8,
            self._chatter: 4,
            self._edit_post: 5,
            self._edit_comment: 4,
            self._replace: 2,
            self._delete_post: 2,
            self._delete_comment: 4,
            self._delete_root: 1,
            self._react: 5,
            self._views: 5,
            self._rename: 1,
        }

    def live(self, count: int) -> list[Change]:
        lived: list[Change] = []
        kinds, weights = list(self._kinds), list(self._kinds.values())
        while len(lived) < count:
            change = self._random.choices(kinds, weights)[0]()
            if change is None:
                continue
            self._at += self._random.randint(_SHORTEST, _LONGEST)
            change = {"chat": self._channel.content["id"], **change, "at": self._at}
            self._changes.apply(change)
            lived.append(change)
        return lived

    def _post(self) -> Change:
        return {"verb": "post", "text": self._words()}

    def _comment(self) -> Change | None:
        post = self._any(self._channel, lambda one: self._is_open(one["id"], one))
        if post is None:
            return None
        said = {"text": self._words(), "author": self._random.choice(self._users)}
        return {"verb": "comment", "post": post["id"], **said}

    def _answer(self) -> Change | None:
        posts = {copy: post for post, copy in self._group.roots.items()}
        parent = self._any(self._group, lambda one: one.get("thread_id") in posts)
        post = posts[parent["thread_id"]] if parent else 0
        if parent is None or not self._is_open(post, self._channel.history.get(post) or {}):
            return None
        said = {"text": self._words(), "author": self._random.choice(self._users)}
        return {"verb": "comment", "post": post, "parent": parent["id"], **said}

    def _chatter(self) -> Change:
        author = self._random.choice(self._users)
        return self._here({"verb": "post", "text": self._words(), "message": {"author": author}})

    def _edit_post(self) -> Change | None:
        post = self._any(self._channel, _has_text)
        return post and {"verb": "edit", "id": post["id"], "text": self._words()}

    def _edit_comment(self) -> Change | None:
        comment = self._any(self._group, lambda one: _has_text(one) and "thread_id" in one)
        if comment is None:
            return None
        return self._here({"verb": "edit", "id": comment["id"], "text": self._words()})

    def _replace(self) -> Change | None:
        post = self._any(self._channel, lambda one: "file" in one.get("media", {}))
        return post and {"verb": "replace_file", "id": post["id"]}

    def _delete_post(self) -> Change | None:
        post = self._any(self._channel, _is_plain)
        return post and {"verb": "delete", "ids": [post["id"]]}

    def _delete_comment(self) -> Change | None:
        comment = self._any(self._group, lambda one: "thread_id" in one)
        return comment and self._here({"verb": "delete", "ids": [comment["id"]]})

    def _delete_root(self) -> Change | None:
        copies = set(self._group.roots.values())
        root = self._any(self._group, lambda one: one["id"] in copies)
        return root and self._here({"verb": "delete", "ids": [root["id"]]})

    def _react(self) -> Change | None:
        post = self._any(self._channel, _is_plain)
        emoji = self._random.choice(_EMOJI)
        return post and {"verb": "react", "id": post["id"], "emoji": emoji}

    def _views(self) -> Change | None:
        post = self._any(self._channel, lambda one: "views" in one)
        return post and {
            "verb": "views",
            "id": post["id"],
            "views": post["views"] + self._random.randint(1, 50),
        }

    def _rename(self) -> Change:
        return {"verb": "rename", "subscribers": self._random.randint(10, 10_000)}

    def _here(self, change: Change) -> Change:
        """The same in the group."""
        return {**change, "chat": self._group.content["id"]}

    def _words(self) -> str:
        self._said += 1
        return f"Said as number {self._said}, {self._random.randrange(10**6):06}."

    def _is_open(self, post: int, content: Content) -> bool:
        return (
            post in self._group.roots
            and content.get("replies", {}).get("chat") == (self._group.content["id"])
        )

    def _any(self, chat: Chat, fits: Callable[[Content], Any]) -> Content | None:
        """One of the newest messages, if there is one that fits."""
        history = chat.history
        newest = (history.at(one) for one in range(max(0, len(history) - _RECENT), len(history)))
        fitting = [one for one in newest if fits(one)]
        return self._random.choice(fitting) if fitting else None


def _is_plain(content: Content) -> bool:
    return content.get("kind") != "service" and "odd" not in content


def _has_text(content: Content) -> bool:
    return _is_plain(content) and bool(content.get("text")) and not content.get("entities")


def _last_date(chat: Chat) -> int:
    history = chat.history
    return int(history.at(len(history) - 1)["date"]) if len(history) else 0


def _pair(world: World) -> tuple[Chat, Chat]:
    for chat in world.chats.values():
        group = world.chats.get(chat.content.get("linked_chat_id", 0))
        if chat.content["kind"] == "channel" and group is not None:
            return chat, group
    raise SandboxError(f"The world {world.name} has no channel with a discussion group.")
