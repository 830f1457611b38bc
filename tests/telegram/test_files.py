"""Files against the sandbox: whole, from wherever they lie, whatever happens on the way."""

import asyncio

import pytest
from tests.telegram.fetching import FILE, Memory, fetching, file_fault

from headrace.telegram.pace_book import PaceBook
from headrace.telegram.parts import BLOCK, part_size


@pytest.mark.parametrize(
    ("size", "part"),
    [(1, 4096), (4096, 4096), (4097, 8192), (200_000, 262_144), (BLOCK, BLOCK), (BLOCK + 1, BLOCK)],
)
def test_small_files_are_one_part_and_others_whole_blocks(size, part):
    assert part_size(size) == part
    assert BLOCK % part == 0


@pytest.mark.parametrize(("world", "name"), [("tiny", "tinymill"), ("zoo", "zoomill")])
async def test_every_file_of_a_world_arrives_as_it_is(fetcher, world, name):
    async with fetcher(world, dcs=5) as it:
        wishes = [wish for wish in await it.wishes(name) if wish.size < 10**8]
        assert len(wishes) > 5
        found = await it.fetch(wishes)
        if world == "zoo":
            assert found.pop("photo/108").reason == "no_size"
        assert it.wrong(found) == {}


async def test_photos_are_one_request_each(fetcher):
    async with fetcher("files:60x30k") as it:
        wishes = await it.wishes("millstore")
        assert it.wrong(await it.fetch(wishes)) == {}
        assert it.requests(FILE) == 60


async def test_a_large_file_comes_in_whole_blocks_over_several_connections(fetcher):
    async with fetcher("files:1x12m") as it:
        (wish,) = await it.wishes("millstore")
        found = await it.fetch([wish])
        assert it.wrong(found) == {}
        assert it.requests(FILE) == 12
        assert it.server.report()["connections"] >= 5


async def test_what_is_there_is_not_fetched_again(fetcher):
    async with fetcher("files:1x3m") as it:
        (wish,) = await it.wishes("millstore")
        sink = Memory(wish.size, {0: b"x" * BLOCK})
        await it.files.fetch(wish, sink)
        assert sorted(offset for offset, _ in sink.writes) == [BLOCK, 2 * BLOCK]
        await it.files.fetch(wish, sink)
        assert it.requests(FILE) == 2


async def test_wishes_for_the_same_file_meet(fetcher):
    async with fetcher("files:1x3m") as it:
        (wish,) = await it.wishes("millstore")
        one, other = Memory(wish.size), Memory(wish.size)
        await asyncio.gather(it.files.fetch(wish, one), it.files.fetch(wish, other))
        assert one.content == other.content
        assert it.requests(FILE) == 3


async def test_who_gives_up_does_not_end_it_for_others(fetcher):
    async with fetcher("files:1x3m", settings={"rtt_ms": 50}) as it:
        (wish,) = await it.wishes("millstore")
        one, other = Memory(wish.size), Memory(wish.size)
        impatient = asyncio.ensure_future(it.files.fetch(wish, one))
        patient = asyncio.ensure_future(it.files.fetch(wish, other))
        await asyncio.sleep(0)
        impatient.cancel()
        await patient
        assert len(other.content) == wish.size


async def test_portraits_come_by_hash(fetcher):
    async with fetcher() as it:
        wishes = await it.portraits("tinymill")
        assert wishes
        assert it.wrong(await it.fetch(wishes)) == {}
        assert it.requests(FILE) == len(wishes)


@pytest.mark.parametrize(
    "fault",
    [
        file_fault({"type": "flood", "seconds": 1}, nth=3),
        file_fault({"type": "flood", "seconds": 1, "premium": True}, nth=3),
        file_fault({"type": "error", "code": 500, "message": "INTERNAL"}, nth=2, count=4),
        file_fault({"type": "error", "code": -503, "message": "Timeout"}, nth=3),
        file_fault({"type": "error", "code": 400, "message": "FILE_REFERENCE_EXPIRED"}, nth=3),
        file_fault("reset", nth=3),
        file_fault({"type": "reset_after", "bytes": 300_000}, nth=2),
        file_fault("silent", nth=3),
        file_fault("half_open", nth=3),
        file_fault("lose_reply", nth=3),
        file_fault("duplicate_reply", nth=3),
        file_fault("garbage", nth=3),
        file_fault({"type": "short_chunk", "bytes": 100_000}, nth=3),
        file_fault({"type": "short_chunk", "bytes": 0}, nth=1),
        file_fault({"type": "delay", "seconds": 1}, nth=3),
        {"method": "connect", "action": "reset", "nth": 3, "count": 3},
        file_fault("reset", probability=0.1),
    ],
    ids=str,
)
async def test_recoverable_faults_cost_no_byte(fetcher, fault):
    async with fetcher("files:20x100k,2x5m", faults=fault) as it:
        wishes = await it.wishes("millstore")
        assert it.wrong(await it.fetch(wishes)) == {}


async def test_references_are_renewed_in_batches(fetcher):
    async with fetcher("files:150x20k,2x3m") as it:
        wishes = await it.wishes("millstore")
        it.server.change(verb="rotate_references")
        assert it.wrong(await it.fetch(wishes)) == {}
        assert it.requests("channels.getMessages") <= 4


async def test_references_that_expire_on_the_way_cost_neither_bytes_nor_single_calls(fetcher):
    rotate = {"type": "world", "change": {"verb": "rotate_references"}}
    async with fetcher("files:120x20k,2x6m", faults=file_fault(rotate, nth=60)) as it:
        wishes = await it.wishes("millstore")
        assert it.wrong(await it.fetch(wishes)) == {}
        assert it.requests("channels.getMessages") <= 6


async def test_a_file_that_was_never_seen_is_found_through_its_message(fetcher, tmp_path):
    async with fetcher("files:5x20k") as it:
        wishes = await it.wishes("millstore")
        (tmp_path / "other").mkdir()
        async with fetching(it.server, tmp_path / "other") as stranger:
            await stranger.source.resolve("millstore")
            assert stranger.wrong(await stranger.fetch(wishes)) == {}
            assert stranger.requests("channels.getMessages") == 1


async def test_many_parts_that_are_sent_elsewhere_together_are_one_move(fetcher):
    async with fetcher("files:1x9m", dcs=5) as it:
        (wish,) = await it.wishes("millstore")
        it.server.change(verb="move_file", file=wish.key, dc=4)
        assert it.wrong(await it.fetch([wish])) == {}


async def test_a_pause_of_downloads_holds_up_no_history(fetcher):
    flood = {"type": "flood", "seconds": 600, "premium": True}
    async with fetcher("files:250x20k", faults=file_fault(flood)) as it:
        wishes = await it.wishes("millstore")
        paused = asyncio.Event()
        it.source.watch_waits(lambda _: paused.set())
        held = asyncio.ensure_future(it.files.fetch(wishes[0], Memory(wishes[0].size)))
        await paused.wait()
        async with asyncio.timeout(20):
            await it.read("millstore")
        assert not held.done()
        held.cancel()
        await asyncio.wait([held])


async def test_a_learned_limit_is_kept_without_a_refusal(fetcher):
    book = PaceBook()
    book.rate.rate = 25.0
    limit = {"file.limit": 30, "file.window": 1, "file.wait": 3}
    async with fetcher("files:60x20k", settings=limit, client={"book": book}) as it:
        assert it.wrong(await it.fetch(await it.wishes("millstore"))) == {}
        assert not it.server.report()["flood_refusals"]
    assert book.rate.senders >= 1


class Closable(Memory):
    """A sink that may be closed by whoever brought it."""

    closed = False

    async def write(self, offset, data):
        if self.closed:
            raise ValueError("closed")
        await super().write(offset, data)


async def test_who_leaves_a_file_that_others_want_takes_nothing_from_them(fetcher):
    flood = file_fault({"type": "flood", "seconds": 1})
    async with fetcher("files:1x200k", faults=flood) as it:
        (wish,) = [one for one in await it.wishes("millstore") if one.size > 100_000]
        paused = asyncio.Event()
        it.source.watch_waits(lambda _: paused.set())
        sinks = [Closable(wish.size), Closable(wish.size)]
        first, second = [asyncio.ensure_future(it.files.fetch(wish, sink)) for sink in sinks]
        await paused.wait()
        first.cancel()
        await asyncio.wait([first])
        sinks[0].closed = True
        await second
        assert len(sinks[1].content) == wish.size


async def test_who_has_some_of_a_file_waits_for_who_has_none(fetcher):
    async with fetcher("files:1x5m") as it:
        (wish,) = [one for one in await it.wishes("millstore") if one.size > 1_000_000]
        had = Memory(wish.size)
        await it.files.fetch(wish, had)
        begun = Memory(wish.size, {0: had.parts[0]})
        none = Memory(wish.size)
        await asyncio.gather(it.files.fetch(wish, begun), it.files.fetch(wish, none))
        assert begun.content == none.content == had.content
