# ruff: noqa: RUF001 -- texts in two languages
"""Telegram Desktop exports as channels."""

import json

import pytest

from tgsandbox.worlds import open_world


def write(folder, messages, **root):
    folder.mkdir(exist_ok=True)
    chat = {"name": "A Mill", "type": "public_channel", "id": 77, "messages": messages, **root}
    (folder / "result.json").write_text(json.dumps(chat), encoding="utf-8")
    return open_world(f"export:{folder}")


def message(message_id, **fields):
    return {
        "id": message_id,
        "type": "message",
        "date_unixtime": "1700000000",
        "text": "",
        **fields,
    }


def history_of(world):
    (chat,) = world.chats.values()
    return chat.history


@pytest.mark.real_export
def test_the_real_export(real_export):
    world = open_world(f"export:{real_export}")
    (chat,) = world.chats.values()
    history = chat.history
    messages = [history.at(index) for index in range(len(history))]
    assert world.by_username("trantor_library_dev2023") == -1001878264527
    assert len(messages) == 436
    assert sum(one.get("kind") == "service" for one in messages) == 6
    assert (messages[0]["id"], history.top_id(), history.top_id() - len(messages)) == (1, 508, 72)
    assert history.get(38)["reply"] == {"msg_id": 3}
    assert history.get(2)["action"]["data"]["photo"]["size"] == 114_236
    assert all(one["post"] for one in messages)
    raw = json.loads((real_export / "result.json").read_text(encoding="utf-8"))["messages"]
    for one in raw:
        served = history.get(one["id"])
        assert served["date"] == int(one["date_unixtime"])
        assert served.get("text", "") == "".join(part["text"] for part in one["text_entities"])
        assert served.get("edited", 0) == int(one.get("edited_unixtime", 0))
        path = one.get("photo") or one.get("file")
        if path and one.get("action") is None:
            media = served["media"]
            assert media["size"] == one.get("photo_file_size", one.get("file_size"))
            kind = media["sizes"][0]["type"] if "sizes" in media else ""
            file = world.file(media["file"], kind)
            whole = (real_export / path).stat().st_size == media["size"]
            assert (file is not None) == whole
            if whole:
                assert file.read(0, media["size"]) == (real_export / path).read_bytes()


def test_entities_count_in_utf16_and_the_empty_tail_goes(tmp_path):
    parts = [
        {"type": "plain", "text": "🌊 "},
        {"type": "bold", "text": "вода"},
        {"type": "link", "text": "https://a.example"},
        {"type": "mention_name", "text": "Ann", "user_id": 5},
        {"type": "pre", "text": "x", "language": "py"},
        {"type": "plain", "text": ""},
    ]
    world = write(tmp_path, [message(3, text_entities=parts)])
    content = history_of(world).get(3)
    assert content["text"] == "🌊 водаhttps://a.exampleAnnx"
    assert content["entities"] == [
        {"type": "bold", "offset": 3, "length": 4},
        {"type": "url", "offset": 7, "length": 17},
        {"type": "text_mention", "user_id": 5, "offset": 24, "length": 3},
        {"type": "pre", "language": "py", "offset": 27, "length": 1},
    ]


def test_old_exports_have_no_unix_times_and_no_list_of_entities(tmp_path):
    old = {
        "id": 4,
        "type": "message",
        "date": "2019-05-01T10:00:00",
        "edited": "1970-01-01T00:00:00",
    }
    world = write(tmp_path, [{**old, "text": ["a ", {"type": "bold", "text": "b"}]}])
    content = history_of(world).get(4)
    assert content["date"] == 1_556_704_800
    assert "edited" not in content
    assert content["entities"] == [{"type": "bold", "offset": 2, "length": 1}]


def test_files_outside_the_folder_are_not_served(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    sizes = {"photo_file_size": 6, "width": 10, "height": 10}
    paths = ["../secret.jpg", "link.jpg", str(tmp_path / "secret.jpg"), "(File not included.)"]
    messages = [message(n + 1, photo=path, **sizes) for n, path in enumerate(paths)]
    world = write(folder, messages)
    for index in range(len(paths)):
        media = history_of(world).at(index)["media"]
        assert world.file(media["file"], media["sizes"][0]["type"]) is None


def test_service_messages_and_forwards(tmp_path):
    world = write(
        tmp_path,
        [
            {**message(1), "type": "service", "action": "create_channel", "title": "A Mill"},
            {**message(2), "type": "service", "action": "boost_apply", "boosts": 2},
            {**message(3), "type": "service", "action": "group_call", "duration": 5},
            message(4, forwarded_from="Hidden"),
            message(5, forwarded_from="Other", forwarded_from_id="channel9", via_bot="@gauge_bot"),
            {"id": 6, "type": "unsupported"},
            message(-7),
        ],
    )
    history = history_of(world)
    assert [history.at(i)["id"] for i in range(len(history))] == [1, 2, 3, 4, 5]
    assert history.get(2)["action"] == {"type": "boost_apply", "data": {"boosts": 2}}
    assert history.get(3)["action"] == {"type": "custom_action", "data": {"message": "group call"}}
    assert history.get(4)["forward"] == {"name": "Hidden", "date": 1_700_000_000}
    assert history.get(5)["forward"]["from"] == -1000000000009
    assert world.peers([-1000000000009])[0]["name"] == "Other"
    assert world.peers([history.get(5)["via_bot"]])[0]["bot"]


def test_supergroups_have_authors_and_broken_json_is_mended(tmp_path):
    folder = tmp_path / "x"
    chat = {
        "name": "G",
        "type": "private_supergroup",
        "id": 8,
        "messages": [
            message(1, from_id="user5", text="bell \\x07"),
            message(2, from_id=4_294_967_299),
            {
                **message(3, reply_to_message_id=1, reply_to_peer_id="channel8"),
                "from_id": "user6",
                "from": "Ann",
            },
        ],
    }
    folder.mkdir()
    text = json.dumps(chat).replace("\\\\x07", "\\x07")
    (folder / "result.json").write_text(text, encoding="utf-8")
    world = open_world(f"export:{folder}")
    history = history_of(world)
    assert world.by_username("export_8") == -1000000000008
    assert history.get(1)["text"] == "bell \x07"
    assert [history.at(i)["author"] for i in range(3)] == [5, -3, 6]
    assert history.get(3)["reply"] == {"msg_id": 1}
    assert history.get(3)["thread_id"] == 1
    assert world.peers([5])[0]["deleted"]


def test_an_export_without_channels_says_so(tmp_path):
    with pytest.raises(ValueError, match="no channel"):
        write(tmp_path, [], type="personal_chat")
