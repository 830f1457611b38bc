"""Whatever happens, and whenever headrace is broken off: what it could see, it keeps."""

import json
import os
import time
from collections import Counter

import pytest
from tests.crash import histories
from tests.crash.history_oracle import Told, Visit, possible
from tests.crash.test_schedules import fresh_telethon, key_file  # noqa: F401 - fixtures

pytestmark = pytest.mark.comments


@pytest.mark.parametrize("seed", range(3))
async def test_a_history_with_its_syncs(seed, tmp_path, key_file):  # noqa: F811
    course = await histories.run(seed, tmp_path, key_file=key_file)
    assert len(course.visits[course.chat]) > 3


def post(text, *, date=0):
    return {"date": date, "text": text}


def visits(*looks):
    return [
        Visit({1: post(text)} if text else {}, policy, done, number, number)
        for number, (text, policy, done) in enumerate(looks)
    ]


def held(*looks):
    """Versions, text and tombstone that may be held."""
    found = set()
    for one in possible(visits(*looks), 1):
        texts = [json.loads(version)["text"] for version in one.versions]
        now = json.loads(one.current)["text"] if one.current else None
        found.add((*texts, now, one.gone))
    return found


def test_the_oracle_knows_what_a_visit_must_have_seen():
    seen = ("a", "all", True), ("b", "all", True), ("c", "none", True), (None, "all", True)
    assert held(*seen[:1]) == {("a", None)}
    assert held(*seen[:2]) == {("a", "b", None)}
    assert held(*seen[:3]) == {("a", "b", None)}
    assert held(*seen) == {("a", "b", 3)}
    assert held(("a", "none", True)) == {("a", None)}
    assert held((None, "all", True)) == {(None, None)}


def test_the_oracle_knows_what_a_broken_visit_may_have_seen():
    assert held(("a", "all", False)) == {(None, None), ("a", None)}
    assert held(("a", "all", True), ("b", "all", False)) == {("a", None), ("a", "b", None)}
    # What goes on may pass over what was seen before; the next visit does not.
    going_on = ("a", "all", False), ("b", "all", True)
    assert held(*going_on) == {("a", None), ("b", None), ("a", "b", None)}
    assert held(*going_on, ("b", "all", True)) == {("b", None), ("a", "b", None)}


def test_the_oracle_lets_nothing_else_pass():
    assert Told() not in possible(visits(("a", "all", True)), 1)
    assert held(("a", "7d", True), ("b", "7d", True)) == {("a", "b", None)}
    old = [
        Visit({1: post("a")}, "7d", True, 10**6, 10**6),
        Visit({1: post("b")}, "7d", True, 10**6, 10**6),
    ]
    assert {one.versions for one in possible(old, 1)} == {()}


@pytest.mark.soak
async def test_forty_histories(tmp_path, key_file):  # noqa: F811
    first = int(os.environ.get("SOAK_SEED", "1000"))
    started, counted, broken = time.monotonic(), Counter(), Counter()
    for seed in range(first, first + 40):
        course = await histories.run(seed, tmp_path / str(seed), key_file=key_file)
        broken += course.broken
        looks = course.visits[course.chat]
        counted["visits"] += len(looks)
        counted["broken off"] += sum(not visit.done for visit in looks)
        counted["events"] += len(course.sandbox.log)
    minutes = (time.monotonic() - started) / 60
    print(f"\n40 histories from seed {first} in {minutes:.0f} minutes, all as the oracle says")
    print(dict(counted), "by kind:", dict(broken))
    assert set(histories.BREAKS) <= set(broken)
