"""Changes of a chat as a client of the sandbox hears of them."""

import asyncio
from contextlib import aclosing, asynccontextmanager

import pytest

from headrace.errors import NotSignedIn, NotSupported
from headrace.model.change import Counts
from headrace.telegram.pushes import Pushes

MILL = "@tinymill"
MILL_ID = -1001000000101


@asynccontextmanager
async def watching(reading, server, ref=MILL, since=None):
    """A source that listens to a chat of a sandbox, past the first gap."""
    told_here = Pushes()
    async with reading(server, pushes=told_here) as source:
        chat, _ = await source.resolve(ref)
        listening = asyncio.create_task(source.listen())
        async with aclosing(source.changes(chat, since)) as changes:
            if since is None:
                assert (await anext(changes)).gap
            yield changes, listening
        listening.cancel()
        await asyncio.wait({listening})


async def test_a_member_is_told(sandbox, reading):
    async with sandbox() as server, watching(reading, server) as (changes, _):
        first = asyncio.ensure_future(anext(changes))
        number = server.change(verb="post", chat=MILL, text="news")
        change = await first
        assert [(one.id, one.text) for one in change.messages] == [(number, "news")]
        server.change(verb="views", chat=MILL, id=number, views=99)
        assert (await anext(changes)).counts == (Counts(id=number, views=99),)


async def test_a_break_loses_nothing(sandbox, reading):
    async with sandbox() as server, watching(reading, server) as (changes, _):
        server.change(verb="post", chat=MILL, text="one")
        await anext(changes)
        server.telegram.faults.add({"method": "updates.getState", "nth": 1, "action": "reset"})
        server.change(verb="post", chat=MILL, text="two", told=False)
        for line in list(server.telegram.lines):
            line.link.close_soon()
        change = await anext(changes)
        assert [one.text for one in change.messages] == ["two"]


async def test_a_push_that_cannot_be_read_is_made_good_by_the_next(sandbox, reading):
    """Telethon drops what it cannot read, and what came together with it."""
    async with sandbox() as server, watching(reading, server) as (changes, _):
        number = server.change(verb="post", chat=MILL, text="odd", told=False)
        server.change(verb="post", chat=MILL, text="plain")
        found = await anext(changes)
        assert [one.text for one in found.messages] == ["odd", "plain"]
        assert found.messages[0].id == number


async def test_an_unreadable_difference_is_a_gap(sandbox, reading):
    async with sandbox() as server, watching(reading, server) as (changes, _):
        odd = {"type": "unknown_constructor", "message_id": 21, "chat": MILL_ID}
        server.telegram.faults.add({"action": odd})
        assert server.change(verb="post", chat=MILL, text="odd") == 21
        server.change(verb="post", chat=MILL, text="plain", told="too_long")
        assert (await anext(changes)).gap


async def test_whoever_is_signed_out_hears_of_it(sandbox, reading):
    async with sandbox() as server, watching(reading, server) as (_, listening):
        server.sign_in.terminate(server.phone)
        with pytest.raises(NotSignedIn):
            await asyncio.wait_for(listening, 30)


async def test_a_basic_group_is_refused(sandbox, reading):
    async with sandbox() as server, reading(server, pushes=Pushes()) as source:
        chat, _ = await source.resolve(MILL)
        group = type(chat)(id=-5, kind="group", title="Basic")
        with pytest.raises(NotSupported):
            await anext(source.changes(group, None))
