"""Long random stories, watched over broken connections: the archive equals the oracle."""

import asyncio
import json
import os
import random
from contextlib import AsyncExitStack

import pytest
from tests.crash.importing import loaded
from tests.e2e.watching import PATIENCE_S, UNCOUNTED, Told

from headrace import app
from headrace.blobs.files import LocalFiles
from headrace.errors import Interrupted
from headrace.model.download import TEXT_ONLY
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions
from headrace.store.open import open_archive
from tgsandbox.server import serve
from tgsandbox.stories import story
from tgsandbox.worlds import expect

MILL, TALK = -1001000000101, -1001000000102

POSTS = ImportOptions(media=TEXT_ONLY, comments=False)


class Play:
    """A world that changes, and an archive that is watched beside."""

    def __init__(self, server, store, seed):
        self.server, self.store = server, store
        self.chance = random.Random(seed)
        self.breaks = 0

    async def until(self, holds):
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not await holds():  # noqa: ASYNC110 - nobody tells of a position
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pytest.fail(await self.differences())

    async def differences(self):
        """What the archive and the oracle do not agree on."""
        chats = self.server.world.chats
        stands = {one: (await self.store.position(one), chats[one].pts) for one in (MILL, TALK)}
        stored, wanted = await held(self.store), oracle(self.server)
        odd = [one for one in stored if one not in wanted]
        missing = [one for one in wanted if one not in stored]
        return f"positions {stands}\nonly stored {odd[:3]}\nonly at Telegram {missing[:3]}"

    async def is_caught_up(self):
        chats = self.server.world.chats
        return all([await self.store.position(one) == chats[one].pts for one in (MILL, TALK)])

    async def is_equal(self):
        return await self.is_caught_up() and await held(self.store) == oracle(self.server)

    def break_off(self):
        """The connection over which updates come ends, or says nothing any more."""
        for line in list(self.server.telegram.lines):
            if self.chance.random() < 0.5:
                line.link.reset()
            else:
                line.link.silent = True
        self.breaks += 1

    async def go(self, changes, breaks):
        """Carry out the changes, with as many breaks of the connection in between.

        What comes after a break is counted: as soon as it has arrived, all is told again.
        """
        counted = [n for n, change in enumerate(changes) if change["verb"] not in UNCOUNTED]
        at = set(self.chance.sample(counted, breaks))
        for number, change in enumerate(changes):
            if number in at:
                await self.until(self.is_equal)
                self.break_off()
            if change["verb"] in UNCOUNTED:
                await self.until(self.is_caught_up)
            self.server.change(**change)
            if self.chance.random() < 0.2:
                await self.until(self.is_caught_up)
        await self.until(self.is_equal)


def comparable(line):
    """A line without the counts of comments, of which nobody is told."""
    fields = json.loads(line)
    fields.pop("replies", None)
    return fields


async def held(store):
    return [comparable(line) async for line in store.content_lines([MILL, TALK])]


def oracle(server):
    return [comparable(line) for line in expect.lines(server.world, [MILL, TALK])]


def states(server, chat, message_id):
    """The texts of a message in the order in which it had them, and whether it is deleted."""
    events = [e for e in server.log if e.chat == chat and message_id in e.ids and e.pts_count]
    texts = [e.before[message_id].get("text", "") for e in events[:1] if message_id in e.before]
    texts += [e.after[message_id].get("text", "") for e in events if message_id in e.after]
    return texts, bool(events) and events[-1].verb == "delete"


def is_part_in_order(some, whole):
    rest = iter(whole)
    return all(one in rest for one in some)


async def check_versions(server, store):
    """Every version is one that there was, in its order; every deletion has its tombstone."""
    seen = deleted = 0
    for chat in (MILL, TALK):
        touched = {one for e in server.log if e.chat == chat and e.pts_count for one in e.ids}
        for message_id in touched:
            texts, is_deleted = states(server, chat, message_id)
            known = await store.message(chat, message_id)
            if known is None:
                where = await store.whereabouts(chat, message_id)
                assert is_deleted, (message_id, where)
                continue
            versions = await store.versions(chat, message_id)
            told = [one.text for one in versions] + [known.message.text]
            assert is_part_in_order(told, texts), (message_id, told, texts)
            assert (known.deleted_at is not None) == is_deleted, message_id
            seen += len(versions)
            deleted += is_deleted
    return seen, deleted


async def watched(tmp_path, *, changes, breaks, seed):
    """Import, watch a story with breaks, stop; what was told and what is held agree."""
    async with serve("tiny") as server:
        chosen = loaded(server, tmp_path).model_copy(update={"call_timeout": 1.0})
        for ref in (MILL, TALK):
            await app.import_chat(chosen, str(ref), POSTS, Silent())
        told = Told()
        watch = asyncio.create_task(app.watch_chats(chosen, [], TEXT_ONLY, told, lambda _: None))
        await told.until(lambda one: one.event == "watching" and one.chat == MILL)
        await told.until(lambda one: one.event == "watching" and one.chat == TALK)
        async with open_archive(LocalFiles(), chosen.archive, create=False) as store:
            play = Play(server, store, seed)
            await play.go(story("tiny", changes, seed=seed), breaks)
            watch.cancel()
            await asyncio.wait({watch})
            assert watch.cancelled()
            versions, deleted = await check_versions(server, store)
        for ref in (MILL, TALK):
            status = await app.status(chosen, str(ref))
            assert status["complete"] is True, status["summary"]
        report = told.report
        print(
            f"\n{len(server.log)} events of {changes} changes, {play.breaks} breaks: {report.new} "
            f"new, {report.edited} edited, {report.deleted} deleted; {versions} versions, "
            f"{deleted} tombstones; {report.requests}"
        )
        return report


@pytest.mark.parametrize("seed", [1])
async def test_a_story_with_two_breaks(tmp_path, seed):
    report = await watched(tmp_path, changes=40, breaks=2, seed=seed)
    assert report.new
    assert report.edited
    assert report.requests["updates.getState"] >= 3


class Stop:
    """Somebody outside who lets go on until told otherwise."""

    stopped = False

    async def checkpoint(self):
        if self.stopped:
            raise Interrupted


async def test_whoever_holds_the_control_ends_it_with_a_report(tmp_path):
    async with serve("tiny") as server:
        chosen = loaded(server, tmp_path)
        await app.import_chat(chosen, str(MILL), POSTS, Silent())
        told, control = Told(), Stop()
        watch = asyncio.create_task(
            app.watch_chats(chosen, ["@tinymill"], TEXT_ONLY, told, lambda _: None, control)
        )
        await told.until(lambda one: one.event == "watching")
        server.change(verb="post", chat=MILL, text="news")
        await told.until(lambda one: one.new == 1)
        control.stopped = True
        with pytest.raises(Interrupted) as stopped:
            await watch
        assert stopped.value.report.new == 1
        assert stopped.value.report == told.report
        async with open_archive(LocalFiles(), chosen.archive, create=False) as store:
            lease = await store.acquire(f"chat:{MILL}", "another:1:1")
            await store.release(lease)


async def test_a_server_that_is_away_is_waited_for(tmp_path):
    state = tmp_path / "state"
    async with AsyncExitStack() as away:
        server = await away.enter_async_context(serve("tiny", state=state))
        port = int(server.address.rpartition(":")[2])
        chosen = loaded(server, tmp_path)
        await app.import_chat(chosen, str(MILL), POSTS, Silent())
        told, gone = Told(), asyncio.Event()
        watch = asyncio.create_task(
            app.watch_chats(chosen, [], TEXT_ONLY, told, lambda wait: wait and gone.set())
        )
        await told.until(lambda one: one.event == "watching")
    async with asyncio.timeout(PATIENCE_S):
        await gone.wait()
    async with serve("tiny", state=state, port=port) as server:
        server.change(verb="post", chat=MILL, text="back again")
        await told.until(lambda one: one.new == 1)
        watch.cancel()
        await asyncio.wait({watch})
    assert told.report.new == 1


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_500_changes_with_ten_breaks(tmp_path):
    seed = int(os.environ.get("SOAK_SEED", "500"))
    report = await watched(tmp_path, changes=500, breaks=10, seed=seed)
    assert report.new > 100
