"""Everything that a channel or a group can hold, over MTProto, on both back ends."""

from collections import defaultdict

import pytest
from tests.e2e import processes
from tests.e2e.oracle import assert_same, expected

from tgsandbox.worlds import odd, zoo

CHATS = {"@zoomill": zoo.CHANNEL, "@zoomilltalk": zoo.GROUP, "@zoomillforum": zoo.FORUM}


@pytest.fixture(scope="module")
def sandbox():
    with processes.sandbox("zoo") as running:
        yield running


@pytest.fixture(scope="module")
def oracle():
    return expected("zoo")


def fates():
    """Chat -> what is to become of its odd messages -> their ids."""
    found = defaultdict(lambda: defaultdict(set))
    for (chat, message_id), fate in zoo.odd_ids().items():
        found[chat][fate].add(message_id)
    return found


def bring(headrace, sandbox, archive):
    """Import all chats of the zoo; every odd message ends as the zoo says."""
    wanted = fates()
    for name, chat in CHATS.items():
        options = ["--json", "--pace", "fast", *sandbox.options()]
        ran = headrace("import", name, *options, archive=archive)
        failed = {failure["lo"] for failure in ran.json["failures"]}
        assert failed == wanted[chat][odd.RECORDED]
        assert ran.code == (3 if failed else 0), ran
        for message_id in wanted[chat][odd.ABSENT]:
            found = headrace("status", f"{name}/{message_id}", "--json", archive=archive).json
            assert found["state"] == "never there"


def check(headrace, oracle, archive):
    """What is stored is what the oracle says; what it says is partial is marked."""
    stored = headrace("digest", "--lines", archive=archive).lines
    wanted = fates()
    for chat in CHATS.values():
        assert_same(stored, oracle, chat)
        of_chat = [line for line in stored if line.get("chat") == chat]
        marked = {line["id"] for line in of_chat if "unsupported" in line}
        assert marked == wanted[chat][odd.PARTIAL]
    assert peers(stored) == peers(oracle)
    assert headrace("reparse", "--json", archive=archive).json["made_good"] == 0


def peers(lines):
    return {line["id"]: line for line in lines if line["type"] == "peer"}


def test_the_zoo_is_stored_as_it_is(headrace, sandbox, oracle, tmp_path):
    bring(headrace, sandbox, tmp_path / "archive")
    check(headrace, oracle, tmp_path / "archive")


@pytest.mark.postgres
def test_the_zoo_is_the_same_on_both_back_ends(
    headrace, sandbox, oracle, tmp_path, postgres_url, monkeypatch
):
    bring(headrace, sandbox, tmp_path / "sqlite")
    monkeypatch.setenv("HEADRACE_DATABASE", postgres_url)
    bring(headrace, sandbox, tmp_path / "postgres")
    check(headrace, oracle, tmp_path / "postgres")
    rows = headrace("digest", "--json", archive=tmp_path / "sqlite").json
    assert headrace("digest", "--json", archive=tmp_path / "postgres").json == rows
