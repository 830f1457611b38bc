"""The world ``files``: its counts and sizes, its bytes, and that it holds nothing in memory."""

import hashlib
import io
import tracemalloc

import pytest
from PIL import Image

from tgsandbox.worlds import open_world
from tgsandbox.worlds.only_files import CHANNEL

MIB = 1024 * 1024


def history_of(world):
    return world.chats[CHANNEL].history


def media_of(world, index):
    return history_of(world).at(index)["media"]


def whole(file):
    return b"".join(file.read(at, MIB) for at in range(0, file.size, MIB))


def test_the_usual_world_is_the_one_that_downloads_are_measured_on():
    world = open_world("files")
    media = [media_of(world, index) for index in range(len(history_of(world)))]
    assert [(one["kind"], one["size"]) for one in media] == [
        *[("photo", 200_000)] * 2000,
        *[("document", 100_000_000)] * 8,
    ]
    assert len({one["file"] for one in media}) == len(media)
    captions = [history_of(world).at(i).get("text") for i in range(len(media))]
    assert sum(map(bool, captions)) == 201


def test_ids_and_dates_are_found():
    history = history_of(open_world("files:3x10k,2x2m"))
    ids = [history.at(index)["id"] for index in range(len(history))]
    dates = [history.at(index)["date"] for index in range(len(history))]
    assert ids == [1, 2, 3, 4, 5]
    for wanted in (-1, 0, *ids, 6, 1000):
        assert history.position(wanted) == sum(one < wanted for one in ids)
    for wanted in (0, *dates, *(date + 1 for date in dates)):
        assert history.position_at(wanted) == sum(one < wanted for one in dates)
    assert history.top_id() == 5


@pytest.mark.parametrize("length", [10_000, 10_003, 59_999, 60_000, 60_001, 200_000, 1_000_000])
def test_photos_are_whole_pictures_of_exact_size_no_two_alike(length):
    world = open_world(f"files:9x{length}")
    seen = set()
    for index in range(9):
        media = media_of(world, index)
        assert media["size"] == media["sizes"][-1]["size"] == length
        for size in media["sizes"]:
            content = whole(world.file(media["file"], size["type"]))
            assert len(content) == size["size"]
            assert content.endswith(b"\xff\xd9")
            with Image.open(io.BytesIO(content)) as picture:
                picture.load()
                assert picture.size == (size["width"], size["height"])
        seen.add(content)
    assert len(seen) == 9


def test_documents_have_parts_that_differ_and_are_the_same_in_every_run():
    world, again = open_world("files:2x3m"), open_world("files:2x3m")
    parts = []
    for index in range(2):
        media = media_of(world, index)
        content = whole(world.file(media["file"], ""))
        assert len(content) == media["size"] == 3_000_000
        assert content == whole(again.file(media["file"], ""))
        parts += [content[at : at + MIB] for at in range(0, len(content), MIB)]
    assert len({hashlib.sha256(part).digest() for part in parts}) == 6


def test_a_large_file_costs_no_more_than_the_part_that_is_read():
    world = open_world("files:1000000x4g")
    file = world.file(media_of(world, 999_999)["file"], "")
    assert file.size == 4_000_000_000
    tracemalloc.start()
    try:
        last = file.read(file.size - 1000, MIB)
        history_of(world).wire(999_999)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(last) == 1000
    assert peak < 2 * MIB
    assert file.read(file.size, MIB) == b""


def test_only_keys_and_sizes_that_are_there_are_served():
    world = open_world("files:1x10k,1x2m")
    photo, document = media_of(world, 0)["file"], media_of(world, 1)["file"]
    assert world.file(photo, "m") is None
    assert world.file(photo.replace("photo", "document"), "") is None
    assert world.file(document, "y") is None
    assert world.file("photo/12", "y") is None


def test_few_pictures_are_drawn_ahead():
    world = open_world("files:5000x200k,3x10k,4x2m")
    keys = list(world.drawn_keys())
    assert len(keys) == 8 * 2 + 3
    assert all(world.file(*key) is not None for key in keys)


@pytest.mark.parametrize(
    "spec",
    [
        "files:",
        "files:x",
        "files:3x",
        "files:3x5t",
        "files:3x9999",
        "files:1x101g",
        "files:1,",
        "files:0",
        "files:99999999",
    ],
)
def test_an_impossible_spec_is_told(spec):
    with pytest.raises(ValueError, match=r"\.$"):
        open_world(spec)
