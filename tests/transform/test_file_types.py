"""Types by content: what a file is, whatever it is called, and what may act is never shown."""

import gzip
import json
import tarfile
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.transform.pictures import encoded, whole_pictures

from headrace.transform.file_types import TYPES, UNKNOWN, detect


def zipped(*names):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip")
    return buffer.getvalue()


def tarred():
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return buffer.getvalue()


def ftyp(*brands):
    body = brands[0] + bytes(4) + b"".join(brands[1:])
    return (len(body) + 8).to_bytes(4, "big") + b"ftyp" + body + b"\0\0\0\x08free"


def ogg(first):
    return b"OggS\0\x02" + bytes(20) + b"\x01\x13" + first + bytes(20)


EBML = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08"
LOTTIE = json.dumps({"tgs": 1, "v": "5.5.2", "layers": [{"ty": 4}] * 50}).encode()

SAMPLES = [
    *((data, name.partition("_")[0]) for name, data in whole_pictures().items() if "_" in name),
    (encoded("JPEG"), "jpeg"),
    (encoded("AVIF"), "avif"),
    (encoded("TIFF"), "tiff"),
    (encoded("BMP"), "bmp"),
    (ftyp(b"avif", b"mif1"), "avif"),
    (ftyp(b"mif1", b"avif"), "avif"),
    (ftyp(b"heic", b"mif1"), "heic"),
    (ftyp(b"isom", b"iso2", b"mp41"), "mp4"),
    (ftyp(b"M4A ", b"isom"), "m4a"),
    (ftyp(b"qt  "), "mov"),
    (ftyp(b"3gp5"), "3gp"),
    (EBML + b"B\x82\x84webm", "webm"),
    (EBML + b"B\x82\x88matroska", "mkv"),
    (ogg(b"OpusHead\x01"), "opus"),
    (ogg(b"\x01vorbis"), "ogg"),
    (ogg(b"\x80theora"), "ogv"),
    (b"RIFF\x24\0\0\0WAVEfmt ", "wav"),
    (b"RIFF\x24\0\0\0AVI LIST", "avi"),
    (b"ID3\x04\0\0", "mp3"),
    (b"\xff\xfb\x90\x64" + bytes(20), "mp3"),
    (b"\xff\xf1\x50\x80" + bytes(20), "aac"),
    (b"fLaC\0\0\0\x22", "flac"),
    (b"#!AMR\n", "amr"),
    (b"%PDF-1.7\n", "pdf"),
    (zipped("a.txt"), "zip"),
    (zipped("mimetype"), "epub"),
    (gzip.compress(LOTTIE, mtime=0), "tgs"),
    (gzip.compress(b'{"other": 1}', mtime=0), "gzip"),
    (gzip.compress(b"text", mtime=0), "gzip"),
    (b"\x1f\x8b\x08broken", "gzip"),
    (tarred(), "tar"),
    (b"7z\xbc\xaf\x27\x1c\0\x04", "7z"),
    (b"Rar!\x1a\x07\x01\0", "rar"),
    (b"MZ\x90\0", "exe"),
    (b"\x7fELF\x02", "elf"),
    (b"SQLite format 3\0", "sqlite"),
    (b"#!/bin/sh\necho", "script"),
    (b"<!DOCTYPE html><p>", "html"),
    (b"\xef\xbb\xbf  <HTML>", "html"),
    (b"<!-- so -->\n<script>alert(1)</script>", "html"),
    ("<html>".encode("utf-16"), "html"),
    (b"caf\xe9 <iframe src=x>", "html"),
    (b'<?xml version="1.0"?><svg xmlns="x">', "svg"),
    (b"<svg onload=alert(1)>", "svg"),
    (b"<x:svg xmlns:x='http://www.w3.org/2000/svg'>", "svg"),
    (b'<?xml version="1.0"?><rss>', "xml"),
    (b"From: a\nMIME-Version: 1.0\nContent-Type: multipart/related\n", "mhtml"),
    (b'{"a": 1}', "json"),
    (b"[1, 2]", "json"),
    ("Мельница на реке".encode(), "text"),
    ("Мельница".encode()[:-1], "text"),
    (b"a < b and c > d\n", "text"),
    (b"\x00\x01\x02", "unknown"),
    (b"", "unknown"),
]


@pytest.mark.parametrize(("data", "name"), SAMPLES, ids=lambda one: str(one)[:24])
def test_a_file_is_what_it_begins_as(data, name):
    assert detect(data).name == name


#: What a sender could call a picture, and what a browser or a program might run.
POLYGLOTS = {
    "a GIF that is a Java archive": (encoded("GIF") + zipped("A.class"), "gif"),
    "a JPEG with a page in its comment": (
        encoded("JPEG", comment=b"<script>alert(1)</script>"), "jpeg",
    ),
    "a drawing called picture.png": (b"<svg xmlns='x'><script>1</script></svg>", "svg"),
    "a page called picture.jpg": (b"\n\n<html><body onload=alert(1)>", "html"),
    "a PDF behind a page": (b"<html>%PDF-1.7", "html"),
    "a page behind blanks": (b" " * 300 + b"<script>", "html"),
    "a program called song.mp3": (b"MZ" + bytes(60) + b"ID3", "exe"),
    "a script called voice.ogg": (b"#!/usr/bin/env python\nOggS", "script"),
}  # fmt: skip


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_polyglot_is_served_as_what_it_begins_as(name):
    data, expected = POLYGLOTS[name]
    found = detect(data)
    assert found.name == expected
    assert found.inline == found.mime.startswith(("image/gif", "image/jpeg"))


def test_only_the_list_is_shown_and_what_acts_has_no_extension_of_its_own():
    shown = {one.name for one in TYPES.values() if one.inline}
    pictures = {"jpeg", "png", "gif", "webp", "avif"}
    assert shown - pictures == {
        "mp4", "webm", "ogg", "opus", "ogv", "mp3", "m4a", "wav", "flac",
    }  # fmt: skip
    assert pictures < shown
    for name in ("html", "svg", "xml", "mhtml", "script", "exe", "elf", "macho", "swf"):
        assert TYPES[name][1:] == UNKNOWN[1:] == ("application/octet-stream", "bin", False)


@given(
    st.sampled_from(
        [b"", b"\x1f\x8b\x08", b"\xff", b"OggS", b"\0\0\0\x20ftyp", b"\xff\xfe", b"RIFF", b"<?xml"]
    ),
    st.binary(max_size=300),
)
def test_any_bytes_have_a_type(start, rest):
    assert detect(start + rest).name in TYPES


@given(st.text(max_size=100), st.sampled_from(["<script>", "<SVG ", "<html\n", "<iframe/"]))
def test_a_text_with_a_page_in_it_is_never_shown(text, tag):
    for encoding in ("utf-8", "utf-16"):
        data = (text + tag).encode(encoding, "replace")
        assert not detect(data).inline or detect(data[:16]).inline
