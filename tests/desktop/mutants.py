"""Exports spoiled by a seed: in their bytes, their structure, their paths, their sizes."""

import copy
import json
import os
import random
import zipfile

from tests.desktop.exports import entry, pack, photo, root, service, write

KINDS = ("bytes", "structure", "paths", "sizes")

HOSTILE_PATHS = [
    "../../../../etc/passwd", "/etc/passwd", "..\\..\\secret", "C:\\Windows\\win.ini", "photos/..",
    "photos/\0/a.jpg", "photos/" + "x" * 5000, "", ".", "//", "photos/a\r\nb", "CON",
    "\u202egpj.exe",
    "(File not included. Change data exporting settings to download.)", "(", "file:///etc/passwd",
    "outside/secret.jpg", "\ud800",
]  # fmt: skip
ODD_VALUES = [
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**63), 10**40, 0.5, -1e308, 1e-320, "",
    "x", "\0", "\ud83d", "9" * 30, "user", "channel0", "channel" + "9" * 40, [], {}, [[]], [None],
    {"": ""}, {"type": []}, "1970-01-01T00:00:00", "9999-12-31T23:59:59", "0000-00-00",
    "2023-11-14T22:13:20+99:00", "-9" * 9, {"text": {"text": "x"}}, [{"type": "bold"}] * 50,
]  # fmt: skip


def every_kind():
    """A small export with one of everything."""
    media = [
        {"file": "files/a.pdf", "file_name": "a.pdf", "mime_type": "application/pdf"},
        {"file": "video_files/v.mp4", "media_type": "video_file", "duration_seconds": 3,
         "thumbnail": "video_files/v.mp4_thumb.jpg", "thumbnail_file_size": 9},
        {"contact_information": {"first_name": "A", "phone_number": "1"},
         "contact_vcard": "contacts/contact_1.vcard"},
        {"location_information": {"latitude": 1.5, "longitude": 2.5}},
        {"place_name": "P", "address": "A", "location_information": None},
        {"game_title": "G", "game_description": "D", "game_link": "L"},
        {"invoice_information": '{"title": "T", "amount": 5}'},
        {"poll": {"question": ["Q", {"type": "bold", "text": "?"}], "total_voters": 3,
                  "answers": [{"text": "a", "voters": 3, "chosen": True}]}},
        {"todo_list": {"title": "T", "answers": [{"text": "x", "id": 1}]}},
        {"giveaway_information": {"quantity": 1, "channels": [5], "until_date": 5}},
        {"giveaway_results": {"channel": 5, "winners": [7], "until_date": "2024-01-01T00:00:00"}},
        {"paid_stars_amount": 5}, {"via_bot": "@gif"}, {"forwarded_from": "Ada", "saved_from": "B"},
        {"reply_to_message_id": 3, "reply_to_peer_id": "channel7"},
        {"edited": "2023-11-14T22:13:20", "edited_unixtime": "1700000000"},
        {"inline_bot_buttons": [[{"type": "callback", "text": "C", "dataBase64": "AQ=="}]]},
        {"reactions": [{"type": "emoji", "count": 3, "emoji": "x",
                        "recent": [{"from": "A", "from_id": "user7", "date": "2023-11-14"}]}]},
        {"text": ["a", {"type": "text_link", "text": "b", "href": "https://c"}, ""]},
        {"date_unixtime": None, "from_id": 8589934597},
    ]  # fmt: skip
    actions = [
        {"action": "pin_message", "message_id": 3},
        {"action": "create_group", "members": ["A", None]},
        {"action": "requested_peer", "peers": '["user5"]'}, {"action": "zig", "zag": [{"a": [1]}]},
        {"action": "send_webview_data"}, {"information_text": "took a screenshot"},
        {"action": "edit_group_photo", "photo": "photos/a.jpg", "width": 5, "height": 5},
    ]  # fmt: skip
    entries = [entry(n, **more) for n, more in enumerate(media, 1)]
    entries += [photo(n) for n in range(30, 34)]
    entries += [service(n, **more) for n, more in enumerate(actions, 40)]
    entries += [{"id": 50, "type": "unsupported"}, entry(-999_999_999)]
    return root(*entries, type="public_supergroup")


def mutant(seed, folder):
    """Write the mutant of a seed; gives the path to import."""
    randomness = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    return globals()[f"_{kind}"](randomness, folder)


def _bytes(randomness, folder):
    content = bytearray(json.dumps(every_kind(), indent=randomness.choice([None, 1])).encode())
    for _ in range(randomness.choice([1, 1, 2, 5, 50])):
        at = randomness.randrange(len(content) or 1)
        length = randomness.choice([1, 1, 3, 40, 2000])
        match randomness.randrange(7):
            case 0:
                content[at : at + 1] = bytes([randomness.randrange(256)])
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = randomness.randbytes(length)
            case 3:
                content[at:at] = content[at : at + length]
            case 4:
                del content[at:]
            case 5:
                content[at:at] = randomness.choice([b"\0", b"\xff\xfe", b"\\x01", b'"', b"{", b"]"])
            case 6:
                content[at:at] = b"[" * length
    if randomness.random() < 0.2:
        packed = bytearray(pack(folder / "a.zip", {"result.json": bytes(content)}).read_bytes())
        packed[randomness.randrange(len(packed))] ^= 1 << randomness.randrange(8)
        (folder / "a.zip").write_bytes(packed)
        return folder / "a.zip"
    return write(folder, bytes(content))


def _places(node, found):
    """Every (container, key) of a tree."""
    pairs = enumerate(node) if isinstance(node, list) else node.items()
    for key, value in list(pairs):
        found.append((node, key))
        if isinstance(value, (list, dict)):
            _places(value, found)
    return found


def _structure(randomness, folder):
    tree = every_kind()
    for _ in range(randomness.choice([1, 3, 10, 100])):
        places = _places(tree, [])
        if not places:
            break
        node, key = randomness.choice(places)
        match randomness.randrange(5):
            case 0 | 1:
                node[key] = copy.deepcopy(randomness.choice(ODD_VALUES))
            case 2:
                del node[key]
            case 3 if isinstance(node, dict):
                node[randomness.choice(["text", "id", "type", "file", "poll", "zig"])] = node.pop(
                    key
                )
            case _:
                other, place = randomness.choice(places)
                node[key] = copy.deepcopy(_value(other, place))
    if randomness.random() < 0.3:
        tree = {"chats": {"list": [tree, copy.deepcopy(randomness.choice(ODD_VALUES))]}}
    return write(folder, tree)


def _paths(randomness, folder):
    """Paths in the JSON, links and devices in the folder, names in the archive."""
    tree = every_kind()
    for node, key in _places(tree, []):
        if key in ("photo", "file", "thumbnail", "contact_vcard", "document_id", "file_name"):
            node[key] = randomness.choice(HOSTILE_PATHS)
    outside = folder.parent / "outside"
    write(outside, root(entry(1, text="the secret")), "secret.json")
    write(folder, tree)
    for name in ("photos", "files", "video_files"):
        (folder / name).symlink_to(randomness.choice([outside, "/etc", folder]))
    place = folder / "result.json"
    match randomness.randrange(6):
        case 0:
            place.unlink()
            place.symlink_to(outside / "secret.json")
        case 1:
            place.unlink()
            randomness.choice([os.mkfifo, os.mkdir])(place)
        case 2:
            names = [randomness.choice(["../a", "/a", "a\\b", "a/../../b", "C:/a", "a\x01"])]
            return pack(folder / "a.zip", {**dict.fromkeys(names, b"x"), "result.json": "{}"})
        case 3:
            info = zipfile.ZipInfo("result.json")
            info.external_attr = randomness.choice([0o120777, 0o020666, 0o010666]) << 16
            with zipfile.ZipFile(folder / "a.zip", "w") as archive:
                archive.writestr(info, str(outside / "secret.json"))
            return folder / "a.zip"
    return folder


def _sizes(randomness, folder):
    """Too long, too many, too deep, too tight."""
    tree = every_kind()
    messages = tree["messages"]
    size = randomness.choice([10**5, 10**6, 9 * 10**6])
    match randomness.randrange(7):
        case 0:
            messages[3]["text"] = "Ж" * (size // 2)
        case 1:
            messages[3]["text_entities"] = [{"type": "bold", "text": "x"}] * (size // 300)
        case 2:
            messages += [entry(n) for n in range(100, 100 + size // 3000)]
        case 3:
            content = json.dumps(tree).encode()
            deep = randomness.choice([b"[", b'{"a":']) * (size // 10)
            at = content.index(b'"text"') + 8
            return write(folder, content[:at] + deep + content[at:])
        case 4:
            content = json.dumps(tree) + " " * size * 10
            return pack(folder / "bomb.zip", {"result.json": content})
        case 5:
            messages[3]["reactions"] = [{"type": "emoji", "count": 1, "emoji": "x"}] * (size // 500)
        case 6:
            tree[("x" * size)[: size // 2]] = {"about": "y" * size, "n": 10**4000}
    return write(folder, tree)


def _value(node, key):
    """What is at a place, as long as it is there."""
    try:
        return node[key]
    except LookupError:
        return None
