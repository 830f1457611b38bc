"""Histories against the sandbox: every id is read once, whatever happens on the way."""

import asyncio

import pytest

from headrace import errors
from headrace.model.plan import Lane
from tgsandbox.worlds.memory import MemoryWorld

SPARSE = -1001000000777


def ids_of(pages):
    return [message.id for page in pages for message in page.messages]


def world_of(ids):
    made = MemoryWorld(name="sparse", seed=5, me={"id": 1, "kind": "user", "name": "Me"})
    chat = {"id": SPARSE, "username": "sparse", "title": "Sparse", "kind": "channel", "created": 1}
    made.add_chat(chat, [post(number) for number in ids])
    return made


def post(number):
    return {"id": number, "date": 1_700_000_000 + number, "text": f"post {number}", "post": True}


async def opened(source, name="sparse"):
    chat, _ = await source.resolve(name)
    return chat, await source.probe(chat)


async def test_a_history_is_read_in_pages_of_a_hundred(sandbox, reading, read_lane):
    async with sandbox("big:3000") as server, reading(server) as source:
        chat, probe = await opened(source, "longrace")
        pages = await read_lane(source, chat, 1, probe.top_id)
    assert len(ids_of(pages)) == probe.count == 3000
    assert source.requests()["messages.getHistory"] == 31
    assert all(page.count == 3000 for page in pages)


async def test_lanes_side_by_side_read_everything_once(sandbox, reading, read_lane):
    async with sandbox("big:3000") as server, reading(server) as source:
        chat, probe = await opened(source, "longrace")
        third = probe.top_id // 3
        bounds = [(1, third), (third + 1, 2 * third), (2 * third + 1, probe.top_id)]
        lanes = await asyncio.gather(*(read_lane(source, chat, *bound) for bound in bounds))
    found = [number for pages in lanes for number in ids_of(pages)]
    assert len(found) == len(set(found)) == 3000
    assert source.requests()["messages.getHistory"] <= 31 + 3


async def test_a_sparse_history_takes_no_more_requests(sandbox, reading, read_lane):
    ids = [1, *range(5_000, 500_000, 5_000)]
    async with sandbox(world_of(ids)) as server, reading(server) as source:
        chat, probe = await opened(source)
        pages = await read_lane(source, chat, 1, probe.top_id)
    assert sorted(ids_of(pages)) == ids
    assert source.requests()["messages.getHistory"] == 2


async def test_a_lane_whose_ids_were_all_deleted_is_proven_by_the_message_below(
    sandbox, reading, read_lane
):
    async with sandbox(world_of([1, 2, 900])) as server, reading(server) as source:
        chat, _ = await opened(source)
        (page,) = await read_lane(source, chat, 100, 800)
    assert (page.lo, page.hi, page.messages, page.doubtful) == (100, 800, (), False)


async def test_a_floor_raised_on_the_way_is_kept(sandbox, reading):
    async with sandbox(world_of(range(1, 101))) as server, reading(server) as source:
        chat, _ = await opened(source)
        lane = Lane(chat_id=chat.id, lo=1, hi=100, cursor=101)
        pages = source.pages(chat, lane)
        asked = asyncio.ensure_future(anext(pages))
        await asyncio.sleep(0)
        lane.lo = 60
        page = await asked
        assert (page.lo, page.hi) == (60, 100)
        assert ids_of([page]) == list(range(100, 59, -1))
        await pages.aclose()


async def test_a_faulty_empty_page_is_asked_again(sandbox, reading, read_lane):
    fault = {"method": "messages.getHistory", "nth": 3, "action": "empty_page"}
    async with sandbox("big:500", faults=fault) as server, reading(server) as source:
        chat, probe = await opened(source, "longrace")
        pages = await read_lane(source, chat, 1, probe.top_id)
    assert len(ids_of(pages)) == 500
    assert not any(page.doubtful for page in pages)


async def test_what_stays_empty_is_doubtful_and_no_proof(sandbox, reading, read_lane):
    fault = {"method": "messages.getHistory", "nth": 3, "count": 2, "action": "empty_page"}
    async with sandbox("big:500", faults=fault) as server, reading(server) as source:
        chat, probe = await opened(source, "longrace")
        pages = await read_lane(source, chat, 1, probe.top_id)
    assert [page.doubtful for page in pages] == [False, True]
    assert pages[-1].lo == 1
    assert pages[-1].count == 500


async def test_posts_that_arrive_meanwhile_shift_nothing(sandbox, reading, read_lane):
    change = {"verb": "post", "chat": SPARSE, "text": "new"}
    fault = {
        "method": "messages.getHistory",
        "count": None,
        "action": {"type": "world", "change": change},
    }
    async with sandbox(world_of(range(1, 351)), faults=fault) as server, reading(server) as source:
        chat, _ = await opened(source)
        pages = await read_lane(source, chat, 1, 350)
    assert ids_of(pages) == list(range(350, 0, -1))


@pytest.mark.parametrize("culprits", [[77], [350], [1], [200, 201], [30, 90, 333]])
async def test_an_unknown_constructor_costs_one_message(sandbox, reading, read_lane, culprits):
    faults = [unknown(number) for number in culprits]
    async with sandbox(world_of(range(1, 351)), faults=faults) as server, reading(server) as source:
        chat, probe = await opened(source)
        assert probe.top_id == 350
        pages = await read_lane(source, chat, 1, 350)
    failures = [failure for page in pages for failure in page.failures]
    assert sorted(failure.lo for failure in failures) == culprits
    assert {failure.reason for failure in failures} == {"unknown_constructor"}
    assert "0x" in failures[0].detail
    assert ids_of(pages) == [number for number in range(350, 0, -1) if number not in culprits]


async def test_an_unknown_constructor_among_sparse_ids(sandbox, reading, read_lane):
    ids = list(range(100, 40_000, 100))
    async with (
        sandbox(world_of(ids), faults=unknown(20_000)) as server,
        reading(server) as source,
    ):
        chat, probe = await opened(source)
        pages = await read_lane(source, chat, 1, probe.top_id)
    assert [failure.lo for page in pages for failure in page.failures] == [20_000]
    assert sorted(ids_of(pages)) == [number for number in ids if number != 20_000]


async def test_an_unknown_constructor_that_goes_away_costs_nothing(sandbox, reading, read_lane):
    fault = {"method": "messages.getHistory", "nth": 3, "action": "unknown_constructor"}
    async with sandbox("big:500", faults=fault) as server, reading(server) as source:
        chat, probe = await opened(source, "longrace")
        pages = await read_lane(source, chat, 1, probe.top_id)
    assert len(ids_of(pages)) == 500
    assert not any(page.failures for page in pages)


def unknown(message_id):
    action = {"type": "unknown_constructor", "message_id": message_id}
    return {"method": "*", "count": None, "action": action}


async def test_messages_by_id_tell_the_absent_from_the_present(sandbox, reading):
    async with sandbox("tiny") as server, reading(server) as source:
        chat, _ = await source.resolve("tinymill")
        pages = await source.messages(chat, [9, 10, 11, 20, 21])
    assert [(page.lo, page.hi) for page in pages] == [(20, 21), (9, 11)]
    assert ids_of(pages) == [20, 11, 9]
    assert [page.absent for page in pages] == [(21,), (10,)]


async def test_many_ids_go_a_hundred_a_call_and_unreadable_ones_are_named(sandbox, reading):
    world = world_of(range(1, 351))
    async with sandbox(world, faults=unknown(150)) as server, reading(server) as source:
        chat, _ = await opened(source)
        asked = source.requests().get("channels.getMessages", 0)
        pages = await source.messages(chat, range(201, 351))
        assert source.requests()["channels.getMessages"] - asked == 2
        pages += await source.messages(chat, range(101, 201))
    assert len(ids_of(pages)) == 249
    assert [failure.lo for page in pages for failure in page.failures] == [150]


async def test_seeking_by_position_and_by_date(sandbox, reading):
    async with sandbox(world_of([3, 5, 8, 13])) as server, reading(server) as source:
        chat, _ = await opened(source)
        assert [await source.seek_position(chat, at) for at in range(5)] == [13, 8, 5, 3, None]
        assert await source.seek_date(chat, 1_700_000_008) == 5
        assert await source.seek_date(chat, 1_700_000_009) == 8
        assert await source.seek_date(chat, 1_700_000_003) is None


async def test_an_empty_chat_has_nothing(sandbox, reading):
    async with sandbox("tiny") as server, reading(server) as source:
        _, probe = await opened(source, "emptymill")
    assert (probe.count, probe.top_id) == (0, 0)


async def test_a_chat_closed_in_mid_history_is_told_as_such(sandbox, reading, read_lane):
    fault = {
        "method": "messages.getHistory",
        "nth": 3,
        "count": None,
        "action": {"type": "error", "code": 400, "message": "CHANNEL_PRIVATE"},
    }
    async with sandbox("big:500", faults=fault) as server, reading(server) as source:
        chat, probe = await opened(source, "longrace")
        with pytest.raises(errors.ChatPrivate, match="CHANNEL_PRIVATE"):
            await read_lane(source, chat, 1, probe.top_id)


@pytest.mark.parametrize("question", ["probe", "seek_position", "seek_date"])
async def test_one_faulty_empty_answer_is_not_believed(sandbox, reading, question):
    empty = {"method": "messages.getHistory", "action": {"type": "empty_page"}}
    async with sandbox(world_of(range(1, 300))) as server, reading(server) as source:
        chat, _ = await source.resolve("sparse")
        server.telegram.faults.add(empty)
        match question:
            case "probe":
                assert (await source.probe(chat)).top_id == 299
            case "seek_position":
                assert await source.seek_position(chat, 10) == 289
            case "seek_date":
                assert await source.seek_date(chat, 1_700_000_100) == 99


async def test_a_count_without_messages_is_no_empty_chat(sandbox, reading):
    empty = {"method": "messages.getHistory", "count": 5, "action": {"type": "empty_page"}}
    async with sandbox(world_of(range(1, 300))) as server, reading(server) as source:
        chat, _ = await source.resolve("sparse")
        server.telegram.faults.add(empty)
        with pytest.raises(errors.ServerMisbehaves, match="counts 299 messages"):
            await source.probe(chat)
