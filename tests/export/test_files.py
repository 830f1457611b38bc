"""Files brought out of the archive: their names, dates, captions; again and after a crash."""

import errno
import json
from contextlib import suppress
from pathlib import Path, PureWindowsPath

import pytest
from tests.disk import FaultyFiles

from headrace.blobs.files import LocalFiles
from headrace.errors import ArchiveError, DiskFull, UsageError
from headrace.export.copying import Copier
from headrace.export.files import FileExport, Outcome
from headrace.export.listing import NAME as LIST
from headrace.model.chat import Chat
from headrace.model.download import FileKind
from headrace.model.exportable import Exportable
from headrace.model.text import Entity
from headrace.model.values import PeerKind
from headrace.transform.name_templates import NameTemplate
from tgsandbox.worlds.zoo_hostile import NAMES

CHAT = Chat(id=-1001, kind=PeerKind.CHANNEL, title="The Mill", username="mill")
DATE = 1_700_000_000
DAY = "2023-11-14"


class Case:
    """An archive of some contents, and a folder to put them into."""

    def __init__(self, folder):
        self.media, self.out = folder / "media", folder / "out"
        self.media.mkdir()
        for letter in "abc":
            (self.media / f"{letter * 64}.jpg").write_bytes(letter.encode() * 1000)

    def source(self, sha256, extension):
        return self.media / f"{sha256}.{extension}"

    def put(self, *batch, files=None, template=NameTemplate(), **copier):  # noqa: B008
        files = files or LocalFiles()
        export = FileExport(
            files=files,
            folder=self.out,
            source=self.source,
            template=template,
            copier=Copier(files, **copier),
            outcome=Outcome(folder=str(self.out)),
        )
        export.make()
        export.open()
        export.put(CHAT, batch)
        return export.outcome

    def tree(self):
        """What lies in the folder, without the list of it."""
        return {
            str(path.relative_to(self.out)): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and path.name != LIST
        }


@pytest.fixture
def case(tmp_path):
    return Case(tmp_path)


def one(number, letter="a", **fields):
    given = {
        "id": number, "date": DATE + number, "key": f"photo/{number}", "kind": FileKind.PHOTO,
        "sha256": letter * 64, "size": 1000, "extension": "jpg",
    }  # fmt: skip
    return Exportable(**(given | fields))


def test_names_dates_and_captions(case):
    bold = Entity(type="bold", offset=0, length=4)
    outcome = case.put(
        one(1, name="wheel.png"), one(2, "b", text="Look here", entities=(bold,)), one(3, "c")
    )
    assert (outcome.new, outcome.there, outcome.captions, outcome.bytes) == (3, 0, 1, 3000)
    assert case.tree() == {
        f"mill/{DAY}_1_wheel.png.jpg": b"a" * 1000,
        f"mill/{DAY}_2.jpg": b"b" * 1000,
        f"mill/{DAY}_2.jpg.txt": b"**Look** here\n",
        f"mill/{DAY}_3.jpg": b"c" * 1000,
    }
    for number in (1, 2, 3):
        (path,) = (case.out / "mill").glob(f"*_{number}*.jpg")
        assert path.stat().st_mtime == DATE + number


def test_again_adds_only_what_is_new(case):
    case.put(one(1), one(2, "b"))
    (case.out / "mill" / f"{DAY}_1.jpg").unlink()
    outcome = case.put(one(1), one(2, "b"), one(3, "c"))
    assert (outcome.new, outcome.there) == (2, 1)
    assert len(case.tree()) == 3


def test_names_that_meet_stay_apart_and_stay_theirs(case):
    by_name = NameTemplate("{name}.{ext}")
    case.put(one(5, "a", name="x"), one(6, "b", name="X"), template=by_name)
    first = case.tree()
    assert first == {"x.jpg": b"a" * 1000, "X (2).jpg": b"b" * 1000}
    # An older message that comes later takes nobody's name.
    case.put(
        one(1, "c", name="x", text="c"), one(5, "a", name="x"), one(6, "b", name="X"),
        template=by_name,
    )  # fmt: skip
    assert case.tree() == first | {"x (3).jpg": b"c" * 1000, "x (3).jpg.txt": b"c\n"}


def test_a_caption_takes_no_file_of_that_name(case):
    (case.media / f"{'d' * 64}.txt").write_bytes(b"d" * 1000)
    case.put(
        one(1, "a", name="x", text="caption"),
        one(2, "d", name="x.jpg", extension="txt"),
        template=NameTemplate("{name}.{ext}"),
    )
    assert case.tree() == {
        "x.jpg": b"a" * 1000, "x.jpg.txt": b"caption\n", "x.jpg (2).txt": b"d" * 1000,
    }  # fmt: skip


def test_nor_does_a_caption_that_comes_later(case):
    (case.media / f"{'d' * 64}.txt").write_bytes(b"d" * 1000)
    by_name = NameTemplate("{name}.{ext}")
    case.put(one(1, "d", name="x.jpg", extension="txt"), template=by_name)
    case.put(one(2, "a", name="x", text="caption"), template=by_name)
    assert case.tree() == {
        "x.jpg.txt": b"d" * 1000, "x (2).jpg": b"a" * 1000, "x (2).jpg.txt": b"caption\n",
    }  # fmt: skip


def test_what_the_archive_lacks_is_told(case):
    (case.media / f"{'b' * 64}.jpg").unlink()
    (case.media / f"{'c' * 64}.jpg").write_bytes(b"short")
    outcome = case.put(one(1), one(2, "b"), one(3, "c"))
    assert (outcome.new, outcome.missing) == (1, 2)
    assert len(case.tree()) == 1


def test_every_hostile_name_is_legal_everywhere_and_inside(case):
    batch = [one(number, name=name) for number, name in enumerate(NAMES, 1)]
    case.put(*batch, template=NameTemplate("{name}.{ext}"))
    paths = list(case.tree())
    assert len(paths) == len(NAMES)
    assert len({path.casefold() for path in paths}) == len(NAMES)
    for path in paths:
        assert "/" not in path
        assert not PureWindowsPath(path).is_reserved()
        assert not set(path) & set('<>:"/\\|?*')
        assert path == path.strip(" .")
        assert len(path.encode()) < 256


def test_hard_links_take_no_space_and_keep_each_date(case):
    outcome = case.put(one(1), one(2), one(3, "b"), may_clone=False)
    assert outcome.ways == {"linked": 2, "copied": 1}
    original = case.source("a" * 64, "jpg")
    assert (case.out / "mill" / f"{DAY}_1.jpg").samefile(original)
    assert not (case.out / "mill" / f"{DAY}_2.jpg").samefile(original)
    assert [(case.out / "mill" / f"{DAY}_{n}.jpg").stat().st_mtime - DATE for n in (1, 2)] == [1, 2]
    assert case.put(one(1), may_clone=False).there == 1


class NoLinks(LocalFiles):
    """Two disks, or one that knows neither links nor clones."""

    def link(self, source, target):
        raise OSError(errno.EXDEV, "another disk", str(target))

    def clone(self, source, target):
        raise OSError(errno.EOPNOTSUPP, "no clones", str(target))


def test_copies_where_nothing_else_goes(case):
    outcome = case.put(one(1), one(2), files=NoLinks())
    assert outcome.ways == {"copied": 2}
    assert len(case.tree()) == 2


def test_never_links_when_told(case):
    assert "linked" not in case.put(one(1), may_link=False).ways


def test_other_peoples_folders_are_refused(case):
    case.out.mkdir()
    (case.out / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        case.put(one(1))
    assert case.tree() == {"letter.txt": b"mine"}


def test_a_file_that_somebody_put_there_stays(case):
    case.put(one(1))
    mine = case.out / "mill" / f"{DAY}_2.jpg"
    mine.write_bytes(b"mine")
    case.put(one(1), one(2, "b"))
    assert mine.read_bytes() == b"mine"
    assert (case.out / "mill" / f"{DAY}_2 (2).jpg").read_bytes() == b"b" * 1000


def test_what_its_owner_has_changed_stays(case):
    case.put(one(1, text="one"))
    mine = case.out / "mill" / f"{DAY}_1.jpg"
    mine.unlink()
    mine.write_bytes(b"cropped")
    (case.out / "mill" / f"{DAY}_1.jpg.txt").write_bytes(b"my words\n")
    outcome = case.put(one(1, text="one"))
    assert (outcome.new, outcome.there, outcome.captions) == (0, 1, 0)
    assert mine.read_bytes() == b"cropped"
    mine.unlink()
    assert case.put(one(1, text="one")).new == 1
    assert (case.out / "mill" / f"{DAY}_1.jpg.txt").read_bytes() == b"my words\n"


def test_nothing_is_put_outside_through_a_link(case, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    case.put(template=NameTemplate("{name}.{ext}"))
    (case.out / "mill").symlink_to(elsewhere)
    with pytest.raises(UsageError, match="another place"):
        case.put(one(1))
    (case.out / LIST).unlink()
    (elsewhere / "list").write_bytes(b"")
    (case.out / LIST).symlink_to(elsewhere / "list")
    with pytest.raises(UsageError, match="is a link"):
        case.put(one(1))
    assert [path.name for path in elsewhere.iterdir()] == ["list"]
    assert (elsewhere / "list").read_bytes() == b""


@pytest.mark.parametrize("path", ["../out.jpg", "/tmp/out.jpg", "mill/../../out.jpg"])
def test_nor_by_a_list_that_says_so(case, path):
    case.put()
    line = {"chat": CHAT.id, "id": 1, "key": "photo/1", "path": path}
    (case.out / LIST).write_text(json.dumps(line) + "\n")
    case.put(one(1))
    assert list(case.tree()) == [f"mill/{DAY}_1.jpg"]


def test_a_list_that_is_cut_off_goes_on_with_the_next_line(case):
    case.put(one(1), one(2))
    content = (case.out / LIST).read_bytes()
    (case.out / LIST).write_bytes(content[:-5])
    (case.out / "mill" / f"{DAY}_2.jpg").unlink()
    case.put(one(1), one(2), one(3))
    assert case.put(one(1), one(2), one(3)).there == 3
    assert len(case.tree()) == 3


BY_NAME = NameTemplate("{name}.{ext}")
SAME = {"name": "same"}
BATCH = (one(1, text="one", **SAME), one(2, **SAME), one(3, "b", text="three"), one(4, "c"))


def operations(folder):
    folder.mkdir()
    files = FaultyFiles()
    Case(folder).put(*BATCH, files=files, template=BY_NAME)
    return [name for name, _ in files.log]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_whatever_fails_nothing_is_half_and_the_next_run_completes_it(tmp_path, number):
    """Every operation in its turn; what lies there afterwards is whole, or has another name."""
    calm = Case(tmp_path)
    calm.put(*BATCH, template=BY_NAME)
    whole = calm.tree()
    count = len(operations(tmp_path / "count"))
    assert count > 30
    for place in range(1, count + 1):
        folder = tmp_path / str(place)
        folder.mkdir()
        case = Case(folder)
        files = FaultyFiles(number, fails=place)
        with suppress(DiskFull if number == errno.ENOSPC else ArchiveError):
            case.put(*BATCH, files=files, template=BY_NAME)
        for path, content in case.tree().items():
            assert Path(path).name.startswith(".") or content == whole[path], (place, path)
        case.put(*BATCH, template=BY_NAME)
        left = {path: data for path, data in case.tree().items() if Path(path).name[0] != "."}
        assert left == whole, (place, files.failed)
