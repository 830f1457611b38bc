"""File names: ours by content, and clean ones of whatever a sender wrote."""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headrace.transform.file_types import TYPES
from headrace.transform.filenames import clean_name, distinct, split_extension, stored_name

SHA = hashlib.sha256(b"mill").hexdigest()
RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?", re.IGNORECASE
)

WORDS = (
    ".. / \\ : C: . ~ - CON con. COM1 COM\u00b9 LPT9.txt aux NUL .htaccess .exe .jpg .tar.gz %00 a"
    " \u202e \u200b \ufeff \u200d \u200c \u2028 \u0301 \u037e \u1fef ; ` \u00e9 e\u0301 \U0001f600"
    " \U0001f469\u200d\U0001f4bb \ud800 \uffff \x00 \r\n \x1b[31m Мельница \ufdfd \u212b \u00df"
    " \u017f \u0130"
)
pieces = st.sampled_from([" ", *WORDS.split(" ")])
hostile = st.lists(pieces | st.text(max_size=8) | st.text("ab\u20ac", max_size=99), max_size=8).map(
    "".join
)


def check(name):
    clean = clean_name(name)
    assert clean
    assert len(clean.encode()) <= 200
    assert clean == unicodedata.normalize("NFC", clean)
    assert clean == clean_name(clean)
    assert not set(clean) & set('<>:"/\\|?*')
    categories = {unicodedata.category(one) for one in clean if one not in "\u200c\u200d"}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert clean[0] not in " .-"
    assert clean[-1] not in " ."
    assert not RESERVED.fullmatch(clean)
    assert PurePosixPath("/root", clean).parent == PurePosixPath("/root")
    assert PureWindowsPath("C:/root", clean).parent == PureWindowsPath("C:/root")


@settings(max_examples=500)
@given(hostile)
@example("ж\u200d\u037e")
@example("a" * 199 + "é.jpg")
def test_any_name_becomes_a_clean_one(name):
    check(name)


@pytest.mark.soak
@pytest.mark.timeout(900)
@settings(max_examples=20_000)
@given(hostile)
def test_twenty_thousand_names(name):
    check(name)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("report.pdf", "report.pdf"),
        ("Мельница — отчёт.pdf", "Мельница — отчёт.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\evil.exe", "C__Windows_evil.exe"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\u200bb\ufeff.txt", "ab.txt"),
        ("two\r\nlines\t.txt", "two lines .txt"),
        ("con", "_con"),
        ("COM¹.txt", "_COM¹.txt"),
        ("nul .tar.gz", "_nul .tar.gz"),
        ("console.log", "console.log"),
        (".htaccess", "htaccess"),
        ("name. . .", "name"),
        ("-rf", "_-rf"),
        ("e\u0301.jpg", "é.jpg"),
        ("👩\u200d💻.png", "👩\u200d💻.png"),
        ("\u0645\u06cc\u200c\u062e\u0648.txt", "\u0645\u06cc\u200c\u062e\u0648.txt"),
        ("a\u200db.txt", "ab.txt"),
        ("", "file"),
        ("...", "file"),
        ("\u202e\u200b", "file"),
        ("a" * 300 + ".jpg", "a" * 196 + ".jpg"),
        ("€" * 300 + ".jpg", "€" * 65 + ".jpg"),
        ("a." + "b" * 300, "a." + "b" * 198),
    ],
)
def test_a_clean_name_looks_like_what_was_written(name, wanted):
    assert clean_name(name) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a.jpg", ("a", ".jpg")),
        ("a.tar.gz", ("a.tar", ".gz")),
        ("a", ("a", "")),
        (".a", (".a", "")),
        ("v1.2 final", ("v1.2 final", "")),
        ("a." + "b" * 17, ("a." + "b" * 17, "")),
    ],
)
def test_an_extension_is_what_looks_like_one(name, wanted):
    assert split_extension(name) == wanted


def test_our_own_name_is_of_content_and_type():
    assert stored_name(SHA, TYPES["jpeg"]) == f"{SHA[:2]}/{SHA}.jpg"
    assert stored_name(SHA, TYPES["html"]).endswith(".bin")
    for bad in ("", "../" + SHA, SHA.upper(), SHA[:-1], SHA + "\n"):
        with pytest.raises(ValueError, match="SHA-256"):
            stored_name(bad, TYPES["jpeg"])


def test_names_of_one_folder_are_told_apart():
    names = ["a.jpg", "A.JPG", "a (2).jpg", "a.jpg", "é", "e\u0301", "b"]
    assert distinct(names) == [
        "a.jpg", "A (2).JPG", "a (2) (2).jpg", "a (3).jpg", "é", "e\u0301 (2)", "b",
    ]  # fmt: skip


def test_many_names_that_are_the_same_are_numbered_in_order():
    many = distinct(["x" * 196 + ".jpg"] * 2000)
    assert many[1999] == "x" * 189 + " (2000).jpg"
    assert max(len(one) for one in many) == 200


@settings(max_examples=200)
@given(st.lists(st.text("aAé(2) .", max_size=6).map(clean_name) | hostile.map(clean_name)))
def test_no_two_are_the_same_on_any_file_system(names):
    found = distinct(names)
    keys = {unicodedata.normalize("NFD", one).casefold() for one in found}
    assert len(keys) == len(found) == len(names)
    assert all(clean_name(one) == one for one in found)
    assert found == distinct(names)
