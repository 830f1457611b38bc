"""Parts in any order, over breaks and torn records, and never a byte too few or too many."""

import asyncio
import gzip

import pytest
from tests.blobs.scenes import (
    KEY,
    PART,
    SIZE,
    blobs_of,
    content,
    fetch,
    finished,
    jpeg,
    media_of,
    parts_of,
)

from headrace.blobs.journal import Spans
from headrace.errors import FileFailed

WEBM = b"\x1aE\xdf\xa3\x87\x42\x82\x84webm" + b"\x18S\x80g\x10\x00\x40\x00" + bytes(0x4000)
MP4 = b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08moov\0\0\x10\0mdat" + bytes(4088)


async def test_parts_come_in_any_order_and_side_by_side(blobs, tmp_path):
    data = content(10 * PART + 17)
    part = await blobs.open_part(KEY, len(data))
    asked = list(part.missing(PART))
    assert sum(length for _, length in asked) == len(data)
    assert asked[-1] == (10 * PART, 17)
    await asyncio.gather(*(part.write(o, data[o : o + n]) for o, n in reversed(asked)))
    assert list(part.missing(PART)) == []
    await finished(blobs, part)
    assert list(media_of(tmp_path).values()) == [data]


async def test_what_one_process_has_fetched_the_next_does_not_fetch(blobs, tmp_path):
    data = content(SIZE)
    part = await blobs.open_part(KEY, SIZE)
    await part.write(PART, data[PART : 2 * PART])
    await blobs.close(part)
    part = await blobs_of(tmp_path).open_part(KEY, SIZE)
    assert list(part.missing(PART)) == [(0, PART), *((n * PART, PART) for n in range(2, 4))]
    # Other parts than before: still cut where the asker wants it.
    assert list(part.missing(3 * PART // 2))[:3] == [
        (0, PART), (2 * PART, PART), (3 * PART, PART),
    ]  # fmt: skip
    await blobs.discard(part)
    assert parts_of(tmp_path) == []


async def test_a_record_without_its_bytes_is_not_believed(blobs, tmp_path):
    data = content(SIZE)
    await blobs.close(await fetch(blobs, KEY, data))
    (path,) = (tmp_path / "media" / ".parts").glob("*.part")
    with path.open("r+b") as file:
        file.seek(PART + 5)
        file.write(bytes(9))
    part = await blobs.open_part(KEY, SIZE)
    assert list(part.missing(PART)) == [(PART, PART)]


@pytest.mark.parametrize("cut", [1, 7, 19, 20, 25])
async def test_a_torn_journal_costs_only_what_is_torn(blobs, tmp_path, cut):
    await blobs.close(await fetch(blobs, KEY, content(SIZE)))
    (path,) = (tmp_path / "media" / ".parts").glob("*.journal")
    path.write_bytes(path.read_bytes()[:-cut])
    part = await blobs.open_part(KEY, SIZE)
    missing = list(part.missing(PART))
    assert len(missing) == (1 if cut <= 20 else 2)
    for offset, length in missing:
        await part.write(offset, content(SIZE)[offset : offset + length])
    await blobs.close(part)
    part = await blobs.open_part(KEY, SIZE)
    assert list(part.missing(PART)) == []
    await finished(blobs, part)


async def test_another_size_begins_anew(blobs):
    await blobs.close(await fetch(blobs, KEY, content(SIZE)))
    part = await blobs.open_part(KEY, SIZE + 1)
    assert sum(length for _, length in part.missing(PART)) == SIZE + 1


async def test_no_byte_too_few_and_none_too_many(blobs, tmp_path):
    data = content(SIZE)
    part = await blobs.open_part(KEY, SIZE)
    await part.write(0, data[:PART])
    with pytest.raises(FileFailed) as caught:
        await part.write(SIZE - 1, b"ab")
    assert caught.value.reason == "overlong"
    with pytest.raises(FileFailed) as caught:
        await finished(blobs, part)
    assert caught.value.reason == "truncated"
    assert media_of(tmp_path) == {}
    part = await blobs.open_part(KEY, SIZE)
    assert (0, PART) not in list(part.missing(PART))
    with pytest.raises(FileFailed):
        await finished(blobs, part)
    with pytest.raises(ValueError, match="closed"):
        await part.write(0, data[:PART])


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (jpeg(3000), "jpg"),
        (gzip.compress(b'{"tgs":1,"v":"5.5.2"}' + bytes(5000), mtime=0), "tgs"),
        (WEBM, "webm"),
        (MP4, "mp4"),
    ],
)  # fmt: skip
async def test_of_undeclared_length_only_what_ends_as_it_should(blobs, tmp_path, data, extension):
    for cut in (1, len(data) // 2, len(data) - 9):
        part = await blobs.open_part(KEY, 0)
        assert list(part.missing(PART)) == [(0, PART)]
        await part.write(0, data[:-cut])
        assert list(part.missing(PART)) == []
        with pytest.raises(FileFailed) as caught:
            await finished(blobs, part)
        assert caught.value.reason == "incomplete"
        assert (media_of(tmp_path), parts_of(tmp_path)) == ({}, [])
    part = await blobs.open_part(KEY, 0)
    await part.write(0, data)
    assert (await finished(blobs, part)).extension == extension
    assert list(media_of(tmp_path).values()) == [data]


async def test_of_undeclared_length_nothing_else_and_no_end_of_it(blobs):
    part = await blobs.open_part(KEY, 0)
    with pytest.raises(FileFailed):
        await part.write(1 << 30, b"x")
    await part.write(0, b"who knows")
    with pytest.raises(FileFailed):
        await finished(blobs, part)
    empty = await blobs.open_part(KEY, 0)
    with pytest.raises(FileFailed):
        await finished(blobs, empty)


async def test_an_empty_file_is_stored_where_telegram_says_that_it_is_empty(blobs, tmp_path):
    part = await blobs.open_part(KEY, 0)
    part.declare(0)
    assert (await finished(blobs, part)).size == 0
    assert list(media_of(tmp_path).values()) == [b""]


def test_spans_join_and_tell_their_gaps():
    spans = Spans()
    for start, end in ((10, 20), (30, 40), (20, 25), (5, 12), (26, 26), (24, 31), (50, 60)):
        spans.add(start, end)
    assert list(spans) == [(5, 40), (50, 60)]
    assert list(spans.gaps(55)) == [(0, 5), (40, 50)]
    assert list(spans.gaps(70)) == [(0, 5), (40, 50), (60, 70)]
    assert list(spans.gaps(3)) == [(0, 3)]
