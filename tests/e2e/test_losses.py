"""An account or a channel lost in the middle of an import: it ends at once, nothing is lost."""

import hashlib
import os
from pathlib import Path

import pytest
from tests.e2e import processes

WORLD = "big:1500"
CHAT = -1002000000001
LOST = {
    "AUTH_KEY_DUPLICATED": 406,
    "AUTH_KEY_UNREGISTERED": 401,
    "SESSION_REVOKED": 401,
    "USER_DEACTIVATED": 401,
    "USER_DEACTIVATED_BAN": 401,
}
#: Requests that pace fast has on their way at once.
IN_FLIGHT = 8
#: What a rule for all methods meets before the first page: the connection itself, getConfig,
#: getUsers, resolveUsername, getFullChannel and the probe.
FIRST_PAGE = 7


@pytest.fixture(scope="module")
def big():
    with processes.sandbox(WORLD) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def whole(big, tmp_path_factory):
    """The digest of an import that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    archive = ["--archive", folder / "archive"]
    processes.headrace("import", "@longrace", *archive, *big.options(), config=folder, check=0)
    return processes.headrace("digest", *archive, config=folder, check=0).stdout


@pytest.fixture
def again(headrace, big, whole):
    """The same command after the fault: it goes on, to the digest of an undisturbed import."""

    def run(*options):
        big.ask("/faults", method="DELETE")
        ran = headrace("import", "@longrace", "--pace", "fast", "--json", *options)
        assert (ran.code, ran.json["complete"]) == (0, True), ran
        assert headrace("digest").out == whole
        return ran.json

    yield run
    big.ask("/faults", method="DELETE")


@pytest.fixture
def signed_in(headrace, big):
    """An account of headrace's own; the options that remain."""
    options = big.options()
    assert headrace("login", *options).code == 0
    return options[: options.index("--session")]


def sessions():
    """Every session file of this configuration, by name, byte for byte."""
    folder = Path(os.environ["HEADRACE_CONFIG"])
    found = {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("session.json")}
    assert found
    return found


def refused(big, outcome):
    """Requests refused so, and all that came after the first of them."""
    outcomes = [one["outcome"] for one in big.ask("/requests")]
    first = outcomes.index(outcome)
    return outcomes.count(outcome), len(outcomes) - first


@pytest.mark.parametrize("nth", [FIRST_PAGE - 1, FIRST_PAGE, FIRST_PAGE + 9])
@pytest.mark.parametrize("code", LOST)
def test_an_account_that_is_lost_stops_everything_at_once(
    headrace, big, signed_in, again, code, nth
):
    big.ask("/reset-counters", {})
    action = {"type": "error", "code": LOST[code], "message": code}
    big.ask("/faults", {"method": "*", "nth": nth, "count": None, "action": action})
    before = sessions()
    ran = headrace("import", "@longrace", "--pace", "fast", *signed_in)
    assert ran.code == 5, ran
    assert code in ran.err
    assert "headrace login" in ran.err
    failing, after = refused(big, code)
    assert failing <= IN_FLIGHT
    assert after <= IN_FLIGHT
    assert sessions() == before
    stored = headrace("status", "@longrace", "--json")
    assert stored.code in (0, 3), stored
    resumed = again(*signed_in)
    assert resumed["new"] + stored.json["ids"]["stored"] == 1500
    assert sessions() == before


def test_one_refusal_is_enough_though_the_others_would_be_answered(headrace, big, signed_in, again):
    big.ask("/reset-counters", {})
    action = {"type": "error", "code": 401, "message": "SESSION_REVOKED"}
    big.ask("/faults", {"method": "messages.getHistory", "nth": 4, "action": action})
    assert headrace("import", "@longrace", "--pace", "fast", *signed_in).code == 5
    failing, after = refused(big, "SESSION_REVOKED")
    assert failing == 1
    assert after <= IN_FLIGHT
    again(*signed_in)


@pytest.mark.parametrize("nth", [1, FIRST_PAGE, FIRST_PAGE + 9])
def test_a_key_that_telegram_has_forgotten_is_not_replaced(headrace, big, signed_in, again, nth):
    big.ask("/reset-counters", {})
    action = {"type": "transport_error", "code": -404}
    big.ask("/faults", {"method": "*", "nth": nth, "count": None, "action": action})
    before = sessions()
    ran = headrace("import", "@longrace", "--pace", "fast", *signed_in)
    assert ran.code == 5, ran
    assert "headrace login" in ran.err
    report = big.ask("/counters")
    assert (report["handshakes"], report["connections"]) == (0, 1)
    assert sessions() == before
    again(*signed_in)
    assert sessions() == before


@pytest.mark.parametrize("nth", [1, 2, 9, 15])
def test_a_channel_that_closes_on_the_way_keeps_what_is_stored(headrace, big, again, nth):
    options = big.options()
    change = {"verb": "close", "chat": CHAT}
    rule = {"method": "messages.getHistory", "nth": nth, "action": {"type": "world"}}
    rule["action"]["change"] = change
    big.ask("/faults", rule)
    try:
        ran = headrace("import", "@longrace", "--pace", "fast", *options)
        assert ran.code == 6, ran
        assert "private" in ran.err
        assert len(ran.err.strip().splitlines()) <= 3, ran.err
        status = headrace("status", "@longrace", "--json")
        assert status.code in (0, 3), status
        shown = headrace("digest", "--lines").lines
        stored = [line for line in shown if line["type"] == "message"]
        assert len(stored) == status.json["ids"]["stored"]
        assert headrace("import", CHAT, *options).code == 6
    finally:
        big.ask("/faults", method="DELETE")
        big.ask("/world", {"verb": "open", "chat": CHAT})
    again(*options)


def test_a_renamed_channel_is_found_by_its_id_and_by_its_new_name_only(headrace, fresh_tiny):
    mill, options = -1001000000101, fresh_tiny.options()
    assert headrace("import", "@tinymill", *options).code == 0
    renamed = {"verb": "rename", "chat": mill, "username": "tinyrenamed", "title": "Renamed"}
    fresh_tiny.ask("/world", renamed)
    assert headrace("import", "@tinymill", *options).code == 6
    ran = headrace("import", mill, "--json", *options)
    assert (ran.code, ran.json["new"], ran.json["title"]) == (0, 0, "Renamed")
    assert headrace("status", "@tinyrenamed", "--json").json["id"] == mill


def test_names_that_two_channels_exchange_are_refused_until_ids_are_given(headrace, fresh_tiny):
    chats = {"@tinymill": -1001000000101, "@emptymill": -1001000000104}
    options = fresh_tiny.options()
    for name in chats:
        assert headrace("import", name, *options).code == 0
    before = headrace("digest").out
    mill, empty = chats.values()
    fresh_tiny.ask("/world", {"verb": "swap_names", "a": mill, "b": empty})
    for name in chats:
        ran = headrace("import", name, *options)
        assert ran.code == 6, ran
        assert str(mill) in ran.err
        assert str(empty) in ran.err
        assert headrace("digest").out == before
    for ref in (mill, empty, "@emptymill", "@tinymill"):
        ran = headrace("import", ref, "--json", *options)
        assert (ran.code, ran.json["new"]) == (0, 0), ran
    assert headrace("import", "@emptymill", "--json", *options).json["chat"] == mill
