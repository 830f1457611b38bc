"""The gate: every request of headrace passes here and nowhere else.

It lets only reading methods through, gives each a deadline, understands each error once,
waits out pauses in place, makes the connection anew, and repeats the same request.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from telethon.tl.functions import PingRequest

from headrace import errors
from headrace.model.clock import Clock
from headrace.model.job import Wait
from headrace.model.plan import Pace
from headrace.telegram import failures, pacing
from headrace.telegram.failures import Failure, Verdict, classify, translate
from headrace.telegram.link import Link
from headrace.telegram.methods import READING, MethodClass, Methods, find_method
from headrace.telegram.pace_book import PaceBook
from headrace.telegram.proxy import ProxyFailed

OnWait = Callable[[Wait | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long and how often; all times in seconds."""

    connect: float = 30.0
    answer: float = 60.0
    part: float = 90.0
    #: The longest pause that is waited out; their sum is not limited.
    max_wait: float = 900.0
    #: Repetitions of one request after server errors and missed deadlines.
    retries: int = 5
    #: Connections in a row that broke or failed without a single answer.
    connections: int = 8
    first_backoff: float = 0.5
    longest_backoff: float = 30.0
    #: A link this long idle is asked for a sign of life before it is used.
    idle: float = 50.0


def _say_nothing(_wait: Wait | None) -> None:
    pass


class Gate:
    """Sends requests over one link at a time, which it makes with ``dial``."""

    def __init__(
        self,
        dial: Callable[[], Awaitable[Link]],
        *,
        clock: Clock,
        pace: Pace = Pace.NORMAL,
        book: PaceBook | None = None,
        patience: Patience | None = None,
        on_wait: OnWait | None = None,
        methods: Methods = READING,
        expected: frozenset[str] = frozenset(),
    ) -> None:
        """``dial`` opens a checked link, or raises an error of headrace or ``OSError``.

        ``methods`` is all that passes. Refusals with the codes of ``expected`` are answers
        like others: they are raised as ``Rejected`` at once, whatever they mean elsewhere.
        """
        self._dial = dial
        self._clock = clock
        self._patience = patience or Patience()
        self._book = book or PaceBook()
        self._on_wait = on_wait or _say_nothing
        self._methods = methods
        self._expected = expected
        self._link: Link | None = None
        self._dialling = asyncio.Lock()
        self._silent_losses = 0
        self._fatal: errors.AccountLost | None = None
        self._calls: set[asyncio.Timeout] = set()
        self._heard = clock.monotonic()
        self._sent: Counter[str] = Counter()
        self._pacers = {kind: self._pacer(kind, pace) for kind in MethodClass}

    def requests(self) -> dict[str, int]:
        """How often each method was sent, refused and repeated ones included."""
        return dict(sorted(self._sent.items()))

    def watch_waits(self, listener: OnWait) -> None:
        """Tell ``listener`` of every pause from now on, and of its end."""
        self._on_wait = listener

    async def call(self, request: Any) -> Any:
        """The answer to a reading request.

        Raises:
            MethodNotAllowed: the request is not on the list; nothing was sent.
            Unreadable: the answer holds something unknown.
            FloodPause: Telegram wants a longer pause than allowed.
            AccountLost: at once, whatever the request was waiting for.
            TelegramError: Telegram refused for good, or cannot be reached.
        """
        method = find_method(request, self._methods)
        if method is None:
            raise failures.not_allowed(type(request).__name__)
        try:
            # Without a deadline: it is only there for ``_end_all`` to end the call from outside.
            async with asyncio.timeout(None) as call:
                self._calls.add(call)
                try:
                    return await self._persist(request, *method)
                finally:
                    self._calls.discard(call)
        except TimeoutError:
            if self._fatal is None:
                raise
            raise self._fatal from None

    async def _persist(self, request: Any, name: str, kind: MethodClass) -> Any:
        attempts = 0
        while True:
            failure, answer = await self._attempt(request, name, kind)
            if failure is None:
                return answer
            if failure.verdict is Verdict.RETRY:
                attempts += 1
                if attempts > self._patience.retries:
                    raise translate(failure, name)
                await self._clock.sleep(self._backoff(attempts))
            elif failure.verdict not in (Verdict.WAIT, Verdict.RECONNECT):
                error = translate(failure, name)
                if isinstance(error, errors.AccountLost):
                    self._end_all(error)
                raise error

    def _end_all(self, error: errors.AccountLost) -> NoReturn:
        """After the loss of the account no request may follow, and none is waited for."""
        if self._fatal is None:
            self._fatal = error
            now = asyncio.get_running_loop().time()
            for call in self._calls:
                call.reschedule(now)
        raise self._fatal

    async def start(self) -> None:
        """Connect now rather than with the first request; tell of a pause that still runs."""
        for pacer in self._pacers.values():
            if pacer.paused():
                self._tell(pacer)
        await self._connected()

    async def close(self) -> None:
        """Hang up and keep what was learned."""
        link, self._link = self._link, None
        if link is not None:
            await link.close()
        self._save()

    async def _attempt(
        self, request: Any, name: str, kind: MethodClass
    ) -> tuple[Failure | None, Any]:
        if self._fatal is not None:
            raise self._fatal
        pacer = self._pacers[kind]
        async with pacer.slot() as ticket:
            link = await self._connected()
            ticket.sent = self._clock.monotonic()
            self._sent[name] += 1
            try:
                answer = await link.send(request, self._deadline(kind))
            except errors.HeadraceError:
                raise
            except Exception as exc:  # noqa: BLE001 - classify is total
                failure = self._understood(exc)
            else:
                self._answered(pacer, ticket)
                return None, answer
            await self._settle(failure, pacer, ticket, link)
        if failure.verdict is Verdict.WAIT and failure.files_only and kind is not MethodClass.FILES:
            await self._clock.sleep(failure.seconds)
        return failure, None

    def _answered(self, pacer: pacing.Pacer, ticket: pacing.Ticket) -> None:
        self._silent_losses = 0
        self._heard = self._clock.monotonic()
        if pacer.accepted(ticket):
            self._save()
            self._on_wait(None)

    async def _settle(
        self, failure: Failure, pacer: pacing.Pacer, ticket: pacing.Ticket, link: Link
    ) -> None:
        """Draw the consequences that concern more than the one request."""
        lost = failure.verdict is Verdict.RECONNECT or failure.code == "DEADLINE"
        if lost or failure.code == "TRANSPORT_FLOOD":
            await self._lose(link)
        else:
            self._silent_losses = 0
            self._heard = self._clock.monotonic()
        if failure.verdict is Verdict.WAIT:
            self._pause(failure, pacer, ticket)
        elif not lost:
            pacer.accepted(ticket)

    def _pause(self, failure: Failure, pacer: pacing.Pacer, ticket: pacing.Ticket) -> None:
        if failure.files_only:
            pacer = self._pacers[MethodClass.FILES]
        if pacer.refused(ticket, failure.seconds):
            self._save()
            self._tell(pacer)

    def _tell(self, pacer: pacing.Pacer) -> None:
        limit = pacer.limit
        wait = Wait(until=limit.resume_at, reason="flood", method=pacer.name, today=limit.pauses)
        self._on_wait(wait)

    def _understood(self, exc: Exception) -> Failure:
        failure = classify(exc)
        if failure.code in self._expected:
            return replace(failure, verdict=Verdict.ITEM_LOST)
        return failure

    async def _connected(self) -> Link:
        """The one link; concurrent callers wait for the same new one."""
        async with self._dialling:
            if self._fatal is not None:
                raise self._fatal
            if self._link is not None and self._link.alive:
                if self._clock.monotonic() - self._heard < self._patience.idle:
                    return self._link
                if await self._breathes(self._link):
                    return self._link
            return await self._connect()

    async def _connect(self) -> Link:
        waited = False
        while True:
            if self._link is not None:
                await self._link.close()
                self._link = None
            if self._silent_losses:
                waited = True
                await self._back_off()
            self._sent["help.getConfig"] += 1
            try:
                self._link = await self._dial()
            except errors.AccountLost as exc:
                self._end_all(exc)
            except OSError as exc:  # TimeoutError and ConnectionError are among them
                self._count_loss(exc)
                continue
            self._heard = self._clock.monotonic()
            if waited:
                self._on_wait(None)
            return self._link

    async def _lose(self, link: Link) -> None:
        """The link is useless; whoever comes first says so."""
        if self._link is link:
            self._link = None
            await link.close()
            self._count_loss(None)

    def _count_loss(self, cause: OSError | None) -> None:
        self._silent_losses += 1
        if self._silent_losses >= self._patience.connections:
            why = str(cause) if isinstance(cause, ProxyFailed) else ""
            raise failures.unreachable(self._silent_losses, why) from cause

    async def _back_off(self) -> None:
        seconds = self._backoff(self._silent_losses)
        until = self._clock.now() + seconds
        self._on_wait(Wait(until=until, reason="connection", method="", today=self._silent_losses))
        await self._clock.sleep(seconds)

    def _backoff(self, attempt: int) -> float:
        """Grows with each attempt, capped; jittered, so that many clients do not march in step."""
        seconds: float = self._patience.first_backoff * 2 ** (attempt - 1)
        return min(seconds, self._patience.longest_backoff) * random.uniform(0.7, 1.3)

    async def _breathes(self, link: Link) -> bool:
        self._sent["ping"] += 1
        try:
            await link.send(PingRequest(random.getrandbits(62)), self._patience.connect)
        except Exception:  # noqa: BLE001 - whatever is wrong, dialling anew finds it out
            return False
        self._heard = self._clock.monotonic()
        return True

    def _deadline(self, kind: MethodClass) -> float:
        return self._patience.part if kind is MethodClass.FILES else self._patience.answer

    def _pacer(self, kind: MethodClass, pace: Pace) -> pacing.Pacer:
        return pacing.Pacer(
            self._book.limit(kind),
            clock=self._clock,
            in_flight=pacing.IN_FLIGHT[pace],
            name=kind,
            max_wait=self._patience.max_wait,
            preset=None if kind is MethodClass.OTHER else pacing.PRESETS[pace],
        )

    def _save(self) -> None:
        for pacer in self._pacers.values():
            pacer.remember()
        self._book.save()
