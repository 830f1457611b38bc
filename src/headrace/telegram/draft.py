"""Drafts: updates of one chat, gathered into one change in the nouns of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from telethon.tl import types

from headrace.model.change import Change, Counts
from headrace.model.message import Message
from headrace.model.values import PeerId
from headrace.telegram.answers import OnAnswer
from headrace.telegram.convert.messages import convert_message
from headrace.telegram.convert.peers import convert_peers
from headrace.telegram.convert.reactions import convert_reactions
from headrace.telegram.convert.values import NotUnderstood
from headrace.telegram.order import place_of
from headrace.telegram.pushes import Heard

#: Updates that make one change at most: as many as a page has messages.
LARGEST = 100

_MESSAGES = (types.UpdateNewChannelMessage, types.UpdateEditChannelMessage)
_COUNTS = (
    types.UpdateChannelMessageViews,
    types.UpdateChannelMessageForwards,
    types.UpdateMessageReactions,
)
#: What is known, moves no count of the chat, and is worth a change.
_UNCOUNTED = (*_COUNTS, types.UpdateChannel, types.UpdateMessageExtendedMedia)
#: Messages with a preview to come that are remembered; the server is quick with them.
_MOST_PREVIEWS = 1_000


class Previews:
    """Messages that were told before the preview of their link was ready."""

    def __init__(self) -> None:
        """None so far."""
        self._waiting: dict[int, set[int]] = {}

    def note(self, message: Any) -> None:
        """Remember a message whose preview is to come."""
        page = getattr(getattr(message, "media", None), "webpage", None)
        if isinstance(page, types.WebPagePending):
            if len(self._waiting) >= _MOST_PREVIEWS:
                self._waiting.clear()
            self._waiting.setdefault(page.id, set()).add(message.id)

    def of(self, page_id: int) -> set[int]:
        """The messages whose preview is ready now."""
        return self._waiting.pop(page_id, set())


class Draft:
    """A change in the making. What it does not know counts and says nothing."""

    def __init__(self, chat_id: PeerId, on_answer: OnAnswer, previews: Previews) -> None:
        """``on_answer`` notes how to reach whatever came along; ``previews`` outlives drafts."""
        self._chat_id = chat_id
        self._on_answer = on_answer
        self._previews = previews
        self._raw: list[Any] = []
        self._messages: dict[int, Message] = {}
        self._chats: list[Any] = []
        self._users: list[Any] = []
        self._counts: list[Counts] = []
        self._asked: set[int] = set()
        self._touched: set[int] = set()
        self._size = 0
        self.is_described = False
        self.position: int | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was added."""
        return not self._size

    def fits(self, update: Any) -> bool:
        """Whether it may join: each state of a message is kept, so none may cover another."""
        if self._size >= LARGEST:
            return False
        return not isinstance(update, _MESSAGES) or update.message.id not in self._touched

    def add(self, heard: Heard, *, doubted: bool = False) -> None:
        """Add what was heard. Counts that may be older than what is stored are ``doubted``."""
        update, place = heard.update, place_of(heard.update)
        if place is None and not isinstance(update, _UNCOUNTED):
            return
        self._size += 1
        self._came_along(heard.chats, heard.users)
        self.position = self.position if place is None else place.behind
        if isinstance(update, _MESSAGES):
            self.add_message(update.message)
        elif isinstance(update, _COUNTS):
            self._count(update, doubted=doubted)
        elif isinstance(update, types.UpdateChannel):
            self.is_described = True
        elif isinstance(update, types.UpdateChannelWebPage):
            self._ask(self._previews.of(update.webpage.id))
        elif type(update) in _IDS:
            self._ask(_IDS[type(update)](update))

    def add_message(self, message: Any) -> None:
        """Add a new or edited message."""
        converted = convert_message(message, self._chat_id)
        if converted is None:
            self._ask([message.id])
            return
        self._raw.append(message)
        self._previews.note(message)
        self._messages[converted.id] = converted
        self._touched.add(converted.id)

    def add_difference(self, answer: Any) -> None:
        """Add an ``updates.channelDifference``; its messages are as they are now."""
        self._came_along(answer.chats, answer.users)
        for message in answer.new_messages:
            self.add_message(message)
        for update in answer.other_updates:
            self.add(Heard(0, update))
        self.position = answer.pts

    def change(self) -> Change:
        """All of it as one change."""
        found = SimpleNamespace(messages=self._raw, chats=self._chats, users=self._users)
        self._on_answer(found, self._chat_id)
        return Change(
            chat_id=self._chat_id,
            position=self.position,
            described=self.is_described,
            messages=tuple(self._messages.values()),
            peers=convert_peers(self._chats, self._users),
            counts=tuple(self._counts),
            asked=tuple(sorted(self._asked)),
        )

    def _came_along(self, chats: Sequence[Any], users: Sequence[Any]) -> None:
        self._chats += chats
        self._users += users

    def _ask(self, ids: Iterable[int]) -> None:
        found = set(ids)
        self._asked |= found
        self._touched |= found

    def _count(self, update: Any, *, doubted: bool) -> None:
        counts = None if doubted else convert_counts(update)
        if counts is None:
            self._ask([getattr(update, "msg_id", None) or update.id])
            return
        self._counts.append(counts)
        self._touched.add(counts.id)


def convert_counts(update: Any) -> Counts | None:
    """Counts that moved; none where they are not understood."""
    if isinstance(update, types.UpdateChannelMessageViews):
        return Counts(id=update.id, views=update.views)
    if isinstance(update, types.UpdateChannelMessageForwards):
        return Counts(id=update.id, forwards=update.forwards)
    try:
        found = convert_reactions(update.reactions)
    except NotUnderstood:
        return None
    if not update.reactions.min:
        found = {"recent_reactions": (), "top_reactors": ()} | found
    return Counts(id=update.msg_id, **found)


#: Which ids have to be asked for after an update, by its type.
_IDS: dict[type, Callable[[Any], Sequence[int]]] = {
    types.UpdateDeleteChannelMessages: lambda update: update.messages,
    types.UpdatePinnedChannelMessages: lambda update: update.messages,
    types.UpdateMessageExtendedMedia: lambda update: [update.msg_id],
}
