"""The discussion group of @millrace: automatic copies, comments and chatter, by time."""

from __future__ import annotations

import random
from typing import Any

from tgsandbox.worlds import discussion, people, talk
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import message, thread_of
from tgsandbox.worlds.prose import Writer
from tgsandbox.worlds.reference_posts import CHANNEL, GROUP

_POSTS_WITH_COMMENTS, _COMMENTS, _NESTED, _AS_CHANNEL, _COMMENTERS = 60, 200, 43, 6, 68
_REPOSTS_WITH_COMMENTS = 4
_CHATTER, _CHATTER_REPLIES, _CHATTER_FORWARDS = 4_300, 1_290, 86
_GROUP_ALBUM = 1
_DAY = 86_400

Answer = tuple[Content, Content]
"""A message and the one that it answers; ids are given when all are sorted by time."""


class Talk:
    """Writes the group once, and opens the comment sections of the channel's posts."""

    def __init__(self, seed: int, channel: list[Content], users: list[Content]) -> None:
        self._random = random.Random(f"reference talk {seed}")
        self._writer = Writer(random.Random(f"reference words {seed}"))
        self._posts = [post for post in channel if post.get("kind") != "service"]
        self._users = users
        self._copies: dict[int, Content] = {}
        self._answers: list[Answer] = []
        self._tops: dict[int, Content] = {}
        """The first message of a thread, by identity of the messages in it."""

    def build(self) -> list[Content]:
        """All messages of the group, oldest first."""
        copies = [self._copy(post) for post in self._posts]
        comments = self._comments()
        chatter = self._chatter()
        talk = sorted([*copies, *comments, *chatter], key=lambda one: int(one["date"]))
        for place, one in enumerate(talk):
            one["id"] = place + 1
        for one, target in self._answers:
            self._link(one, target)
        self._count(comments)
        return talk

    def _copy(self, post: Content) -> Content:
        album = post.get("grouped_id")
        group_album = str(int(album) + _GROUP_ALBUM) if album else ""
        copy = discussion.automatic_copy(post, 0, CHANNEL, group_album)
        self._copies[post["id"]] = copy
        self._tops[id(copy)] = copy
        return copy

    def _comments(self) -> list[Content]:
        """200 on 60 posts: each has one, then the livelier ones get more."""
        chosen = self._commented_posts()
        weights = [self._random.lognormvariate(0, 1.1) for _ in chosen]
        extra = self._random.choices(chosen, weights, k=_COMMENTS - len(chosen))
        roots = sorted([*chosen, *extra], key=lambda post: int(post["id"]))
        seen: dict[int, list[Content]] = {}
        authors = self._comment_authors()
        comments = []
        nested = self._nested_places(roots)
        for place, post in enumerate(roots):
            root = self._copies[post["id"]]
            thread = seen.setdefault(post["id"], [])
            target = self._random.choice(thread) if place in nested else root
            comments.append(self._comment(authors[place], target, nested=place in nested))
            thread.append(comments[-1])
        return comments

    def _commented_posts(self) -> list[Content]:
        """Of an album only the first item has a comment section."""
        albums: set[Any] = set()
        own: list[Content] = []
        reposts: list[Content] = []
        for post in self._posts:
            album = post.get("grouped_id")
            if album is None or album not in albums:
                (reposts if "forward" in post else own).append(post)
            albums.add(album)
        few = self._random.sample(reposts, _REPOSTS_WITH_COMMENTS)
        return few + self._random.sample(own, _POSTS_WITH_COMMENTS - len(few))

    def _nested_places(self, roots: list[Content]) -> set[int]:
        """Which comments answer a comment: never the first under a post."""
        later = [
            place for place in range(1, len(roots)) if roots[place]["id"] == roots[place - 1]["id"]
        ]
        return set(self._random.sample(later, _NESTED))

    def _comment_authors(self) -> list[int]:
        commenters = [user["id"] for user in self._random.sample(self._users, _COMMENTERS)]
        more = _COMMENTS - _AS_CHANNEL - len(commenters)
        authors = [*commenters, *self._random.choices(commenters, k=more)]
        authors += [CHANNEL] * _AS_CHANNEL
        self._random.shuffle(authors)
        return authors

    def _comment(self, author: int, target: Content, *, nested: bool) -> Content:
        bank = talk.ANSWERS if nested else talk.COMMENTS
        delay = int(self._random.lognormvariate(8.3, 1.5)) + 40
        text = self._said(author, bank)
        comment = message(0, target["date"] + min(delay, 4 * _DAY), text, author=author)
        self._answer(comment, target)
        return comment

    def _chatter(self) -> list[Content]:
        first, last = self._posts[0]["date"], self._posts[-1]["date"] + 2 * _DAY
        dates = sorted(self._daytime(first, last) for _ in range(_CHATTER))
        kinds = ["reply"] * _CHATTER_REPLIES + ["forward"] * _CHATTER_FORWARDS
        kinds += ["open"] * (_CHATTER - len(kinds) - 1)
        self._random.shuffle(kinds)
        made: list[Content] = []
        for kind, date in zip(["open", *kinds], dates, strict=True):
            author = self._random.choice(self._users)["id"]
            made.append(self._chat(kind, author, date, made))
        return made

    def _chat(self, kind: str, author: int, date: int, before: list[Content]) -> Content:
        if kind == "reply":
            one = message(0, date, self._said(author, talk.CHATTER_ANSWERS), author=author)
            self._answer(one, before[-self._random.randint(1, min(12, len(before)))])
            return one
        if kind == "forward":
            origin = self._random.choice(people.ORIGINS)["id"]
            # The post's number is one that a post of the channel has, too.
            number = self._random.randint(2, 501)
            forward = {"from": origin, "date": date - 3_000, "post": number}
            text = self._writer.repost(self._language(author))
            one = message(0, date, text, author=author, forward=forward)
        else:
            text = self._said(author, talk.CHATTER_OPENINGS)
            if self._random.random() < _LONGER:
                text = f"{text} {self._said(author, talk.CHATTER_MORE)}"
            text += self._random.choice(talk.FACES)
            one = message(0, date, text, author=author)
        self._tops[id(one)] = one
        return one

    def _daytime(self, first: int, last: int) -> int:
        """A moment between two, rarely at night."""
        moment = self._random.randrange(first, last)
        hour = moment % _DAY // 3600
        return moment + 9 * 3600 if hour in _NIGHT and self._random.random() < _ASLEEP else moment

    def _said(self, author: int, bank: dict[str, tuple[str, ...]]) -> str:
        language = self._language(author)
        return self._writer.say(bank[language], language)

    def _language(self, author: int) -> str:
        if author == CHANNEL:
            return self._random.choice(("en", "ru"))
        person = self._users[(author - people.FIRST_ID) // 13]
        return "ru" if people.is_russian(person) else "en"

    def _answer(self, one: Content, target: Content) -> None:
        self._answers.append((one, target))
        self._tops[id(one)] = self._tops[id(target)]

    def _link(self, one: Content, target: Content) -> None:
        """Reply headers as Telegram sends them: the top only where it is not the target."""
        top = self._tops[id(target)]
        reply = {"msg_id": target["id"]}
        if top is not target:
            reply["top_id"] = top["id"]
        one["reply"] = reply
        one["thread_id"] = thread_of(reply)

    def _count(self, comments: list[Content]) -> None:
        by_root: dict[int, list[int]] = {}
        for comment in sorted(comments, key=lambda one: int(one["id"])):
            by_root.setdefault(comment["thread_id"], []).append(comment["author"])
        albums: set[str] = set()
        for post in self._posts:
            album = post.get("grouped_id", "")
            copy = self._copies[post["id"]]
            if not album or album not in albums:
                discussion.comment_counts(post, copy, GROUP, by_root.get(copy["id"], []))
            albums.add(album)


_LONGER, _ASLEEP = 0.55, 0.9
_NIGHT = range(6)
