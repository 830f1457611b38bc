"""Signing in: a key of its own, a code or a scanned picture, the second password, a session.

What is sent passes a gate of its own, with a list of its own (``methods.SIGNING_IN``).
Nothing is written before Telegram has said who signed in.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Self

from telethon.password import compute_check
from telethon.tl import types
from telethon.tl.functions import account, auth, users

from headrace import errors
from headrace.model.clock import Clock
from headrace.model.login import Login, Notice
from headrace.telegram.calls import Gate
from headrace.telegram.client import Application, Dialler, check_crypto
from headrace.telegram.failures import Rejected, Verdict
from headrace.telegram.link import Endpoint
from headrace.telegram.login_answers import (
    EXPECTED,
    address_of,
    described,
    display_name,
    final,
    login_url,
    password_unknown,
)
from headrace.telegram.methods import SIGNING_IN
from headrace.telegram.patience import Patience
from headrace.telegram.session import DataCentre, Session
from headrace.telegram.traffic import OnWait, Traffic

#: Telegram names a data centre at most twice: where the number lives, and where the account is.
_MOVES = 3
_PHONE_TRIES = 3


@dataclass(slots=True, kw_only=True)
class _Door:
    """One data centre, and the way to it."""

    dialler: Dialler
    gate: Gate


class SignIn:
    """One attempt to sign in; use it as ``async with SignIn(…) as it: await it.run()``."""

    def __init__(
        self,
        first: Endpoint,
        application: Application,
        person: Login,
        *,
        clock: Clock,
        patience: Patience,
        on_wait: OnWait | None = None,
    ) -> None:
        """``first``: the data centre to begin with, its key empty."""
        check_crypto()
        self._application = application
        self._person = person
        self._clock = clock
        self._patience = patience
        self._on_wait = on_wait
        self._scanned = asyncio.Event()
        self._moves = 0
        self._door = self._open(first)

    async def __aenter__(self) -> Self:
        """Connect now, so that a server out of reach is told before any question."""
        try:
            await self._door.gate.start()
        except BaseException:
            await self._door.gate.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        await self._door.gate.close()

    async def run(self, *, by_qr: bool = False) -> Session:
        """Ask the person until somebody is signed in.

        Raises:
            SignInFailed: Telegram refuses for good; the sentence says why.
            FloodPause, ConnectionLost, ConfigError: as they say.
        """
        try:
            signed_in = await (self._by_qr() if by_qr else self._by_phone())
        except Rejected as exc:
            raise final(exc.code) from exc
        if isinstance(signed_in, types.auth.AuthorizationSignUpRequired):
            raise final("PHONE_NUMBER_UNOCCUPIED")
        return self._session(signed_in.user)

    def _session(self, user: Any) -> Session:
        end = self._door.dialler.endpoint
        centre = DataCentre(id=end.dc, host=end.host, port=end.port, key=end.key)
        return Session(
            user_id=user.id,
            name=display_name(user),
            api_id=self._application.api_id,
            api_hash=self._application.api_hash,
            home=end.dc,
            centres={end.dc: centre},
        )

    def _open(self, endpoint: Endpoint) -> _Door:
        dialler = Dialler(
            endpoint=endpoint,
            application=self._application,
            clock=self._clock,
            patience=self._patience,
            on_update=self._hear,
        )
        traffic = Traffic(clock=self._clock, patience=self._patience, on_wait=self._on_wait)
        gate = Gate(dialler.dial, traffic, methods=SIGNING_IN, expected=EXPECTED)
        return _Door(dialler=dialler, gate=gate)

    async def _call(self, request: Any) -> Any:
        """The answer, from whichever data centre gives it."""
        while True:
            try:
                return await self._door.gate.call(request)
            except Rejected as exc:
                if exc.verdict is not Verdict.MIGRATE:
                    raise
                await self._move(exc.dc)

    async def _move(self, dc: int) -> None:
        """Go to another data centre, with a key of its own."""
        self._moves += 1
        if self._moves > _MOVES:
            raise errors.ServerMisbehaves("Telegram sends from one data centre to the next.")
        dialler = self._door.dialler
        address = address_of(dialler.config, dc, dialler.endpoint.proxy)
        old, self._door = self._door, self._open(address)
        await old.gate.close()
        await self._door.gate.start()

    async def _by_phone(self) -> Any:
        phone, sent = await self._number()
        if not phone:
            return await self._by_qr()
        while True:
            code = await self._person.code(described(sent))
            if not code:
                sent = await self._send_again(phone, sent)
                continue
            try:
                return await self._enter(phone, sent, code)
            except Rejected as exc:
                if exc.code in {"PHONE_CODE_INVALID", "PHONE_CODE_EMPTY"}:
                    self._person.notice(Notice.WRONG_CODE)
                elif exc.code == "PHONE_CODE_EXPIRED":
                    sent = await self._send(phone)
                    self._person.notice(Notice.EXPIRED_CODE)
                else:
                    raise

    async def _number(self) -> tuple[str, Any]:
        """A number that Telegram takes, and the code sent to it; an empty one for a QR code."""
        for attempt in range(1, _PHONE_TRIES + 1):
            phone = "".join(c for c in await self._person.phone() if c.isdigit())
            if not phone:
                break
            try:
                return phone, await self._send(phone)
            except Rejected as exc:
                if exc.code != "PHONE_NUMBER_INVALID" or attempt == _PHONE_TRIES:
                    raise
                self._person.notice(Notice.WRONG_PHONE)
        return "", None

    async def _send(self, phone: str) -> Any:
        app = self._application
        settings = types.CodeSettings()
        return await self._call(auth.SendCodeRequest(phone, app.api_id, app.api_hash, settings))

    async def _send_again(self, phone: str, sent: Any) -> Any:
        try:
            return await self._call(auth.ResendCodeRequest(phone, sent.phone_code_hash))
        except Rejected as exc:
            if exc.code == "PHONE_CODE_EXPIRED":
                return await self._send(phone)
            if exc.code != "SEND_CODE_UNAVAILABLE":
                raise
            self._person.notice(Notice.NO_OTHER_WAY)
            return sent

    async def _enter(self, phone: str, sent: Any, code: str) -> Any:
        request = auth.SignInRequest(phone, sent.phone_code_hash, phone_code=code)
        try:
            return await self._call_once(request)
        except Rejected as exc:
            if exc.code == "SESSION_PASSWORD_NEEDED":
                return await self._by_password()
            raise

    async def _call_once(self, request: Any) -> Any:
        """The answer to what works only once; it may have worked before a lost connection."""
        before = self._door.gate.requests()["help.getConfig"]
        try:
            return await self._call(request)
        except Rejected:
            if self._door.gate.requests()["help.getConfig"] == before:
                raise
            if (user := await self._signed_in()) is None:
                raise
            return types.auth.Authorization(user=user)

    async def _signed_in(self) -> Any:
        try:
            found = await self._call(users.GetUsersRequest([types.InputUserSelf()]))
        except Rejected:
            return None
        return found[0] if found else None

    async def _by_password(self) -> Any:
        while True:
            asked = await self._call(account.GetPasswordRequest())
            password = await self._person.password(asked.hint or "")
            if not password:
                continue
            try:
                proof = await asyncio.to_thread(compute_check, asked, password)
            except (ValueError, TypeError) as exc:
                raise password_unknown() from exc
            try:
                return await self._call_once(auth.CheckPasswordRequest(proof))
            except Rejected as exc:
                if exc.code == "PASSWORD_HASH_INVALID":
                    self._person.notice(Notice.WRONG_PASSWORD)
                elif exc.code not in {"SRP_ID_INVALID", "SRP_PASSWORD_CHANGED"}:
                    raise

    async def _by_qr(self) -> Any:
        app = self._application
        request = auth.ExportLoginTokenRequest(app.api_id, app.api_hash, except_ids=[])
        try:
            while True:
                self._scanned.clear()
                answer = await self._call(request)
                if isinstance(answer, types.auth.LoginTokenMigrateTo):
                    await self._move(answer.dc_id)
                    answer = await self._call(auth.ImportLoginTokenRequest(answer.token))
                if isinstance(answer, types.auth.LoginTokenSuccess):
                    return answer.authorization
                await self._shown(answer)
        except Rejected as exc:
            if exc.code == "SESSION_PASSWORD_NEEDED":
                return await self._by_password()
            raise

    async def _shown(self, token: Any) -> None:
        """Show a token until it is scanned or expires."""
        seconds = max(1.0, token.expires.timestamp() - self._clock.now())
        self._person.scan(login_url(token.token), seconds)
        waiting = asyncio.ensure_future(self._scanned.wait())
        over = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({waiting, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            over.cancel()

    def _hear(self, update: Any) -> None:
        told = getattr(update, "update", update)
        if isinstance(told, types.UpdateLoginToken):
            self._scanned.set()
