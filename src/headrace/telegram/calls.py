"""The gate: every request of headrace passes here and nowhere else.

It lets only listed methods through, gives each a deadline, understands each error once,
waits out pauses in place, makes the connection anew, and repeats the same request.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from telethon.tl.functions import PingRequest

from headrace import errors
from headrace.model.job import Wait
from headrace.telegram.failures import (
    Failure,
    Verdict,
    classify,
    not_allowed,
    translate,
    unreachable,
)
from headrace.telegram.link import Link
from headrace.telegram.methods import READING, MethodClass, Methods, find_method
from headrace.telegram.pacing import Ticket
from headrace.telegram.proxy import ProxyFailed
from headrace.telegram.traffic import OnWait, Pacer, Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one attempt; ``seconds`` of it were waited for a turn and the answer."""

    failure: Failure | None = None
    answer: Any = None
    seconds: float = 0.0


class Gate:
    """Sends requests over one link at a time, which it makes with ``dial``."""

    def __init__(
        self,
        dial: Callable[[], Awaitable[Link]],
        traffic: Traffic,
        *,
        methods: Methods = READING,
        expected: frozenset[str] = frozenset(),
    ) -> None:
        """``dial`` opens a checked link, or raises an error of headrace or ``OSError``.

        ``traffic`` is that of the account. ``methods`` is all that passes. Refusals with the
        codes of ``expected`` are answers like others: they are raised as ``Rejected`` at once,
        whatever they mean elsewhere.
        """
        self._dial = dial
        self._traffic = traffic
        self._clock = traffic.clock
        self._patience = traffic.patience
        self._methods = methods
        self._expected = expected
        self._link: Link | None = None
        self._dialling = asyncio.Lock()
        self._silent_losses = 0
        self._heard = self._clock.monotonic()

    @property
    def traffic(self) -> Traffic:
        """What all connections of the account share."""
        return self._traffic

    def requests(self) -> dict[str, int]:
        """How often each method was sent for the account."""
        return self._traffic.requests()

    def watch_waits(self, listener: OnWait) -> Callable[[], None]:
        """Tell ``listener`` of every pause of the account, and of its end; returns what ends it."""
        return self._traffic.watch_waits(listener)

    async def call(self, request: Any) -> Any:
        """The answer to a request, however many attempts that takes.

        Raises:
            MethodNotAllowed: the request is not on the list; nothing was sent.
            Unreadable: the answer holds something unknown.
            FloodPause: Telegram wants a longer pause than allowed.
            AccountLost: at once, whatever the request was waiting for.
            TelegramError: Telegram refused for good, or cannot be reached.
        """
        name, kind = self._listed(request)
        async with self._traffic.running():
            attempts = 0
            while True:
                failure, answer = await self._attempt(request, name, kind)
                if failure is None:
                    return answer
                if failure.verdict is Verdict.RETRY:
                    attempts += 1
                    if attempts > self._patience.retries:
                        raise translate(failure, name)
                    await self._clock.sleep(self._patience.backoff(attempts))
                elif failure.verdict not in (Verdict.WAIT, Verdict.RECONNECT):
                    raise self._final(failure, name)

    async def attempt(self, request: Any, deadline: float, earlier: int = 0) -> Outcome:
        """One attempt within so many seconds; whoever asks decides where it is repeated.

        ``earlier`` attempts at the same came to nothing: after another error of the server's
        this returns only after a pause. A connection on which other answers came meanwhile
        outlives a missed deadline.

        Raises:
            MethodNotAllowed, FloodPause, AccountLost: as with ``call``.
            ConnectionLost: so many connections in a row came to nothing.
        """
        name, kind = self._listed(request)
        async with self._traffic.running():
            began = self._clock.monotonic()
            failure, answer = await self._attempt(request, name, kind, deadline)
            took = self._clock.monotonic() - began
            if failure is None:
                return Outcome(answer=answer, seconds=took)
            if failure.verdict is Verdict.ACCOUNT_LOST:
                raise self._final(failure, name)
            if failure.verdict is Verdict.RETRY and failure.code != "DEADLINE":
                await self._clock.sleep(self._patience.backoff(earlier + 1))
            return Outcome(failure=failure, seconds=took)

    async def connect(self) -> None:
        """Connect now rather than with the first request."""
        async with self._traffic.running():
            await self._connected()

    @property
    def is_connected(self) -> bool:
        """Whether a request would find a connection."""
        return self._link is not None and self._link.alive

    async def hang_up(self) -> None:
        """End the connection; what is in flight fails."""
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    async def start(self) -> None:
        """Connect now rather than with the first request; tell of a pause that still runs."""
        self._traffic.tell_of_pauses()
        await self._connected()

    async def close(self) -> None:
        """Hang up and keep what was learned."""
        await self.hang_up()
        self._traffic.save()

    def _listed(self, request: Any) -> tuple[str, MethodClass]:
        method = find_method(request, self._methods)
        if method is None:
            raise not_allowed(type(request).__name__)
        return method

    def _final(self, failure: Failure, name: str) -> errors.HeadraceError:
        error = translate(failure, name)
        if isinstance(error, errors.AccountLost):
            self._traffic.lose_account(error)
        return error

    async def _attempt(
        self, request: Any, name: str, kind: MethodClass, deadline: float | None = None
    ) -> tuple[Failure | None, Any]:
        self._traffic.check()
        pacer = self._traffic.pacer(kind)
        async with pacer.slot() as ticket:
            link = await self._connected()
            ticket.sent = self._clock.monotonic()
            self._traffic.sent[name] += 1
            try:
                answer = await link.send(request, deadline or self._deadline(kind))
            except errors.HeadraceError:
                raise
            except Exception as exc:  # noqa: BLE001 - classify is total
                failure = self._understood(exc)
            else:
                self._heard_from()
                self._traffic.accepted(pacer, ticket)
                return None, answer
            slow = failure.code == "DEADLINE" and deadline and self._heard > ticket.sent
            await self._settle(failure, pacer, ticket, None if slow else link)
        if failure.verdict is Verdict.WAIT and failure.files_only and kind is not MethodClass.FILES:
            await self._clock.sleep(failure.seconds)
        return failure, None

    async def _settle(
        self, failure: Failure, pacer: Pacer, ticket: Ticket, link: Link | None
    ) -> None:
        """Draw the consequences that concern more than the one request.

        Without a ``link``, other answers have shown that it is well.
        """
        lost = failure.verdict is Verdict.RECONNECT or failure.code == "DEADLINE"
        if lost or failure.code == "TRANSPORT_FLOOD":
            self._traffic.absence.begin(failure.seconds)
            await self._lose(link)
        else:
            self._heard_from()
        if failure.verdict is Verdict.WAIT:
            self._traffic.refused(failure, pacer, ticket)
        elif not lost:
            pacer.accepted(ticket)

    def _understood(self, exc: Exception) -> Failure:
        failure = classify(exc)
        if failure.code in self._expected:
            return replace(failure, verdict=Verdict.ITEM_LOST)
        return failure

    def _heard_from(self) -> None:
        self._silent_losses = 0
        self._heard = self._clock.monotonic()

    async def _connected(self) -> Link:
        """The one link; concurrent callers wait for the same new one."""
        async with self._dialling:
            self._traffic.check()
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
            waited |= await self._traffic.absence.sit_out(self._traffic.tell)
            if self._silent_losses:
                waited = True
                await self._back_off()
            self._traffic.sent["help.getConfig"] += 1
            try:
                self._link = await self._dial()
            except errors.AccountLost as exc:
                self._traffic.lose_account(exc)
            except errors.FloodPause as exc:
                self._traffic.absence.begin(exc.resume_at - self._clock.now())
                continue
            except OSError as exc:  # TimeoutError and ConnectionError are among them
                self._count_loss(exc)
                continue
            self._heard = self._clock.monotonic()
            if waited:
                self._traffic.tell(None)
            return self._link

    async def _lose(self, link: Link | None) -> None:
        """The link is useless; whoever comes first says so."""
        if link is not None and self._link is link:
            self._link = None
            await link.close()
            self._count_loss(None)

    def _count_loss(self, cause: OSError | None) -> None:
        self._silent_losses += 1
        if self._silent_losses >= self._patience.connections:
            why = str(cause) if isinstance(cause, ProxyFailed) else ""
            raise unreachable(self._silent_losses, why) from cause

    async def _back_off(self) -> None:
        seconds = self._patience.backoff(self._silent_losses)
        until = self._clock.now() + seconds
        today = self._silent_losses
        self._traffic.tell(Wait(until=until, reason="connection", method="", today=today))
        await self._clock.sleep(seconds)

    async def _breathes(self, link: Link) -> bool:
        self._traffic.sent["ping"] += 1
        try:
            await link.send(PingRequest(random.getrandbits(62)), self._patience.connect)
        except Exception as exc:
            failure = classify(exc)
            if failure.verdict is Verdict.ACCOUNT_LOST:
                raise self._final(failure, "ping") from exc
            self._traffic.absence.begin(failure.seconds)
            return False
        self._heard = self._clock.monotonic()
        return True

    def _deadline(self, kind: MethodClass) -> float:
        return self._patience.part if kind is MethodClass.FILES else self._patience.answer
