"""What is hidden stays hidden wherever a message is shown in short."""

import dataclasses

import pytest
from msgspec import structs
from tests.builders import make_chat, make_document, make_message, make_photo
from tests.pages.browser import looking, serving

from headrace.model.download import FileKind
from headrace.model.media import Photo, Poll
from headrace.model.message import Reply
from headrace.model.reading import Entry, FileView, Hit, Hits, Post, PostPage, Shown
from headrace.model.text import Entity, Styled
from headrace.pages import render
from headrace.pages.i18n import language
from headrace.pages.views.post import post_view
from headrace.pages.views.scene import Scene
from headrace.pages.views.search import hit_views

CHAT = make_chat(username="mill")
FRAME = render.Frame(language=language("en"), archived={CHAT.id: CHAT})
HIDDEN = (Entity(type="spoiler", offset=3, length=10),)


def entry(message):
    return Entry(
        chat_id=CHAT.id, message=message, source="telegram", first_seen_at=1, last_seen_at=1
    )


def shown(*files, **fields):
    stored = {"kind": FileKind.PHOTO, "state": "stored", "type": "image/jpeg", "size": 2}
    return Shown(files={key: FileView(key=key, **stored) for key in files}, **fields)


def reply_to(message, *files):
    looked = shown(*files, answered={(CHAT.id, message.id): entry(message)})
    answer = entry(make_message(99, reply=Reply(msg_id=message.id)))
    return post_view(Scene(FRAME, CHAT, looked), Post(position=99, entries=(answer,))).reply


def test_an_answer_covers_the_spoilers_of_what_it_answers():
    view = reply_to(make_message(3, text="🗝 the miller did it", entities=HIDDEN))
    assert view.text == "🗝 ▒▒▒ ▒▒▒▒▒▒ did it"
    question = Styled(text="Is the miller it?", entities=HIDDEN)
    view = reply_to(make_message(3, text="", media=Poll(id="1", question=question)))
    assert "miller" not in view.text


@pytest.mark.parametrize("make", [make_photo, make_document])
def test_no_small_picture_of_what_stands_behind_a_spoiler(make):
    for spoiler in (False, True):
        media = make(1, spoiler=spoiler)
        message = make_message(3, media=media)
        hit = Hit(entry=entry(message), channel_id=CHAT.id, post=3, snippet="")
        found = Hits(hits=(hit,), shown=shown(media.file), total=1)
        pictures = reply_to(message, media.file).picture, hit_views(FRAME, found)[0].picture
        assert [bool(one) for one in pictures] == [not spoiler] * 2


async def test_the_caption_in_the_lightbox_keeps_the_veil_until_it_is_lifted(tiny):
    photo = next(
        one
        for post in tiny.feed.posts
        for one in post.entries
        if isinstance(one.message.media, Photo)
        and tiny.feed.shown.files[one.message.media.file].state == "stored"
    )
    media = structs.replace(photo.message.media, spoiler=False)
    message = make_message(1, text="🗝 the miller did it", entities=HIDDEN, media=media)
    feed = PostPage(posts=(Post(position=1, entries=(entry(message),)),), shown=tiny.feed.shown)
    site = dataclasses.replace(tiny, feed=feed).site()
    calm = {"viewport": {"width": 1100, "height": 900}, "reduced_motion": "reduce"}
    async with serving(site) as address, looking(address, **calm) as (page, watched):
        await page.goto(f"{address}/c/{tiny.chat.username}")
        for caption in ("🗝 ▒▒▒ ▒▒▒▒▒▒ did it", "🗝 the miller did it"):
            await page.locator("a[data-view]").click()
            await page.locator(".pswp--ui-visible").wait_for()
            assert await page.locator(".pswp__words").text_content() == caption
            await page.keyboard.press("Escape")
            await page.locator(".pswp").wait_for(state="detached")
            if await page.locator(".spoiler:not(.open)").count():
                await page.locator(".spoiler").click()
    assert watched.wrong == []
