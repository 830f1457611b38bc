"""Pushes: what Telegram tells unasked on the main connection, handed to whoever listens.

Nothing here is trusted to be complete: what a listener misses it asks for (``updates.py``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from telethon.tl import types
from telethon.tl.functions.updates import GetStateRequest

from headrace.model.clock import Clock
from headrace.model.values import CHANNEL_MARK, PeerId
from headrace.telegram.calls import Gate
from headrace.telegram.convert.values import marked
from headrace.telegram.link import Link

#: Updates that may wait for a listener; more of them are dropped, and asked for later.
MAX_WAITING = 10_000

_ENVELOPES = (types.Updates, types.UpdatesCombined)


class Heard(NamedTuple):
    """An update, and whoever came along. ``number`` counts all that the listener has heard."""

    number: int
    update: Any
    chats: Sequence[Any] = ()
    users: Sequence[Any] = ()


class Inbox:
    """What was pushed of one chat and is not taken yet."""

    def __init__(self) -> None:
        #: How many updates were heard so far.
        self.number = 0
        #: Something was missed, or may have been.
        self.is_behind = True
        self._waiting: deque[Heard] = deque()
        self._news = asyncio.Event()

    def put(self, update: Any, chats: Sequence[Any] = (), users: Sequence[Any] = ()) -> None:
        """Add an update."""
        self.number += 1
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.clear()
            self.is_behind = True
        self._waiting.append(Heard(self.number, update, chats, users))
        self._news.set()

    def fall_behind(self) -> None:
        """Something was missed."""
        self.is_behind = True
        self._news.set()

    def take(self, upto: int | None = None) -> Heard | None:
        """The next update, if there is one (of those up to a number)."""
        if not self._waiting or (upto is not None and self._waiting[0].number > upto):
            return None
        return self._waiting.popleft()

    async def wait(self, clock: Clock, seconds: float) -> None:
        """Return when there is something, or after so many seconds."""
        if not self._waiting and not self.is_behind:
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            over = asyncio.ensure_future(clock.sleep(seconds))
            try:
                await asyncio.wait({news, over}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                news.cancel()
                over.cancel()


class Pushes:
    """Hears every connection that is made, and hands on what is of a chat that is listened to."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self._inboxes: dict[PeerId, Inbox] = {}
        self._link: Link | None = None

    @contextmanager
    def listening(self, chat_id: PeerId) -> Iterator[Inbox]:
        """What is told of a chat while the block runs."""
        inbox = self._inboxes[chat_id] = Inbox()
        try:
            yield inbox
        finally:
            del self._inboxes[chat_id]

    def linked(self, link: Link) -> None:
        """A connection was made on which things will be told."""
        self._link = link

    async def keep(self, gate: Gate) -> None:
        """Keep a connection on which Telegram tells what happens; runs until it is cancelled.

        After each break everybody is behind: what happened meanwhile nobody tells unasked.
        """
        subscribed = None
        while True:
            link = self._link
            # Telegram tells only those who have asked once where it stands; and who has been
            # signed out meanwhile hears of it here.
            await gate.call(GetStateRequest())
            if link is None or link is not self._link:
                continue
            if link is not subscribed:
                subscribed = link
                self._miss_all()
            await link.ended(gate.traffic.patience.idle)

    def hear(self, told: Any) -> None:
        """Take what was pushed (``OnUpdate``)."""
        if isinstance(told, _ENVELOPES):
            for update in told.updates:
                self._hand_on(update, told.chats, told.users)
        elif isinstance(told, types.UpdateShort):
            self._hand_on(told.update, (), ())
        elif isinstance(told, types.UpdatesTooLong):
            self._miss_all()

    def _hand_on(self, update: Any, chats: Sequence[Any], users: Sequence[Any]) -> None:
        chat_id = chat_of(update)
        inbox = None if chat_id is None else self._inboxes.get(chat_id)
        if inbox is None:
            return
        if isinstance(update, types.UpdateChannelTooLong):
            inbox.fall_behind()
        else:
            inbox.put(update, chats, users)

    def _miss_all(self) -> None:
        for inbox in self._inboxes.values():
            inbox.fall_behind()


def chat_of(update: Any) -> PeerId | None:
    """The channel or supergroup that an update is about."""
    channel = getattr(update, "channel_id", None)
    if channel is not None:
        return CHANNEL_MARK - int(channel)
    peer = getattr(update, "peer", None)
    if peer is None:
        peer = getattr(getattr(update, "message", None), "peer_id", None)
    return marked(peer) if isinstance(peer, types.PeerChannel) else None
