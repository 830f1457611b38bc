"""Only what is meant is opened: folders, files and archives, honest ones and hostile ones."""

import io
import json
import os
import struct
import zipfile

import pytest
from tests.desktop.exports import (
    CHANNEL,
    CHAT,
    entry,
    messages_of,
    pack,
    read,
    refusal,
    root,
    write,
)

from headrace.desktop import zips
from headrace.desktop.opening import looks_like_path, split_reference
from headrace.errors import NotSupported

GOOD = json.dumps(root(entry(1), entry(2)))


@pytest.fixture
def export(tmp_path):
    return write(tmp_path / "export", root(entry(1), entry(2)))


def test_a_folder_its_json_and_other_names(export):
    assert sorted(messages_of(export)) == [1, 2]
    assert sorted(messages_of(export / "result.json")) == [1, 2]
    (export / "result.json").rename(export / "mill.json")
    assert sorted(messages_of(export / "mill.json")) == [1, 2]


def test_a_byte_order_mark_is_passed_over(tmp_path):
    assert sorted(messages_of(write(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()))) == [1, 2]


def test_a_zip_archive_is_read_in_place(tmp_path):
    names = ["result.json", "ChatExport_2023/result.json"]
    for number, name in enumerate(names):
        path = pack(tmp_path / f"{number}.zip", {name: GOOD, "x/photos/a.jpg": b"1" * 10})
        before = sorted(tmp_path.iterdir())
        assert sorted(messages_of(path)) == [1, 2]
        assert sorted(tmp_path.iterdir()) == before
    (tmp_path / "0.zip").rename(tmp_path / "packed")
    assert sorted(messages_of(tmp_path / "packed")) == [1, 2]


def test_what_is_missing_is_said(tmp_path):
    assert "There is nothing at" in str(refusal(tmp_path / "nowhere"))
    assert "no result.json" in str(refusal(tmp_path))
    assert "no result.json" in str(refusal(pack(tmp_path / "a.zip", {"b.txt": "c"})))


def test_an_export_in_html_says_how_to_make_one_in_json(tmp_path):
    (tmp_path / "messages.html").write_text("<html>")
    packed = pack(tmp_path / "a.zip", {"ChatExport/messages2.html": "<html>"})
    for path in (tmp_path, tmp_path / "messages.html", packed):
        error = refusal(path)
        assert isinstance(error, NotSupported)
        assert "Machine-readable JSON" in error.hint


def test_links_devices_and_folders_in_place_of_the_json_are_refused(export, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text(GOOD)
    place = export / "result.json"
    for make in (
        lambda: place.symlink_to(secret), lambda: place.symlink_to("/dev/zero"),
        lambda: place.symlink_to("result.json"), lambda: os.mkfifo(place), place.mkdir,
    ):  # fmt: skip
        if place.exists() or place.is_symlink():
            place.unlink()
        make()
        refusal(export)
    place.rmdir()


def test_a_link_that_the_user_names_is_followed(export, tmp_path):
    (tmp_path / "link").symlink_to(export)
    assert sorted(messages_of(tmp_path / "link")) == [1, 2]


def entry_of(name, content=b"x", **fields):
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    for key, value in fields.items():
        setattr(info, key, value)
    return info, content


HOSTILE = {
    "absolute": [entry_of("/etc/passwd")],
    "climbing": [entry_of("a/../../b")],
    "backslash": [entry_of("a\\..\\b")],
    "drive": [entry_of("C:/a")],
    "control": [entry_of("a\nb")],
    "link": [entry_of("a", b"/etc/passwd", external_attr=0o120777 << 16)],
    "device": [entry_of("a", external_attr=0o020666 << 16)],
    "bomb": [entry_of("a", b"\0" * (30 << 20))],
    "many bombs": [entry_of(f"{n}", b"\0" * 65_536) for n in range(100)],
    "twice": [entry_of("result.json", GOOD)],
    "method": [entry_of("result.json", GOOD, compress_type=zipfile.ZIP_LZMA)],
    "several": [entry_of("b/result.json", GOOD), entry_of("c/result.json", GOOD)],
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_hostile_archives_are_not_opened(tmp_path, kind):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        if kind not in ("method", "several"):
            archive.writestr("result.json", GOOD)
        for info, content in HOSTILE[kind]:
            archive.writestr(info, content)
    refusal(path)
    assert list(tmp_path.iterdir()) == [path]


def test_caps_of_an_archive(tmp_path, monkeypatch):
    path = pack(tmp_path / "a.zip", {"result.json": GOOD, **{f"{n}": "" for n in range(50)}})
    monkeypatch.setattr(zips, "MAX_ENTRIES", 50)
    assert "more than 50 files" in str(refusal(path))
    monkeypatch.undo()
    monkeypatch.setattr(zips, "MAX_TOTAL", 100)
    refusal(path)
    monkeypatch.undo()
    monkeypatch.setattr(zips, "MAX_DIRECTORY", 100)
    assert "list of contents" in str(refusal(path))


def test_a_directory_that_lies_about_its_length_is_not_read_into_memory(tmp_path):
    content = bytearray(pack(tmp_path / "a.zip", {"result.json": GOOD}).read_bytes())
    at = content.rfind(b"PK\5\6")
    struct.pack_into("<L", content, at + 12, 2**31)
    (tmp_path / "a.zip").write_bytes(content)
    refusal(tmp_path / "a.zip")


def test_a_member_longer_than_it_claims_or_damaged(tmp_path):
    long = json.dumps(root(*[entry(n) for n in range(1, 3000)]))
    content = bytearray(pack(tmp_path / "a.zip", {"result.json": long}).read_bytes())
    for at in range(2000, len(content) - 200, 4001):
        content[at] ^= 0x55
    (tmp_path / "a.zip").write_bytes(content)
    refusal(tmp_path / "a.zip")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("result.json", GOOD)
    content = bytearray(buffer.getvalue())
    at = content.find(b"PK\1\2")
    struct.pack_into("<LL", content, at + 20, len(GOOD) // 2, len(GOOD) // 2)
    (tmp_path / "b.zip").write_bytes(content)
    refusal(tmp_path / "b.zip")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "breaks off"), (b"{", "breaks off"), (GOOD[:-30].encode(), "breaks off"),
        (b"[]", "no valid JSON"), (GOOD.encode() + b"x", "behind the end"), (b"\0" * 99, "JSON"),
        (b"{}", "no Telegram Desktop export"), (b'{"chats": {"list": []}}', "no chat is in it"),
        (b'{"a": 1}', "no chat is in it"), (GOOD.encode("utf-16"), "JSON"),
        (GOOD.replace(str(CHANNEL), "-5").encode(), "no id"),
        (b'{"name":"a","type":"public_channel","id":5}', "no messages"),
    ],
)  # fmt: skip
def test_broken_exports_are_refused_in_a_sentence(tmp_path, content, words):
    assert words in str(refusal(write(tmp_path, content)))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("personal_chat", "a conversation with a person"), ("bot_chat", "with a bot"),
        ("saved_messages", "the saved messages"), ("", "of the type ''"),
        ("hologram", "of the type 'hologram'"), ("replies", "Replies"),
    ],
)  # fmt: skip
def test_chats_that_are_not_kept_are_refused_kindly(tmp_path, kind, words):
    error = refusal(write(tmp_path, root(entry(), type=kind)))
    assert words in str(error)
    assert "channels and groups" in str(error)


@pytest.mark.parametrize(
    ("kind", "chat_id"),
    [("private_channel", CHAT), ("public_supergroup", CHAT), ("private_group", -CHANNEL)],
)
def test_ids_are_marked_by_the_type(tmp_path, kind, chat_id):
    source, pages = read(write(tmp_path, root(entry(), type=kind)))
    assert (source.chat.id, pages[0].chat_id, pages[0].source) == (chat_id, chat_id, "desktop")


def account(*chats, left=()):
    return {
        "about": "…", "personal_information": {"user_id": 1, "phone_number": "+1"},
        "contacts": {"list": [{"first_name": '[{"}'}]},
        "chats": {"about": "…", "list": list(chats)},
        "left_chats": {"about": "…", "list": list(left)}, "sessions": {"list": []},
    }  # fmt: skip


def test_an_account_with_one_channel_needs_no_choice(tmp_path):
    friend = root(entry(9), type="personal_chat", name="Ada", id=7)
    folder = write(tmp_path, account(friend, left=[root(entry(3))]))
    source, [page] = read(folder)
    assert (source.chat.id, source.total, [m.id for m in page.messages]) == (CHAT, 1, [3])
    assert "conversation with a person" in str(refusal(folder, "Ada"))


def test_an_account_with_several_asks_which(tmp_path):
    chats = [root(entry(1)), root(entry(2), name="Lock", id=5, type="private_group")]
    folder = write(tmp_path, account(*chats))
    error = refusal(folder)
    assert "2 channels and groups" in str(error)
    assert f"'{folder}#{CHAT}'" in error.hint
    assert f"'{folder}#-5'" in error.hint
    for which in ("lock", "5", "-5"):
        assert list(messages_of(folder, which)) == [2]
    for which in ("The Mill", str(CHANNEL), str(CHAT)):
        assert list(messages_of(folder, which)) == [1]
    assert "named 'Weir'" in str(refusal(folder, "Weir"))
    twins = write(tmp_path / "twins", account(root(entry(1)), root(entry(2), id=6)))
    assert "say which one" in str(refusal(twins, "the mill"))
    friends = [root(entry(), type="bot_chat", id=n) for n in (1, 2)]
    assert "None of the 2 chats" in str(refusal(write(tmp_path / "f", account(*friends))))


def test_references_that_are_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "durov", root(entry()))
    (tmp_path / "plain").mkdir()
    (tmp_path / "a#b").mkdir()
    for ref in ("durov", "durov#5", "./plain", "x.json", "y.ZIP", "z.zip#Mill", "/nowhere", "~/x"):
        assert looks_like_path(ref), ref
    for ref in ("@durov", "plain", "millrace", "t.me/millrace", "https://t.me/x.zip", "", "-1005",
                "tg://resolve?domain=x", "a\0b", "x" * 5000):  # fmt: skip
        assert not looks_like_path(ref), ref
    assert split_reference("durov#The Mill#1") == (type(tmp_path)("durov#The Mill"), "1")
    assert split_reference("a#b") == (type(tmp_path)("a#b"), "")


def test_only_runs_of_contained_ids_are_covered(tmp_path):
    ids = [1, 2, 5, 6, 7, 20, 3, 7]
    _, pages = read(write(tmp_path, root(*[entry(n) for n in ids])))
    assert [(p.lo, p.hi) for p in pages] == [(1, 2), (5, 7), (20, 20), (3, 3), (7, 7)]
    assert all(p.absent == () and p.count is None for p in pages)
    _, pages = read(write(tmp_path, root(*[entry(n) for n in range(1, 501)])))
    assert [(p.lo, p.hi) for p in pages] == [(1, 200), (201, 400), (401, 500)]
    _, pages = read(tmp_path, since=1_700_000_010, until=1_700_000_013)
    assert [(p.lo, p.hi) for p in pages] == [(10, 12)]


def test_entries_without_an_id_are_counted(tmp_path):
    odd = [7, None, "x", [], {}, {"id": "5"}, {"id": 2**40}, {"id": True}, {"id": 1.5}]
    source, pages = read(write(tmp_path, root(entry(1), *odd, entry(2))))
    assert source.nameless == len(odd)
    assert source.first_nameless > 0
    assert sorted(m.id for p in pages for m in p.messages) == [1, 2]
