"""View models: each kind of thing has its view, and none is lost on the way."""

import pytest
from tests.builders import make_chat, make_document, make_message, make_photo

from headrace.model.album import AlbumKind, AlbumLayout, Tile
from headrace.model.chat import Chat
from headrace.model.download import FileKind
from headrace.model.media import OtherMedia, Poll, PollAnswer
from headrace.model.message import Action, Forward, Reply
from headrace.model.proof import Whereabouts
from headrace.model.reading import Entry, FileView, Post, Shown
from headrace.model.text import Entity
from headrace.model.thread import Thread
from headrace.model.values import PeerKind
from headrace.pages import render, static
from headrace.pages.geometry import STEPS, STYLESHEET, tile_classes
from headrace.pages.i18n import language
from headrace.pages.routes import Routes, chat_name
from headrace.pages.text import emoji_only
from headrace.pages.views.albums import album_view
from headrace.pages.views.media import media_view
from headrace.pages.views.pictures import fitted
from headrace.pages.views.post import post_view
from headrace.pages.views.scene import Scene, initials
from headrace.pages.views.search import highlighted
from headrace.pages.views.sounds import unpacked, wave_path

CHAT = make_chat(username="mill")
FRAME = render.Frame(language=language("en"), archived={CHAT.id: CHAT})


def scene(*files):
    return Scene(FRAME, CHAT, Shown(files={one.key: one for one in files}))


def entry(message, **fields):
    known = {"source": "telegram", "first_seen_at": 1, "last_seen_at": 1}
    return Entry(**{"chat_id": CHAT.id, "message": message, **known, **fields})


def stored(key, kind, type_, **fields):
    return FileView(key=key, kind=kind, state="stored", type=type_, size=2_000, **fields)


def shown(message, *files, **fields):
    return post_view(scene(*files), Post(position=message.id, entries=(entry(message, **fields),)))


def test_a_stored_photo_has_its_place_and_a_readable_name():
    photo = make_photo(1, width=1280, height=640)
    view = shown(
        make_message(7, media=photo), stored(photo.file, FileKind.PHOTO, "image/jpeg")
    ).media
    assert (view.shape, view.box, view.name) == ("photo", (516, 258), "mill_7.jpg")
    assert view.tile.url == "/api/media/photo/1"


@pytest.mark.parametrize(
    ("state", "reason", "said", "helps"),
    [
        ("wanted", "", "Not fetched yet", True),
        ("skipped", "too_large", "Left out: larger than the limit", True),
        ("failed", "truncated", "It arrived too short", True),
        ("failed", "new", "It failed: new. The next import tries again", True),
        ("absent", "photo_removed", "The picture was removed", False),
    ],
)
def test_a_missing_file_says_what_it_is_and_why(state, reason, said, helps):
    photo = make_photo(1)
    view = FileView(key=photo.file, kind=FileKind.PHOTO, state=state, reason=reason, size=2_000)
    tile = shown(make_message(media=photo), view).media.tile
    assert (tile.kind, tile.size, tile.reason) == ("Photo", "2\u00a0kB", said)
    assert bool(tile.fetch) == helps


def test_bytes_that_are_no_picture_are_never_shown_as_one():
    photo = make_photo(1)
    view = shown(make_message(media=photo), stored(photo.file, FileKind.PHOTO, "text/html")).media
    assert not view.tile.is_stored
    video = make_document(2, role="video")
    view = shown(make_message(media=video), stored(video.file, FileKind.VIDEO, "text/html")).media
    assert not view.plays


@pytest.mark.parametrize(
    ("role", "type_", "shape"),
    [
        ("video", "video/mp4", "video"),
        ("round_video", "video/mp4", "video"),
        ("animation", "image/gif", "video"),
        ("voice", "audio/ogg", "sound"),
        ("audio", "audio/mpeg", "sound"),
        ("sticker", "image/webp", "sticker"),
        ("custom_emoji", "application/gzip", "sticker"),
        ("file", "application/pdf", "file"),
        ("of_tomorrow", "", "file"),
    ],
)
def test_every_role_has_a_shape(role, type_, shape):
    document = make_document(2, role=role)
    view = media_view(scene(stored(document.file, FileKind.FILE, type_)), document, make_message())
    assert view.shape == shape


def test_an_unknown_kind_says_so_and_shows_its_fields():
    view = media_view(scene(), OtherMedia(type="hologram", data={"depth": 3}), make_message())
    assert "hologram" in view.title
    assert '"depth": 3' in view.raw


def test_an_unknown_action_says_so():
    action = Action(type="moon_landing", data={"crater": 1})
    view = shown(make_message(action=action, kind="service")).service
    assert "moon landing" in view.sentence
    assert '"crater": 1' in view.raw


def test_shares_of_a_poll():
    answers = (
        PollAnswer(option=b"a", text="A", voters=1),
        PollAnswer(option=b"b", text="B", voters=2, correct=True),
        PollAnswer(option=b"c", text="C"),
    )
    poll = Poll(id="1", answers=answers, quiz=True, total_voters=3)
    view = media_view(scene(), poll, make_message())
    assert [one.share for one in view.answers] == [33, 67, None]
    assert (view.about, view.total) == ("Anonymous quiz", "3 voters")


def test_nothing_of_an_album_is_lost():
    photos = [make_message(place, media=make_photo(place)) for place in (1, 2)]
    odd = make_message(3, media=make_document(9, name="a.pdf"))
    tiles = tuple(Tile(id=place, x=217 * (place - 1), width=213, height=200) for place in (1, 3))
    layout = AlbumLayout(kind=AlbumKind.MIXED, shape="rows:2", width=430, height=200, tiles=tiles)
    post = Post(position=1, entries=tuple(map(entry, [*photos, odd])), layout=layout)
    view = album_view(scene(), post)
    assert [tile.id for tile in view.tiles] == [1]
    assert [place for place, _ in view.column] == [2, 3]


def test_tiles_stay_in_line():
    layout = AlbumLayout(kind=AlbumKind.MEDIA, shape="", width=430, height=300)
    left = Tile(id=1, x=0, width=213, height=300)
    right = Tile(id=2, x=217, width=213, height=300)
    assert tile_classes(layout, left) == "gl0 gt0 gw198 gh400"
    assert tile_classes(layout, right) == "gl202 gt0 gw198 gh400"
    assert f".gw{STEPS}{{width:100%}}" in STYLESHEET


def test_tiles_that_lie_outside_are_cut():
    layout = AlbumLayout(kind=AlbumKind.MEDIA, shape="", width=100, height=0)
    assert tile_classes(layout, Tile(x=-50, y=9, width=900, height=9)) == "gl0 gt400 gw400 gh0"


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((0, 0), (320, 240)),
        ((10_000, 5_000), (516, 258)),
        ((5_000, 10_000), (280, 560)),
        ((12, 12), (120, 120)),
        ((1, 100_000), (1, 560)),
    ],
)
def test_boxes(size, box):
    assert fitted(*size) == box


def test_waves():
    assert unpacked(bytes([0b11100001, 0b00000011])) == [1, 31, 0]
    path = wave_path(bytes(range(1, 64)))
    assert path.count("M") == 50
    assert wave_path(b"") == ""
    assert wave_path(b"\xff").count("M") == 50


@pytest.mark.parametrize("text", ["🦦", "👨‍👩‍👧", "🇳🇱🇩🇪", "1️⃣", "❤️", "👍🏽👍🏽👍🏽", " 🌙 "])
def test_emoji_alone_are_big(text):
    assert emoji_only(text, ())


@pytest.mark.parametrize(
    "text", ["", " ", "1", "#", "🦦🦦🦦🦦", "a🦦", "—", "→", "™ x", "🦦" * 99, "。"]
)
def test_everything_else_is_not(text):
    assert not emoji_only(text, ())


def test_bold_emoji_are_text():
    assert not emoji_only("🦦", (Entity(type="bold", offset=0, length=2),))


@pytest.mark.parametrize(
    ("text", "marks", "html"),
    [
        ("a <b> c", [(2, 5)], "a <mark>&lt;b&gt;</mark> c"),
        ("abc", [(2, 3), (0, 1)], "<mark>a</mark>b<mark>c</mark>"),
        ("abc", [(0, 2), (1, 3), (5, 9), (2, 2), (-1, 1)], "<mark>ab</mark>c"),
        ("a\u202eb", [], "a\ufffdb"),
    ],
)
def test_matches_are_marked(text, marks, html):
    assert highlighted(text, marks) == html


def test_a_forward_leads_into_the_archive_where_it_can():
    here = shown(make_message(forward=Forward(from_id=CHAT.id, post=5))).forward
    assert (here.url, here.is_outside) == ("/c/mill/5", False)
    nowhere = shown(make_message(forward=Forward(name="Hidden"))).forward
    assert (nowhere.url, nowhere.source.name) == ("", "Hidden")


def test_an_answer_shows_what_it_answers():
    before = entry(make_message(3, text="Before."))
    looked = Scene(FRAME, CHAT, Shown(answered={(CHAT.id, 3): before}))
    message = make_message(4, reply=Reply(msg_id=3))
    view = post_view(looked, Post(position=4, entries=(entry(message),))).reply
    assert (view.text, view.url, view.author.name) == ("Before.", "/c/mill/3", "The Mill")
    assert shown(message).reply.text == "a message that is not in the archive"


def test_comments_say_how_many_are_here_and_why_not_all():
    thread = Thread(post=1, group=-1, expected=5, stored=3)
    post = Post(position=1, entries=(entry(make_message(1)),), comments=thread)
    view = post_view(scene(), post).comments
    assert (view.text, view.missing) == ("3 of 5 comments", ("2 comments are not read yet",))


def test_tombstones_edits_and_sources_are_marked():
    message = make_message(1, edited=9, pinned=True)
    view = shown(message, deleted_at=10, versions=2, source="desktop")
    assert view.deleted.title == "1970-01-01 00:00:10 UTC"
    assert (view.versions, view.marks) == ("2 earlier versions", ("pinned", "from an export"))
    assert shown(make_message(1, edited=9, edit_hidden=True)).edited is None


@pytest.mark.parametrize(
    "state", ["deleted", "never there", "failed", "left out", "not yet read", "hidden", "stored"]
)
@pytest.mark.parametrize("code", ["en", "ru"])
def test_what_is_not_there_says_why(state, code):
    frame = render.Frame(language=language(code), archived={CHAT.id: CHAT})
    found = Whereabouts(state=state, at=1, reason="unreadable", detail="<b>")
    page = render.render_absent(frame, CHAT, 12, found)
    assert "12" in page
    assert "&lt;b&gt;" in page


def test_routes_mirror_telegrams():
    private = Chat(id=-1_001_234_567_890, kind=PeerKind.CHANNEL)
    group = Chat(id=-55, kind=PeerKind.GROUP)
    routes = Routes()
    assert [chat_name(one) for one in (CHAT, private, group)] == ["mill", "1234567890", "-55"]
    assert routes.post(private, 7) == "/c/1234567890/7"
    assert routes.telegram(private, 7) == "https://t.me/c/1234567890/7"
    assert routes.telegram(CHAT, 7) == "https://t.me/mill/7"
    assert routes.telegram(group) == ""
    assert routes.feed(CHAT, below=9, above=None) == "/c/mill?below=9"
    assert routes.media("photo/../x?#") == "/api/media/photo/../x%3F%23"


def test_static_files_are_named_by_their_content():
    assert static.prefix().startswith("/static/")
    assert {"site.css", "main.js", "geometry.css"} <= set(static.assets())
    assert all(asset.content and asset.type for asset in static.assets().values())


def test_vendored_files_are_what_they_were():
    """The list beside them has their hashes."""
    from hashlib import sha256

    listed = dict(
        reversed(line.split("  "))
        for line in static.assets()["vendor/README.txt"].content.decode().splitlines()
        if "  " in line
    )
    code = {
        name for name in static.assets() if name.startswith("vendor/") and not name.endswith(".txt")
    }
    assert {f"vendor/{name}" for name in listed} == code
    for name in code:
        content = static.assets()[name].content
        assert sha256(content).hexdigest() == listed[name.removeprefix("vendor/")]


@pytest.mark.parametrize(
    ("name", "letters"), [("Anna Otter", "AO"), ("юрий", "Ю"), ("🦦 x", "X"), ("", "•"), ("☂", "•")]
)
def test_initials(name, letters):
    assert initials(name) == letters
