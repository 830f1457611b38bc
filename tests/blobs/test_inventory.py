"""What lies on the disk against what rows say of it."""

import hashlib

import pytest
from tests.blobs.scenes import content, jpeg
from tests.transform.pictures import encoded

from headrace.blobs.files import LocalFiles
from headrace.blobs.inventory import Inventory
from headrace.model.audit import Examined, Pictured, Shape, Shelved

DATA = content(3_000_000)
SHA = hashlib.sha256(DATA).hexdigest()
STORED = Shelved(sha256=SHA, extension="bin", size=len(DATA), file="document/1")


@pytest.fixture
def inventory(tmp_path):
    return Inventory(LocalFiles(), tmp_path)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "media" / SHA[:2] / f"{SHA}.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    return path


async def test_a_file_is_read_to_its_end(inventory, path):
    assert await inventory.examine(STORED) == Examined(shape=Shape.WHOLE, size=len(DATA))
    path.write_bytes(DATA[:-1] + b"?")
    assert await inventory.examine(STORED) == Examined(shape=Shape.DAMAGED, size=len(DATA))
    path.write_bytes(DATA[:-1])
    assert await inventory.examine(STORED) == Examined(shape=Shape.DAMAGED, size=len(DATA) - 1)
    path.unlink()
    assert await inventory.examine(STORED) == Examined(shape=Shape.MISSING)
    path.mkdir()
    assert await inventory.examine(STORED) == Examined(shape=Shape.UNREADABLE)


async def test_looking_changes_nothing(inventory, path, tmp_path):
    path.unlink()
    await inventory.examine(STORED)
    assert await inventory.names(SHA[:2]) == []
    assert await inventory.thumbnail_names("00") == []
    assert await inventory.unfinished() == 0
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


@pytest.mark.parametrize("known", [True, False])
async def test_a_thumbnail_of_an_older_version_is_looked_at(inventory, tmp_path, known):
    data = encoded("JPEG", size=(40, 30))
    sha = hashlib.sha256(data).hexdigest() if known else ""
    drawn = Pictured(sha256=SHA, mime="image/jpeg", width=40, height=30, content=sha)
    path = tmp_path / "thumbs" / SHA[:2] / f"{SHA}.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert (await inventory.examine_thumbnail(drawn)).shape is Shape.WHOLE
    path.write_bytes(jpeg(2000))
    assert (await inventory.examine_thumbnail(drawn)).shape is Shape.DAMAGED
    path.unlink()
    assert (await inventory.examine_thumbnail(drawn)).shape is Shape.MISSING


async def test_what_does_not_belong_is_told(inventory, tmp_path, path):
    parts = tmp_path / "media" / ".parts"
    parts.mkdir()
    for name in ("a.1.part", "a.1.journal", "lock"):
        (parts / name).touch()
    (tmp_path / "media" / "README.txt").touch()
    (tmp_path / "media" / "holiday.jpg").touch()
    (tmp_path / "thumbs" / "zz").mkdir(parents=True)
    assert await inventory.beside() == ["media/holiday.jpg", "thumbs/zz"]
    assert await inventory.unfinished() == 1
    assert await inventory.names(SHA[:2]) == [path.name]
    assert len(inventory.shelves) == 256
