"""Pacing of downloads: a learned rate of requests, kept to evenly.

A flood among downloads is a rate with a long penalty. So a rate is learned from the first
refusal, kept a little below what was accepted, and pressed again rarely and in small steps.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Sequence

from headrace.model.clock import Clock
from headrace.model.plan import Pace
from headrace.telegram.failures import too_long
from headrace.telegram.limits import Pauses
from headrace.telegram.pacing import Ticket

#: Requests a second while nothing was refused.
PRESETS: dict[Pace, float | None] = {Pace.GENTLE: 2.0, Pace.NORMAL: 20.0, Pace.FAST: None}
#: What is kept to of the rate that was accepted.
_SHARE = 0.85
#: A rate is pressed up to this share of the one that was refused, and beyond it rarely.
_NEAR = 0.9
_RARELY = 30.0
#: What the bucket holds: enough to make up for a busy moment.
_BURST_S = 0.1
_FIRST_INTERVAL_S = 10.0
_LONGEST_INTERVAL_S = 600.0
_STEP, _LONGEST_STEP = 1.05, 1.4
#: For so long a refusal is taken for the consequence of the last step up.
_PROBATION_S = 60.0
#: The windows in which a server may count.
_WINDOWS_S = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0)
_HORIZON_S = 2 * _WINDOWS_S[-1]
_REMEMBERED = 20_000
#: A first refusal after fewer requests explains nothing.
_TELLING = 10


class Rate(Pauses, kw_only=True, omit_defaults=True):
    """What is known of downloads; rates are requests a second."""

    #: None while nothing was refused.
    rate: float | None = None
    #: The rate at which requests were refused.
    ceiling: float | None = None
    #: Seconds between steps up; doubles with each that was refused.
    interval: float = _FIRST_INTERVAL_S
    #: Refusals in a row that explain nothing.
    strikes: int = 0
    #: Connections that were of use to a data centre; 0 while unknown.
    senders: int = 0


class RatePacer:
    """The turnstile of downloads: a bucket of tokens that a learned rate fills."""

    def __init__(
        self, limit: Rate, *, clock: Clock, name: str, max_wait: float, preset: float | None
    ) -> None:
        """``limit`` is what earlier runs learned; it is changed in place."""
        self.limit = limit
        self.name = name
        self._clock = clock
        self._max_wait = max_wait
        self._preset = preset
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._sent: deque[Ticket] = deque(maxlen=_REMEMBERED)
        now = clock.monotonic()
        self._flood_until = now + limit.resume_at - clock.now() if limit.resume_at else now
        self._recovering = now < self._flood_until
        self._episode_at = now
        self._probe: Ticket | None = None
        self._tokens, self._filled_at = 1.0, now
        self._stepped_at, self._before_step = now, 0.0
        self._step = _STEP
        self._held = False
        self._to_explain: Ticket | None = None

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[Ticket]:
        """Wait until a request may be sent.

        Raises:
            FloodPause: Telegram asked for a pause longer than ``max_wait``.
        """
        async with self._turn:
            await self._until_allowed()
            ticket = Ticket(sent=self._clock.monotonic())
            self._tokens -= 1
            self._sent.append(ticket)
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
            self._tokens, self._filled_at = 0.0, now
            self.limit.resume_at = 0.0
            return True
        self._maybe_step_up(now)
        return False

    def refused(self, ticket: Ticket, seconds: float) -> bool:
        """The server asked for a pause. True when this begins one (and not: is part of one)."""
        now = self._clock.monotonic()
        ticket.done, ticket.refused = now, True
        until = now + max(seconds, 1.0) + random.uniform(0.05, 0.15)
        after_pause = not self._recovering or ticket.sent >= self._flood_until
        begins = after_pause and ticket.sent >= self._episode_at
        if begins:
            self._to_explain = ticket
            self._recovering, self._episode_at = True, now
            self.limit.count_episode(self._clock.now())
        self._probe = None
        self._flood_until = max(self._flood_until, until)
        self.limit.resume_at = self._clock.now() + self._flood_until - now
        return begins

    def paused(self) -> bool:
        """Whether Telegram's last pause is still running."""
        return self._clock.monotonic() < self._flood_until

    def remember(self) -> None:
        """Write into the limit what the next process must know."""
        self._learn()

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
        left = self._flood_until - now
        if left > self._max_wait:
            raise too_long(left, self._max_wait, self.name, self._clock.now() + left)
        if left > 0:
            return left
        self._learn()
        if self._recovering:
            return None if self._probe is not None and self._probe.done is None else 0.0
        rate = self.limit.rate or self._preset
        if rate is None:
            return 0.0
        most = max(1.5, _BURST_S * rate)
        self._tokens = min(most, self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
        if self._tokens >= 1:
            return 0.0
        self._held = True
        return (1 - self._tokens) / rate + 1e-4

    def _learn(self) -> None:
        """One change a flood: back where a step up went too far, or else what was accepted.

        It is made at the end of the pause, when the fate of all that was in flight is known.
        """
        ticket, self._to_explain = self._to_explain, None
        if ticket is None:
            return
        limit, now = self.limit, self._clock.monotonic()
        if limit.rate and self._before_step and ticket.sent - self._stepped_at < _PROBATION_S:
            limit.ceiling, limit.rate = limit.rate, self._before_step
            limit.interval = min(2 * limit.interval, _LONGEST_INTERVAL_S)
        else:
            stamps = sorted(one.sent for one in self._sent if not one.refused)
            stamps = stamps[: bisect_right(stamps, ticket.sent)]
            self._learn_from([at for at in stamps if at > ticket.sent - _HORIZON_S], ticket.sent)
        self._step = _STEP
        self._stepped_at, self._before_step, self._held = now, 0.0, False

    def _learn_from(self, stamps: Sequence[float], refused_at: float) -> None:
        limit = self.limit
        if limit.rate is None and len(stamps) < _TELLING and not limit.strikes:
            limit.strikes = 1
            return
        limit.strikes = 0
        accepted = accepted_rate(stamps, refused_at)
        if accepted is not None and (limit.rate is None or accepted * _SHARE < limit.rate):
            limit.rate, limit.ceiling = accepted * _SHARE, accepted
        elif limit.rate is not None:
            # Somebody else uses the account, or the limit has become stricter.
            limit.rate *= _SHARE

    def _maybe_step_up(self, now: float) -> None:
        """Press the limit where it has held requests back for long enough."""
        limit = self.limit
        if limit.rate is None or not self._held:
            return
        is_near = limit.ceiling is not None and limit.rate * self._step > _NEAR * limit.ceiling
        if now - self._stepped_at < limit.interval * (_RARELY if is_near else 1.0):
            return
        if limit.ceiling is not None and limit.rate > limit.ceiling:
            limit.ceiling = None
        if limit.ceiling is None:
            self._step = min(1 + 2 * (self._step - 1), _LONGEST_STEP)
        self._before_step, self._stepped_at, self._held = limit.rate, now, False
        limit.rate *= self._step


def accepted_rate(stamps: Sequence[float], refused_at: float) -> float | None:
    """Requests a second that a server took which refused one at ``refused_at``.

    ``stamps``: when those that it took were sent, rising. A server that counts in a window
    refuses when its count is full; so a window in which it took more before is not the one.
    """
    for window in _WINDOWS_S:
        count = len(stamps) - bisect_right(stamps, refused_at - window)
        if count and _most_within(stamps, window) <= 1.1 * count + 0.5:
            return count / window
    return None


def _most_within(stamps: Sequence[float], window: float) -> int:
    most = first = 0
    for last, at in enumerate(stamps):
        while stamps[first] <= at - window:
            first += 1
        most = max(most, last - first + 1)
    return most
