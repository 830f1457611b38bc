"""Thumbnails on the disk."""

import errno

import pytest
from tests.disk import FaultyFiles

from headrace.blobs.files import LocalFiles
from headrace.blobs.thumbs import LocalThumbs
from headrace.errors import DiskFull
from headrace.transform.thumbnails import Thumbnail

SHA = "ab" * 32


def thumbnail(data=b"small", mime="image/jpeg"):
    return Thumbnail(data=data, width=4, height=3, mime=mime)


async def test_a_thumbnail_is_named_after_its_picture(tmp_path):
    thumbs = LocalThumbs(LocalFiles(), tmp_path)
    await thumbs.put(SHA, thumbnail())
    await thumbs.put(SHA, thumbnail(b"better"))
    await thumbs.put(SHA, thumbnail(b"clear", "image/webp"))
    assert thumbs.path(SHA, "image/jpeg") == tmp_path / "thumbs" / "ab" / f"{SHA}.jpg"
    found = {path.name: path.read_bytes() for path in (tmp_path / "thumbs" / "ab").iterdir()}
    assert found == {f"{SHA}.jpg": b"better", f"{SHA}.webp": b"clear"}


async def test_a_full_disk_is_named_and_leaves_no_piece(tmp_path):
    await LocalThumbs(LocalFiles(), tmp_path).put(SHA, thumbnail())
    full = LocalThumbs(FaultyFiles(errno.ENOSPC, fails=1, only={"write"}), tmp_path)
    with pytest.raises(DiskFull):
        await full.put(SHA, thumbnail(b"another"))
    (path,) = (tmp_path / "thumbs" / "ab").iterdir()
    assert path.read_bytes() == b"small"
