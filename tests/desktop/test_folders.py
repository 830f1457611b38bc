"""The files of an export: found under the keys of their messages, opened safely or not at all."""

import asyncio
import hashlib
import os
import zipfile

import pytest
from tests.desktop.exports import entry, messages_of, open_descriptors, photo, root, service, write

from headrace.blobs.files import LocalFiles
from headrace.blobs.local import LocalBlobs
from headrace.desktop.source import open_source
from headrace.errors import BrokenExport, FileAbsent, FileFailed
from headrace.transform.named_files import files_of


def files_in(path):
    """All files that an export names."""

    async def find():
        source = await open_source(path)
        return source, [one async for batch in source.files() for one in batch]

    return asyncio.run(find())


def why(folder, path):
    """Why a file is not opened."""
    with pytest.raises((FileAbsent, FileFailed)) as caught:
        folder.open(path)
    return caught.value.reason


def test_each_file_has_the_key_of_its_message(tmp_path):
    edited = {"edited_unixtime": "1700000900", "edited": "2023-11-14T22:30:00"}
    document = {"file": "files/a.pdf", "file_size": 7}
    content = root(
        photo(1),
        photo(2, **edited),
        entry(3, **document),
        photo(4, **document),
        photo(5, photo="(File not included. Change data exporting settings to download.)"),
        photo(6, photo="../../etc/passwd"),
        service(7, "edit_group_photo", photo="photos/p.jpg", photo_file_size=9),
        service(8, "edit_group_title", file="files/x"),
        entry(9),
        {"id": "no", "photo": "photos/x.jpg"},
        "no entry",
        photo(10, photo=5),
    )
    folder = write(tmp_path / "export", content)
    _, found = files_in(folder)
    named = [
        (one.key, one.size)
        for _, message in sorted(messages_of(folder).items())
        for one in files_of(message)
        if not one.absent
    ]
    assert [(one.key, one.size) for one in found] == named
    assert [one.path.rpartition("/")[2] for one in found][2:] == [
        "a.pdf", "photo_4@14-11-2023_22-13-20.jpg", "p.jpg",
    ]  # fmt: skip
    assert all(one.key.startswith("desktop/") for one in found)


def test_only_regular_files_below_the_folder_are_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a.jpg").write_bytes(b"secret")
    folder = write(tmp_path / "export", root(entry(1)))
    photos = folder / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(b"bytes")
    (photos / "link.jpg").symlink_to(secret / "a.jpg")
    (folder / "linked").symlink_to(secret)
    os.mkfifo(photos / "pipe.jpg")
    source, _ = files_in(folder)
    with source.folder() as opened:
        with opened.open("photos/a.jpg") as stream:
            assert stream.read() == b"bytes"
        assert why(opened, "photos/b.jpg") == "not_in_export"
        assert why(opened, "nowhere/b.jpg") == "not_in_export"
        for path in (
            "photos/link.jpg",
            "linked/a.jpg",
            "photos/pipe.jpg",
            "photos",
            "photos/a.jpg/x",
        ):
            assert why(opened, path) == "no_file"
        for path in (
            "../secret/a.jpg",
            str(secret / "a.jpg"),
            "photos/../../secret/a.jpg",
            "",
            "a\0",
        ):
            assert why(opened, path) == "outside"
        assert why(opened, "x" * 300) == "no_file"
    assert not open_descriptors(secret)


def test_no_descriptor_is_left_open(tmp_path):
    folder = write(tmp_path / "export", root(entry(1)))
    (folder / "a").write_bytes(b"x")
    source, _ = files_in(folder)
    with source.folder() as opened:
        for path in ("a", "b", "a/b", "../c"):
            try:
                opened.open(path).__exit__(None, None, None)
            except FileAbsent:
                continue
    assert open_descriptors(folder) == []


@pytest.mark.parametrize("top", ["", "ChatExport_2024/"])
def test_files_of_an_archive_are_read_in_place(tmp_path, top):
    folder = write(tmp_path / "export", root(photo(1)))
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "result.json", f"{top}result.json")
        archive.writestr(f"{top}photos/a.jpg", b"bytes" * 1000)
        archive.writestr(f"{top}photos/sub/", b"")
    source, _ = files_in(path)
    with source.folder() as opened:
        with opened.open("photos/a.jpg") as one, opened.open("photos/a.jpg") as other:
            assert one.read(5) == other.read(5) == b"bytes"
        assert why(opened, "photos/b.jpg") == "not_in_export"
        assert why(opened, "photos/sub/") == "outside"
        assert why(opened, "../result.json") == "outside"


def test_a_damaged_member_costs_itself_only(tmp_path):
    folder = write(tmp_path / "export", root(photo(1)))
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "result.json", "result.json")
        archive.writestr("a.jpg", b"here" * 1000)
        archive.writestr("b.jpg", b"there" * 1000)
    path.write_bytes(path.read_bytes().replace(b"herehere", b"h3reh3re", 1))
    source, _ = files_in(path)
    with source.folder() as opened:
        with opened.open("a.jpg") as stream, pytest.raises(FileFailed) as caught:
            stream.read()
        assert caught.value.reason == "unreadable"
        with opened.open("b.jpg") as stream:
            assert stream.read() == b"there" * 1000


def test_a_folder_that_is_gone_is_named(tmp_path):
    folder = write(tmp_path / "export", root(entry(1)))
    source, _ = files_in(folder)
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(BrokenExport, match="export"), source.folder():
        pytest.fail("opened")


async def taken(path, archive):
    """Every file of an export that can be had; and why the others cannot."""
    source = await open_source(path)
    blobs = LocalBlobs(LocalFiles(), archive, reserve=lambda _: 0)
    stored, failed = {}, {}
    with source.folder() as folder:
        async for batch in source.files():
            for one in batch:
                try:
                    with folder.open(one.path) as stream:
                        stored[one] = await blobs.add(one.key, stream, size=one.size)
                except (FileAbsent, FileFailed) as error:
                    failed[one] = error.reason
    return stored, failed


@pytest.mark.real_export
def test_the_files_of_the_real_export_are_taken(real_export, tmp_path):
    stored, failed = asyncio.run(taken(real_export, tmp_path))
    for named, one in stored.items():
        path = named.path
        digest = hashlib.sha256((real_export / path).read_bytes()).hexdigest()
        assert one.sha256 == digest
        place = tmp_path / "media" / digest[:2] / f"{digest}.{one.extension}"
        assert place.read_bytes() == (real_export / path).read_bytes()
    photos = [one for named, one in stored.items() if named.path.startswith("photos/")]
    assert {one.mime for one in photos} == {"image/jpeg"}
    assert len({*stored, *failed}) == 188
    assert len(photos) == 181
    # Of its five videos the copy at hand has but a reference of some 130 bytes each.
    assert set(failed.values()) == {"truncated"}
    assert all(named.path.startswith("video_files/") for named in failed)
    on_disk = {path.stem for path in (tmp_path / "media").glob("??/*")}
    assert on_disk == {one.sha256 for one in stored.values()}
