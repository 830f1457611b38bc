"""Faults of the wire, each against the real sandbox: survived without a trace, or told."""

import asyncio
import gzip
import random

import pytest
from telethon.errors import InvalidBufferError
from telethon.tl.alltlobjects import LAYER
from telethon.tl.core import RpcResult
from telethon.tl.core.gzippacked import GzipPacked
from telethon.tl.functions import InitConnectionRequest, InvokeWithLayerRequest
from telethon.tl.functions.help import GetConfigRequest

from headrace import errors
from headrace.telegram.bounds import ANSWER_CAP, inflated
from headrace.telegram.clock import SystemClock
from headrace.telegram.failures import Verdict, classify
from headrace.telegram.link import Endpoint, Link
from headrace.telegram.patience import Patience
from headrace.telegram.session import load_session

HISTORY = "messages.getHistory"
POSTS = 700
QUICK = Patience(connect=1, answer=0.5, first_backoff=0.01, longest_backoff=0.02)


def history(action, **rule):
    return {"method": HISTORY, "action": action, **rule}


def connecting(action, **rule):
    return {"method": "connect", "action": action, **rule}


@pytest.fixture
def read_whole(sandbox, reading, read_lane):
    """Read a channel under faults: the ids in the order in which they came, and all there are."""

    async def read(faults):
        async with (
            sandbox(f"big:{POSTS}", faults=faults) as server,
            reading(server, patience=QUICK) as source,
        ):
            chat, probe = await _opened(source)
            pages = await read_lane(source, chat, 1, probe.top_id)
            return _ids(pages), _all_ids(server)

    return read


@pytest.mark.parametrize(
    "fault",
    [
        history("half_open", nth=3),
        history("stray_reply", nth=3),
        history("dribble", nth=3),
        history({"type": "dribble", "seconds": 0.2}, nth=3),
        history({"type": "garbage", "bytes": 4}, nth=3),
        history({"type": "garbage", "bytes": 8}, nth=3),
        history({"type": "garbage", "bytes": 20}, nth=3),
        history({"type": "garbage", "bytes": 4096}, nth=3),
        history({"type": "frame_length", "length": 2**31 - 1}, nth=3),
        history({"type": "frame_length", "length": 2**31 - 1, "bytes": 5_000_000}, nth=3),
        history({"type": "frame_length", "length": -1}, nth=3),
        history({"type": "frame_length", "length": 7, "bytes": 12}, nth=3),
        history({"type": "frame_length", "length": 9, "bytes": 12}, nth=3),
        history({"type": "gzip_bomb", "bytes": 40_000_000}, nth=3),
        history({"type": "gzip_bomb", "bytes": 1_000_000}, nth=3),
        history({"type": "other_layer", "of": "message", "position": 7}, nth=3),
        history({"type": "other_layer", "of": "result"}, nth=3, count=4),
        history({"type": "clock", "offset": 15}, nth=3),
        history({"type": "clock", "offset": -15}, nth=3),
        connecting("half_open", count=2),
        connecting("dribble"),
        connecting("garbage", count=2),
        connecting({"type": "frame_length", "length": 2**31 - 1}, count=2),
        connecting({"type": "frame_length", "length": 9, "bytes": 12}, count=2),
        connecting({"type": "reset_after", "bytes": 100}, count=2),
    ],
    ids=str,
)
async def test_recoverable_faults_of_the_wire_cost_no_message(read_whole, fault):
    found, all_ids = await read_whole(fault)
    assert found == all_ids


async def test_a_reset_at_fifty_points_neither_loses_nor_doubles(sandbox, reading, read_lane):
    """Wherever the stream is cut: in the opening, a head, a body, between two frames."""
    async with sandbox(f"big:{POSTS}") as server:
        async with reading(server) as source:
            chat, probe = await _opened(source)
            await read_lane(source, chat, 1, probe.top_id)
        whole = server.report()["bytes_out"]
        points = random.Random(50).sample(range(1, whole), 50)
        for point in points:
            connections = server.report()["connections"]
            server.telegram.faults.clear()
            server.telegram.faults.add(connecting({"type": "reset_after", "bytes": point}))
            async with reading(server, patience=QUICK) as source:
                chat, probe = await _opened(source)
                pages = await read_lane(source, chat, 1, probe.top_id)
            assert _ids(pages) == _all_ids(server), point
            assert server.report()["connections"] == connections + 2, point


async def _opened(source):
    chat, _ = await source.resolve("longrace")
    return chat, await source.probe(chat)


def _ids(pages):
    return [message.id for page in pages for message in page.messages]


def _all_ids(server):
    (chat,) = (c for c in server.world.chats.values() if c.content.get("username") == "longrace")
    return [chat.history.at(index)["id"] for index in reversed(range(len(chat.history)))]


@pytest.mark.parametrize("offset", [4000, -600, 86_400, -86_400, 45, -250])
async def test_a_clock_that_jumps_on_the_way_is_followed_or_named(read_whole, offset):
    """Telethon follows some jumps by itself; then nothing is missing either."""
    try:
        found, all_ids = await read_whole(history({"type": "clock", "offset": offset}, nth=3))
    except errors.ClockSkew:
        return
    assert found == all_ids


@pytest.mark.parametrize("method", [HISTORY, "contacts.resolveUsername", "help.getConfig"])
@pytest.mark.parametrize("code", ["USER_MIGRATE_4", "NETWORK_MIGRATE_4"])
async def test_a_migration_of_a_signed_in_account_is_told_and_not_followed(
    sandbox, reading, method, code
):
    rule = {"method": method, "count": None}
    rule["action"] = {"type": "error", "code": 303, "message": code}
    async with sandbox("big:300", faults=rule, dcs=4) as server:
        with pytest.raises(errors.TelegramError, match=code):
            async with reading(server) as source:
                await _opened(source)
        assert server.report()["methods"][method] == 1
        assert server.report()["handshakes"] == 0


async def test_a_key_that_is_forgotten_on_the_way_ends_everything_at_once(sandbox, reading):
    fault = {"method": "contacts.resolveUsername", "action": {"type": "transport_error"}}
    fault["action"]["code"] = -404
    async with sandbox("tiny", faults=fault) as server:
        before = server.session_file.read_bytes()
        async with reading(server) as source:
            for _ in range(3):
                with pytest.raises(errors.NotSignedIn):
                    await source.resolve("tinymill")
        report = server.report()
        assert (report["handshakes"], report["connections"]) == (0, 1)
        assert report["methods"]["contacts.resolveUsername"] == 1
        assert server.session_file.read_bytes() == before


class ShortNights(SystemClock):
    """A clock whose stopwatch runs ahead instead of sleeping; the time of day is the real one."""

    def __init__(self):
        self.slept = 0.0

    def monotonic(self):
        return super().monotonic() + self.slept

    async def sleep(self, seconds):
        self.slept += seconds
        await asyncio.sleep(0)


@pytest.mark.parametrize("method", ["connect", "contacts.resolveUsername", HISTORY])
async def test_a_flood_at_the_transport_keeps_away_for_a_minute(
    sandbox, reading, read_lane, method
):
    rule = {"method": method, "action": {"type": "transport_error", "code": -429}}
    clock = ShortNights()
    async with sandbox(f"big:{POSTS}", faults=rule) as server:
        before = server.session_file.read_bytes()
        async with reading(server, clock=clock) as source:
            chat, probe = await _opened(source)
            pages = await read_lane(source, chat, 1, probe.top_id)
        assert _ids(pages) == _all_ids(server)
        assert 60 <= clock.slept < 65
        assert server.report()["connections"] == 2
        assert server.session_file.read_bytes() == before


async def test_another_layer_costs_the_messages_that_are_written_in_it(sandbox, reading, read_lane):
    async with sandbox(f"big:{POSTS}") as server, reading(server) as source:
        all_ids = _all_ids(server)
        odd = [all_ids[place] for place in (50, 51, 400, 698)]
        for number in odd:
            server.telegram.faults.add({"action": {"type": "other_layer", "message_id": number}})
        chat, probe = await _opened(source)
        pages = await read_lane(source, chat, 1, probe.top_id)
    failures = [failure for page in pages for failure in page.failures]
    assert [failure.lo for failure in failures] == odd
    assert all("0x0a11ce55" in failure.detail for failure in failures)
    assert sorted([*_ids(pages), *odd], reverse=True) == all_ids


async def test_answers_of_another_layer_end_the_run_after_a_few_questions(
    sandbox, reading, read_lane
):
    """Smaller pages are no better there: asking for each message would take for ever."""
    async with sandbox("big:3000") as server, reading(server) as source:
        chat, probe = await _opened(source)
        server.telegram.faults.add(history({"type": "other_layer", "of": "result"}, count=None))
        asked = server.report()["methods"][HISTORY]
        with pytest.raises(errors.ServerMisbehaves, match="0x0a11ce55") as caught:
            await read_lane(source, chat, 1, probe.top_id)
        assert server.report()["methods"][HISTORY] - asked <= 5
    assert "Update headrace" in caught.value.hint


@pytest.mark.parametrize("size", [0, 1, 300_000, ANSWER_CAP])
def test_packed_answers_are_inflated_up_to_the_cap(size):
    assert inflated(gzip.compress(bytes(size), 1)) == bytes(size)


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(bytes(ANSWER_CAP + 1), 1), b"", b"no gzip", gzip.compress(b"x")[:-9]],
    ids=["beyond", "nothing", "other", "torn"],
)
def test_packed_answers_beyond_the_cap_or_broken_are_refused(packed):
    with pytest.raises(ConnectionAbortedError):
        inflated(packed)


async def test_telethon_itself_has_no_cap_until_a_link_is_opened(sandbox):
    """The negative control: its own class would inflate to the end."""
    bomb = GzipPacked(bytes(2 * ANSWER_CAP))
    from telethon.extensions import BinaryReader

    plain = GzipPacked.from_reader(BinaryReader(bytes(bomb)[4:]))
    assert len(plain.data) == 2 * ANSWER_CAP
    async with sandbox("tiny") as server:
        key = load_session(server.session_file).home_centre.key
        host, port = server.address.split(":")
        link = await Link.open(
            Endpoint(host=host, port=int(port), dc=server.dc, key=key, proxy=None)
        )
        await link.close()
    result = (0xF35C6D01).to_bytes(4, "little") + bytes(8) + bytes(bomb)
    for packet in (bytes(bomb), result):
        with pytest.raises(ConnectionAbortedError):
            BinaryReader(packet).tgread_object()
    assert isinstance(BinaryReader(result[:12] + b"abcd").tgread_object(), RpcResult)


@pytest.mark.parametrize("length", [-1, 0, 7, 8, 9, 11, 2**31 - 1])
async def test_a_frame_without_sense_breaks_the_link_and_says_nothing_of_the_answer(
    sandbox, length
):
    """Were it taken for an answer that cannot be read, the page would be searched for a culprit."""
    rule = {"action": {"type": "frame_length", "length": length, "bytes": 12}}
    async with sandbox("tiny", faults={"method": "help.getConfig", **rule}) as server:
        key = load_session(server.session_file).home_centre.key
        host, port = server.address.split(":")
        link = await Link.open(
            Endpoint(host=host, port=int(port), dc=server.dc, key=key, proxy=None)
        )
        opening = InitConnectionRequest(1, "", "", "", "", "", "", GetConfigRequest())
        with pytest.raises((ConnectionError, InvalidBufferError)) as caught:
            await link.send(InvokeWithLayerRequest(LAYER, opening), 5)
        assert classify(caught.value).verdict is Verdict.RECONNECT
        await link.close()


async def test_a_half_open_connection_holds_up_no_more_than_a_deadline(sandbox, reading):
    """All that are in flight fail with the first that notices; one connection is made for all."""
    fault = {"method": "contacts.resolveUsername", "action": "half_open"}
    async with (
        sandbox("tiny", faults=fault) as server,
        reading(server, patience=QUICK) as source,
    ):
        chats = await asyncio.gather(*(source.resolve("tinymill") for _ in range(8)))
        assert len(chats) == 8
        assert server.report()["connections"] == 2
