"""Looking again at what is stored: which ids are asked for, how often, and what becomes of it."""

from contextlib import asynccontextmanager

import msgspec
import pytest
from tests.importer.test_reader import CHAT, ScriptedSource

from headrace.blobs.files import LocalFiles
from headrace.errors import ConnectionLost, Interrupted
from headrace.importer.progress import Meter
from headrace.importer.refresh import Refresher, begin_round
from headrace.importer.run import Importer
from headrace.model.job import Silent, Unattended
from headrace.model.message import Message
from headrace.model.plan import ImportOptions, Pace
from headrace.model.refresh import Refresh
from headrace.store.open import open_archive
from headrace.telegram.clock import SystemClock

NOW = 1_800_000_000
DAY = 86_400
ALL = Refresh(seconds=None)
NONE = Refresh(seconds=0)


class Ticking:
    """A clock that moves on by a second whenever it is looked at."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        self.now += 1
        return self.now


class Channel(ScriptedSource):
    """A channel whose posts change; the calls by id are written down, and may fail."""

    def __init__(self, ids, **more):
        super().__init__(ids, **more)
        self.texts = {}
        self.posted = {}
        self.calls = []
        self.fail_at = 0

    def page(self, chat, lo, hi, shown):
        page = super().page(chat, lo, hi, shown)
        return msgspec.structs.replace(page, messages=tuple(self.post(m) for m in page.messages))

    def post(self, message):
        text = self.texts.get(message.id, message.text)
        date = self.posted.get(message.id, message.date)
        return msgspec.structs.replace(message, text=text, date=date)

    async def messages(self, chat, ids):
        self.calls.append(list(ids))
        if len(self.calls) == self.fail_at:
            raise ConnectionLost
        return await super().messages(chat, ids)

    @property
    def asked(self):
        return [one for call in self.calls for one in call]


@pytest.fixture
def opened(tmp_path):
    clock = Ticking()
    return lambda: open_archive(LocalFiles(), tmp_path / "archive", clock=clock)


@asynccontextmanager
async def imported(opened, source, refresh=ALL, *, control=None, pace=Pace.FAST, **options):
    async with opened() as store:
        importer = Importer(source=source, store=store, clock=SystemClock(), owner="here:1:1")
        given = ImportOptions(pace=pace, refresh=refresh, **options)
        report = await importer.run(
            "@mill", CHAT, (), given, Silent(), control or Unattended(), started=0
        )
        yield store, report


async def run(opened, source, refresh=ALL, **more):
    async with imported(opened, source, refresh, **more) as (_, report):
        return report


async def test_a_hundred_ids_a_call_and_each_once(opened):
    source = Channel(range(1, 251))
    assert (await run(opened, source)).refreshed == 0
    assert source.calls == []
    report = await run(opened, source)
    assert sorted(len(call) for call in source.calls) == [50, 100, 100]
    assert sorted(source.asked) == list(range(1, 251))
    assert (report.refreshed, report.new, report.edited) == (250, 0, 0)
    assert report.complete


async def test_only_those_that_are_young_enough(opened):
    source = Channel(range(1, 251))
    source.posted = {n: NOW - (250 - n) * DAY for n in range(1, 251)}
    await run(opened, source)
    report = await run(opened, source, Refresh())
    assert report.refreshed == 7
    assert source.calls == [list(range(250, 243, -1))]


async def test_none_asks_for_nothing(opened):
    source = Channel(range(1, 50))
    await run(opened, source)
    assert (await run(opened, source, NONE)).refreshed == 0
    assert source.calls == []


async def test_what_a_run_has_just_read_itself_is_not_asked_for(opened):
    source = Channel(range(1, 11))
    await run(opened, source)
    source.ids += range(11, 41)
    source.count = 40
    report = await run(opened, source)
    assert (report.new, report.refreshed) == (30, 10)
    assert source.calls == [list(range(10, 0, -1))]


async def test_a_sync_reads_above_the_newest_and_leaves_the_holes(opened):
    source = Channel(range(1, 401))
    await run(opened, source, limit=50)
    source.ids += [401, 402]
    source.count += 2
    async with imported(opened, source, NONE, only_new=True) as (store, report):
        assert (report.new, report.complete) == (2, True)
        assert [(c.lo, c.hi) for c in await store.coverage(CHAT.id, "history", "telegram")] == [
            (351, 402)
        ]
    assert (await run(opened, source, NONE)).new == 350


async def test_a_refresh_that_was_broken_off_goes_on_where_it_was(opened):
    source = Channel(range(1, 951))
    await run(opened, source)
    source.fail_at = 5
    with pytest.raises(ConnectionLost):
        await run(opened, source, pace=Pace.GENTLE)
    lost, source.fail_at = source.calls.pop(), 0
    assert (await run(opened, source)).refreshed == 550
    assert sorted(source.asked) == list(range(1, 951))
    assert set(lost) <= set(source.asked)
    # That round is over; the next one looks at everything again.
    before = len(source.asked)
    assert (await run(opened, source)).refreshed == 950
    assert len(source.asked) == before + 950


async def test_an_import_that_was_broken_off_asks_again_for_nothing_it_has_read(opened):
    class StopsAfter:
        def __init__(self, left):
            self.left = left

        async def checkpoint(self):
            self.left -= 1
            if self.left < 0:
                raise Interrupted

    source = Channel(range(1, 2001))
    with pytest.raises(Interrupted):
        await run(opened, source, control=StopsAfter(6), pace=Pace.GENTLE)
    async with imported(opened, source) as (_, report):
        assert 0 < report.new < 2000
        assert report.messages["stored"] == 2000
    assert source.calls == []


async def test_edits_and_deletions_are_seen(opened):
    source = Channel(range(1, 30))
    await run(opened, source)
    source.texts[7] = "mended"
    source.ids.remove(9)
    source.count -= 1
    async with imported(opened, source) as (store, report):
        assert (report.new, report.edited, report.deleted) == (0, 1, 1)
        assert report.complete
        assert [one.text for one in await store.versions(CHAT.id, 7)] == ["t7"]
        assert (await store.whereabouts(CHAT.id, 9)).state == "deleted"
    report = await run(opened, source)
    assert (report.edited, report.deleted, report.refreshed) == (0, 0, 28)


async def test_what_cannot_be_read_again_is_told_and_stays_as_it_is(opened):
    source = Channel(range(1, 30))
    await run(opened, source)
    source.broken = {7}
    source.texts[8] = "mended"
    async with imported(opened, source) as (store, report):
        assert [(one["lo"], one["reason"]) for one in report.failures] == [
            (7, "unknown_constructor")
        ]
        assert (report.edited, report.complete) == (1, False)
        assert report.messages == {"stored": 29, "absent": 0, "failed": 0}
        assert (await store.message(CHAT.id, 7)).message == Message(id=7, date=7, text="t7")
    source.broken = set()
    report = await run(opened, source)
    assert (report.failures, report.complete) == ([], True)


async def test_a_control_stops_between_two_calls(opened):
    class StopsAtOnce:
        async def checkpoint(self):
            raise Interrupted

    source = Channel(range(1, 951))
    await run(opened, source)
    with pytest.raises(Interrupted):
        await run(opened, source, control=StopsAtOnce(), pace=Pace.GENTLE)
    assert len(source.calls) == 1
    assert (await run(opened, source)).refreshed == 850


async def test_named_ids_are_asked_for_however_old_and_though_deleted(opened):
    source = Channel(range(1, 301))
    source.posted = {300: NOW}
    await run(opened, source)
    source.ids.remove(5)
    source.count -= 1
    await run(opened, source)
    source.calls.clear()
    source.ids.append(5)
    async with opened() as store:
        lease = await store.acquire(f"chat:{CHAT.id}", "here:1:1")
        this = await begin_round(store, lease, CHAT.id, source.name)
        arrived = []
        refresher = Refresher(
            source=source,
            store=store,
            meter=Meter(Silent(), SystemClock().monotonic, NOW),
            control=Unattended(),
            pace=Pace.NORMAL,
            arrived=lambda *_: arrived.append(1),
        )
        found = await refresher.refresh(CHAT, lease, Refresh(), this, [5, 77, 300, 4000])
        assert (await store.whereabouts(CHAT.id, 5)).state == "stored"
    assert source.calls == [[300, 77, 5]]
    assert (found.messages, arrived) == (3, [1])
