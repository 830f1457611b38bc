"""Damage to the connection and answers of another layer, and what plain Telethon makes of them.

What it makes of them is the negative control: these faults bite where nobody takes care.
"""

import asyncio

import pytest
from telethon.errors import TypeNotFoundError
from telethon.tl.functions.help import GetConfigRequest
from telethon.tl.functions.messages import GetHistoryRequest

HISTORY = "messages.getHistory"


def rule(action, **more):
    return {"method": HISTORY, "action": action, **more}


async def until(what):
    """Give the server its turns until something is so; the test's timeout bounds it."""
    while not what():  # noqa: ASYNC110 (server and test share the loop, and nothing signals)
        await asyncio.sleep(0)


@pytest.fixture
def page(connect):
    """``ask, client = await page(sandbox)``: ``await ask(offset_id)`` gives a page."""

    async def opened(sandbox, **options):
        client = await connect(sandbox, **options)
        peer = await client.get_input_entity("counted")

        async def ask(offset_id=0, limit=100):
            return await client(GetHistoryRequest(peer, offset_id, None, 0, limit, 0, 0, 0))

        return ask, client

    return opened


async def test_a_half_open_connection_neither_reads_nor_answers_and_telethon_waits(
    running, world, page
):
    async with running(world, faults=rule("half_open")) as sandbox:
        ask, client = await page(sandbox)
        waiting = asyncio.ensure_future(ask())
        await until(lambda: sandbox.telegram.faults.rules[0].fired)
        asked = sandbox.report()["methods"].copy()
        config = asyncio.ensure_future(client(GetConfigRequest()))
        for _ in range(500):
            await asyncio.sleep(0)
        assert not waiting.done()
        assert not config.done()
        assert client.is_connected()
        assert sandbox.report()["methods"] == asked
        for one in (waiting, config):
            one.cancel()


async def test_an_answer_in_single_bytes_is_whole(running, world, page, monkeypatch):
    async with running(world, faults=rule("dribble")) as sandbox:
        ask, client = await page(sandbox)
        sizes = []
        feed = client._sender._connection._reader.feed_data
        monkeypatch.setattr(
            client._sender._connection._reader,
            "feed_data",
            lambda data: (sizes.append(len(data)), feed(data)),
        )
        assert len((await ask()).messages) == 100
        assert len(sizes) > 100


async def test_a_stray_reply_answers_nobody(running, world, page):
    async with running(world, faults=rule("stray_reply")) as sandbox:
        ask, _ = await page(sandbox)
        waiting = asyncio.ensure_future(ask())
        await until(lambda: sandbox.telegram.faults.rules[0].fired)
        assert (await ask(5)).messages
        assert not waiting.done()
        waiting.cancel()


@pytest.mark.parametrize(
    ("length", "follow", "telethon_waits"),
    [(2**31 - 1, 1_000_000, True), (7, 12, False), (-1, 8, False)],
)
async def test_a_frame_that_lies_about_its_length(
    running, world, page, length, follow, telethon_waits
):
    """Telethon believes two gigabytes and collects them, as long as the server likes."""
    action = {"type": "frame_length", "length": length, "bytes": follow}
    async with running(world, faults=rule(action)) as sandbox:
        ask, client = await page(sandbox, retry_delay=0)
        asking = asyncio.ensure_future(ask())
        await until(lambda: sandbox.telegram.faults.rules[0].fired)
        if telethon_waits:
            reader = client._sender._connection._reader
            await until(lambda: len(reader._buffer) >= follow)
            assert not asking.done()
            asking.cancel()
        else:
            assert len((await asking).messages) == 100
            assert sandbox.report()["connections"] > 1


@pytest.mark.parametrize("of", ["message", "result"])
async def test_an_object_of_another_layer_costs_telethon_the_whole_page(running, world, page, of):
    action = {"type": "other_layer", "of": of}
    async with running(world, faults=rule(action)) as sandbox:
        ask, _ = await page(sandbox)
        with pytest.raises(TypeNotFoundError, match="0a11ce55"):
            await ask()
        assert len((await ask()).messages) == 100


async def test_a_message_of_another_layer_is_so_in_every_answer(running, world, page):
    rules = {"action": {"type": "other_layer", "message_id": 123}}
    async with running(world, faults=rules) as sandbox:
        ask, _ = await page(sandbox)
        for _ in range(2):
            with pytest.raises(TypeNotFoundError):
                await ask(124, limit=1)
        assert (await ask(123, limit=1)).messages
