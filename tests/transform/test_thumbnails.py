"""Thumbnails: small, upright, without metadata; and hostile bytes end in a reason."""

import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.transform.pictures import encoded, mutants, picture, png_claiming, whole_pictures

from headrace.transform.thumbnails import NoThumbnail, Thumbnail, make_thumbnail

WHOLE = whole_pictures()
TRANSPARENT = {"png_key"}


def opened(thumbnail):
    found = Image.open(io.BytesIO(thumbnail.data))
    found.load()
    return found


@pytest.mark.parametrize("name", WHOLE)
def test_every_format_and_mode_becomes_a_thumbnail(name):
    made = make_thumbnail(WHOLE[name], side=32)
    assert isinstance(made, Thumbnail)
    found = opened(made)
    assert (made.width, made.height) == found.size == (32, 24)
    assert made.mime == ("image/webp" if name in TRANSPARENT else "image/jpeg")


def test_a_small_picture_is_not_made_larger():
    made = make_thumbnail(WHOLE["jpeg"])
    assert (made.width, made.height) == (64, 48)


@pytest.mark.parametrize(("size", "wanted"), [((2000, 1000), (480, 240)), ((100, 4000), (12, 480))])
def test_the_longer_side_counts(size, wanted):
    made = make_thumbnail(encoded("JPEG", size=size))
    assert (made.width, made.height) == wanted


def marked():
    """Black with a white corner at the top left."""
    base = Image.new("RGB", (60, 40))
    base.paste((255, 255, 255), (0, 0, 20, 20))
    return base


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, "tl"), (2, "tr"), (3, "br"), (4, "bl"), (5, "tl"), (6, "tr"), (7, "br"), (8, "bl")],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_stands_upright_and_tells_nothing_of_the_camera(kind, orientation, corner):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "The Camera"
    buffer = io.BytesIO()
    options = {"comment": b"secret"} if kind == "JPEG" else {}
    marked().save(buffer, kind, exif=exif.tobytes(), icc_profile=b"profile" * 30, **options)
    made = make_thumbnail(buffer.getvalue())
    found = opened(made)
    assert found.size == ((40, 60) if orientation >= 5 else (60, 40))
    right, bottom = found.width - 5, found.height - 5
    corners = {"tl": (5, 5), "tr": (right, 5), "bl": (5, bottom), "br": (right, bottom)}
    assert [name for name, at in corners.items() if found.getpixel(at)[0] > 200] == [corner]
    assert (dict(found.getexif()), found.info.keys() & {"exif", "icc_profile", "comment"}) == (
        {}, set(),
    )  # fmt: skip
    assert b"Camera" not in made.data
    assert b"secret" not in made.data


def test_transparency_stays():
    see_through = picture("RGBA")
    see_through.putalpha(picture("L"))
    buffer = io.BytesIO()
    see_through.save(buffer, "PNG")
    made = make_thumbnail(buffer.getvalue())
    assert (made.mime, opened(made).mode) == ("image/webp", "RGBA")


def test_sixteen_bits_keep_their_shades():
    deep = Image.new("I;16", (40, 40), 128 * 256)
    buffer = io.BytesIO()
    deep.save(buffer, "PNG")
    assert abs(opened(make_thumbnail(buffer.getvalue())).getpixel((9, 9)) - 128) < 3


BOMBS = {
    "png": png_claiming(50_000, 50_000),
    "png_large": png_claiming(2**31 - 1, 2**31 - 1),
    "gif": b"GIF89a\xff\xff\xff\xff\x00\x00\x00" + encoded("GIF")[13:],
    "webp": b"RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00"
    + b"\xff" * 6
    + bytes(8),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_seen_before_it_is_decoded(name):
    tracemalloc.start()
    try:
        assert make_thumbnail(BOMBS[name]) == NoThumbnail(reason="too_many_pixels")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("side", "reason"), [(5700, "corrupt"), (5800, "too_many_pixels")])
def test_what_takes_more_memory_may_have_fewer_pixels(side, reason):
    assert make_thumbnail(png_claiming(side, side)) == NoThumbnail(reason=reason)


def test_a_frame_larger_than_the_picture_is_seen_too():
    data = bytearray(encoded("GIF"))
    at = data.index(b"\x2c\x00\x00\x00\x00")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert make_thumbnail(bytes(data)) in [
        NoThumbnail(reason="too_many_pixels"), NoThumbnail(reason="corrupt"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"II*\x00\x08\x00\x00\x00", "not_a_picture"),
        (encoded("BMP"), "not_a_picture"),
        (encoded("JPEG2000"), "not_a_picture"),
        (WHOLE["jpeg"][:-200], "corrupt"),
        (WHOLE["png"][:-200], "corrupt"),
        (WHOLE["webp"][:-200], "corrupt"),
    ],
)
def test_what_cannot_be_done_has_a_reason(data, reason):
    assert make_thumbnail(data) == NoThumbnail(reason=reason)


def check_mutants(count, seed):
    made = [make_thumbnail(data, max_pixels=4_000_000) for data in mutants(count, seed)]
    assert all(isinstance(one, Thumbnail | NoThumbnail) for one in made)
    reasons = {one.reason for one in made if isinstance(one, NoThumbnail)}
    assert reasons == {"not_a_picture", "too_many_pixels", "corrupt"}
    return sum(isinstance(one, Thumbnail) for one in made)


def test_five_hundred_mutated_pictures():
    assert 50 < check_mutants(500, seed=0) < 450


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_twenty_thousand_mutated_pictures():
    print(f"{check_mutants(20_000, seed=1):,} of 20,000 mutated pictures have a thumbnail")


@settings(max_examples=200)
@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=200), st.integers(0, 3000))
def test_foreign_bytes_anywhere(name, put_in, at):
    data = WHOLE[name]
    found = make_thumbnail(data[:at] + put_in + data[at:], max_pixels=4_000_000)
    assert isinstance(found, Thumbnail | NoThumbnail)
