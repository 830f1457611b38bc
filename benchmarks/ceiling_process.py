"""The sandbox's own ceiling: the same pages asked for with Telethon, and not even parsed.

Takes a JSON object on standard input: ``address``, ``dc``, ``public_key``, ``session``,
``username``, ``count``, ``in_flight``. Prints one JSON line.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from telethon import TelegramClient, functions
from telethon.crypto import rsa

PAGE = 100


class RawHistory(functions.messages.GetHistoryRequest):
    """History whose answer stays bytes."""

    def read_result(self, reader):
        return len(reader.read())


async def ask(client, peer, cursors):
    pages = 0
    while cursors:
        request = RawHistory(peer, cursors.pop(), None, 0, PAGE, 0, 0, 0)
        await client._sender.send(request)  # noqa: SLF001  # the way in without flood logic
        pages += 1
    return pages


async def measured(job):
    client = TelegramClient(job["session"], 1, "x", receive_updates=False)
    host, port = job["address"].split(":")
    key = client.session.auth_key
    client.session.set_dc(job["dc"], host, int(port))
    client.session.auth_key = key
    await client.connect()
    peer = await client.get_input_entity(job["username"])
    cursors = list(range(PAGE + 1, job["count"] + 2, PAGE))
    wall, cpu = time.perf_counter(), time.process_time()
    pages = await asyncio.gather(*(ask(client, peer, cursors) for _ in range(job["in_flight"])))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    await client.disconnect()
    return {"wall_s": round(wall, 3), "cpu_s": round(cpu, 3), "messages": sum(pages) * PAGE}


JOB = json.load(sys.stdin)
rsa.add_key(Path(JOB["public_key"]).read_text(), old=False)
print(json.dumps(asyncio.run(measured(JOB))))
