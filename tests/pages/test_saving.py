"""Whatever can be seen or heard can be saved under a readable name."""

import re

import pytest
from tests.builders import make_chat, make_document, make_message

from headrace.model.download import FileKind
from headrace.model.reading import Entry, FileView, Post, PostPage, Shown
from headrace.pages import render
from headrace.pages.i18n import language

CHAT = make_chat(username="mill")
SAVING = re.compile(r'<a href="(/api/media/[^"]+)" download="([^"]*)">([^<]+)</a>')


def links(document, type_, code="en"):
    message = make_message(7, media=document)
    entry = Entry(
        chat_id=CHAT.id, message=message, source="telegram", first_seen_at=1, last_seen_at=1
    )
    file = FileView(
        key=document.file, kind=FileKind(document.role), state="stored", type=type_, size=2_000
    )
    feed = PostPage(
        posts=(Post(position=7, entries=(entry,)),), shown=Shown(files={file.key: file})
    )
    frame = render.Frame(language=language(code), archived={CHAT.id: CHAT})
    return SAVING.findall(render.render_feed(frame, CHAT, feed, []))


@pytest.mark.parametrize(
    ("role", "type_", "name"),
    [
        ("video", "video/mp4", "mill_7.mp4"),
        ("round_video", "video/mp4", "mill_7.mp4"),
        ("animation", "video/mp4", "mill_7.mp4"),
        ("voice", "audio/ogg", "mill_7.ogg"),
        ("audio", "audio/mpeg", "mill_7.mp3"),
        ("file", "application/pdf", "mill_7.pdf"),
        # What no browser plays.
        ("video", "text/html", "mill_7"),
        ("voice", "text/html", "mill_7"),
    ],
)
def test_there_is_a_link_that_saves_it(role, type_, name):
    document = make_document(2, role=role)
    assert links(document, type_) == [("/api/media/document/2", name, "Save")]
    assert links(document, type_, "ru") == [("/api/media/document/2", name, "Сохранить")]


def test_the_name_that_its_sender_gave_stays():
    document = make_document(2, role="video", name="Mill & race.mp4")
    ((_, name, _),) = links(document, "video/mp4")
    assert name == "Mill &amp; race.mp4"
