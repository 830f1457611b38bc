"""The feed: its days, its dates, its filters, and what stands beside a post."""

import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.requests import Request
from tests.builders import make_chat, make_message
from tests.pages.browser import Site, looking, serving

from headrace import settings
from headrace.model.download import FileKind
from headrace.model.media import Poll
from headrace.model.message import Forward, Reply
from headrace.model.proof import Whereabouts
from headrace.model.reading import Comment, Entry, Filter, Month, Post, PostPage, Shown, ThreadPage
from headrace.pages import render
from headrace.pages.i18n import language
from headrace.web.chosen import _choice

CHAT = make_chat(username="mill")
FRAME = render.Frame(language=language("en"), archived={CHAT.id: CHAT})
MONTHS = (Month(month="2024-02", count=3, position=30), Month(month="2023-12", count=1, position=2))
NEW_YEAR = 1_704_067_200
HALF_AN_HOUR = 1_800
EVERYTHING = "include_system_messages=1&amp;include_reposts=1&amp;include_polls=1"


def post(number, text="", seen=1, **fields):
    message = make_message(number, text=text or f"Number {number}.", **fields)
    known = {"source": "telegram", "first_seen_at": seen, "last_seen_at": seen}
    return Post(position=number, entries=(Entry(chat_id=CHAT.id, message=message, **known),))


def feed(*posts, chosen=None, usual=None):
    page = PostPage(posts=posts, shown=Shown())
    chosen, usual = chosen or Filter(), usual or Filter()
    return render.render_feed(FRAME, CHAT, page, MONTHS, chosen, usual=usual)


def chosen_by(query, **given):
    """What the site makes of a query, where the settings are these."""
    state = SimpleNamespace(settings=settings.load(given))
    scope = {"type": "http", "query_string": query.encode(), "app": SimpleNamespace(state=state)}
    return _choice(Request(scope))


def test_dates_keep_what_is_chosen():
    page = feed(chosen=Filter(kinds=frozenset([FileKind.PHOTO]), include_reposts=False))
    for position in (31, 3):
        assert f"?below={position}&amp;kind=photo&amp;include_reposts=0" in page
    jump = page.partition('class="jump"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="kind" value="photo">' in jump
    assert '<input type="hidden" name="include_reposts" value="0">' in jump
    assert "?below=31&" not in feed()


@pytest.mark.parametrize(
    ("chosen", "said", "url"),
    [
        (Filter(), "Nothing here is of a kind that is shown.", "/c/mill?below=2&amp;" + EVERYTHING),
        (
            Filter(kinds=frozenset([FileKind.PHOTO])),
            "No post fits these filters.",
            "/c/mill?below=2&amp;" + EVERYTHING,
        ),
        (
            Filter(include_system_messages=True),
            "There is nothing here: the posts of this channel are elsewhere.",
            "/c/mill?include_system_messages=1",
        ),
    ],
)
def test_an_empty_page_of_a_channel_with_posts_leads_to_them(chosen, said, url):
    page = render.render_feed(
        FRAME, CHAT, PostPage(posts=(), shown=Shown()), (), chosen, place={"below": 2}
    )
    told = page.partition('<p class="empty">')[2].partition("</p>")[0]
    assert told.startswith(f'{said} <a href="{url}">')
    bare = render.render_feed(FRAME, CHAT, PostPage(posts=(), shown=Shown()))
    assert "No posts here yet" in bare


@pytest.mark.parametrize(
    ("fields", "usual", "more"),
    [
        ({}, Filter(include_reposts=False, include_polls=False), ""),
        ({"kind": "service"}, Filter(), "&amp;include_system_messages=1"),
        ({"kind": "service"}, Filter(include_system_messages=True), ""),
        ({"forward": Forward(name="x")}, Filter(include_reposts=False), "&amp;include_reposts=1"),
        ({"forward": Forward(name="x")}, Filter(), ""),
        ({"media": Poll(id=1)}, Filter(include_polls=False), "&amp;include_polls=1"),
    ],
)
def test_a_post_leads_to_a_feed_that_shows_it(fields, usual, more):
    thread = ThreadPage(post=post(7, **fields), comments=(), shown=Shown())
    page = render.render_thread(FRAME, CHAT, thread, usual=usual)
    assert f'<p class="back"><a href="/c/mill?below=8{more}">' in page


def test_an_answer_is_known_where_it_stands_on_the_page():
    page = feed(post(2, reply=Reply(msg_id=1)), post(1, "Asked before."))
    assert '<span class="line" dir="auto">Asked before.</span>' in page
    answer = Comment(post=post(9, reply=Reply(msg_id=8)), parent=8, level=1)
    asked = Comment(post=post(8, "And what of this?"))
    thread = ThreadPage(post=post(1), comments=(asked, answer), shown=Shown())
    page = render.render_thread(FRAME, CHAT, thread, CHAT)
    assert '<span class="line" dir="auto">And what of this?</span>' in page


def test_each_day_has_one_heading():
    page = feed(
        post(3, date=NEW_YEAR + 60), post(2, date=NEW_YEAR), post(1, date=NEW_YEAR - HALF_AN_HOUR)
    )
    days = [part.partition("<")[0] for part in page.split(" data-day>")[1:]]
    assert days == ["1 Jan 2024", "31 Dec 2023"]
    assert ' title="2023-12-31 23:30:00 UTC" data-clock>23:30</time>' in page


IMPORT = '"/api/download/import" data-body=\'{"channel": "@mill"'


@pytest.mark.parametrize(
    ("state", "helps"),
    [
        ("not yet read", f"{IMPORT}}}'>Import all that is missing<"),
        ("failed", f"{IMPORT}}}'>Try again with all that is missing<"),
        ("left out", f'{IMPORT}, "whole_group": true'),
        ("hidden", '"/api/posts/mill/12/show" data-then="/c/mill/12"'),
        ("erased", ""),
        ("deleted", ""),
        ("never there", ""),
    ],
)
def test_what_is_not_there_has_the_button_that_helps(state, helps):
    given = state if state in ("hidden", "erased") else ""
    found = Whereabouts(state="stored" if given else state)
    page = render.render_absent(FRAME, CHAT, 12, found, state=given)
    title = language("en").t(f"absent.{state.replace(' ', '_')}.title", id=12)
    assert f"<h1>{title}</h1>" in page
    assert page.count("data-post=") == bool(helps)
    assert f"data-post={helps}" in page or not helps
    assert 'href="/c/mill?below=12"' in page
    assert 'href="https://t.me/mill/12"' in page


def test_versions_stand_newest_first_with_their_ends():
    seen = post(1, "Now.", seen=NEW_YEAR + 60)
    thread = ThreadPage(post=seen, comments=(), shown=Shown())
    former = [
        render.VersionFacts(text="Only <exported>."),
        render.VersionFacts(text="First.", replaced_at=NEW_YEAR),
        render.VersionFacts(text="Second.", replaced_at=NEW_YEAR + HALF_AN_HOUR),
    ]
    page = render.render_versions(FRAME, CHAT, thread, former)
    told = ["Now.", "Second.", "First.", "Only &lt;exported&gt;."]
    assert sorted(told, key=page.index) == told
    assert 'title="2024-01-01 00:30:00 UTC"' in page
    said = " ".join(re.sub("<[^>]*>", "", page).split())
    assert "Versions since 1 Jan 2024, 00:01, when headrace first looked." in said
    assert "Only in an export" in page
    assert 'href="/c/mill/1"' in page


async def test_days_and_times_are_the_readers_own():
    html = feed(post(2, date=NEW_YEAR), post(1, date=NEW_YEAR - HALF_AN_HOUR))
    async with (
        serving(Site(lambda *_: html, {}, {})) as address,
        looking(address, timezone_id="Asia/Tokyo") as (page, watched),
    ):
        await page.goto(f"{address}/c/mill")
        assert await page.locator(".day").all_inner_texts() == ["1 Jan 2024"]
        assert await page.locator("footer time").all_inner_texts() == ["09:00", "08:30"]
        title = await page.locator("footer time").last.get_attribute("title")
        assert title == "2023-12-31 23:30:00 UTC"
    assert watched.wrong == []


async def test_what_is_on_can_be_switched_off_for_the_view():
    usual = chosen_by("", include_system_messages=True).usual
    html = feed(chosen=usual, usual=usual)
    async with (
        serving(Site(lambda *_: html, {}, {})) as address,
        looking(address) as (page, watched),
    ):
        await page.goto(f"{address}/c/mill")
        await page.locator(".filters > summary").click()
        box = page.locator("[type=checkbox][name=include_system_messages]")
        assert await box.is_checked()
        await box.uncheck()
        await page.locator(".filters [type=submit]").click()
        await page.wait_for_url("**/c/mill?*")
        query = urlsplit(page.url).query
    assert parse_qs(query)["include_reposts"] == ["0", "1"]
    chosen = chosen_by(query, include_system_messages=True)
    assert not chosen.filter.include_system_messages
    assert chosen.filter.include_reposts
    assert chosen.filter != chosen.usual
    assert watched.wrong == []
