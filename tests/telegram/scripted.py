"""A gate in virtual time; a scripted link stands in for Telethon's sender."""

import asyncio

from telethon import errors as telethon_errors
from telethon.tl import functions, types
from tests.telegram.virtual import VirtualClock, run

from headrace.model.plan import Pace
from headrace.telegram.calls import Gate
from headrace.telegram.traffic import Traffic

FLOOD = telethon_errors.FloodWaitError
HISTORY = functions.messages.GetHistoryRequest(types.InputPeerSelf(), 7, None, 0, 100, 0, 0, 0)
FILE = functions.upload.GetFileRequest(types.InputDocumentFileLocation(1, 2, b"", ""), 0, 4096)
STATE = functions.updates.GetStateRequest()


def flood(seconds, kind=FLOOD):
    return kind(request=HISTORY, capture=seconds)


def server_error(code=500):
    return telethon_errors.ServerError(request=HISTORY, message="INTERNAL", code=code)


class Link:
    """Answers from a script; an exception is raised, ``None`` never answers."""

    def __init__(self, script, log):
        self.script, self.log, self.alive = script, log, True

    async def send(self, request, deadline):
        self.log.append((asyncio.get_running_loop().time(), request))
        answer = self.script.pop(0) if self.script else "answer"
        await asyncio.sleep(0.1)
        if answer is None:
            async with asyncio.timeout(deadline):
                await asyncio.Event().wait()
        if isinstance(answer, Exception):
            if isinstance(answer, ConnectionError):
                self.alive = False
            raise answer
        return answer

    async def close(self):
        self.alive = False


class Rig:
    def __init__(self, *script, **options):
        self.script, self.log, self.waits, self.dials = list(script), [], [], []
        self.refusals = []
        options = {"pace": Pace.FAST, "on_wait": self.waits.append, **options}
        self.gate = Gate(self.dial, Traffic(clock=VirtualClock(), **options))

    async def dial(self):
        self.dials.append(asyncio.get_running_loop().time())
        if self.refusals:
            raise self.refusals.pop(0)
        return Link(self.script, self.log)

    @property
    def times(self):
        return [time for time, _ in self.log]


def scenario(body, *script, **options):
    async def main():
        rig = Rig(*script, **options)
        try:
            return await body(rig)
        finally:
            await rig.gate.close()

    return run(main())
