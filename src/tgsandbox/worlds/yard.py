"""A channel with its discussion groups, written as life writes them: by time.

A `Yard` is told what happens, one thing after another, posts and comments mixed; ids and
dates follow. What is deleted leaves a gap.
"""

from __future__ import annotations

from typing import Any

from tgsandbox.worlds import contents, discussion, ids
from tgsandbox.worlds.base import Chat, Content
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.named_files import add_files_of
from tgsandbox.worlds.views import glimpse

CREATED = 1_740_000_000
CHANNEL = -1001300000001
GROUP, SECOND, THIRD = -1001300000002, -1001300000003, -1001300000004
ELSEWHERE, GUEST = -1001300000101, -1001300000102
ANNA, BORIS, VERA, GHOST, BOT = 920_001, 920_002, 920_003, 920_004, 920_005
ME: Content = {"id": 424242, "kind": "user", "name": "Sandbox Reader", "username": "sandbox_reader"}
PEERS: list[Content] = [
    {"id": ANNA, "kind": "user", "name": "Anna Sedge", "username": "anna_sedge"},
    {"id": BORIS, "kind": "user", "name": "Boris"},
    {"id": VERA, "kind": "user", "name": "Vera Hatch", "premium": True},
    {"id": GHOST, "kind": "user", "deleted": True},
    {"id": BOT, "kind": "user", "name": "Gauge", "username": "yard_gauge_bot", "bot": True},
    {"id": ELSEWHERE, "kind": "supergroup", "name": "Another Yard", "username": "anotheryard"},
    {"id": GUEST, "kind": "channel", "name": "The Guest", "username": "guestmill"},
]
_NAMES = {
    GROUP: ("Yard talk", "millyardtalk"),
    SECOND: ("Yard talk, the second", "millyardtalk2"),
    THIRD: ("Yard talk, the third", "millyardtalk3"),
}
_MINUTE = 60


def picture(photo_id: int) -> Content:
    """A photo, 4:3."""
    sizes = [contents.size("m", 320, 240, 14_000 + photo_id)]
    sizes.append(contents.size("x", 800, 600, 52_000 + photo_id))
    return contents.photo(photo_id, CREATED, sizes, stripped=glimpse(photo_id, 800, 600))


class Yard:
    """The channel @millyard, and the groups that it is or was linked to."""

    def __init__(self, seed: int, name: str) -> None:
        self.world = MemoryWorld(name=name, seed=seed, me=ME)
        self.world.add_peers(PEERS)
        self.group: int | None = None
        """The group that the channel is linked to now."""
        self.doors: dict[int, dict[str, bool]] = {}
        """How a group is to be entered in the end: ``private``, ``joined``, ``gone``."""
        self._now = CREATED
        self._messages: dict[int, list[Content]] = {CHANNEL: [], GROUP: []}
        self._tops: dict[int, int] = {}
        self._lost: dict[int, dict[int, int]] = {}
        create = contents.service(0, 0, "channel_create", {"title": "Mill Yard"}, post=True)
        self._add(CHANNEL, create)
        self._add(GROUP, contents.service(0, 0, "channel_create", {"title": "Yard talk"}))

    def link(self, group: int) -> None:
        """From now on posts are copied into ``group``."""
        self.group = group
        self._messages.setdefault(group, [])

    def post(self, text: str, **fields: Any) -> Content:
        """A post, and its copy in the group if there is one; returns the post."""
        return self.album([(text, fields)])[0]

    def album(self, items: list[tuple[str, Content]], grouped_id: str = "") -> list[Content]:
        """Posts of one moment, of one album if that has an id; the first opens the comments."""
        self._now += _MINUTE
        posts = [
            self._add(
                CHANNEL,
                contents.post(0, 0, text, **fields, grouped_id=grouped_id, views=20, forwards=1),
                later=False,
            )
            for text, fields in items
        ]
        for post in posts:
            if self.group is not None:
                group_album = str(int(grouped_id) + 1) if grouped_id else ""
                copy = discussion.automatic_copy(post, 0, CHANNEL, group_album)
                self._add(self.group, copy, later=False)
                if post is posts[0]:
                    discussion.comment_counts(post, copy, self.group, [])
        return posts

    def root(self, post: Content) -> int:
        """The id of a post's copy, in the group that the post was copied to."""
        for group in self._messages:
            found = discussion.roots_of(CHANNEL, self._messages[group]).get(post["id"])
            if found is not None:
                return found
        raise KeyError(post["id"])

    def comment(
        self, post: Content, text: str = "", *, parent: Content | None = None, **fields: Any
    ) -> Content:
        """A comment on a post, below another one if ``parent`` is given; ANNA's by default."""
        root = self.root(post)
        reply: Content = {"msg_id": parent["id"], "top_id": root} if parent else {"msg_id": root}
        fields = {"author": ANNA, **fields}
        fields["reply"] = {**reply, **fields.get("reply", {})}
        group = post.get("replies", {}).get("chat", self.group)
        made = self._add(group, contents.message(0, 0, text, **fields))
        made.setdefault("thread_id", root)
        return made

    def say(self, text: str, **fields: Any) -> Content:
        """A message of the group that is no comment."""
        assert self.group is not None
        return self._add(self.group, contents.message(0, 0, text, **{"author": BORIS, **fields}))

    def delete(self, group: int, message_id: int) -> None:
        """Take a message away; of a copy the post's comment section goes, too."""
        messages = self._messages[group]
        for post, copy in discussion.roots_of(CHANNEL, messages).items():
            if copy == message_id:
                self._lost.setdefault(group, {})[post] = copy
                next(one for one in self._messages[CHANNEL] if one["id"] == post).pop(
                    "replies", None
                )
        messages[:] = [one for one in messages if one["id"] != message_id]

    def build(self) -> MemoryWorld:
        """The world, its comments counted."""
        for group, messages in self._messages.items():
            if group != CHANNEL:
                self._count(group, messages)
        self._add_chat(CHANNEL, "channel", "Mill Yard", "millyard", self.group)
        for group in self._messages:
            if group != CHANNEL:
                self._add_group(group)
        add_files_of(self.world, [one for each in self._messages.values() for one in each])
        return self.world

    def _add(self, marked: int, message: Content, *, later: bool = True) -> Content:
        """Give a message its id and date."""
        if later:
            self._now += _MINUTE
        self._tops[marked] = self._tops.get(marked, 0) + 1
        message |= {"id": self._tops[marked], "date": self._now}
        self._messages[marked].append(message)
        return message

    def _count(self, group: int, messages: list[Content]) -> None:
        copies = {one["id"]: one for one in messages}
        posts = {one["id"]: one for one in self._messages[CHANNEL]}
        for post_id, root in discussion.roots_of(CHANNEL, messages).items():
            if "replies" not in posts.get(post_id, {}):
                continue
            answers = [one for one in messages if one.get("thread_id") == root]
            authors = [one["author"] for one in answers if "author" in one]
            post, copy = posts[post_id], copies[root]
            discussion.comment_counts(post, copy, group, authors)
            for one in (post, copy):
                one["replies"]["count"] = len(answers)
                # Telegram sends it now and then.
                if answers and post_id % 2:
                    one["replies"]["max_id"] = answers[-1]["id"]

    def _add_group(self, group: int) -> None:
        linked = CHANNEL if group == self.group else None
        door = self.doors.get(group, {})
        chat = self._add_chat(group, "supergroup", *_NAMES[group], linked)
        chat.channel = CHANNEL
        chat.roots = discussion.roots_of(CHANNEL, self._messages[group])
        chat.lost_roots = self._lost.get(group, {})
        chat.private, chat.gone = door.get("private", False), door.get("gone", False)
        chat.joined = door.get("joined", True)
        if chat.private:
            del chat.content["username"]

    def _add_chat(
        self, marked: int, kind: str, title: str, username: str, linked: int | None
    ) -> Chat:
        content: Content = {
            "id": marked,
            "kind": kind,
            "title": title,
            "username": username,
            "created": CREATED,
            "subscribers": 40 + ids.mix(marked) % 40,
        }
        if linked:
            content["linked_chat_id"] = linked
        return self.world.add_chat(content, self._messages[marked])
