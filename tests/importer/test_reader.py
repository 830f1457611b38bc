"""The reader against a source that misbehaves as told, and a real store."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from headrace.blobs.files import LocalFiles
from headrace.errors import Interrupted, LeaseLost, UsernameMoved
from headrace.importer.run import Importer
from headrace.model.chat import Chat, Probe
from headrace.model.coverage import Failure
from headrace.model.job import Silent, Unattended
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.model.plan import ImportOptions, Pace
from headrace.store.open import open_archive
from headrace.telegram.clock import SystemClock

CHAT = Chat(id=-1000000000001, kind="channel", title="mill", username="mill")


class ScriptedSource:
    """A history given as ids; ids in ``hidden`` are never shown on a page, only by id."""

    name = "telegram"

    def __init__(self, ids, *, hidden=(), count=None, broken=(), grow=()):
        self.ids = sorted(ids)
        self.hidden = set(hidden)
        self.count = len(self.ids) if count is None else count
        self.broken = set(broken)
        self.grow = list(grow)
        self.asked_by_id = []

    async def resolve(self, ref):
        return CHAT, ()

    async def probe(self, chat, *, ahead=False):
        return Probe(count=self.count, top_id=max(self.ids, default=0))

    async def pages(self, chat, lane):
        while not lane.done:
            below = [n for n in self.ids if n < lane.cursor and n not in self.hidden][-100:]
            if not below:
                cursor, lane.cursor = lane.cursor, lane.lo
                yield Page(
                    chat_id=chat.id, lo=lane.lo, hi=cursor - 1, count=self.count, doubtful=True
                )
                return
            lo = max(below[0], lane.lo)
            shown = [n for n in reversed(below) if n >= lo]
            page = self.page(chat, lo, lane.cursor - 1, shown)
            lane.cursor = lo
            yield page
            if self.grow:
                self.ids.append(self.grow.pop())
                self.count += 1

    def page(self, chat, lo, hi, shown):
        return Page(
            chat_id=chat.id,
            lo=lo,
            hi=hi,
            count=self.count,
            messages=tuple(
                Message(id=n, date=n, text=f"t{n}") for n in shown if n not in self.broken
            ),
            failures=tuple(
                Failure(lo=n, hi=n, reason="unknown_constructor") for n in shown if n in self.broken
            ),
        )

    async def messages(self, chat, ids):
        self.asked_by_id += ids
        present = [n for n in ids if n in self.ids]
        absent = tuple(n for n in ids if n not in self.ids)
        page = self.page(chat, min(ids), max(ids), sorted(present, reverse=True))
        return [
            Page(
                chat_id=chat.id, lo=page.lo, hi=page.hi, messages=page.messages,
                failures=page.failures, absent=absent,
            )
        ]  # fmt: skip

    async def seek_position(self, chat, position, below=0):
        visible = [n for n in reversed(self.ids) if not below or n < below]
        visible = [n for n in visible if n not in self.hidden]
        return visible[position] if position < len(visible) else None

    async def seek_date(self, chat, date):
        return max((n for n in self.ids if n < date), default=None)

    def requests(self):
        return {}

    def watch_waits(self, listener):
        return lambda: None


@asynccontextmanager
async def importing(source, folder, options=None, control=None):
    async with open_archive(LocalFiles(), folder) as store:
        importer = Importer(source=source, store=store, clock=SystemClock(), owner="here:1:1")
        report = await importer.run(
            "@mill", CHAT, (), options or ImportOptions(pace=Pace.FAST), Silent(),
            control or Unattended(), started=0,
        )  # fmt: skip
        yield store, report


async def test_an_empty_end_that_agrees_with_the_count_is_absence(tmp_path):
    source = ScriptedSource(range(50, 300))
    async with importing(source, tmp_path / "a") as (_, report):
        assert report.messages == {"stored": 250, "absent": 49, "failed": 0}
        assert report.complete
    assert source.asked_by_id == []


async def test_an_empty_end_that_contradicts_the_count_is_asked_by_id(tmp_path):
    source = ScriptedSource(range(1, 300), hidden=range(1, 120))
    async with importing(source, tmp_path / "a") as (_, report):
        assert report.messages == {"stored": 299, "absent": 0, "failed": 0}
        assert report.complete
    assert sorted(source.asked_by_id) == list(range(1, 120))


async def test_a_count_too_high_for_what_exists_is_checked_by_id(tmp_path):
    source = ScriptedSource(range(120, 300), count=250)
    async with importing(source, tmp_path / "a") as (_, report):
        assert report.messages == {"stored": 180, "absent": 119, "failed": 0}
        assert report.complete


async def test_a_contradiction_too_wide_for_ids_is_recorded(tmp_path):
    source = ScriptedSource([*range(1, 30_000, 100), *range(30_000, 30_400)], hidden=range(30_000))
    async with importing(source, tmp_path / "a") as (store, report):
        assert {f["reason"] for f in report.failures} == {"contradiction"}
        assert not report.complete
        assert (await store.whereabouts(CHAT.id, 101)).state == "failed"


async def test_failed_ids_are_asked_again_by_the_next_import(tmp_path):
    source = ScriptedSource(range(1, 200), broken=[57])
    async with importing(source, tmp_path / "a") as (_, report):
        assert report.messages["failed"] == 1
        assert not report.complete
    source.broken.clear()
    async with importing(source, tmp_path / "a") as (_, report):
        assert report.messages == {"stored": 199, "absent": 0, "failed": 0}
        assert report.complete
    assert source.asked_by_id == [57]


async def test_posts_that_arrive_meanwhile(tmp_path):
    source = ScriptedSource(range(1, 500), grow=[500, 501, 502])
    async with importing(source, tmp_path / "a") as (_, report):
        assert report.messages["stored"] == 502
        assert report.complete


async def test_a_range_of_dates(tmp_path):
    source = ScriptedSource(range(1, 500))
    options = ImportOptions(since=100, until=200, pace=Pace.NORMAL)
    async with importing(source, tmp_path / "a", options) as (store, report):
        assert report.new == 100
        assert report.complete
        assert (await store.whereabouts(CHAT.id, 99)).state == "not yet read"


async def test_an_empty_chat(tmp_path):
    async with importing(ScriptedSource([]), tmp_path / "a") as (_, report):
        assert report.complete
        assert report.messages == {"stored": 0, "absent": 0, "failed": 0}


class StopsAtOnce:
    async def checkpoint(self):
        raise Interrupted


async def test_a_control_stops_between_pages_and_what_was_read_stays(tmp_path):
    source = ScriptedSource(range(1, 2000))
    with pytest.raises(Interrupted):
        async with importing(source, tmp_path / "a", control=StopsAtOnce()):
            pass
    async with open_archive(LocalFiles(), tmp_path / "a") as store:
        stored = sum(c.stored for c in await store.coverage(CHAT.id, "history", "telegram"))
        assert 0 < stored < 1999
        lease = await store.acquire(f"chat:{CHAT.id}", "here:2:2")
        await store.release(lease)


class Counting(ScriptedSource):
    """A source that knows which ids it has handed over."""

    def __init__(self, ids):
        super().__init__(ids)
        self.given = set()

    async def pages(self, chat, lane):
        async for page in super().pages(chat, lane):
            self.given |= {message.id for message in page.messages}
            yield page


class Stops:
    """Ends the import at a checkpoint: by an error, or by cancelling it as a signal does."""

    def __init__(self, after, *, cancels):
        self.left = after
        self.cancels = cancels
        self.task = asyncio.current_task()

    async def checkpoint(self):
        self.left -= 1
        if self.left == 0 and self.cancels:
            self.task.cancel()
        elif self.left == 0:
            raise Interrupted


@pytest.mark.parametrize("cancels", [False, True])
@pytest.mark.parametrize("after", [1, 2, 7, 12])
async def test_all_that_was_read_is_stored_however_the_import_ends(tmp_path, after, cancels):
    source = Counting(range(1, 5000))
    with pytest.raises(asyncio.CancelledError if cancels else Interrupted):
        async with importing(source, tmp_path / "a", control=Stops(after, cancels=cancels)):
            pass
    async with open_archive(LocalFiles(), tmp_path / "a") as store:
        stored = {one.message.id async for batch in store.message_batches(CHAT.id) for one in batch}
        assert stored == source.given
        assert 0 < len(stored) < 4999
        assert all(verdict.is_whole for verdict in await store.verify_ledger(CHAT.id))


class TakenOver(ScriptedSource):
    """A source during whose reading another process takes the lease."""

    def __init__(self, ids, folder):
        super().__init__(ids)
        self.folder = folder

    async def probe(self, chat, *, ahead=False):
        async with open_archive(LocalFiles(), self.folder, clock=lambda: 4_000_000_000.0) as other:
            await other.acquire(f"chat:{chat.id}", "elsewhere:9:9")
        return await super().probe(chat)


async def test_a_process_that_was_overtaken_writes_nothing_more(tmp_path):
    source = TakenOver(range(1, 200), tmp_path / "a")
    with pytest.raises(LeaseLost):
        async with importing(source, tmp_path / "a"):
            pass
    async with open_archive(LocalFiles(), tmp_path / "a") as store:
        assert await store.coverage(CHAT.id, "history", "telegram") == []


async def test_a_name_that_wandered_is_refused(tmp_path):
    async with importing(ScriptedSource([1]), tmp_path / "a") as (store, _):
        lease = await store.acquire("chat:-1000000000002", "here:1:1")
        other = Chat(id=-1000000000002, kind="channel", title="other", username="mill")
        importer = Importer(
            source=ScriptedSource([1]), store=store, clock=SystemClock(), owner="here:1:1"
        )
        await store.release(lease)
        with pytest.raises(UsernameMoved, match="at Telegram now"):
            await importer.run(
                "@mill", other, (), ImportOptions(), Silent(), Unattended(), started=0
            )
        assert [c.id for c in await store.chats()] == [CHAT.id]
