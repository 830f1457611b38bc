"""A watched chat whose run is killed between any two pages: the next one leaves no hole."""

import pytest
from tests.importer.test_reader import CHAT, ScriptedSource, importing

from headrace.blobs.files import LocalFiles
from headrace.errors import DatabaseUnavailable
from headrace.importer.progress import Meter
from headrace.importer.watched import Means, WatchedChat
from headrace.model.change import Change
from headrace.model.job import Silent, Unattended
from headrace.model.message import Message
from headrace.model.plan import Pace
from headrace.store.open import open_archive
from headrace.telegram.clock import SystemClock

BEFORE = 20


class Told(ScriptedSource):
    """A source that tells these changes, and that is all."""

    def __init__(self, ids, changes):
        super().__init__(ids)
        self.told = changes

    async def changes(self, chat, since):
        for change in self.told:
            if since is None or change.position > since:
                yield change

    async def messages(self, chat, ids):
        """A page for each run of adjacent ids, the newest first, as of Telegram's."""
        runs = {}
        for place, number in enumerate(sorted(ids)):
            runs.setdefault(number - place, []).append(number)
        newest = reversed(runs.values())
        return [page for run in newest for page in await super(Told, self).messages(chat, run)]


class Dying:
    """A store that takes so many pages and no more, as if the process were killed then."""

    def __init__(self, store, pages):
        self._store, self._left = store, pages

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def save_page(self, lease, page, claim=None, *, position=None):
        if self._left == 0:
            raise DatabaseUnavailable
        self._left -= 1
        return await self._store.save_page(lease, page, claim, position=position)


class Nobody:
    def happened(self, told):
        pass


async def watch(folder, source, pages=-1):
    """Take what the source tells; -1 pages is as many as there are."""
    async with open_archive(LocalFiles(), folder) as store:
        clock = SystemClock()
        means = Means(
            source=source,
            store=Dying(store, pages),
            clock=clock,
            owner="here:1:1",
            pace=Pace.GENTLE,
        )
        meter = Meter(Silent(), clock.monotonic, clock.now())
        watched = WatchedChat(
            means=means, chat=CHAT, sink=Nobody(), control=Unattended(), meter=meter
        )
        await watched.watch()


async def stored(folder):
    async with open_archive(LocalFiles(), folder) as store:
        assert all(one.is_whole for one in await store.verify_ledger(CHAT.id))
        batches = [batch async for batch in store.message_batches(CHAT.id)]
    return [known.message.id for batch in batches for known in batch]


def posts(*ids):
    return tuple(Message(id=n, date=n, text=f"t{n}") for n in ids)


@pytest.fixture
async def folder(tmp_path):
    async with importing(ScriptedSource(range(1, BEFORE + 1)), tmp_path / "a"):
        pass
    return tmp_path / "a"


@pytest.mark.parametrize("pages", range(6))
async def test_killed_among_what_was_told(pages, folder):
    """Told of 25 and 28: those between are asked for, and 23 is gone."""
    ids = [*range(1, BEFORE + 3), *range(BEFORE + 4, BEFORE + 9)]
    change = Change(chat_id=CHAT.id, position=7, messages=posts(25, 28))
    source = Told(ids, [Change(chat_id=CHAT.id, position=3), change])
    if pages < 4:
        with pytest.raises(DatabaseUnavailable):
            await watch(folder, source, pages)
    await watch(folder, source)
    assert await stored(folder) == ids


@pytest.mark.parametrize("pages", range(6))
async def test_killed_while_the_ledger_catches_up(pages, folder):
    """The gap is not told again: that something was to be read, the lanes say."""
    ids = list(range(1, BEFORE + 400))
    gap = Change(chat_id=CHAT.id, position=9, gap=True)
    with pytest.raises(DatabaseUnavailable):
        await watch(folder, Told(ids, [Change(chat_id=CHAT.id, position=3), gap]), min(pages, 4))
    await watch(folder, Told(ids, [gap] if pages == 0 else []))
    assert await stored(folder) == ids
