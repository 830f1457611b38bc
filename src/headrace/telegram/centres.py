"""Data centres: one connection of its own for whoever asks, with a key that is let in.

An account signs in at one data centre. To read a file in another one, a key is agreed there
and the login carried over, once; the key is kept in the session.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from telethon.tl.functions import auth

from headrace import errors
from headrace.telegram.calls import Gate
from headrace.telegram.failures import Rejected
from headrace.telegram.link import Endpoint, Link
from headrace.telegram.login_answers import address_of
from headrace.telegram.session import DataCentre, Session
from headrace.telegram.traffic import Traffic

if TYPE_CHECKING:
    from headrace.telegram.client import Dialler

#: Away from home these say that a key is not let in (any more); the account may be well.
OUTSIDE = frozenset({"AUTH_KEY_UNREGISTERED", "AUTH_BYTES_INVALID"})
#: A login is carried over so often before the data centre is given up.
_TIMES = 3
Keep = Callable[[Session], None]


class Centres:
    """The data centres of one account."""

    def __init__(self, home: Dialler, gate: Gate, session: Session, keep: Keep | None) -> None:
        """``home`` and ``gate``: the main connection; ``keep`` saves the session that grew."""
        self._home = home
        self._gate = gate
        self._session = session
        self._keep = keep
        self._admitting: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._admissions: defaultdict[int, int] = defaultdict(int)

    @property
    def home(self) -> int:
        """The data centre of the main connection."""
        return self._home.endpoint.dc

    @property
    def gate(self) -> Gate:
        """The main connection."""
        return self._gate

    @property
    def traffic(self) -> Traffic:
        """What all connections share."""
        return self._gate.traffic

    def open_gate(self, dc: int) -> Gate:
        """A gate with a connection of its own to a data centre, made with its first request."""

        async def dial() -> Link:
            return await self._dial(dc)

        expected = frozenset() if dc == self.home else OUTSIDE
        return Gate(dial, self.traffic, expected=expected)

    async def forget(self, dc: int, key: bytes) -> None:
        """A key is not let in any more: the next connection agrees another one."""
        async with self._admitting[dc]:
            centre = self._session.centres.get(dc)
            if centre is not None and centre.key == key:
                rest = {one: kept for one, kept in self._session.centres.items() if one != dc}
                self._session = msgspec.structs.replace(self._session, centres=rest)

    def key_of(self, dc: int) -> bytes:
        """The key with which connections to a data centre are made now; empty for none."""
        centre = self._session.centres.get(dc)
        return centre.key if centre else b""

    async def _dial(self, dc: int) -> Link:
        endpoint = await self._endpoint(dc)
        try:
            return await self._dialler(endpoint).dial()
        except errors.NotSignedIn:
            if dc == self.home:
                raise
        await self.forget(dc, endpoint.key)
        return await self._dialler(await self._endpoint(dc)).dial()

    def _dialler(self, endpoint: Endpoint) -> Dialler:
        return replace(self._home, endpoint=endpoint, on_update=None, on_link=None)

    async def _endpoint(self, dc: int) -> Endpoint:
        home = self._home.endpoint
        if dc == home.dc:
            return home
        async with self._admitting[dc]:
            address = address_of(self._home.config, dc, home.proxy)
            key = self.key_of(dc) or await self._admit(address)
            return replace(address, key=key)

    async def _admit(self, address: Endpoint) -> bytes:
        """Agree on a key with a data centre and carry the login over to it."""
        dc = address.dc
        for _ in range(_TIMES):
            if self._admissions[dc] >= _TIMES:
                break
            self._admissions[dc] += 1
            dialler = self._dialler(address)
            gate = Gate(dialler.dial, self.traffic, expected=OUTSIDE)
            try:
                await gate.connect()
                exported: Any = await self._gate.call(auth.ExportAuthorizationRequest(dc))
                await gate.call(auth.ImportAuthorizationRequest(exported.id, exported.bytes))
            except Rejected as exc:
                if exc.code not in OUTSIDE:
                    raise
                continue
            finally:
                await gate.hang_up()
            return self._admitted(dialler.endpoint)
        raise errors.ServerMisbehaves(f"Telegram's data centre {dc} does not let the login in.")

    def _admitted(self, endpoint: Endpoint) -> bytes:
        centre = DataCentre(
            id=endpoint.dc, host=endpoint.host, port=endpoint.port, key=endpoint.key
        )
        centres = {**self._session.centres, centre.id: centre}
        self._session = msgspec.structs.replace(self._session, centres=centres)
        if self._keep is not None:
            self._keep(self._session)
        return centre.key
