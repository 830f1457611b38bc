"""The files of an export go into the archive: hashed, typed, each content once."""

import hashlib
import sqlite3
from contextlib import closing

import pytest
from tests.crash.importing import digest
from tests.desktop.exports import entry, pack, photo, root, write
from tests.disk import FaultyFiles
from tests.transform.pictures import encoded

from headrace import app, settings
from headrace.blobs.files import LocalFiles
from headrace.blobs.local import RESERVE_BYTES
from headrace.errors import ArchiveError, DiskFull
from headrace.model.download import MediaPolicy
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions

pytestmark = pytest.mark.media
JPEG = encoded("JPEG", size=(640, 480))
PNG = encoded("PNG", size=(320, 200))
PDF = b"%PDF-1.4\n" + b"a plan of the mill\n" * 400
NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"


def export(folder, **left_out):
    """Three photos (two of one content), a document, and what is not there in four ways."""
    content = root(
        photo(1, photo="photos/a.jpg", photo_file_size=len(JPEG)),
        photo(2, photo="photos/b.jpg", photo_file_size=len(JPEG)),
        photo(3, photo="photos/c.jpg", photo_file_size=len(PNG)),
        entry(4, file="files/plan.pdf", file_size=len(PDF), mime_type="application/pdf"),
        photo(5, photo=NOT_INCLUDED),
        photo(6, photo="../secret.jpg", photo_file_size=3),
        photo(7, photo="photos/nowhere.jpg", photo_file_size=10),
        photo(8, photo="photos/short.jpg", photo_file_size=1_000_000),
        photo(9, photo="photos/link.jpg", photo_file_size=3),
        entry(10),
    )
    write(folder, content)
    (folder / "photos").mkdir()
    (folder / "files").mkdir()
    (folder.parent / "secret.jpg").write_bytes(b"key")
    files = {"photos/a.jpg": JPEG, "photos/b.jpg": JPEG, "photos/c.jpg": PNG,
             "files/plan.pdf": PDF, "photos/short.jpg": b"version 1"}  # fmt: skip
    for path, data in files.items():
        if path not in left_out.get("without", ()):
            (folder / path).write_bytes(data)
    (folder / "photos" / "link.jpg").symlink_to(folder.parent / "secret.jpg")
    return folder


def rows(archive, query):
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return connection.execute(query).fetchall()


def in_media(archive):
    """The contents under their final names, each by what it is."""
    found = {}
    for path in (archive / "media").glob("??/*"):
        data = path.read_bytes()
        assert hashlib.sha256(data).hexdigest() == path.stem
        found[path.suffix] = found.get(path.suffix, 0) + 1
    return found


def test_what_is_there_is_stored_once_and_the_rest_has_its_reason(headrace, tmp_path):
    folder = export(tmp_path / "export")
    ran = headrace("import", folder, "--json")
    assert ran.code == 0, ran
    report = ran.json
    assert report["messages"]["stored"] == 10
    size = len(JPEG) + len(PNG) + len(PDF)
    assert report["files"] == {
        "stored": 4, "skipped": 0, "failed": 0, "absent": 5, "wanted": 0, "bytes": size,
        "fetched": 4,
    }  # fmt: skip
    archive = tmp_path / "archive"
    assert in_media(archive) == {".jpg": 1, ".png": 1, ".pdf": 1}
    assert report["thumbnails"] == 2
    assert len([*(archive / "thumbs").rglob("*.*")]) == 2
    absent = rows(archive, "SELECT reason FROM files WHERE state = 'absent' ORDER BY reason")
    assert [reason for (reason,) in absent] == [
        "no_file", "not_in_export", "not_included", "outside", "truncated",
    ]  # fmt: skip
    again = headrace("import", folder, "--json").json
    assert (again["files"]["fetched"], again["thumbnails"]) == (0, 2)
    assert again["files"]["absent"] == 5


def test_what_an_export_lacked_comes_with_the_next(headrace, tmp_path):
    folder = export(tmp_path / "export", without={"photos/c.jpg"})
    first = headrace("import", folder, "--json").json
    assert (first["files"]["stored"], first["files"]["absent"]) == (3, 6)
    (folder / "photos" / "c.jpg").write_bytes(PNG)
    second = headrace("import", folder, "--json").json
    assert (second["files"]["fetched"], second["files"]["absent"]) == (1, 5)


def test_the_policy_holds_for_exports_too(headrace, tmp_path):
    folder = export(tmp_path / "export")
    none = headrace("import", folder, "--media", "none", "--json").json
    assert (none["files"]["stored"], none["files"]["wanted"]) == (0, 7)
    some = headrace("import", folder, "--media", "photo", "--json").json
    assert (some["files"]["stored"], some["left_out"]) == (3, {"kind": 1})
    rest = headrace("import", folder, "--json").json
    assert (rest["files"]["stored"], rest["left_out"]) == (4, {})


def test_files_are_read_from_a_zip_archive(headrace, tmp_path):
    folder = export(tmp_path / "export")
    names = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    packed = pack(
        tmp_path / "export.zip", {str(p.relative_to(folder)): p.read_bytes() for p in names}
    )
    report = headrace("import", packed, "--json").json
    assert (report["files"]["stored"], report["files"]["absent"]) == (4, 5)
    assert in_media(tmp_path / "archive") == {".jpg": 1, ".png": 1, ".pdf": 1}


def loaded(folder):
    return settings.load({"archive": folder / "archive", "config": folder / "config"})


async def run(chosen, path, files=None):
    options = ImportOptions(media=MediaPolicy())
    return await app.import_chat(chosen, str(path), options, Silent(), files=files or LocalFiles())


class SmallDisk(LocalFiles):
    def disk_size(self, path):
        return RESERVE_BYTES

    def free_space(self, path):
        return RESERVE_BYTES + len(PNG) - 1


async def test_what_has_no_room_is_told_and_comes_later(tmp_path):
    folder, chosen = export(tmp_path / "export"), loaded(tmp_path)
    with pytest.raises(DiskFull) as caught:
        await run(chosen, folder, SmallDisk())
    report = caught.value.report
    assert report.messages["stored"] == 10
    assert (report.files["stored"], report.files["wanted"]) == (1, 3)
    assert (await run(chosen, folder)).files["stored"] == 4


async def test_a_stub_of_a_huge_file_asks_for_no_room(tmp_path):
    folder = write(tmp_path / "export", root(photo(1, photo="a.jpg", photo_file_size=2**40)))
    (folder / "a.jpg").write_bytes(b"stub")
    report = await run(loaded(tmp_path), folder)
    assert (report.files["absent"], report.files["wanted"]) == (1, 0)


async def test_a_file_of_no_declared_size_keeps_the_reserve_and_an_empty_one_is_none(tmp_path):
    named = {"photo_file_size": None}
    content = root(photo(1, photo="a.png", **named), photo(2, photo="b.png", **named))
    folder = write(tmp_path / "export", content)
    (folder / "a.png").write_bytes(PNG)
    (folder / "b.png").write_bytes(b"")
    with pytest.raises(DiskFull) as caught:
        await run(loaded(tmp_path), folder, SmallDisk())
    assert (caught.value.report.files["wanted"], caught.value.report.files["absent"]) == (1, 1)
    assert (await run(loaded(tmp_path), folder)).files["stored"] == 1


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
async def test_a_disk_that_breaks_leaves_nothing_half(tmp_path, share):
    folder = export(tmp_path / "export")
    calm = FaultyFiles()
    await run(loaded(tmp_path / "calm"), folder, calm)
    whole = await digest(loaded(tmp_path / "calm"))
    broken = FaultyFiles(5, fails=int(len(calm.log) * share), lasting=True)
    chosen = loaded(tmp_path / "broken")
    with pytest.raises(ArchiveError):
        await run(chosen, folder, broken)
    in_media(chosen.archive)
    await run(chosen, folder)
    assert in_media(chosen.archive) == {".jpg": 1, ".png": 1, ".pdf": 1}
    assert await digest(chosen) == whole


@pytest.mark.real_export
def test_the_files_of_the_real_export_are_in_the_archive(headrace, real_export, tmp_path):
    ran = headrace("import", real_export, "--json")
    assert ran.code == 0, ran
    archive = tmp_path / "archive"
    stored = {sha256 for (sha256,) in rows(archive, "SELECT sha256 FROM files WHERE sha256 <> ''")}
    photos = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (real_export / "photos").iterdir()
        if not path.name.endswith("_thumb.jpg")
    }
    others = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (real_export / "files").iterdir()
        if not path.name.endswith("_thumb.jpg")
    }
    assert photos | others == stored
    on_disk = {path.stem for path in (archive / "media").glob("??/*")}
    assert on_disk == stored
    # Of its five videos the copy at hand has but a reference of some 130 bytes each.
    videos = [p for p in (real_export / "video_files").iterdir() if p.suffix == ".mp4"]
    assert all(path.stat().st_size < 200 for path in videos)
    absent = rows(archive, "SELECT DISTINCT reason FROM files WHERE state = 'absent'")
    assert absent == [("truncated",)]
    assert ran.json["files"]["absent"] == len(videos)
