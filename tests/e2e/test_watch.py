"""Watching: what happens at Telegram is in the archive, pushed or asked for, over every end."""

import asyncio
import json
import random
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e import processes
from tests.e2e.watching import UNCOUNTED, eventually, watching

from headrace import app, settings
from headrace.model.download import TEXT_ONLY
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions
from tgsandbox.stories import story

MILL, TALK = "@tinymill", "@tinymilltalk"


@dataclass(frozen=True)
class Archive:
    """An archive of its own; what it holds is read in this process."""

    sandbox: processes.Sandbox
    folder: Path

    @property
    def options(self):
        return ["--archive", self.folder / "archive", *self.sandbox.options()]

    @property
    def config(self):
        return self.folder / "config"

    @property
    def settings(self):
        names = ("server", "dc", "public_key", "session")
        given = zip(names, self.sandbox.options()[1::2], strict=True)
        return settings.load(
            {"archive": self.folder / "archive", "config": self.config, **dict(given)}
        )

    def bring(self, ref=MILL):
        options = ImportOptions(media=TEXT_ONLY, comments=False)
        asyncio.run(app.import_chat(self.settings, ref, options, Silent()))
        return self

    def watching(self, **more):
        return watching(*self.options, config=self.config, **more)

    def status(self, ref=MILL):
        return asyncio.run(app.status(self.settings, ref))

    def lines(self):
        lines = []
        asyncio.run(app.content(self.settings, lambda line: lines.append(json.loads(line))))
        return lines

    def content(self, what="message"):
        return {line["id"]: line for line in self.lines() if line["type"] == what}


@pytest.fixture
def archive(fresh_tiny, tmp_path):
    """A whole archive of the channel."""
    return Archive(fresh_tiny, tmp_path).bring()


def change(sandbox, verb, **more):
    return sandbox.ask("/world", {"verb": verb, "chat": MILL, **more})["result"]


def requests(sandbox):
    return sandbox.ask("/counters")["methods"]


def test_what_a_member_is_told(fresh_tiny, archive):
    with archive.watching() as watch:
        watch.next(event="watching")
        first = change(fresh_tiny, "post", text="one")
        assert watch.next(event="changed")["ids"] == [first]
        second = change(fresh_tiny, "post", text="two")
        watch.next(event="changed", new=1)
        change(fresh_tiny, "edit", id=first, text="another one")
        watch.next(event="changed", edited=1)
        change(fresh_tiny, "delete", id=second)
        watch.next(event="changed", deleted=1)
        code, last = watch.stop()
    assert code == 130
    assert last["error"] == "Interrupted"
    report = last["report"]
    assert [report[name] for name in ("new", "edited", "deleted", "files")] == [2, 1, 1, 0]
    assert archive.content()[first]["text"] == "another one"
    assert second not in archive.content()
    assert archive.status()["complete"] is True
    assert archive.status(f"{MILL}/{second}")["state"] == "deleted"


def test_counts_and_names_that_move(fresh_tiny, archive):
    with archive.watching() as watch:
        watch.next(event="watching")
        number = change(fresh_tiny, "post", text="one")
        watch.next(new=1)
        change(fresh_tiny, "views", id=number, views=77, forwards=3)
        change(fresh_tiny, "react", id=number, emoji="👍", count=2)
        change(fresh_tiny, "rename", title="The New Mill")
        change(fresh_tiny, "post", text="two")
        watch.next(new=1)
        watch.stop()
    message = archive.content()[number]
    assert (message["views"], message["forwards"]) == (77, 3)
    assert message["reactions"] == [{"count": 2, "emoji": "👍", "type": "emoji"}]
    assert "The New Mill" in {chat["title"] for chat in archive.content("chat").values()}


def test_who_is_no_member_asks_and_joins_nothing(tmp_path):
    with processes.sandbox("tiny", "--set", "poll_s=1") as sandbox:
        change(sandbox, "open", joined=False)
        archive = Archive(sandbox, tmp_path).bring()
        with archive.watching() as watch:
            watch.next(event="watching")
            first = change(sandbox, "post", text="one")
            assert watch.new(1) == [first]
            change(sandbox, "edit", id=first, text="another one")
            change(sandbox, "delete", id=first - 1)
            line = watch.next(event="changed")
            assert (line["edited"], line["deleted"]) == (1, 1)
            watch.stop()
        asked = requests(sandbox)
        assert not [name for name in asked if "join" in name.lower()]
        assert archive.content()[first]["text"] == "another one"
        assert archive.status()["complete"] is True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_happened_between_two_watches_comes_first(fresh_tiny, archive, number):
    with archive.watching() as watch:
        watch.next(event="watching")
        first = change(fresh_tiny, "post", text="one")
        watch.new(1)
        watch.process.send_signal(number)
        assert watch.end()[0] == (143 if number == signal.SIGTERM else -number)
    change(fresh_tiny, "edit", id=first, text="another one")
    gone = [change(fresh_tiny, "post", text=text) for text in ("gone", "gone, too")]
    last = change(fresh_tiny, "post", text="two")
    change(fresh_tiny, "delete", ids=gone)
    before = requests(fresh_tiny).get("messages.getHistory", 0)
    with archive.watching() as watch:
        line = watch.next(event="changed")
        assert (line["new"], line["edited"], line["ids"]) == (1, 1, [last])
        watch.stop()
    assert requests(fresh_tiny).get("messages.getHistory", 0) == before
    assert archive.content()[first]["text"] == "another one"
    found = archive.status()
    assert (found["complete"], found["ids"]["top"]) == (True, last)
    assert archive.status(f"{MILL}/{gone[0]}")["state"] == "never there"


def told_messages(lines):
    """Messages by chat and id, without the counts of comments, of which nobody is told."""
    found = [{**line, "replies": None} for line in lines if line["type"] == "message"]
    return {(line["chat"], line["id"]): line for line in found}


@pytest.mark.parametrize("seed", [3])
def test_killed_among_changes_it_goes_on_where_it_was(fresh_tiny, archive, seed):
    """Counts that move are told once only, and none are moved here."""
    archive.bring(TALK)
    chance = random.Random(seed)
    moves = [one for one in story("tiny", 60, seed=seed) if one["verb"] not in UNCOUNTED]
    for start in range(0, len(moves), 15):
        with archive.watching() as watch:
            for _ in range(2):
                watch.next(event="watching")
            part = moves[start : start + 15]
            fatal = chance.randrange(len(part))
            for number, one in enumerate(part):
                fresh_tiny.ask("/world", one)
                if number == fatal:
                    watch.process.kill()

    def is_equal():
        oracle = [one for chat in (MILL, TALK) for one in fresh_tiny.ask(f"/expect?chat={chat}")]
        return told_messages(archive.lines()) == told_messages(oracle)

    with archive.watching() as watch:
        eventually(is_equal)
        watch.stop()
    assert archive.status(MILL)["complete"] is archive.status(TALK)["complete"] is True


def test_a_difference_that_is_too_long_is_left_to_the_ledger(fresh_tiny, archive):
    with archive.watching() as watch:
        watch.next(event="watching")
        change(fresh_tiny, "post", text="one")
        watch.new(1)
        watch.stop()
    numbers = [change(fresh_tiny, "post", text=f"news {n}") for n in range(150)]
    change(fresh_tiny, "shorten_journal")
    with archive.watching() as watch:
        assert watch.next(event="caught_up")["new"] == 150
        extra = change(fresh_tiny, "post", text="behind it")
        assert watch.new(1) == [extra]
        watch.stop()
    assert archive.content().keys() >= {*numbers, extra}
    assert archive.status()["complete"] is True


def test_new_posts_bring_their_files(fresh_tiny, archive, tmp_path):
    photo = next(
        one["media"] for one in archive.content().values() if "file" in one.get("media", {})
    )

    def stored():
        with closing(sqlite3.connect(tmp_path / "archive" / "archive.db")) as connection:
            query = "SELECT state FROM files WHERE key = ?"
            return dict.fromkeys(connection.execute(query, [photo["file"]])) == {("stored",): None}

    with archive.watching(media="photo") as watch:
        watch.next(event="watching")
        change(fresh_tiny, "post", message={"media": photo})
        watch.new(1)
        eventually(stored)
        _, last = watch.stop()
    assert last["report"]["files"] >= 1


def test_one_chat_that_is_lost_leaves_the_others(fresh_tiny, archive):
    archive.bring(TALK)
    with archive.watching() as watch:
        assert {watch.next(event="watching")["name"] for _ in range(2)} == {MILL, TALK}
        fresh_tiny.ask("/world", {"verb": "close", "chat": TALK})
        lost = watch.next(event="lost")
        assert lost["name"] == TALK
        number = change(fresh_tiny, "post", text="one", copy=False)
        assert watch.new(1) == [number]
        _, last = watch.stop()
    codes = {chat["title"]: chat["exit_code"] for chat in last["report"]["chats"]}
    assert sorted(codes.values()) == [0, 6]


def test_a_lost_account_ends_it(fresh_tiny, archive):
    with archive.watching() as watch:
        watch.next(event="watching")
        change(fresh_tiny, "post", text="one")
        watch.new(1)
        fresh_tiny.ask("/terminate", {"phone": fresh_tiny.ready["phone"]})
        code, last = watch.end()
    assert (code, last["error"], last["report"]["new"]) == (5, "NotSignedIn", 1)


def test_it_ends_when_its_time_is_over(fresh_tiny, archive):
    ran = processes.headrace(
        "watch", "--for", "1s", "--json", *archive.options, config=archive.config, check=0
    )
    assert json.loads(ran.stdout.splitlines()[-1])["new"] == 0
    assert "0 new, 0 edited, 0 deleted, 0 files in 1 s" in ran.stdout
    wrong = processes.headrace(
        "watch", "--for", "long", *archive.options, config=archive.config, check=2
    )
    assert "--for" in wrong.stderr


def test_a_channel_is_watched_once_and_only_if_it_was_imported(fresh_tiny, archive):
    with archive.watching() as watch:
        watch.next(event="watching")
        other = archive.config.with_name("other")
        busy = processes.headrace("watch", "--for", "9s", *archive.options, config=other, check=9)
        assert "no longer watched" in busy.stderr
        watch.stop()
    unknown = processes.headrace("watch", TALK, *archive.options, config=archive.config, check=6)
    assert f"headrace import {TALK}" in unknown.stderr
