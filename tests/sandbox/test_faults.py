"""Faults on demand: each action, and which requests a rule means."""

import asyncio
import json
import random

import pytest
from telethon import errors, functions, types
from telethon.errors import TypeNotFoundError
from telethon.tl.functions.messages import GetHistoryRequest

from tgsandbox import fault_rules, faults
from tgsandbox.errors import SandboxError

HISTORY = "messages.getHistory"


async def until(what):
    """Give the server its turns until something is so; the test's timeout bounds it."""
    while not what():  # noqa: ASYNC110 (server and test share the loop, and nothing signals)
        await asyncio.sleep(0)


async def fired(sandbox):
    """Wait until the first rule has met its request."""
    await until(lambda: sandbox.telegram.faults.rules[0].fired)


def rule(action, **more):
    return {"method": HISTORY, "action": action, **more}


@pytest.fixture
def page(connect):
    """``ask, client = await page(sandbox)``: ``await ask(offset_id)`` gives a page."""

    async def opened(sandbox, **options):
        client = await connect(sandbox, **options)
        peer = await client.get_input_entity("counted")

        async def ask(offset_id=0, limit=100):
            request = GetHistoryRequest(peer, offset_id, None, 0, limit, 0, 0, 0)
            return await client(request)

        return ask, client

    return opened


async def test_an_error_for_one_page_and_then_no_more(running, world, page):
    rules = rule(
        {"type": "error", "code": 400, "message": "CHANNEL_PRIVATE"}, args={"offset_id": 50}
    )
    async with running(world, faults=rules) as sandbox:
        ask, _ = await page(sandbox)
        assert (await ask(51)).messages
        with pytest.raises(errors.ChannelPrivateError):
            await ask(50)
        assert (await ask(50)).messages
        assert sandbox.report()["errors"] == {"CHANNEL_PRIVATE": 1}


async def test_the_third_call_is_flooded_and_the_log_shows_the_offsets(running, world, page):
    rules = rule({"type": "flood", "seconds": 2}, nth=3)
    async with running(world, faults=rules) as sandbox:
        ask, _ = await page(sandbox)
        for offset in (0, 300):
            await ask(offset)
        with pytest.raises(errors.FloodWaitError) as refused:
            await ask(200)
        assert refused.value.seconds == 2
        await ask(200)
        log = sandbox.telegram.counters.requests(HISTORY)
        assert [one["args"]["offset_id"] for one in log] == [0, 300, 200, 200]
        assert [one["outcome"] for one in log] == ["ok", "ok", "FLOOD_WAIT_2", "ok"]


async def test_a_premium_flood_of_downloads(running, world, connect):
    rules = {"method": "upload.*", "action": {"type": "flood", "seconds": 9, "premium": True}}
    async with running(world, faults=rules) as sandbox:
        client = await connect(sandbox)
        place = types.InputDocumentFileLocation(1, 1, b"", "")
        with pytest.raises(errors.FloodPremiumWaitError):
            await client(functions.upload.GetFileRequest(place, 0, 4096))


async def test_a_lost_reply_and_a_late_one(running, world, page):
    rules = [
        rule("lose_reply", args={"offset_id": 10}),
        rule({"type": "delay", "seconds": 0.01}, args={"offset_id": 20}),
    ]
    async with running(world, faults=rules) as sandbox:
        ask, client = await page(sandbox)
        lost = asyncio.ensure_future(ask(10))
        assert (await ask(20)).messages
        await client(functions.help.GetConfigRequest())
        assert not lost.done()
        lost.cancel()


async def test_a_reply_may_come_twice(running, world, page):
    async with running(world, faults=rule("duplicate_reply")) as sandbox:
        ask, _ = await page(sandbox)
        assert (await ask(10)).messages
        assert (await ask(20)).messages


async def test_an_empty_page_keeps_the_count(running, world, page):
    async with running(world, faults=rule("empty_page")) as sandbox:
        ask, _ = await page(sandbox)
        faulty, good = await ask(), await ask()
        assert (faulty.messages, faulty.count) == ([], good.count)
        assert len(good.messages) == 100


async def test_an_unknown_constructor_spoils_one_page(running, world, page):
    rules = rule({"type": "unknown_constructor", "position": 5})
    async with running(world, faults=rules) as sandbox:
        ask, _ = await page(sandbox)
        with pytest.raises(TypeNotFoundError):
            await ask()
        assert len((await ask()).messages) == 100


async def test_an_unreadable_message_is_so_in_every_answer(running, world, page):
    rules = {"action": {"type": "unknown_constructor", "message_id": 123, "chat": -1000000000501}}
    async with running(world, faults=rules) as sandbox:
        ask, client = await page(sandbox)
        peer = await client.get_input_entity("counted")
        for _ in range(2):
            with pytest.raises(TypeNotFoundError):
                await ask(124, limit=1)
            with pytest.raises(TypeNotFoundError):
                await client(functions.channels.GetMessagesRequest(peer, [122, 123]))
        assert (await ask(123)).messages
        assert len((await client(functions.channels.GetMessagesRequest(peer, [122]))).messages) == 1
        sandbox.telegram.faults.clear()
        assert (await ask(124, limit=1)).messages[0].id == 123


async def test_an_unknown_object_beside_the_answer_hides_it_from_telethon(running, world, page):
    async with running(world, faults=rule("unknown_beside")) as sandbox:
        ask, _ = await page(sandbox)
        hidden = asyncio.ensure_future(ask(10, limit=1))
        await fired(sandbox)
        assert (await ask(20)).messages
        assert not hidden.done()
        hidden.cancel()


@pytest.mark.parametrize(
    "action",
    ["reset", {"type": "reset_after", "bytes": 60}, "garbage", {"type": "garbage", "bytes": 8}],
)
async def test_a_broken_connection_is_made_again_and_the_request_repeated(
    running, world, page, action
):
    async with running(world, faults=rule(action)) as sandbox:
        ask, _ = await page(sandbox, retry_delay=0)
        asking = asyncio.ensure_future(ask())
        await fired(sandbox)
        if "garbage" in str(action):
            # Telethon ignores what it cannot verify; only a deadline would help.
            assert (await ask(5)).messages
            asking.cancel()
            return
        assert len((await asking).messages) == 100
        assert sandbox.report()["connections"] == 2


@pytest.mark.parametrize("code", [-404, -429])
async def test_transport_errors_end_the_client(running, world, page, code):
    rules = rule({"type": "transport_error", "code": code})
    async with running(world, faults=rules) as sandbox:
        ask, client = await page(sandbox)
        with pytest.raises((errors.AuthKeyNotFound, errors.InvalidBufferError)):
            await ask()
        with pytest.raises((errors.AuthKeyNotFound, errors.InvalidBufferError)):
            await client.disconnected


@pytest.mark.parametrize("scope", ["connection", "all"])
async def test_a_silent_server_says_nothing_until_the_rules_are_cleared(
    running, world, page, connect, scope
):
    rules = rule({"type": "silent", "scope": scope})
    async with running(world, faults=rules) as sandbox:
        ask, client = await page(sandbox)
        waiting = asyncio.ensure_future(ask())
        await fired(sandbox)
        config = asyncio.ensure_future(client(functions.help.GetConfigRequest()))
        await until(lambda: sandbox.report()["methods"]["help.getConfig"] > 1)
        assert not waiting.done()
        assert not config.done()
        sandbox.telegram.faults.clear()
        await client.disconnect()
        await client.connect()
        assert (await client(functions.help.GetConfigRequest())).this_dc == sandbox.dc
        for one in (waiting, config):
            one.cancel()


async def test_a_gzip_bomb_is_sent_as_an_answer(running, world, page):
    rules = rule({"type": "gzip_bomb", "bytes": 1_000_000})
    async with running(world, faults=rules) as sandbox:
        ask, _ = await page(sandbox)
        with pytest.raises(TypeNotFoundError):
            await ask()


async def test_the_clock_and_the_world_change_in_the_middle(running, world, page):
    rules = [
        rule({"type": "clock", "offset": 500}, nth=2),
        rule({"type": "world", "change": {"verb": "post", "text": "late"}}, nth=2),
    ]
    async with running(world, faults=rules) as sandbox:
        ask, client = await page(sandbox)
        before = await ask()
        after = asyncio.ensure_future(ask())
        await fired(sandbox)
        config = await client(functions.help.GetConfigRequest())
        assert config.date.timestamp() > sandbox.telegram.clock.now() - 60
        assert sandbox.telegram.clock.offset == 500
        after.cancel()
        sandbox.telegram.clock.set_offset(0)
        assert world.chats[-1000000000501].history.top_id() == before.messages[0].id + 1


async def test_a_short_chunk(running, world, connect):
    rules = {"method": "upload.getFile", "action": {"type": "short_chunk", "bytes": 100}}
    async with running("tiny", faults=rules) as sandbox:
        client = await connect(sandbox)
        media = [m async for m in client.iter_messages("tinymill") if m.photo]
        short = await client.download_media(media[0], bytes)
        assert len(short) == 100 < len(await client.download_media(media[0], bytes))


def test_rules_match_by_pattern_arguments_number_and_chance():
    request = GetHistoryRequest(types.InputPeerChannel(501, 9), 500, None, 0, 100, 0, 0, 0)
    chance = random.Random(1)

    def fires(**given):
        made = fault_rules.parsed(1, {"action": "reset", "count": None, **given})
        return [made.fires(HISTORY, request, 2, chance) for _ in range(4)]

    assert all(fires())
    assert all(fires(method="messages.*", args={"peer": {"channel_id": 501}, "limit": {"min": 50}}))
    assert not any(fires(args={"offset_id": 499}))
    assert not any(fires(method="upload.*"))
    assert not any(fires(dc=4))
    assert all(fires(args={"peer": {"_": {"regex": "Channel$"}}}))
    assert fires(nth=3) == [False, False, True, True]
    assert fires(nth=2, count=1) == [False, True, False, False]
    assert not any(fires(probability=0))


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        7,
        {},
        {"action": "explode"},
        {"action": {"type": "flood"}},
        {"action": {"type": "reset", "seconds": 1}},
        {"action": "reset", "methods": "x"},
    ],
)
def test_wrong_rules_are_refused_in_one_sentence(wrong):
    with pytest.raises(SandboxError, match=r"\."):
        fault_rules.parsed(1, wrong)


def test_rules_come_from_a_file(tmp_path):
    path = tmp_path / "faults.json"
    path.write_text(json.dumps({"rules": [rule("reset")]}))
    assert faults.from_file(path)["rules"]
    path.write_text("{")
    with pytest.raises(SandboxError, match="no JSON"):
        faults.from_file(path)
    with pytest.raises(SandboxError, match="cannot be read"):
        faults.from_file(tmp_path / "absent")
