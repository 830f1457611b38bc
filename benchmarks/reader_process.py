"""What the server gives at most: the files of a channel read from bare sockets, sealed but unread.

Requests are sealed with Telethon's own state; answers are neither decrypted nor parsed. Of a
frame only its length is read, which tells an answer with a part in it from the small ones.

Takes a JSON object on standard input: ``address``, ``dc``, ``public_key``, ``session``,
``username``, ``connections``, ``in_flight`` (parts a connection). Prints one JSON line;
``began`` and ``ended`` are monotonic times, good for all processes of this machine.
"""

import asyncio
import io
import json
import struct
import sys
import time
from pathlib import Path

from telethon import TelegramClient, functions, types, utils
from telethon.crypto import rsa
from telethon.network.mtprotostate import MTProtoState
from telethon.sessions import SQLiteSession
from telethon.tl.alltlobjects import LAYER

BLOCK = 1 << 20
#: The least that may be asked for.
STEP = 4096
#: Shorter answers may share a frame, so that frames would not tell how many have come.
SMALL = 32 * 1024
#: How much longer than its part a frame is, at most: result, file, packet, padding.
AROUND = 256
PATIENCE = 60


def parts_of(media):
    """The location and the (offset, limit, size) of each part of a photo or document."""
    if isinstance(media, types.MessageMediaPhoto):
        size = media.photo.sizes[-1]
        photo = media.photo
        location = types.InputPhotoFileLocation(
            photo.id, photo.access_hash, photo.file_reference, size.type
        )
        length = size.sizes[-1] if isinstance(size, types.PhotoSizeProgressive) else size.size
    else:
        _, location = utils.get_input_location(media)
        length = media.document.size
    limit = BLOCK if length > BLOCK else max(STEP, 1 << (length - 1).bit_length())
    for offset in range(0, length, limit):
        yield location, offset, limit, min(limit, length - offset)


class Connection(asyncio.Protocol):
    """One connection that keeps its share of requests in flight until the queue is empty."""

    def __init__(self, state, queue, in_flight):
        self.state = state
        self.queue = queue
        self.in_flight = in_flight
        self.bytes = 0
        self.answers = 0
        self.waiting = 0
        self.done = asyncio.get_running_loop().create_future()
        self._opening = asyncio.Queue()
        self._head = b""
        self._left = 0
        self._frame = None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(b"\xee\xee\xee\xee")  # intermediate framing

    def connection_lost(self, exc):
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server has hung up"))

    def data_received(self, data):
        at = 0
        while at < len(data):
            if not self._left:
                need = 4 - len(self._head)
                self._head += data[at : at + need]
                at += need
                if len(self._head) == 4:
                    self._left = self._length = struct.unpack("<i", self._head)[0]
                    self._head = b""
                continue
            taken = data[at : at + self._left] if self._frame is not None else None
            size = min(self._left, len(data) - at)
            if taken is not None:
                self._frame += taken
            at += size
            self._left -= size
            if not self._left:
                self._complete()

    def _complete(self):
        if self._frame is not None:
            self._opening.put_nowait(bytes(self._frame))
            self._frame = bytearray()
        elif self._length >= SMALL:
            self.bytes += self._length
            self.answers += 1
            self.waiting -= 1
            self.more()

    def send(self, request):
        buffer = io.BytesIO()
        self.state.write_data_as_message(buffer, bytes(request), content_related=True)
        packet = self.state.encrypt_message_data(buffer.getvalue())
        self.transport.write(struct.pack("<i", len(packet)) + packet)

    async def open(self, api_id):
        """Learn the salt, say who asks; these first frames alone are decrypted."""
        self._frame = bytearray()
        config = functions.help.GetConfigRequest()
        hello = functions.InitConnectionRequest(api_id, "bench", "1", "1", "en", "", "en", config)
        self.send(functions.InvokeWithLayerRequest(LAYER, hello))
        while True:
            message = self.state.decrypt_message_data(await self._opening.get())
            if isinstance(message.obj, types.BadServerSalt):
                self.state.salt = message.obj.new_server_salt
                self.send(functions.InvokeWithLayerRequest(LAYER, hello))
            elif not isinstance(message.obj, types.NewSessionCreated):
                self._frame = None
                return

    def more(self):
        """Ask for parts until enough are in flight."""
        while self.queue and self.waiting < self.in_flight:
            location, offset, limit, _ = self.queue.pop()
            self.send(functions.upload.GetFileRequest(location, offset, limit))
            self.waiting += 1
        if not self.queue and not self.waiting and not self.done.done():
            self.done.set_result(None)


async def read(job, host, port, key, queue):
    loop = asyncio.get_running_loop()
    loggers = TelegramClient(None, 1, "x")._log  # noqa: SLF001  # what its state wants

    def made():
        return Connection(MTProtoState(key, loggers), queue, job["in_flight"])

    opened = await asyncio.gather(
        *(loop.create_connection(made, host, port) for _ in range(job["connections"]))
    )
    connections = [connection for _, connection in opened]
    await asyncio.gather(*(one.open(job["api_id"]) for one in connections))
    for one in connections:
        one.more()
    await stalled_or_done(connections)
    for one in connections:
        one.transport.abort()
    return connections


async def stalled_or_done(connections):
    pending = {one.done for one in connections}
    seen = -1
    while pending:
        finished, pending = await asyncio.wait(pending, timeout=PATIENCE)
        for one in finished:
            one.result()
        total = sum(one.bytes for one in connections)
        if not finished and total == seen:
            raise SystemExit(f"nothing has come for {PATIENCE} s; were requests refused?")
        seen = total


async def measured(job):
    host, port = job["address"].split(":")
    session = SQLiteSession(job["session"])
    key = session.auth_key
    session.set_dc(job["dc"], host, int(port))
    session.auth_key = key
    client = TelegramClient(session, job["api_id"], "x", receive_updates=False)
    await client.connect()
    queue = [
        part
        async for message in client.iter_messages(job["username"], wait_time=0)
        if message.media
        for part in parts_of(message.media)
    ]
    await client.disconnect()
    queue.reverse()
    if min(part[3] for part in queue) < SMALL:
        raise SystemExit(f"parts of less than {SMALL} bytes cannot be told apart")
    wanted, asked = sum(part[3] for part in queue), len(queue)
    began, cpu = time.monotonic(), time.process_time()
    connections = await read(job, host, int(port), key, queue)
    ended, cpu = time.monotonic(), time.process_time() - cpu
    got = sum(one.bytes for one in connections)
    if not wanted <= got <= wanted + AROUND * asked:
        raise SystemExit(f"{got} bytes came, {wanted} were wanted")
    return {"began": began, "ended": ended, "cpu_s": round(cpu, 3), "bytes": wanted, "parts": asked}


JOB = json.load(sys.stdin)
rsa.add_key(Path(JOB["public_key"]).read_text(), old=False)
print(json.dumps(asyncio.run(measured(JOB))))
