"""Whatever people write stays text: of a whole page, only what the templates put there acts."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import make_chat, make_document, make_message, make_peer, make_photo
from tests.pages import hostile
from tests.pages.browser import Site, looking, serving
from tests.transform.texts import spans
from tests.transform.texts import texts as odd_texts

from headrace.model.media import OtherMedia, Poll, PollAnswer, WebPage
from headrace.model.message import Action, Forward, Reply
from headrace.model.reading import Entry, Post, PostPage, Shown
from headrace.model.text import Quote, Styled
from headrace.pages import render
from headrace.pages.i18n import language

CHAT = make_chat(username="mill")
FRAME = render.Frame(language=language("en"), archived={CHAT.id: CHAT})
SCHEMES = {"http", "https", "mailto", "tel", "tg", ""}
FOREIGN = {"iframe", "object", "embed", "base", "style", "template", "math", "plaintext", "source"}


class Judge(HTMLParser):
    """Fails on anything that could act and that no template has put there."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.scripts = 0

    def handle_starttag(self, tag, attrs):
        assert tag not in FOREIGN, tag
        for name, value in attrs:
            assert not name.startswith("on"), (tag, attrs)
            assert name not in ("style", "srcdoc", "formaction", "http-equiv"), (tag, attrs)
            if name in ("href", "src", "action", "poster"):
                assert urlsplit(value).scheme in SCHEMES, (tag, attrs)
                assert (name == "href" and tag == "a") or value.startswith("/"), (tag, attrs)
        self.scripts += tag == "script"
        if tag == "a" and dict(attrs).get("href", "").startswith(("http", "//")):
            assert "noopener" in dict(attrs)["rel"]

    def handle_data(self, data):
        self.text += data


def judged(page):
    judge = Judge()
    judge.feed(page)
    judge.close()
    assert judge.scripts == 1
    return judge


def entry(message):
    return Entry(
        chat_id=CHAT.id, message=message, source="telegram", first_seen_at=1, last_seen_at=1
    )


def feed(messages, peers=()):
    posts = [Post(position=one.id, entries=(entry(one),)) for one in messages]
    shown = Shown(peers={peer.id: peer for peer in peers})
    return render.render_feed(FRAME, CHAT, PostPage(posts=tuple(posts), shown=shown))


def everywhere(text):
    """Messages that have a text in each place where there may be one."""
    data = {
        "title": text, "message": text, "first_name": text, "phone_number": text, "emoticon": text,
        "address": text, "description": text, "currency": text, "game": {"title": text},
    }  # fmt: skip
    media = [
        WebPage(url=text, site_name=text, title=text, description=text, display_url=text),
        Poll(
            id="1",
            question=Styled(text=text),
            answers=(PollAnswer(option=b"1", text=text),),
            solution=Styled(text=text),
        ),
        make_document(name=text, mime=text, absent=text),
        make_document(role="audio", title=text, performer=text),
        make_document(role="sticker", emoji=text),
        make_photo(absent=text),
        *(
            OtherMedia(type=kind, data=data)
            for kind in ("contact", "venue", "dice", "invoice", "game", "paid_media", "story", text)
        ),
    ]
    fields = [
        {"text": text, "signature": text, "via_bot_name": text},
        {"forward": Forward(name=text, signature=text, psa=text, date=1)},
        {"reply": Reply(msg_id=7, quote=Quote(text=text))},
        {"buttons": (({"type": "url", "text": text, "url": text}, {"type": text, "text": text}),)},
        {"author": 5, "extra": {"factcheck": {"text": {"text": text}}, text: text}},
        *(
            {"action": Action(type=kind, data=data)}
            for kind in ("chat_edit_title", "custom_action")
        ),
        {"action": Action(type=text, data={text: text})},
        *({"media": one} for one in media),
    ]
    return [make_message(place, **({"text": ""} | one)) for place, one in enumerate(fields, 1)]


def test_a_hundred_texts_and_links_are_judged():
    found = list(hostile.texts())
    assert len(found) == 100
    messages = [
        make_message(place, text=text, entities=marks)
        for place, (text, marks) in enumerate(found, 1)
    ]
    judge = judged(feed(messages))
    for text, _ in found:
        assert text.replace("\x00", "\ufffd").replace("\r", "") in judge.text.replace("\r", "")


def test_what_marks_go_by_is_harmless_too():
    messages = [
        make_message(place, text=text, entities=marks)
        for place, (text, marks) in enumerate(hostile.marked(), 1)
    ]
    judged(feed(messages))


@pytest.mark.parametrize("text", [text for text, _ in hostile.texts()][::6])
def test_every_other_place_for_a_text_is_harmless(text):
    judged(feed(everywhere(text), [make_peer(5, name=text, username="x")]))


@given(odd_texts, spans)
def test_whatever_text_and_marks(text, marks):
    judged(feed([make_message(1, text=text, entities=tuple(marks))]))


@given(odd_texts)
def test_whatever_text_wherever(text):
    judged(feed(everywhere(text), [make_peer(5, name=text)]))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "geo",
                        "lat",
                        "long",
                        "game",
                        "users",
                        "kind",
                        "file",
                        "period",
                        "title",
                        "gift",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=6,
    )
)
def test_fields_of_tomorrow(data):
    data = data if isinstance(data, dict) else {"geo": data}
    kinds = ("geo", "contact", "giveaway", "giveaway_results", "dice", "story", "paid_media", "new")
    actions = ("chat_add_user", "group_call", "star_gift", "topic_edit", "set_messages_ttl", "new")
    messages = [
        make_message(n, media=OtherMedia(type=kind, data=data)) for n, kind in enumerate(kinds)
    ]
    messages += [
        make_message(50 + n, action=Action(type=kind, data=data)) for n, kind in enumerate(actions)
    ]
    judged(feed(messages))


async def test_nothing_runs_and_nothing_leaves_in_a_real_browser():
    messages = [
        make_message(place, text=text, entities=marks)
        for place, (text, marks) in enumerate([*hostile.texts(), *hostile.marked()], 1)
    ]
    odd = [one for text, _ in list(hostile.texts())[::5] for one in everywhere(text)]
    odd = [msgspec.structs.replace(one, id=5000 + place) for place, one in enumerate(odd)]
    pages = {"/c/mill": feed(messages), "/odd": feed(odd)}
    site = Site(lambda path, _: pages.get(path), {}, {})
    async with serving(site) as address, looking(address) as (page, watched):
        for path in pages:
            await page.goto(address + path)
            await page.wait_for_load_state("networkidle")
            # As if everything had been hovered.
            await page.evaluate("""() => {
                for (const one of document.querySelectorAll('article *'))
                    one.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
            }""")
            links = await page.evaluate("[...document.links].map(a => a.protocol)")
            assert set(links) <= {"http:", "https:", "mailto:", "tel:", "tg:"}
        assert page.url == f"{address}/odd"
        assert await page.locator("article script, article iframe, article style").count() == 0
    assert watched.wrong == []
    assert site.posted == []
