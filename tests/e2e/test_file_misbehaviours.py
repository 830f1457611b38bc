"""A server that misbehaves about one file: that one is whole or told of, all others arrive."""

import asyncio
import importlib
import shutil
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from tests import downloading
from tests.crash.importing import loaded
from tests.downloading import (
    GET_FILE,
    bring_files,
    check_whole,
    kept_parts,
    sent_parts,
    states,
)

from headrace import settings
from tgsandbox.server import serve

# The package has a function of this name.
accounts = importlib.import_module("headrace.app.accounts")
REF = "@tinymill"
#: The file of each kind that is struck, and how a request names it.
STRUCK = {
    "photo": ("photo/7004", {"id": 7004}),
    "document": ("document/8013", {"id": 8013, "thumb_size": ""}),
    "thumbnail": ("document/8013/m", {"id": 8013, "thumb_size": "m"}),
    "avatar": ("peer_photo/7101", {"photo_id": 7101}),
}
ELSEWHERE = 4
WHOLE = ("stored", "")
FILES = 14
BLOCK = 1 << 20


def error(code, message):
    return {"type": "error", "code": code, "message": message}


def change(verb, **more):
    """A change of the world: from then on, and by itself no refusal."""
    return lambda key: {"type": "world", "change": {"verb": verb, "file": key, **more}}


#: What the server does to a request for the file.
MISBEHAVIOURS = {
    "short": {"type": "short_chunk", "bytes": 100},
    "empty": {"type": "short_chunk", "bytes": 0},
    "long": {"type": "long_chunk", "bytes": 2 << 20},
    "corrupt length": {"type": "frame_length", "length": 1 << 30},
    "reset": {"type": "reset_within", "share": 0.5},
    "silent": "lose_reply",
    "expired": error(400, "FILE_REFERENCE_EXPIRED"),
    "moved": change("move_file", dc=ELSEWHERE),
    "migrated": error(303, f"USER_MIGRATE_{ELSEWHERE}"),
    "flood": {"type": "flood", "seconds": 1, "premium": True},
    "wrong type": {"type": "wrong_answer", "of": "cdn_redirect"},
    "gone": change("lose_file"),
}
#: What becomes of the file where it happens every time; those not named arrive.
EVERY_TIME = {
    "short": "truncated",
    "empty": "truncated",
    "long": "overlong",
    "corrupt length": "unanswered",
    "reset": "unanswered",
    "silent": "unanswered",
    "expired": "reference",
    "migrated": "migrates",
    "wrong type": "cdn_unsupported",
    "gone": "unavailable",
}
#: Where it happens once; of portraits alone, whatever is cut short or said to be expired.
ONCE = {name: EVERY_TIME[name] for name in ("long", "wrong type", "gone")}
PORTRAITS_ONCE = {"short", "expired"}
#: Nobody says how long portraits are, they have no references, and no message to look them up in.
PORTRAITS = {
    "short": ("failed", "incomplete"),
    "expired": ("failed", "no_access"),
    "gone": ("absent", "photo_removed"),
}
#: The connection itself is struck, and its file is asked for many times.
SLOW_TO_FAIL = {"corrupt length", "reset", "silent"}
PATIENCE = {"slowest": 2**24, "first_backoff": 0.01, "longest_backoff": 0.02}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The text of the channel, and the server's keys, to start each case from."""
    folder = tmp_path_factory.mktemp("prepared")

    async def prepare():
        async with serve("tiny", dcs=5, state=folder / "server") as server:
            await downloading.bring_text(loaded(server, folder), REF)

    asyncio.run(prepare())
    return folder


@pytest.fixture
def start(prepared, tmp_path, monkeypatch):
    """``async with start(part=…) as server``: a part is due after so many seconds.

    The archive beside it lacks its files.
    """
    usual = accounts.patience_of
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)

    @asynccontextmanager
    async def started(part=10):
        def hasty(settings, **more):
            return replace(usual(settings, **more), part=part, **PATIENCE)

        monkeypatch.setattr(accounts, "patience_of", hasty)
        async with serve("tiny", dcs=5, state=tmp_path / "server") as server:
            yield server

    return started


def strike(server, name, kind, **more):
    """Let the server misbehave about a file; ``more`` goes into the rule."""
    key, location = STRUCK[kind]
    action = MISBEHAVIOURS[name]
    if callable(action):
        action = action(key.removesuffix("/m"))
    # Of the document the second part, so that the first one arrives.
    args = {"location": location} | ({"offset": BLOCK} if kind == "document" else {})
    server.telegram.faults.add({"method": GET_FILE, "args": args, "action": action, **more})


def expected(name, kind, outcomes):
    if name not in outcomes:
        return WHOLE
    usual = ("failed", outcomes[name])
    return PORTRAITS.get(name, usual) if kind == "avatar" else usual


def lost(name, kinds, outcomes):
    """(state, reason) of what does not arrive, by key."""
    found = {STRUCK[kind][0]: expected(name, kind, outcomes) for kind in kinds}
    if name == "gone" and "thumbnail" in kinds:  # a file is lost with all its sizes
        found["document/8013"] = expected(name, "document", outcomes)
    return {key: one for key, one in found.items() if one != WHOLE}


def not_stored(archive, server):
    """What has not arrived; all else is whole and as it is served."""
    found = states(archive)
    stored = check_whole(archive, downloading.served_by(server.world))
    assert stored == {key for key, one in found.items() if one == WHOLE}
    assert len(found) == FILES
    return {key: one for key, one in found.items() if one != WHOLE}


async def runs_on(server, folder, name):
    """The same command once the server has come to its senses: all that can be had is there."""
    archive = folder / "archive"
    kept = kept_parts(archive)
    server.telegram.faults.clear()
    server.telegram.reset_counters()
    report = await bring_files(loaded(server, folder), REF)
    again = sent_parts(server.telegram.counters.parts.of())
    assert not again.keys() & {(key, offset) for key, offset, _ in kept}
    left = not_stored(archive, server)
    assert name == "gone" or not left
    assert report.complete == all(state != "failed" for state, _ in left.values())
    assert {key for key, *_ in kept_parts(archive)} <= set(left)
    return kept


#: Each misbehaviour once, and every kind that ends otherwise than the rest; the volume run has all.
SAMPLE = {
    "short": {"document", "avatar"},
    "empty": {"photo"},
    "long": {"thumbnail"},
    "corrupt length": {"document"},
    "reset": {"document"},
    "silent": {"document"},
    "expired": {"photo", "avatar"},
    "moved": {"document"},
    "migrated": {"thumbnail"},
    "flood": {"photo"},
    "wrong type": {"avatar"},
    "gone": {"thumbnail", "avatar"},
}
CASES = [
    pytest.param(name, kind, marks=[] if kind in SAMPLE[name] else pytest.mark.soak)
    for name in MISBEHAVIOURS
    for kind in STRUCK
]


@pytest.mark.parametrize(("name", "kind"), CASES)
async def test_one_file_is_struck_again_and_again(start, tmp_path, name, kind):
    async with start(0.5 if name == "silent" else 10) as server:
        strike(server, name, kind, count=1 if name == "flood" else None)
        report = await bring_files(loaded(server, tmp_path), REF)
        found = not_stored(tmp_path / "archive", server)
        assert found == lost(name, [kind], EVERY_TIME)
        assert report.files["stored"] == FILES - len(found)
        kept = await runs_on(server, tmp_path, name)
        assert kept or kind != "document" or name not in SLOW_TO_FAIL


# One pause is above; several make the pace learn a limit, and that takes its time.
@pytest.mark.parametrize("name", [name for name in MISBEHAVIOURS if name != "flood"])
async def test_a_file_of_each_kind_is_struck_once(start, tmp_path, name):
    async with start(0.5 if name == "silent" else 10) as server:
        for kind in STRUCK:
            strike(server, name, kind, count=1)
        await bring_files(loaded(server, tmp_path), REF)
        found = not_stored(tmp_path / "archive", server)
        if name in PORTRAITS_ONCE:
            assert found == lost(name, ["avatar"], EVERY_TIME)
        else:
            assert found == lost(name, STRUCK, ONCE)
        await runs_on(server, tmp_path, name)


@pytest.mark.parametrize(("by", "reason"), [(5000, "truncated"), (-5000, "overlong")])
@pytest.mark.parametrize(
    ("number", "key", "size"), [(4, "photo/7004", 136_004), (17, "document/8017", 410_017)]
)
async def test_a_message_states_another_size(tmp_path, number, key, size, by, reason):
    """Nothing but the size shows what is whole, so such a file is never taken."""
    async with serve("tiny", dcs=5) as server:
        server.change(verb="state_size", id=number, size=size + by)
        chosen = loaded(server, tmp_path)
        await downloading.bring_text(chosen, REF)
        await bring_files(chosen, REF)
        assert not_stored(tmp_path / "archive", server) == {key: ("failed", reason)}


@pytest.mark.parametrize(("typed", "due"), [({}, 10), ({"call_timeout": 3}, 3)])
def test_a_part_is_due_no_later_than_an_answer(typed, due):
    assert accounts.patience_of(settings.load(typed)).part == due
