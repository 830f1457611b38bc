"""Traffic: what all connections of one account share, whichever data centre they lead to.

Telegram limits accounts, not connections; and when it ends an account, it ends all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import NoReturn

from headrace import errors
from headrace.model.clock import Clock
from headrace.model.job import Wait
from headrace.model.plan import Pace
from headrace.telegram import pacing, rates
from headrace.telegram.absence import Absence
from headrace.telegram.failures import Failure
from headrace.telegram.methods import MethodClass
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.patience import Patience

Pacer = pacing.Pacer | rates.RatePacer
OnWait = Callable[[Wait | None], None]


class Traffic:
    """Limits by class of methods, pauses, counts of requests, and the account's end."""

    def __init__(
        self,
        *,
        clock: Clock,
        pace: Pace = Pace.NORMAL,
        book: PaceBook | None = None,
        patience: Patience | None = None,
        on_wait: OnWait | None = None,
    ) -> None:
        """``book`` keeps what is learned beyond this process; ``on_wait`` hears of pauses."""
        self.clock = clock
        self.patience = patience or Patience()
        self.sent: Counter[str] = Counter()
        self.absence = Absence(clock, self.patience.max_wait)
        self.pace = pace
        self._book = book or PaceBook()
        self._listeners: list[OnWait] = [] if on_wait is None else [on_wait]
        self._lost: errors.AccountLost | None = None
        self._calls: set[asyncio.Timeout] = set()
        self._pacers = {kind: self._pacer(kind, pace) for kind in MethodClass}

    def requests(self) -> dict[str, int]:
        """How often each method was sent, refused and repeated ones included."""
        return dict(sorted(self.sent.items()))

    def watch_waits(self, listener: OnWait) -> Callable[[], None]:
        """Tell ``listener`` too of the pauses that go on, of every other, and of its end.

        Returns what ends that.
        """
        self._listeners.append(listener)
        for pacer in self._pacers.values():
            if pacer.paused():
                listener(_wait_of(pacer))
        return partial(self._listeners.remove, listener)

    def tell(self, wait: Wait | None) -> None:
        """Tell of a pause, or that it is over."""
        for listener in tuple(self._listeners):
            listener(wait)

    def tell_of_pauses(self) -> None:
        """Tell of the pauses of an earlier run that go on."""
        for pacer in self._pacers.values():
            if pacer.paused():
                self.tell(_wait_of(pacer))

    def pacer(self, kind: MethodClass) -> Pacer:
        """The turnstile of a class of methods."""
        return self._pacers[kind]

    def accepted(self, pacer: Pacer, ticket: pacing.Ticket) -> None:
        """A request was answered."""
        if pacer.accepted(ticket):
            self.save()
            self.tell(None)

    def refused(self, failure: Failure, pacer: Pacer, ticket: pacing.Ticket) -> None:
        """A request was told to wait; downloads wait for their own class."""
        if failure.files_only:
            pacer = self._pacers[MethodClass.FILES]
        if pacer.refused(ticket, failure.seconds):
            self.save()
            self.tell(_wait_of(pacer))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let the loss of the account end what runs inside, whatever it waits for.

        Raises:
            AccountLost: the account is lost, by now or before.
        """
        self.check()
        try:
            # Without a deadline: it is only there for ``lose_account`` to end it from outside.
            async with asyncio.timeout(None) as call:
                self._calls.add(call)
                try:
                    yield
                finally:
                    self._calls.discard(call)
        except TimeoutError:
            self.check()
            raise

    def check(self) -> None:
        """Raise what ended the account, if it has ended."""
        if self._lost is not None:
            raise self._lost

    def lose_account(self, error: errors.AccountLost) -> NoReturn:
        """After the loss of the account no request may follow, and none is waited for."""
        if self._lost is None:
            self._lost = error
            now = asyncio.get_running_loop().time()
            for call in self._calls:
                call.reschedule(now)
        raise self._lost

    def save(self) -> None:
        """Keep what was learned."""
        for pacer in self._pacers.values():
            pacer.remember()
        self._book.save()

    @property
    def rate(self) -> rates.Rate:
        """What is known of downloads, kept in the book."""
        return self._book.rate

    def least_seconds(self, history: int, files: int) -> float:
        """How long so many requests take by what was learned (see ``PaceBook``)."""
        return self._book.least_seconds(history, files)

    def _pacer(self, kind: MethodClass, pace: Pace) -> Pacer:
        if kind is MethodClass.FILES:
            return rates.RatePacer(
                self._book.rate,
                clock=self.clock,
                name=kind,
                max_wait=self.patience.max_wait,
                preset=rates.PRESETS[pace],
            )
        return pacing.Pacer(
            self._book.limit(kind),
            clock=self.clock,
            in_flight=pacing.IN_FLIGHT[pace],
            name=kind,
            max_wait=self.patience.max_wait,
            preset=None if kind is MethodClass.OTHER else pacing.PRESETS[pace],
        )


def _wait_of(pacer: Pacer) -> Wait:
    limit = pacer.limit
    return Wait(until=limit.resume_at, reason="flood", method=pacer.name, today=limit.pauses)
