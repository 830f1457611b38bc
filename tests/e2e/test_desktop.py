"""The second source: a real export, and the same channel over MTProto."""

import json
import signal
import sqlite3
from contextlib import closing

import pytest
from tests.desktop.exports import CHAT, entry, pack, photo, root, write
from tests.e2e import processes
from tests.e2e.oracle import of_chat

from headrace.desktop.fields import DIFFERENCES, Side

TRANTOR = -1001878264527

#: Fields that both have and that differ in this channel: no ids of files, albums inferred.
DIFFERING = {("message", "grouped_id"), ("photo", "file"), ("document", "file")}
#: The fields that are not compared, with the reason; everything else has to be equal.
EXCUSED = {
    (one.of, one.key): f"{one.side}: {one.reason}"
    for one in DIFFERENCES
    if one.side != Side.DIFFERENT or (one.of, one.key) in DIFFERING
}


def less_the_listed(line):
    """A line of content without the fields that only one source can carry."""
    of = line["type"]
    kept = {key: value for key, value in line.items() if (of, key) not in EXCUSED}
    for key, noun in (("media", None), ("reply", "reply"), ("forward", "forward")):
        if key in kept:
            kept[key] = _without(kept[key], noun or kept[key]["kind"])
    data = kept.get("action", {}).get("data", {})
    if "photo" in data:
        kept["action"] = {
            **kept["action"],
            "data": {**data, "photo": _without(data["photo"], "photo")},
        }
    return kept


def _without(fields, noun):
    return {key: value for key, value in fields.items() if (noun, key) not in EXCUSED}


@pytest.mark.real_export
def test_a_real_export_is_imported_whole(headrace, real_export):
    ran = headrace("import", real_export, "--json")
    assert ran.code == 0, ran
    assert ran.json["messages"] == {"stored": 436, "absent": 0, "failed": 0}
    assert (ran.json["new"], ran.json["requests"], ran.json["complete"]) == (436, {}, True)
    status = headrace("status", TRANTOR, "--json").json
    assert status["ids"] == {
        "top": 508, "stored": 436, "absent": 0, "left_out": 0, "failed": 0, "unread": 72,
    }  # fmt: skip
    assert (status["only_exported"], status["complete"], status["damaged"]) == (436, False, [])
    before = headrace("digest", "--json").json["digest"]
    again = headrace("import", real_export / "result.json", "--json")
    assert (again.json["new"], again.json["edited"]) == (0, 0)
    assert headrace("digest", "--json").json["digest"] == before


@pytest.mark.real_export
def test_both_sources_say_the_same_but_for_the_listed_fields(headrace, real_export, tmp_path):
    headrace("import", real_export)
    exported = headrace("digest", "--lines").lines
    other = tmp_path / "telegram"
    with processes.sandbox(f"export:{real_export}") as sandbox:
        ran = headrace("import", TRANTOR, *sandbox.options(), archive=other)
    assert ran.code == 0, ran
    received = headrace("digest", "--lines", archive=other).lines
    chat, messages, peers = of_chat(exported, TRANTOR)
    other_chat, other_messages, other_peers = of_chat(received, TRANTOR)
    assert less_the_listed(chat) == less_the_listed(other_chat)
    assert messages.keys() == other_messages.keys()
    for number, message in messages.items():
        assert less_the_listed(message) == less_the_listed(other_messages[number]), number
    assert peers.keys() == other_peers.keys()
    media = sum("media" in message for message in messages.values())
    assert (len(messages), media) == (436, 187)


@pytest.mark.real_export
def test_a_plan_of_an_export_writes_nothing(headrace, real_export, tmp_path):
    ran = headrace("plan", real_export, "--json")
    assert (ran.code, ran.json["messages"], ran.json["top"]) == (0, 436, 508)
    assert ran.json["requests"] == 0
    assert not (tmp_path / "archive").exists()


REFUSALS = {
    "no such file": (lambda folder: folder / "nowhere.json", "There is nothing at"),
    "no result": (lambda folder: f"{folder}/", "There is no result.json"),
    "html": (lambda folder: write(folder, b"<html>", "messages.html"), "headrace reads JSON"),
    "broken": (lambda folder: write(folder, b'{"messages": [{"id": 1,'), "breaks off"),
    "no export": (lambda folder: write(folder, {"a": 1}), "no Telegram Desktop export"),
    "a friend": (lambda folder: write(folder, root(entry(), type="personal_chat")), "channels and"),
    "no zip": (lambda folder: write(folder, b"PK", "a.zip") / "a.zip", "no zip archive"),
    "climbing": (lambda folder: pack(folder / "a.zip", {"../a": "b"}), "is not opened"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_are_one_sentence_and_a_next_step(headrace, tmp_path, case):
    make, words = REFUSALS[case]
    folder = tmp_path / "export"
    folder.mkdir()
    ran = headrace("import", make(folder))
    assert ran.code == 2, ran
    sentence, *hint = ran.err.strip().splitlines()
    assert words in sentence
    assert sentence.endswith(".")
    assert hint
    assert not (tmp_path / "archive").exists()


def test_one_of_several_chats_is_chosen(headrace, tmp_path):
    chats = [root(entry(1)), root(entry(2), name="The Lock", id=5, type="private_group")]
    folder = write(tmp_path / "export", {"about": "", "chats": {"list": chats}})
    ran = headrace("import", folder)
    assert (ran.code, "2 channels and groups" in ran.err) == (2, True)
    assert f"headrace import '{folder}#-5'" in ran.err
    for arguments in (
        (f"{folder}#-5",), (f"{folder}#The Lock",), (folder, "--chat", "-5"),
        (folder, "--chat", "the lock"), ("--chat=-5", folder),
    ):  # fmt: skip
        assert headrace("import", *arguments, "--json").json["chat"] == -5
    assert headrace("import", folder, "--chat", CHAT, "--json").json["chat"] == CHAT
    assert headrace("import", folder, "--chat", CHAT, "--limit", 5).code == 2
    assert headrace("import", "@mill", "--chat", "x").code == 2


def test_messages_of_a_migrated_group_are_content_too(headrace, tmp_path):
    old = entry(-999_999_999, text="before")
    folder = write(tmp_path / "export", root(old, entry(1), type="private_supergroup"))
    assert headrace("import", folder, "--json").json["messages"]["stored"] == 2
    lines = headrace("digest", "--lines").lines
    assert [line["id"] for line in lines if line["type"] == "message"] == [-999_999_999, 1]
    status = headrace("status", CHAT, "--json").json
    assert (status["ids"]["top"], status["ids"]["stored"], status["damaged"]) == (1, 1, [])


def test_times_choose_and_odd_entries_are_told(headrace, tmp_path):
    folder = write(tmp_path / "export", root(entry(1), entry(2), "odd", {"id": "x"}, photo(3)))
    ran = headrace("import", folder, "--since", "2023-11-14T22:13:22+00:00", "--json")
    assert ran.code == 3, ran
    assert ran.json["messages"] == {"stored": 2, "absent": 0, "failed": 2}
    assert "2 entries of the export are no messages" in ran.json["failures"][0]["detail"]
    assert ran.json["complete"] is False


def stored(archive):
    """How many messages have been committed so far."""
    path = archive / "archive.db"
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as rows:
            return rows.execute("SELECT count(*) FROM messages").fetchone()[0]
    except sqlite3.OperationalError:  # its tables are being made
        return 0


def test_a_signal_ends_it_and_the_same_command_goes_on(tmp_path):
    count = 5_000
    folder = write(tmp_path / "export", root(*[entry(n) for n in range(1, count * 2, 2)]))
    config, archive = tmp_path / "config", tmp_path / "archive"
    running = processes.start("import", folder, "--archive", archive, config=config)
    while not stored(archive):
        processes.pause()
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 130
    ran = processes.headrace(
        "import", folder, "--archive", archive, "--json", config=config, check=0
    )
    report = json.loads(ran.stdout.splitlines()[-1])
    assert report["messages"]["stored"] == count
    assert 0 < report["new"] < count
