"""One client on one socket: frames in, requests out to the dispatcher, answers back."""

from __future__ import annotations

import asyncio
import logging
import struct
from collections import deque
from typing import Any, NamedTuple

from telethon.errors import TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.tl import types

from tgsandbox import service_messages, transport, wire
from tgsandbox.damage import inflict
from tgsandbox.dispatcher import Call, Dispatcher, Reply, device_of, unwrapped, wants_updates
from tgsandbox.errors import Refused
from tgsandbox.fault_rules import CONNECT
from tgsandbox.handshake import Exchange
from tgsandbox.link import DelayLine, Link, Rate
from tgsandbox.session import Key, Opened, Session, open_packet
from tgsandbox.telegram import Telegram

log = logging.getLogger(__name__)

#: Answers that are ready together travel in one container up to this size.
_BUNDLE_BYTES = 32 * 1024
_ACK_SECONDS = 5
_KEY_UNKNOWN = -404
#: What reading TL that is no TL may raise.
_MALFORMED = (
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    LookupError,
    RuntimeError,
    TypeError,
    TypeNotFoundError,
    ValueError,
)
_PLAIN = bytes(8)


class Outgoing(NamedTuple):
    """A message to be sent; with ``cut`` the connection is reset after that share of it."""

    ready_at: float
    body: bytes
    cut: float | None = None


class Hangup(Exception):
    """The connection is over; ends its task group."""


class Connection:
    """Serves one connection until either side closes it."""

    def __init__(
        self,
        telegram: Telegram,
        dispatcher: Dispatcher,
        dc: int,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.telegram = telegram
        self.dc = dc
        self._dispatcher = dispatcher
        self._reader, writer = streams
        profile = telegram.profile
        self._latency = profile.rtt_ms / 2000
        self.link = Link(
            writer,
            latency=self._latency,
            own=Rate(profile.connection_bytes_per_s),
            account=telegram.account_rate,
            muted=lambda: telegram.faults.silent_everywhere,
            count=telegram.counters.sent,
        )
        self._codec: transport.Codec
        self._exchange = Exchange(telegram.server_key)
        self._key: Key | None = None
        self._session: Session | None = None
        self._tasks: asyncio.TaskGroup
        self._outbox: deque[Outgoing] = deque()
        self._ready = asyncio.Event()
        self._flushing = False
        self._leave: asyncio.TimerHandle | None = None
        self._last_plain_id = 0
        #: Whether a request came without ``invokeWithoutUpdates``.
        self._is_subscribed = False
        telegram.counters.connections += 1
        self._number = telegram.counters.connections

    async def run(self) -> None:
        """Serve until the end. Whatever goes wrong concerns this connection only."""
        self.telegram.counters.open_connections += 1
        self.telegram.lines.add(self)
        try:
            async with asyncio.TaskGroup() as self._tasks:
                await self._serve()
        except* Hangup:
            pass
        except* Exception:
            log.exception("a connection ended with an error")
            self.telegram.counters.internal_errors += 1
        finally:
            self.telegram.lines.discard(self)
            self.telegram.counters.open_connections -= 1
            if self._leave is not None:
                self._leave.cancel()
            self.link.close()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        if self.link.is_limited:
            self._tasks.create_task(self._transmit())
        inbound = DelayLine(self._receive)
        # The connection itself takes a round trip: nothing is sent before it is there.
        connected = loop.time() + 2 * self._latency
        try:
            self._codec, reader = await transport.detect(self._reader)
            await self._open()
            while True:
                packet = await self._codec.read(reader)
                self.telegram.counters.bytes_in += len(packet)
                if self._latency:
                    inbound.put(max(loop.time(), connected) + self._latency, packet)
                else:
                    self._receive(packet)
        except (asyncio.IncompleteReadError, OSError, Refused) as exc:
            raise Hangup from exc
        finally:
            inbound.close()

    async def _open(self) -> None:
        effects = self.telegram.faults.effects(CONNECT, None, self.dc)
        if effects.delay:
            await asyncio.sleep(effects.delay)
        inflict(effects, self.link, self._codec)

    def _receive(self, packet: bytes) -> None:
        """Take one frame. Bad ones end the connection."""
        try:
            if packet[:8] == _PLAIN:
                self._plain(packet)
            else:
                self._encrypted(packet)
        except (Refused, *_MALFORMED) as exc:
            log.info("hanging up: %s", exc, exc_info=not isinstance(exc, Refused))
            if isinstance(exc, Refused) and exc.frame is not None:
                self.link.send(self._codec.error(exc.frame))
            self.link.close_soon()

    def _plain(self, packet: bytes) -> None:
        now = self.telegram.clock.now()
        self._last_plain_id = max(int(now * 2**32) & ~3 | 1, self._last_plain_id + 4)
        answer, agreed = self._exchange.answer(packet, msg_id=self._last_plain_id, now=int(now))
        if agreed is not None:
            self.telegram.add_key(self.dc, agreed)
            self.telegram.counters.handshakes += 1
        if answer:
            self.link.send(self._codec.encode(answer))

    def _encrypted(self, packet: bytes) -> None:
        key = self.telegram.keys.get((self.dc, packet[:8]))
        if key is None:
            raise Refused("An unknown authorisation key.", frame=_KEY_UNKNOWN)
        opened = open_packet(key, packet)
        session = self._session_of(key, opened)
        complaint = session.complaint(opened)
        if complaint is not None:
            self._send(complaint)
            return
        if self._key is None:
            self._key = key
            self._send(session.created(opened.message.msg_id))
        for message in wire.unpacked(opened.message):
            self._message(key, message)

    def _session_of(self, key: Key, opened: Opened) -> Session:
        session = self._session
        if session is None or session.session_id != opened.session_id or session.key is not key:
            session = self._session = Session(key, opened.session_id, self.telegram.clock)
            self._key = None
        return session

    def _message(self, key: Key, message: wire.Message) -> None:
        try:
            wrapped = BinaryReader(message.body).tgread_object()
            request = unwrapped(wrapped)
        except TypeNotFoundError as exc:
            name = f"0x{exc.invalid_constructor_id:08x}"
            self.telegram.counters.unknown_methods[name] += 1
            error = wire.rpc_error(400, "INPUT_METHOD_INVALID")
            self._send(wire.rpc_result(message.msg_id, error))
            return
        reply = service_messages.answer(self, message.msg_id, request)
        if reply is service_messages.NOT_MINE:
            self._is_subscribed |= wants_updates(wrapped)
            if device := device_of(wrapped):
                self.telegram.counters.devices[device] += 1
            self._tasks.create_task(self._request(key, message.msg_id, request))
        elif isinstance(reply, bytes):
            self._send(reply)

    async def _request(self, key: Key, msg_id: int, request: Any) -> None:
        call = Call(self.telegram, self.dc, key, self._number, request)
        # A request that takes its time is acknowledged first, as Telegram does.
        ack = bytes(types.MsgsAck([msg_id]))
        acknowledging = asyncio.get_running_loop().call_later(_ACK_SECONDS, self._send, ack)
        reply = await self._dispatcher.answer(call)
        acknowledging.cancel()
        effects = reply.effects
        inflict(effects, self.link, self._codec)
        if effects.takes_the_answers_place:
            return
        if effects.bomb is not None:
            self._send(wire.rpc_result(msg_id, wire.packed(bytes(effects.bomb), 9)))
            return
        # Clients give ids that are multiples of four, so that this one is nobody's.
        result = wire.rpc_result(msg_id + effects.stray, self._packed(reply))
        for _ in range(effects.copies):
            if effects.beside_unknown:
                self._send(wire.UNKNOWN + bytes(8))
            self._send(result, cut=effects.reset_within)

    def _packed(self, reply: Reply) -> bytes:
        profile = self.telegram.profile
        least = profile.gzip_from
        if least is None or len(reply.body) < least or not reply.packable:
            return reply.body
        packed = wire.packed(reply.body, profile.gzip_level)
        return packed if len(packed) < len(reply.body) else reply.body

    def push(self, key: Key, update: bytes) -> bool:
        """Send an update, if this is a connection of that key and subscribed to updates."""
        mine = self._is_subscribed and self._session is not None and self._session.key is key
        if mine:
            self._send(update)
        return mine

    def leave_after(self, seconds: int) -> None:
        """Close unless called again in time (``ping_delay_disconnect``)."""
        if self._leave is not None:
            self._leave.cancel()
        loop = asyncio.get_running_loop()
        self._leave = loop.call_later(max(seconds, 0), self.link.close_soon)

    @property
    def salt(self) -> int:
        assert self._session is not None
        return self._session.key.salt

    def _send(self, body: bytes, *, cut: float | None = None) -> None:
        """Queue one message; those of one moment go out together."""
        loop = asyncio.get_running_loop()
        self._outbox.append(Outgoing(loop.time(), body, cut))
        if self.link.is_limited:
            self._ready.set()
        elif not self._flushing:
            self._flushing = True
            loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        while self._outbox:
            _, frame = self._next_frame()
            self.link.send(frame)

    async def _transmit(self) -> None:
        """Send at the link's rate; ids are given when a packet leaves, so they ascend."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self._outbox:
                ready_at, frame = self._next_frame()
                try:
                    await self.link.transmit(frame, ready_at)
                except OSError as exc:
                    raise Hangup from exc

    def _next_frame(self) -> tuple[float, bytes]:
        assert self._session is not None
        first = self._outbox.popleft()
        bundle, size = [first], len(first.body)
        while self._outbox and first.cut is None and self._outbox[0].cut is None:
            size += len(self._outbox[0].body)
            if size > _BUNDLE_BYTES:
                break
            bundle.append(self._outbox.popleft())
        frame = self._codec.encode(self._session.seal([one.body for one in bundle]))
        if first.cut is not None:
            self.link.cut_within_next(int(len(frame) * first.cut))
        return bundle[-1].ready_at, frame
