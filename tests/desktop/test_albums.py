"""Albums are inferred where an export leaves no doubt, and nowhere else."""

import pytest
from tests.desktop.exports import entry, messages_of, photo, root, write

from headrace.desktop.albums import MARK


def albums(tmp_path, *entries):
    found = messages_of(write(tmp_path, root(*entries)))
    groups = {}
    for message in found.values():
        assert message.inferred_album == (message.grouped_id is not None)
        if message.grouped_id is not None:
            groups.setdefault(message.grouped_id, []).append(message.id)
    for album, ids in groups.items():
        ids.sort()
        assert album == MARK + ids[0] < 0
    return sorted(groups.values())


def video(id, **fields):  # noqa: A002
    kind = {"file": f"video_files/{id}.mp4", "media_type": "video_file", "mime_type": "video/mp4"}
    return entry(id, **{"text": "", "text_entities": [], **kind, **fields})


def document(id, **fields):  # noqa: A002
    return entry(id, **{"text": "", "text_entities": [], "file": f"files/{id}.pdf", **fields})


def test_adjacent_photos_and_videos_of_one_moment(tmp_path):
    entries = [photo(5, text="three"), photo(6), video(7), entry(8), photo(20), photo(21)]
    assert albums(tmp_path, *entries) == [[5, 6, 7], [20, 21]]


def test_documents_go_with_documents(tmp_path):
    assert albums(tmp_path, document(1), document(2), photo(3), photo(4)) == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "second",
    [
        photo(3),
        photo(2, date_unixtime=str(1_700_000_004)),
        photo(2, text="another caption"),
        photo(2, author="Somebody else"),
        photo(2, reply_to_message_id=1),
        photo(2, reactions=[{"type": "emoji", "emoji": "❤", "count": 1}]),
        photo(2, inline_bot_buttons=[[{"type": "url", "text": "a", "data": "b"}]]),
        video(2, media_type="video_message"),
        video(2, media_type="animation"),
        entry(2),
        {"id": 2, "type": "unsupported"},
    ],
    ids=lambda raw: " ".join(sorted(raw)),
)
def test_what_does_not_belong_together(tmp_path, second):
    assert albums(tmp_path, photo(1, text="one"), second) == []


def test_ten_are_an_album_and_eleven_are_a_bulk_upload(tmp_path):
    date = {"date_unixtime": "1700000000"}
    ten = [photo(n, **date) for n in range(1, 11)]
    assert albums(tmp_path, *ten) == [list(range(1, 11))]
    many = [photo(n, **date) for n in range(1, 34)]
    assert albums(tmp_path, *many, photo(40, **date), photo(41, **date)) == [[40, 41]]
