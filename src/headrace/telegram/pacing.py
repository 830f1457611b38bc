"""Pacing: how many requests of one class Telegram takes, learned and then kept to.

A limit is (burst, window): never more than ``burst`` requests within ``window`` seconds.
A request counts from its sending to ``window`` seconds after its answer, whenever in
between the server counted it; so a limit that is right is never overstepped.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from headrace.model.clock import Clock
from headrace.model.plan import Pace
from headrace.telegram.failures import too_long
from headrace.telegram.limits import HORIZON_S, Limit

#: Requests on their way at once, before and after a limit is known.
IN_FLIGHT = {Pace.GENTLE: 1, Pace.NORMAL: 4, Pace.FAST: 8}
#: What is kept to while no limit is known: (burst, window).
PRESETS: dict[Pace, tuple[int, float] | None] = {
    Pace.GENTLE: (1, 1.0),
    Pace.NORMAL: (20, 20 / 3),
    Pace.FAST: None,
}
_REMEMBERED = 5_000


@dataclass(slots=True, kw_only=True)
class Ticket:
    """One request: when it was sent and answered (stopwatch), and whether it was accepted."""

    sent: float
    done: float | None = None
    accepted: bool = False
    refused: bool = False


class Pacer:
    """The turnstile of one class of methods. All calls of the class pass it."""

    def __init__(
        self,
        limit: Limit,
        *,
        clock: Clock,
        in_flight: int,
        name: str,
        max_wait: float,
        preset: tuple[int, float] | None = None,
    ) -> None:
        """``limit`` is what earlier runs learned; it is changed in place."""
        self.limit = limit
        self.name = name
        self._clock = clock
        self._preset = preset
        self._max_wait = max_wait
        self._cap = asyncio.Semaphore(in_flight)
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._tickets: deque[Ticket] = deque(maxlen=_REMEMBERED)
        now = clock.monotonic()
        self._flood_until = now + limit.resume_at - clock.now() if limit.resume_at else now
        self._episode_at = now
        self._first_refusal = now
        self._resumed_at = now - HORIZON_S
        self._learning = False
        self._recovering = self._flooded(now)
        self._probe: Ticket | None = None
        self._held_since: float | None = None
        age = clock.now() - now
        for stamp in limit.recent:
            self._tickets.append(Ticket(sent=stamp - age, done=stamp - age, accepted=True))

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[Ticket]:
        """Wait until a request may be sent; held until its answer has come.

        Raises:
            FloodPause: Telegram asked for a pause longer than ``max_wait``.
        """
        async with self._cap:
            async with self._turn:
                await self._until_allowed()
                ticket = Ticket(sent=self._clock.monotonic())
                self._tickets.append(ticket)
                if self._recovering:
                    self._probe = ticket
            try:
                yield ticket
            finally:
                if ticket.done is None:
                    ticket.done = self._clock.monotonic()
                self._changed.set()

    def accepted(self, ticket: Ticket) -> bool:
        """The server took the request. True when this ended a flood."""
        now = self._clock.monotonic()
        ticket.done, ticket.accepted = now, True
        if self._recovering and ticket.sent >= self._flood_until:
            self._recovering, self._probe = False, None
            self._learn_window(ticket)
            self._resumed_at = ticket.sent
            self.limit.resume_at = 0.0
            return True
        self._maybe_press_harder(now)
        return False

    def refused(self, ticket: Ticket, seconds: float) -> bool:
        """The server asked for a pause. True when this begins one (and not: is part of one)."""
        now = self._clock.monotonic()
        ticket.done, ticket.refused = now, True
        until = now + max(seconds, 1.0) + random.uniform(0.05, 0.15)
        after_pause = not self._recovering or ticket.sent >= self._flood_until
        begins = after_pause and ticket.sent >= self._episode_at
        if begins:
            self._learn_refusal(ticket, again=self._recovering)
            self._recovering, self._episode_at = True, now
            self.limit.count_episode(self._clock.now())
        self._probe = None
        self._flood_until = max(self._flood_until, until)
        self.limit.resume_at = self._clock.now() + self._flood_until - now
        return begins

    def paused(self) -> bool:
        """Whether Telegram's last pause is still running."""
        return self._flooded(self._clock.monotonic())

    def remember(self) -> None:
        """Write into the limit what the next process must know about the last requests."""
        now, wall = self._clock.monotonic(), self._clock.now()
        window = self.limit.window or HORIZON_S
        stamps = [now if t.done is None else t.done for t in self._tickets if not t.refused]
        kept = [wall - (now - stamp) for stamp in stamps if stamp > now - window]
        self.limit.recent = kept[-(self.limit.burst or 0) :] if self.limit.burst else []

    def _flooded(self, now: float) -> bool:
        return now < self._flood_until

    async def _until_allowed(self) -> None:
        while True:
            self._changed.clear()
            delay = self._delay()
            if delay is None:
                await self._changed.wait()
            elif delay > 0:
                await self._clock.sleep(delay)
            else:
                return

    def _delay(self) -> float | None:
        """Seconds until the next request may go; none when that hangs on an answer."""
        now = self._clock.monotonic()
        if self._flooded(now):
            return self._flood_left(now)
        if self._recovering and self._probe is not None and self._probe.done is None:
            return None
        pair = self.limit.pair() or self._preset
        if pair is None:
            return 0.0
        burst, window = pair
        span = window * 1.01 + 0.02
        if not self._recovering:
            self._forget(now - max(HORIZON_S, 2 * span))
        live = [t for t in self._tickets if _counts(t, now - span)]
        excess = len(live) - burst
        if excess < 0:
            return 0.0
        self._held_since = self._held_since or now
        ends = sorted(t.done for t in live if t.done is not None)
        return ends[excess] + span - now if excess < len(ends) else None

    def _forget(self, since: float) -> None:
        while self._tickets and not _counts(self._tickets[0], since):
            self._tickets.popleft()

    def _flood_left(self, now: float) -> float:
        left = self._flood_until - now
        if left <= self._max_wait:
            return left
        raise too_long(left, self._max_wait, self.name, self._clock.now() + left)

    def _taken(self, before: Ticket) -> list[Ticket]:
        return [t for t in self._tickets if t.accepted and t is not before]

    def _learn_refusal(self, ticket: Ticket, *, again: bool) -> None:
        if not again:
            self._first_refusal = self._clock.monotonic()
        taken = self._taken(ticket)
        burst = self._burst(taken)
        self._held_since = None
        if self.limit.pair() is None:
            self._learning = self.limit.is_telling(burst, again=again)
            if not self._learning:
                return
        oldest = taken[-burst] if len(taken) >= burst else None
        evidence = ticket.sent - (oldest.done or 0.0) if oldest else 0.0
        self.limit.refused(evidence, again=again)

    def _learn_window(self, ticket: Ticket) -> None:
        """After a pause: by now all answers of the burst before it have come as well."""
        taken = self._taken(ticket)
        burst = self._burst(taken)
        self._held_since = None
        if len(taken) >= burst and (self._learning or self.limit.pair()):
            self.limit.burst = burst
            self.limit.accepted_after(ticket.sent - taken[-burst].sent, self._clock.now())

    def _burst(self, taken: list[Ticket]) -> int:
        """As learned, or else all that was taken between the last pause and the refusal."""
        known = self.limit.pair()
        if known is not None:
            return known[0]
        since = max(self._first_refusal - HORIZON_S, self._resumed_at)
        return max(1, sum(t.sent >= since for t in taken))

    def _maybe_press_harder(self, now: float) -> None:
        held = self._held_since
        if held is not None and now - held > self.limit.patience * (self.limit.window or 0.0):
            self.limit.press_harder()
            self._held_since = None


def _counts(ticket: Ticket, since: float) -> bool:
    return not ticket.refused and (ticket.done is None or ticket.done > since)
