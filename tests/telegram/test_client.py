"""The client against the sandbox: checks at the door, and faults of the connection."""

import asyncio

import msgspec
import pytest

from headrace import errors
from headrace.telegram.client import Application, ServerAddress, open_client
from headrace.telegram.patience import Patience
from headrace.telegram.session import DataCentre, Session, load_session


def history(action, **rule):
    return {"method": "messages.getHistory", "action": action, **rule}


async def whole(source, read_lane, name="longrace"):
    chat, _ = await source.resolve(name)
    probe = await source.probe(chat)
    pages = await read_lane(source, chat, 1, probe.top_id)
    return sum(len(page.messages) for page in pages)


async def test_it_says_who_it_is(sandbox, reading):
    async with sandbox("tiny") as server, reading(server) as source:
        await source.resolve("tinymill")
    assert source.requests()["users.getUsers"] == 1


@pytest.mark.parametrize(
    "fault",
    [
        history({"type": "flood", "seconds": 1}, nth=3),
        history({"type": "error", "code": -503, "message": "Timeout"}, nth=2, count=4),
        history({"type": "error", "code": 500, "message": "RPC_CALL_FAIL"}, nth=3, count=5),
        history("reset", nth=3),
        history({"type": "reset_after", "bytes": 700}, nth=3),
        history("lose_reply", nth=3),
        history("duplicate_reply", nth=3),
        history("silent", nth=3),
        history("unknown_beside", nth=3),
        history("garbage", nth=3),
        history({"type": "delay", "seconds": 0.5}, nth=3),
        {"method": "connect", "action": "reset", "count": 2},
        {"method": "*", "probability": 0.2, "action": "reset"},
    ],
    ids=str,
)
async def test_recoverable_faults_cost_no_message(sandbox, reading, read_lane, fault):
    patience = Patience(connect=0.5, answer=0.5, first_backoff=0.01, longest_backoff=0.02)
    async with (
        sandbox("big:700", faults=fault) as server,
        reading(server, patience=patience) as source,
    ):
        assert await whole(source, read_lane) == 700


async def test_a_connection_that_is_reset_is_made_anew_once(sandbox, reading):
    fault = {"method": "contacts.resolveUsername", "action": "reset"}
    async with sandbox("tiny", faults=fault) as server, reading(server) as source:
        chats = await asyncio.gather(*(source.resolve("tinymill") for _ in range(8)))
        assert len(chats) == 8
        assert server.report()["connections"] == 2


async def test_a_server_that_is_gone_ends_with_one_sentence(sandbox, reading):
    patience = Patience(connect=0.3, answer=0.3, connections=3, first_backoff=0.01)
    async with sandbox("tiny") as server:
        address, session = server.address, load_session(server.session_file)
        application = Application(api_id=server.api_id, api_hash=server.api_hash)
    host, port = address.split(":")
    where = ServerAddress(host=host, port=int(port), dc=session.home)
    with pytest.raises(errors.ConnectionLost, match="3 connections in a row"):
        async with open_client(session, application, server=where, patience=patience):
            pytest.fail("connected")


async def test_a_silent_server_ends_with_one_sentence(sandbox, reading):
    patience = Patience(connect=0.1, answer=0.1, connections=3, first_backoff=0.01)
    fault = {"method": "*", "count": None, "action": {"type": "silent", "scope": "all"}}
    async with sandbox("tiny", faults=fault) as server:
        with pytest.raises(errors.ConnectionLost):
            async with reading(server, patience=patience):
                pytest.fail("connected")


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (60, r"(59|60|61) s behind"),
        (-600, r"(599|600|601) s ahead of"),
        (86_400, r"864\d\d s behind|86399 s behind"),
        (25, r"2[456] s behind"),
    ],
)
async def test_a_wrong_clock_is_named(sandbox, reading, offset, words):
    async with sandbox("tiny") as server:
        server.telegram.clock.set_offset(offset)
        with pytest.raises(errors.ClockSkew, match=words):
            async with reading(server):
                pytest.fail("connected")


async def test_a_small_skew_is_no_matter(sandbox, reading):
    async with sandbox("tiny") as server:
        server.telegram.clock.set_offset(-15)
        async with reading(server) as source:
            await source.resolve("tinymill")


async def test_a_clock_that_jumps_on_the_way_is_named(sandbox, reading, read_lane):
    patience = Patience(connect=0.5, answer=0.5, first_backoff=0.01)
    fault = history({"type": "clock", "offset": 4000}, nth=3)
    async with (
        sandbox("big:500", faults=fault) as server,
        reading(server, patience=patience) as source,
    ):
        with pytest.raises(errors.ClockSkew):
            await whole(source, read_lane)


@pytest.mark.parametrize(
    ("code", "message"),
    [(401, "AUTH_KEY_UNREGISTERED"), (401, "SESSION_REVOKED"), (401, "USER_DEACTIVATED_BAN")],
)
async def test_a_lost_account_is_told_at_the_door(sandbox, reading, code, message):
    fault = {
        "method": "users.getUsers",
        "action": {"type": "error", "code": code, "message": message},
    }
    async with sandbox("tiny", faults=fault) as server:
        with pytest.raises(errors.AccountLost, match=message):
            async with reading(server):
                pytest.fail("connected")


async def test_a_key_that_the_server_does_not_know_is_never_replaced(sandbox, reading):
    centre = DataCentre(id=2, host="127.0.0.1", port=1, key=bytes(range(256)))
    async with sandbox("tiny") as server:
        with pytest.raises(errors.NotSignedIn):
            async with reading(server, session=Session(home=2, centres={2: centre})):
                pytest.fail("connected")
        assert server.report()["handshakes"] == 0


async def test_a_session_of_another_account_is_refused(sandbox, reading):
    async with sandbox("tiny") as server:
        session = msgspec.structs.replace(load_session(server.session_file), user_id=5)
        with pytest.raises(errors.AccountLost, match="another account"):
            async with reading(server, session=session):
                pytest.fail("connected")


async def test_a_session_for_another_data_centre_is_refused(sandbox):
    centre = DataCentre(id=5, host="127.0.0.1", port=1, key=bytes(range(256)))
    session = Session(home=5, centres={5: centre})
    where = ServerAddress(host="127.0.0.1", port=1, dc=2)
    with pytest.raises(errors.ConfigError, match="data centre 2"):
        async with open_client(session, Application(api_id=1, api_hash="x"), server=where):
            pytest.fail("connected")


async def test_a_public_key_that_is_none_is_named(sandbox, tmp_path):
    odd = tmp_path / "key.pem"
    odd.write_text("no key")
    async with sandbox("tiny") as server:
        session = load_session(server.session_file)
    where = ServerAddress(host="127.0.0.1", port=1, dc=session.home, public_key_file=odd)
    with pytest.raises(errors.ConfigError, match=r"key\.pem"):
        async with open_client(session, Application(api_id=1, api_hash="x"), server=where):
            pytest.fail("connected")


async def test_no_secret_is_logged(sandbox, reading, read_lane, caplog):
    caplog.set_level(0)
    async with sandbox("tiny") as server:
        session = load_session(server.session_file)
        async with reading(server) as source:
            await whole(source, read_lane, "tinymill")
        shown = caplog.text + repr(Application(api_id=1, api_hash=server.api_hash))
        assert server.api_hash not in shown
        assert session.home_centre.key.hex() not in shown
        assert "sluice" not in shown
