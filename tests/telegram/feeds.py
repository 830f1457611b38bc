"""Changes of a chat in virtual time: updates, differences, a server that follows a script."""

import asyncio
from contextlib import aclosing

from telethon.extensions import BinaryReader
from telethon.tl import types
from tests.telegram.virtual import VirtualClock, run

from headrace.model.plan import Pace
from headrace.model.values import CHANNEL_MARK
from headrace.telegram.calls import Gate
from headrace.telegram.pushes import Inbox
from headrace.telegram.traffic import Traffic
from headrace.telegram.updates import Feed, Standing

CHANNEL = 77
CHAT = CHANNEL_MARK - CHANNEL


def message(number, text="text"):
    return types.Message(
        id=number, peer_id=types.PeerChannel(CHANNEL), date=1_700_000_000, message=text
    )


def new(number, pts, text="text"):
    return types.UpdateNewChannelMessage(message(number, text), pts, 1)


def edited(number, pts, text):
    return types.UpdateEditChannelMessage(message(number, text), pts, 1)


def deleted(*ids, pts):
    return types.UpdateDeleteChannelMessages(CHANNEL, list(ids), pts, len(ids))


def viewed(number, views):
    return types.UpdateChannelMessageViews(CHANNEL, number, views)


def nothing(pts, timeout=30):
    return types.updates.ChannelDifferenceEmpty(pts=pts, final=True, timeout=timeout)


def difference(pts, *messages, updates=(), final=True):
    return types.updates.ChannelDifference(
        pts=pts,
        new_messages=list(messages),
        other_updates=list(updates),
        chats=[],
        users=[],
        final=final,
        timeout=30,
    )


def too_long(pts):
    dialog = types.Dialog(
        types.PeerChannel(CHANNEL), 5, 0, 0, 0, 0, 0, 0, types.PeerNotifySettings(), pts=pts
    )
    return types.updates.ChannelDifferenceTooLong(dialog, [], [], [], final=True, timeout=30)


class Server:
    """Answers from a script, each read as Telethon reads it; what comes after it says nothing."""

    alive = True

    def __init__(self, answers, feed):
        self.answers, self.feed, self.asked, self.at = answers, feed, [], []

    async def send(self, request, deadline):
        del deadline
        self.asked.append(request.pts)
        self.at.append(asyncio.get_running_loop().time())
        answer = self.answers.pop(0) if self.answers else nothing(request.pts)
        await asyncio.sleep(0.1)
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        return request.read_result(BinaryReader(bytes(answer)))

    async def close(self):
        pass


class Scene:
    def __init__(self, answers, member, pts):
        self.inbox = Inbox()
        self.changes = self.reading = None
        self.told = []
        self.standing, self.described = Standing(pts, member), 0
        self.server = Server(answers, self)
        gate = Gate(self.dial, Traffic(clock=VirtualClock(), pace=Pace.FAST))
        self.feed = Feed(
            gate=gate,
            chat_id=CHAT,
            channel=types.InputChannel(CHANNEL, 5),
            inbox=self.inbox,
            on_answer=lambda *_: None,
            standing=lambda: self.standing,
            describe=self.describe,
        )

    async def dial(self):
        return self.server

    async def describe(self):
        self.described += 1
        self.standing = Standing(90, self.standing.is_member)

    def hear(self, *updates):
        for update in updates:
            self.inbox.put(update)

    async def quiet(self, seconds=5):
        """What is told until nothing more has come for some seconds."""
        self.reading = self.reading or asyncio.ensure_future(self._read())
        found = None
        while found != len(self.told):
            found = len(self.told)
            await asyncio.sleep(seconds)
        told, self.told = self.told, []
        return told

    async def _read(self):
        async for change in self.changes:
            self.told.append(change)


def play(body, *answers, since=10, member=True, pts=40):
    """Run ``body(scene)`` in virtual time."""

    async def main():
        scene = Scene(list(answers), member, pts)
        async with aclosing(scene.feed.changes(since)) as scene.changes:
            try:
                return await body(scene)
            finally:
                if scene.reading is not None:
                    scene.reading.cancel()
                    await asyncio.wait({scene.reading})

    return run(main())


def told(changes):
    """(position, ids of messages, ids to be asked for) of each."""
    return [
        (one.position, tuple(message.id for message in one.messages), one.asked) for one in changes
    ]
