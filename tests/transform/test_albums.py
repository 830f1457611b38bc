"""Which messages are an album, of what kind, and what of it is a mosaic."""

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import make_document, make_message, make_photo

from headrace.model.album import AlbumKind
from headrace.transform.albums import group_albums, lay_out
from headrace.transform.layout import lay_out_album


def photo(number, **fields):
    return make_message(number, media=make_photo(number, width=1280, height=720), **fields)


def document(number, role, **fields):
    media = make_document(number, role=role, **fields)
    return make_message(number, media=media, grouped_id=1)


def test_albums_are_told_apart_and_every_caption_kept():
    messages = [
        photo(7, grouped_id=2, text="seven"),
        photo(3, grouped_id=1, text="three"),
        make_message(4, text="between"),
        photo(6, grouped_id=2),
        photo(5, grouped_id=1, text="five"),
        photo(5, grouped_id=1, text="five, read again"),
    ]
    first, second = group_albums(messages)
    assert (first.grouped_id, second.grouped_id) == (1, 2)
    assert [(one.id, one.text) for one in first.members] == [(3, "three"), (5, "five, read again")]
    assert [(one.id, one.text) for one in second.members] == [(6, "message 6"), (7, "seven")]


@given(st.permutations([photo(number, grouped_id=number % 3) for number in range(1, 10)]))
def test_the_order_in_which_messages_come_leaves_no_trace(messages):
    albums = group_albums(messages)
    assert [[one.id for one in album.members] for album in albums] == [
        [1, 4, 7], [2, 5, 8], [3, 6, 9],
    ]  # fmt: skip


def test_photos_and_videos_are_a_mosaic():
    video = document(2, "video", width=720, height=1280)
    (album,) = group_albums([photo(1, grouped_id=1), video])
    layout = lay_out(album)
    assert (album.kind, layout.kind, layout.shape) == ("media", "media", "two_left_right")
    assert [tile.id for tile in layout.tiles] == [1, 2]
    assert (layout.width, layout.height) == (430, 144)


def test_documents_and_music_are_columns():
    for role, kind in (("file", "documents"), ("audio", "audio"), ("voice", "audio")):
        (album,) = group_albums([document(1, role, width=800, height=600), document(2, role)])
        layout = lay_out(album)
        assert (album.kind, layout.kind, layout.shape) == (kind, kind, "column")
        assert [(tile.id, tile.width, tile.height) for tile in layout.tiles] == [
            (1, 0, 0), (2, 0, 0),
        ]  # fmt: skip
        assert (layout.width, layout.height) == (0, 0)


def test_of_a_mixed_album_what_can_be_seen_is_the_mosaic():
    members = [photo(1, grouped_id=1), document(2, "file"), photo(3, grouped_id=1)]
    (album,) = group_albums([*members, make_message(4, grouped_id=1)])
    layout = lay_out(album)
    assert (album.kind, layout.kind) == (AlbumKind.MIXED, AlbumKind.MIXED)
    mosaic = lay_out_album([(1280, 720)] * 2)
    assert (layout.shape, layout.height) == (mosaic.shape, mosaic.height)
    assert [tile.id for tile in layout.tiles] == [1, 2, 3, 4]
    assert [tile.height for tile in layout.tiles] == [213, 0, 213, 0]
