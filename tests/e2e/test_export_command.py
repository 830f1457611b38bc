"""``headrace export files``, as typed."""

import pytest

pytestmark = pytest.mark.media


@pytest.fixture
def imported(headrace, tiny, tmp_path):
    ran = headrace("import", "@tinymill", *tiny.options(), "--json")
    assert ran.json["files"]["stored"] > 5
    return ran.json


def test_a_channel_s_files_come_out_once(headrace, imported, tmp_path):
    out = tmp_path / "out"
    ran = headrace("export", "files", "@tinymill", "--out", out, "--json")
    assert ran.code == 0, ran
    assert ran.json["new"] > 3
    named = [path for path in (out / "tinymill").iterdir() if path.suffix != ".txt"]
    assert len(named) == ran.json["new"]
    assert all(path.stat().st_mtime < 1_760_000_000 for path in named)
    assert ran.json["captions"] == len(list((out / "tinymill").glob("*.txt"))) > 0
    again = headrace("export", "files", "@tinymill", "--out", out, "--json").json
    assert (again["new"], again["there"]) == (0, ran.json["new"])
    thumbs = headrace(
        "export", "files", "@tinymill", "--out", out, "--media", "thumbnail", "--json"
    )
    assert thumbs.json["new"] > 0


def test_wrong_use_is_told(headrace, imported, tmp_path):
    archive = tmp_path / "archive"
    for arguments, code, words in (
        (["@tinymill", "--out", archive / "media" / "x"], 2, "lies in the archive"),
        (["@tinymill", "--out", tmp_path / "o", "--name", "{nonsense}"], 2, "there is no"),
        (["@nobody", "--out", tmp_path / "o"], 6, "not in the archive"),
        (["@tinymill", "--out", tmp_path / "o", "--media", "pictures"], 2, "knows no"),
        (["@tinymill"], 2, "--out"),
    ):
        ran = headrace("export", "files", *arguments)
        assert ran.code == code, ran
        assert words in ran.err
    assert not (tmp_path / "o").exists()
