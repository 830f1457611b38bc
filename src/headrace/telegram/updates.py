"""Updates: the changes of one chat, pushed or asked for, each once and in order.

What a member is told comes by itself (``pushes.py``); what was missed, and all of a chat that
the account is no member of, is asked for with ``updates.getChannelDifference``. headrace never
joins.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from telethon.tl import functions, types

from headrace.model.change import Change
from headrace.model.values import CHANNEL_MARK, PeerId
from headrace.telegram.answers import OnAnswer
from headrace.telegram.calls import Gate
from headrace.telegram.draft import Draft, Previews
from headrace.telegram.failures import Rejected, Unreadable
from headrace.telegram.order import Order
from headrace.telegram.pushes import Heard, Inbox

#: Seconds to wait for an update that others have overtaken (core.telegram.org/api/updates).
OVERTAKEN_S = 0.5
#: A member asks after so many seconds of silence (the same page); others as the server says.
SILENCE_S = 15 * 60.0
#: A server that names no pace, or an unreasonable one, is asked no more often than this.
SHORTEST_S, USUAL_S = 1.0, 30.0
#: Telegram tells at most so many changes at once.
_LIMIT = 100
_TIMESTAMP = "PERSISTENT_TIMESTAMP"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands to a channel: what its ``pts`` was, and whether it is a member."""

    pts: int
    is_member: bool


def standing_of(answer: Any, chat_id: PeerId) -> Standing:
    """Out of ``channels.getFullChannel``."""
    left = any(one.left for one in answer.chats if CHANNEL_MARK - one.id == chat_id)
    return Standing(pts=answer.full_chat.pts, is_member=not left)


class GetChannelDifference(functions.updates.GetChannelDifferenceRequest):  # type: ignore[misc]
    """The request, which notes what had been heard when its answer came."""

    def __init__(self, inbox: Inbox, channel: Any, pts: int) -> None:
        """``inbox``: where pushes of the channel arrive."""
        everything = types.ChannelMessagesFilterEmpty()
        super().__init__(channel, everything, pts, _LIMIT, force=False)
        self._inbox = inbox
        self.heard_before = 0

    def read_result(self, reader: Any) -> Any:
        """Telethon reads pushes and answers one after the other, as they arrive."""
        self.heard_before = self._inbox.number
        return reader.tgread_object()


@dataclass(slots=True, kw_only=True)
class Feed:
    """The changes of one channel or supergroup."""

    gate: Gate
    chat_id: PeerId
    #: As Telegram wants it named (an ``InputChannel``).
    channel: Any
    inbox: Inbox
    on_answer: OnAnswer
    #: What was last known of the channel, and how to ask for it.
    standing: Callable[[], Standing]
    describe: Callable[[], Awaitable[object]]
    _order: Order = field(default_factory=lambda: Order(0))
    _ready: deque[Heard] = field(default_factory=deque)
    _previews: Previews = field(default_factory=Previews)
    #: What was heard up to this number may be older than what the ledger has read since.
    _doubted: int = 0
    _overtaken_at: float | None = None
    _ask_at: float = 0.0

    async def changes(self, since: int | None) -> AsyncGenerator[Change]:
        """What happens from a position on; without one, first a gap up to now.

        Raises:
            ChatPrivate: the chat is closed to the account.
        """
        if since is None:
            yield self._gap(self.standing().pts)
            self._doubted = self.inbox.number
        else:
            self._order = Order(since)
        while True:
            while (told := self._told()) is not None:
                yield told
            if self.inbox.is_behind or self._is_due():
                async with aclosing(self._missed()) as missed:
                    async for change in missed:
                        yield change
            else:
                await self._wait()

    def _told(self, upto: int | None = None) -> Change | None:
        """What was pushed and is next, of one piece."""
        draft = Draft(self.chat_id, self.on_answer, self._previews)
        while True:
            if not self._ready:
                heard = self.inbox.take(upto)
                if heard is None:
                    break
                self._ready.extend(self._order.take(heard))
            elif draft.fits(self._ready[0].update):
                heard = self._ready.popleft()
                draft.add(heard, doubted=heard.number <= self._doubted)
            else:
                break
        if draft.is_described:
            # The account may be a member no more, or be one now.
            self._ask_at = 0.0
        return None if draft.is_empty else draft.change()

    async def _missed(self) -> AsyncGenerator[Change]:
        """What the server tells when asked, until it has told all."""
        self.inbox.is_behind = False
        seconds = USUAL_S
        while True:
            request = GetChannelDifference(self.inbox, self.channel, max(self._order.pts, 1))
            answer = await self._ask(request)
            # What was pushed before the answer is older than what the answer says.
            while (told := self._told(request.heard_before)) is not None:
                yield told
            change = await self._read(answer, request.pts)
            if change is not None:
                yield change
            if change is not None and change.gap:
                self._doubted = self.inbox.number
            if answer is None or answer.final or self._order.pts <= request.pts:
                seconds = getattr(answer, "timeout", None) or USUAL_S
                break
        pause = SILENCE_S if self.standing().is_member else max(seconds, SHORTEST_S)
        self._ask_at = self._now() + pause

    async def _ask(self, request: GetChannelDifference) -> Any:
        """The answer; none where it cannot be read, or the server does not know the position."""
        try:
            return await self.gate.call(request)
        except Unreadable:
            return None
        except Rejected as exc:
            if exc.code.startswith(_TIMESTAMP):
                return None
            raise

    async def _read(self, answer: Any, asked: int) -> Change | None:
        if isinstance(answer, types.updates.ChannelDifferenceTooLong):
            return self._gap(answer.dialog.pts)
        if isinstance(answer, types.updates.ChannelDifference):
            if answer.pts <= self._order.pts:
                return None
            draft = Draft(self.chat_id, self.on_answer, self._previews)
            draft.add_difference(answer)
            self._ready.extend(self._order.jump(answer.pts))
            return draft.change()
        if isinstance(answer, types.updates.ChannelDifferenceEmpty) and answer.pts >= asked:
            if answer.pts <= self._order.pts:
                return None
            self._ready.extend(self._order.jump(answer.pts))
            return Change(chat_id=self.chat_id, position=answer.pts)
        await self.describe()
        return self._gap(self.standing().pts)

    def _gap(self, pts: int) -> Change:
        self._ready.extend(self._order.jump(pts))
        return Change(chat_id=self.chat_id, position=pts, gap=True)

    async def _wait(self) -> None:
        until = self._ask_at
        if self._order.is_waiting:
            self._overtaken_at = self._overtaken_at or self._now()
            until = min(until, self._overtaken_at + OVERTAKEN_S)
        await self.inbox.wait(self.gate.traffic.clock, until - self._now())

    def _is_due(self) -> bool:
        now = self._now()
        if not self._order.is_waiting:
            self._overtaken_at = None
        elif self._overtaken_at is not None and now >= self._overtaken_at + OVERTAKEN_S:
            self._overtaken_at = None
            return True
        return now >= self._ask_at

    def _now(self) -> float:
        return self.gate.traffic.clock.monotonic()
