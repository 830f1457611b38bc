"""What a picture claims to be, and whether it is there to its end, read without decoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.transform.pictures import encoded, mutants, png_claiming, whole_pictures

from headrace.transform.pictures import claimed_size, ends_whole

WHOLE = whole_pictures()


@pytest.mark.parametrize("name", WHOLE)
def test_a_picture_says_its_size(name):
    assert claimed_size(WHOLE[name]) == (64, 48)


@pytest.mark.parametrize("name", WHOLE)
def test_a_picture_is_whole_to_its_last_byte_and_not_one_less(name):
    data = WHOLE[name]
    assert ends_whole(data)
    assert ends_whole(data + b"something behind")
    short = [cut for cut in range(len(data)) if ends_whole(data[:cut])]
    # A chunk of odd length may lack its padding.
    assert short in ([], [len(data) - 1])
    assert short == [] or name.startswith("webp")


def test_the_end_of_a_preview_inside_is_not_the_end():
    """EXIF holds a whole small JPEG; cut behind it, the picture ends with an end marker."""
    inner, outer = encoded("JPEG", size=(16, 16)), encoded("JPEG")
    body = b"Exif\x00\x00" + inner
    nested = outer[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + outer[2:]
    cut = nested[: nested.index(inner) + len(inner)]
    assert cut.endswith(b"\xff\xd9")
    assert ends_whole(nested)
    assert not ends_whole(cut)


def test_a_changed_byte_of_a_png_is_seen():
    data = bytearray(WHOLE["png"])
    data[len(data) // 2] ^= 1
    assert not ends_whole(bytes(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"RIFF", b"GIF89a", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"],
)
def test_what_is_no_picture_is_not_whole(data):
    assert not ends_whole(data)
    assert claimed_size(data) is None


def test_a_claim_needs_no_data():
    assert claimed_size(png_claiming(50_000, 50_000)) == (50_000, 50_000)


@given(st.sampled_from([b"", b"\xff\xd8", b"RIFF\xff\xff\xff\xffWEBPVP8X", b"GIF89a"]), st.binary())
def test_any_bytes_have_an_answer(start, rest):
    claimed_size(start + rest)
    ends_whole(start + rest)


def test_mutated_pictures_have_an_answer():
    answers = {(claimed_size(data) is None, ends_whole(data)) for data in mutants(500)}
    assert answers >= {(False, True), (False, False), (True, False)}
