"""Long threads: a comment is shown where it stands, however many there are before it."""

import asyncio
import re

import pytest
from tests.builders import CHAT_ID, make_chat, make_message, make_page, make_photo
from tests.pages.visiting import visited

from headrace.blobs.files import LocalFiles
from headrace.model.message import Forward, Replies, Reply
from headrace.model.reading import Entry, Hit, Hits, Shown
from headrace.model.values import PeerKind
from headrace.pages import render
from headrace.pages.i18n import language
from headrace.store.open import open_archive

GROUP = -1001000000002
POST, ROOT, FIRST, LAST = 7, 100, 101, 250
#: Answered by all that come later.
ASKED = 199
ALBUM = (242, 243)
PHONE = {"viewport": {"width": 360, "height": 740}}
#: A comment is at rest in the window, below the bar.
ON_SCREEN = """id => {
    const one = document.getElementById(id)?.closest('article');
    if (!one) return false;
    const { top, bottom } = one.getBoundingClientRect();
    return top >= document.querySelector('.bar').offsetHeight && bottom <= innerHeight;
}"""


def comment(number):
    fields = {"grouped_id": 5, "media": make_photo(number)} if number in ALBUM else {}
    reply = Reply(msg_id=ASKED, top_id=ROOT) if number > ASKED else Reply(msg_id=ROOT)
    known = {"post": False, "author": 9, "thread_id": ROOT, "reply": reply}
    return make_message(number, text=f"word{number}", **known, **fields)


async def save(store):
    replies = Replies(count=LAST - ROOT, comments=True, chat=GROUP)
    source = Forward(from_id=CHAT_ID, saved_from=CHAT_ID, saved_from_msg_id=POST, post=POST)
    copy = make_message(ROOT, post=False, author=CHAT_ID, forward=source)
    comments = [comment(number) for number in range(FIRST, LAST + 1)]
    pages = {
        CHAT_ID: make_page([make_message(POST, replies=replies)]),
        GROUP: make_page([copy, *comments], chat_id=GROUP),
    }
    chats = (
        make_chat(username="mill", linked_chat_id=GROUP),
        make_chat(GROUP, kind=PeerKind.SUPERGROUP, title="Talk", linked_chat_id=CHAT_ID),
    )
    for chat in chats:
        lease = await store.acquire(f"chat:{chat.id}", "here:1:1")
        await store.save_chat(lease, chat, [])
        await store.save_page(lease, pages[chat.id])
        await store.release(lease)
    while await store.index_more(500):
        pass


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")

    async def fill():
        async with open_archive(LocalFiles(), folder / "archive") as store:
            await save(store)

    asyncio.run(fill())
    return folder / "archive"


def test_the_links_of_hits_name_the_comment():
    chat = make_chat(username="mill")
    frame = render.Frame(language=language("en"), archived={chat.id: chat})
    seen = {"source": "telegram", "first_seen_at": 1, "last_seen_at": 1}
    hits = tuple(
        Hit(
            entry=Entry(chat_id=where, message=make_message(number), **seen),
            channel_id=chat.id,
            post=POST,
            snippet="a word",
        )
        for where, number in ((GROUP, 230), (chat.id, POST))
    )
    page = render.render_search(frame, "word", Hits(hits=hits, shown=Shown(), total=2))
    found = re.findall('<a class="whole" href="([^"]+)"', page)
    assert found == [f"/c/mill/{POST}?comment=230#m230", f"/c/mill/{POST}"]


async def ids(page):
    found = "[...document.querySelectorAll('.comment')].map(one => Number(one.dataset.id))"
    return await page.evaluate(found)


@pytest.mark.parametrize("number", [230, ALBUM[1]])
async def test_a_comment_that_was_found_is_on_screen_after_a_click(archive, tmp_path, number):
    async with visited(archive, tmp_path, **PHONE) as (page, url):
        await page.goto(f"{url}/search?q=word{number}")
        await page.locator(".hit a").click()
        await page.wait_for_url(f"**/c/mill/{POST}?comment={number}#m{number}")
        await page.wait_for_function(ON_SCREEN, arg=f"m{number}")
        assert f"word{number}" in await page.locator(".sought").inner_text()
        assert await page.locator(".sought:is(:target, :has(> :target))").count() == 1


async def test_what_is_answered_on_an_earlier_page_is_on_screen_after_a_click(archive, tmp_path):
    async with visited(archive, tmp_path, **PHONE) as (page, url):
        # Without a fragment, too, the comment is gone to.
        await page.goto(f"{url}/c/mill/{POST}?comment=230")
        await page.wait_for_function(ON_SCREEN, arg="m230")
        assert ASKED not in await ids(page)
        await page.locator("#m230 .reply").click()
        await page.wait_for_url(f"**?comment={ASKED}#m{ASKED}")
        await page.wait_for_function(ON_SCREEN, arg=f"m{ASKED}")
        # What stands on the page is gone to on the page.
        await page.locator("#m200 .reply").click()
        assert await page.evaluate("document.activeElement.id") == f"m{ASKED}"


async def test_all_comments_are_reached_from_the_one_asked_for(archive, tmp_path):
    everything = [number for number in range(FIRST, LAST + 1) if number != ALBUM[1]]
    async with visited(archive, tmp_path, **PHONE) as (page, url):
        await page.goto(f"{url}/c/mill/{POST}?comment=160")
        found = await ids(page)
        assert found == everything[50:100]
        await page.locator("a[rel=next]").click()
        await page.wait_for_url("**?after=*")
        last = await ids(page)
        assert await page.locator("a[rel=next]").count() == 0
        for _ in range(2):
            here = page.url
            await page.locator("a[rel=prev]").click()
            await page.wait_for_url(lambda now, here=here: now != here)
        assert await ids(page) + found + last == everything
        assert await page.locator("a[rel=prev]").count() == 0


async def test_a_comment_that_is_not_there_leads_to_the_first_page(archive, tmp_path):
    async with visited(archive, tmp_path, **PHONE) as (page, url):
        await page.goto(f"{url}/c/mill/{POST}?comment=99999#m99999")
        assert (await ids(page))[0] == FIRST
        assert await page.locator(".sought").count() == 0
