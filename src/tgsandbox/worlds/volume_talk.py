"""The world ``talk:POSTSxCOMMENTS[+CHATTER][:SHAPE]``: a channel and a group of any size.

The channel is @longtalk (-1002000000011), its group @longtalkgroup (-1002000000012). The group
has POSTS + COMMENTS + CHATTER messages, made as they are asked for. Shapes: ``even`` (comments
on every post, the usual), ``few`` (on every fiftieth post) and ``long`` (on three posts in all).
In the group one id of thirty is missing.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from tgsandbox.worlds import contents, discussion, people, talk
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.tl import message_tl
from tgsandbox.worlds.volume_plan import SHAPES, Plan

CHANNEL, GROUP = -1002000000011, -1002000000012
ME: Content = {"id": 424242, "kind": "user", "name": "Sandbox Reader", "username": "sandbox_reader"}
_SPEC = re.compile(r"(\d+)x(\d+)(?:\+(\d+))?(?::(\w+))?")
_START, _PAUSE = 1_600_000_000, 37
_BLOCK = 30
_USERS = 100
_THREADS_KEPT = 16
#: Of three messages of chatter the third answers the second.
_ANSWERED, _ANSWER = 1, 2
_TEXTS = [one for bank in (talk.COMMENTS, talk.CHATTER_ANSWERS) for one in bank["en"] + bank["ru"]]
TEXTS = [one for one in _TEXTS if "{" not in one]
#: Stands in the place of a number when a message is made into a stencil.
_HOLES = {
    name: 1_511_000_003 + 7_919 * place
    for place, name in enumerate(("id", "date", "author", "root", "parent", "post", "count", "pts"))
}
_NUMBER = 98_765_432
_LONGS = {"author"}

Values = Mapping[str, int]


def build(spec: str, seed: int) -> MemoryWorld:
    """The world of a spec; ValueError where it cannot be read."""
    found = _SPEC.fullmatch(spec)
    shape = (found[4] or SHAPES[0]) if found else ""
    if found is None or shape not in SHAPES or not int(found[1]):
        raise ValueError(
            f"talk:{spec} cannot be read; write talk:POSTSxCOMMENTS, then +CHATTER and "
            f":SHAPE if you like ({', '.join(SHAPES)})."
        )
    plan = Plan(int(found[1]), int(found[2]), int(found[3] or 0), shape)
    world = MemoryWorld(name=f"talk:{spec}", seed=seed, me=ME)
    users = [{key: one[key] for key in one if key != "photo"} for one in people.people(seed)]
    world.add_peers(users)
    group = Group(plan)
    world.add_chat(_chat(CHANNEL, "channel", "Long Talk", "longtalk", GROUP), records=Posts(group))
    told = _chat(GROUP, "supergroup", "Long Talk: talk", "longtalkgroup", CHANNEL)
    chat = world.add_chat(told, records=group)
    chat.roots = {post + 1: number_at(plan.copy_at(post)) for post in range(plan.posts)}
    chat.threads = group
    return world


def number_at(position: int) -> int:
    """The id at a position of the group."""
    return position + 1 + position // (_BLOCK - 1)


class Group:
    """The `Records` of the group, and its `Threads`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._stencils: dict[tuple[str, int], Stencil] = {}
        self._threads: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self.plan)

    def position(self, message_id: int) -> int:
        if message_id < 1:
            return 0
        block, place = divmod(message_id - 1, _BLOCK)
        return min(len(self), block * (_BLOCK - 1) + min(place, _BLOCK - 1))

    def position_at(self, date: int) -> int:
        return bisect_left(range(len(self)), date, key=date_at)

    def at(self, position: int) -> Content:
        kind, values = self._told(position)
        return _MAKERS[kind](values, _text(values["number"]))

    def wire(self, position: int) -> bytes:
        kind, values = self._told(position)
        return self.stencil(kind, values["number"], GROUP).filled(values)

    def stencil(self, kind: str, number: int, chat: int) -> Stencil:
        key = kind, number % len(TEXTS)
        if key not in self._stencils:
            self._stencils[key] = Stencil(_MAKERS[kind], number, chat)
        return self._stencils[key]

    def answers(self, root: int) -> list[int]:
        position = self.position(root)
        if position >= len(self) or number_at(position) != root:
            return []
        plan, period = self.plan, self.plan.period(position)
        if plan.copy_at(period) == position:
            return self._thread(period)
        slot = position - period - 1
        number = plan.chatter_before(slot)
        if not plan.is_chatter(slot) or number % 3 != _ANSWERED or number + 1 >= plan.chatter:
            return []
        return [number_at(plan.chatter_at(number + 1))]

    def _thread(self, post: int) -> list[int]:
        """Kept for the few that were asked for last: a long one takes its second."""
        if post not in self._threads:
            while len(self._threads) >= _THREADS_KEPT:
                del self._threads[next(iter(self._threads))]
            self._threads[post] = [number_at(one) for one in self.plan.thread(post)]
        return self._threads[post]

    def _told(self, position: int) -> tuple[str, Values]:
        """What stands at a position, and the numbers in it."""
        plan = self.plan
        period = plan.period(position)
        slot = position - period - 1
        values = {"id": number_at(position), "date": date_at(position), "number": position}
        if slot < plan.first_slot(period):
            count = plan.count(period)
            number = {"post": period + 1, "count": count, "pts": count + 1, "number": period}
            return "copy", values | number
        values["author"] = people.FIRST_ID + 13 * (position * 7 % _USERS)
        if plan.is_chatter(slot):
            return self._chatter(plan.chatter_before(slot), values)
        comment = plan.comments_before(slot)
        root = number_at(plan.copy_at(plan.target(period, comment)))
        before = plan.before(period, comment) if comment % 4 else None
        if before is None:
            return "comment", values | {"root": root}
        return "below", values | {"root": root, "parent": number_at(plan.comment_at(before))}

    def _chatter(self, number: int, values: dict[str, int]) -> tuple[str, Values]:
        if number % 3 != _ANSWER:
            return "chatter", values
        return "comment", values | {"root": number_at(self.plan.chatter_at(number - 1))}


class Posts:
    """The `Records` of the channel: the ids are 1, 2, 3, …"""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._plan = group.plan

    def __len__(self) -> int:
        return self._plan.posts

    def position(self, message_id: int) -> int:
        return min(max(message_id - 1, 0), len(self))

    def position_at(self, date: int) -> int:
        return bisect_left(range(len(self)), date, key=self._date)

    def at(self, position: int) -> Content:
        return _post(self._values(position), _text(position))

    def wire(self, position: int) -> bytes:
        stencil = self._group.stencil("post", position, CHANNEL)
        return stencil.filled(self._values(position))

    def _date(self, position: int) -> int:
        return date_at(self._plan.copy_at(position))

    def _values(self, position: int) -> Values:
        count = self._plan.count(position)
        numbers = {"id": position + 1, "number": position, "count": count, "pts": count + 1}
        return {**numbers, "date": self._date(position)}


class Stencil:
    """The bytes of a message with holes for its numbers."""

    def __init__(self, make: Callable[[Values, str], Content], number: int, chat: int) -> None:
        text = _text(number).replace(f"{number:08}", f"{_NUMBER:08}")
        self._bytes = bytes(message_tl(make(_HOLES, text), chat))
        self._number_at = self._bytes.index(f"{_NUMBER:08}".encode())

    @cached_property
    def _holes(self) -> list[tuple[int, str, struct.Struct]]:
        return list(self._found())

    def filled(self, values: Values) -> bytes:
        buffer = bytearray(self._bytes)
        for place, name, shape in self._holes:
            shape.pack_into(buffer, place, values[name])
        buffer[self._number_at : self._number_at + 8] = b"%08d" % values["number"]
        return bytes(buffer)

    def _found(self) -> Iterator[tuple[int, str, struct.Struct]]:
        for name, number in _HOLES.items():
            shape = struct.Struct("<q" if name in _LONGS else "<i")
            place = self._bytes.find(shape.pack(number))
            while place >= 0:
                yield place, name, shape
                place = self._bytes.find(shape.pack(number), place + 1)


def date_at(position: int) -> int:
    """When the message at a position of the group was sent."""
    return _START + position * _PAUSE


def _text(number: int) -> str:
    return f"{TEXTS[number % len(TEXTS)]} {number:08}"


def _post(values: Values, text: str) -> Content:
    replies = {"count": values["count"], "pts": values["pts"], "comments": True, "chat": GROUP}
    made = contents.post(values["id"], values["date"], text, views=99, forwards=0)
    return {**made, "replies": replies}


def _copy(values: Values, text: str) -> Content:
    post = {**_post(values, text), "id": values["post"]}
    copy = discussion.automatic_copy(post, values["id"], CHANNEL)
    counts = {"count": values["count"], "pts": values["pts"]}
    return {**copy, "date": values["date"], "replies": counts}


def _comment(values: Values, text: str) -> Content:
    reply = {"msg_id": values["root"]}
    return contents.message(
        values["id"], values["date"], text, author=values["author"], reply=reply
    )


def _below(values: Values, text: str) -> Content:
    reply = {"msg_id": values["parent"], "top_id": values["root"]}
    return contents.message(
        values["id"], values["date"], text, author=values["author"], reply=reply
    )


def _chatter(values: Values, text: str) -> Content:
    return contents.message(values["id"], values["date"], text, author=values["author"])


_MAKERS: dict[str, Callable[[Values, str], Content]] = {
    "post": _post,
    "copy": _copy,
    "comment": _comment,
    "below": _below,
    "chatter": _chatter,
}


def _chat(marked: int, kind: str, title: str, username: str, linked: int) -> Content:
    return {
        "id": marked,
        "kind": kind,
        "title": title,
        "username": username,
        "created": _START,
        "subscribers": 50_000,
        "linked_chat_id": linked,
    }
