"""Search on every back end: what is found, in which order, and how it follows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import CHAT_ID, DATE, make_document, make_message, make_page, make_photo

from headrace.errors import UsageError
from headrace.model.download import FileKind
from headrace.model.media import Poll, PollAnswer
from headrace.model.message import Action, Forward, Reply
from headrace.model.reading import Filter, Order
from headrace.model.text import Styled
from headrace.store import search
from headrace.store.indexing import place_of

OTHER, GROUP = -1001000000009, -1001000000002
DAY = 86_400
TEXTS = {
    1: "Старая мельница стоит возле реки",
    2: "Мельницы мелют зерно, мельник считает мешки",
    3: "Читали книгу про мельничное дело",
    4: "The old mill was running all night",
    5: "Two mills run; the miller runs too",
    6: "Ёлки и ёжики",
    7: "a-b AND NOT NEAR(x) * % _ \\ 'quoted' 100%",
    8: "café 水车 naïve",
}


async def save(store, messages, chat_id=CHAT_ID, **fields):
    lease = await store.acquire(f"chat:{chat_id}", "here:1:1")
    await store.save_page(lease, make_page(messages, chat_id=chat_id, **fields))
    await store.release(lease)


async def index(store):
    total = 0
    while done := await store.index_more(3):
        total += done
    return total


@pytest.fixture
async def filled(store):
    await save(store, [make_message(i, text=text) for i, text in TEXTS.items()])
    assert await index(store) == 8
    return store


async def ids(store, query, **asked):
    return [one.entry.message.id for one in (await store.search(query, **asked)).hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("мельница", [2, 1]),
        ("мельницей", [2, 1]),
        ("мель", [3, 2, 1]),
        ("мел", []),
        ("читает", [3]),
        ("mill", [5, 4]),
        ("run", [5, 4]),
        ("RUNNING old", [4]),
        ('"old mill"', [4]),
        ('"mill old"', []),
        ('"mills"', [5]),
        ("mill -running", []),
        ("mill -night", [5]),
        ('mill -"old mill"', [5]),
        ("-mill", []),
        ("елки", [6]),
        ("ЁЖИК", [6]),
        ("cafe", [8]),
        ("naive", [8]),
        ("水", [8]),
        ("水车", [8]),
        ("车水", []),
        ("AND", [7]),
        ("NEAR(x)", [7]),
        ("a-b", [7]),
        ("100%", [7]),
        ("'quoted'", [7]),
        ("%", []),
        ("", []),
        ("\x00", []),
        ("\ue001cm1001000000001", []),
    ],
)
async def test_what_is_found(filled, query, expected):
    found = await filled.search(query)
    assert [one.entry.message.id for one in found.hits] == expected
    assert (found.total, found.is_more, found.after) == (len(expected), False, None)


async def test_what_was_sought_is_marked(filled):
    (hit,) = (await filled.search('"возле реки" мельницы')).hits
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["мельница", "возле реки"]
    assert (hit.channel_id, hit.post) == (CHAT_ID, 1)


async def test_any_query_is_answered(filled):
    """Whatever is typed, databases take it as words."""
    strange = st.text(alphabet="ab\"'-*()%_\\:&|!<>\x00\n мй^{}+~", max_size=20)
    asked = []

    @settings(max_examples=30, deadline=None, database=None)
    @given(strange | st.text(max_size=20))
    def gather(text):
        asked.append(text)

    gather()
    for text in asked:
        for order in Order:
            assert (await filled.search(text, order=order)).total >= 0


async def test_names_polls_and_titles_are_found(store):
    answers = tuple(PollAnswer(option=b"1", text=one) for one in ("Windmill", "Watermill"))
    poll = Poll(id="1", question=Styled(text="Which?"), answers=answers)
    await save(store, [
        make_message(1, text="", media=make_document(1, name="Annual_report-2024.pdf")),
        make_message(2, text="", media=poll),
        make_message(3, text="A caption", media=make_photo(3)),
        make_message(4, text="", media=make_document(4, title="Sonata", performer="Grieg")),
    ])  # fmt: skip
    await index(store)
    queries = (
        "annual report",
        "2024",
        "which windmill",
        "caption",
        "grieg",
        '"windmill watermill"',
    )
    found = [await ids(store, one) for one in queries]
    assert found == [[1], [1], [2], [3], [4], []]
    (hit,) = (await store.search("watermills")).hits
    assert hit.snippet == "Watermill"


async def test_pages_newest_first(store):
    await save(store, [make_message(i, text="mill", date=DATE + i // 3) for i in range(1, 12)])
    await save(store, [make_message(i, text="mill", date=DATE) for i in (1, 2, 3)], chat_id=OTHER)
    await index(store)
    pages, after = [], None
    while True:
        page = await store.search("mill", after=after, limit=4)
        assert page.total == 14
        pages.append([(one.entry.message.date, one.entry.message.id) for one in page.hits])
        after = page.after
        if after is None:
            break
    dates = [date for page in pages for date, _ in page]
    assert dates == sorted(dates, reverse=True)
    numbers = sorted(number for page in pages for _, number in page)
    assert numbers == [1, 1, 2, 2, 3, 3, *range(4, 12)]
    assert [len(one) for one in pages] == [4, 4, 4, 2]


async def test_the_best_come_first(store):
    texts = {
        1: "mill mill mill",
        2: "a mill among many other words that say nothing at all about it",
        3: "the millers of the mill",
        4: "wind",
        5: "mill wind",
    }
    await save(store, [make_message(i, text=text) for i, text in texts.items()])
    await index(store)
    assert await ids(store, "mill", order=Order.BEST) == [1, 5, 3, 2]
    first = await store.search("mill", order=Order.BEST, limit=3)
    await save(store, [make_message(6, text="mill")])
    await index(store)
    rest = await store.search("mill", order=Order.BEST, limit=3, after=first.after)
    assert [one.entry.message.id for one in (*first.hits, *rest.hits)] == [1, 5, 3, 2]
    assert rest.after is None


async def test_totals_are_capped(filled, monkeypatch):
    monkeypatch.setattr(search, "COUNTED", 1)
    search._counting.cache_clear()
    found = await filled.search("mill", limit=5)
    search._counting.cache_clear()
    assert (found.total, found.is_more, len(found.hits)) == (1, True, 2)


@pytest.mark.parametrize("after", ["x", "", "1.2.3", "-5", "9" * 40 + ".1"])
@pytest.mark.parametrize("order", Order)
async def test_a_foreign_cursor(filled, after, order):
    if order is Order.BEST and after.startswith("9"):
        assert len(await ids(filled, "mill", order=order, after=after)) == 1
        return
    with pytest.raises(UsageError):
        await filled.search("mill", order=order, after=after)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [8, 7, 6, 5, 4, 3, 2, 1]),
        ({"kinds": frozenset({FileKind.PHOTO, FileKind.VOICE})}, [4, 3]),
        ({"author": 5}, [2]),
        ({"has_media": True}, [4, 3]),
        ({"has_media": False}, [8, 7, 6, 5, 2, 1]),
        ({"include_reposts": False}, [8, 7, 6, 4, 3, 2, 1]),
        ({"include_polls": False}, [8, 7, 5, 4, 3, 2, 1]),
        ({"include_deleted": False}, [8, 6, 5, 4, 3, 2, 1]),
        ({"include_system_messages": True}, [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ({"since": DATE + 2 * DAY, "until": DATE + 4 * DAY}, [3, 2]),
    ],
)
async def test_filters(store, fields, expected):
    messages = [
        make_message(1),
        make_message(2, author=5),
        make_message(3, media=make_photo(3)),
        make_message(4, media=make_document(4, role="voice")),
        make_message(5, forward=Forward(name="x")),
        make_message(6, media=Poll(id="1")),
        make_message(7),
        make_message(8),
        make_message(9, kind="service", action=Action(type="x")),
    ]
    dated = [
        make_message(one.id, **{
            name: getattr(one, name) for name in ("author", "media", "forward", "kind", "action")
        }, date=DATE + one.id * DAY, text="word")
        for one in messages
    ]  # fmt: skip
    await save(store, dated)
    await save(store, [], lo=7, hi=7, absent=(7,))
    await index(store)
    for order in Order:
        assert await ids(store, "word", filter=Filter(**fields), order=order) == expected


async def test_comments_are_found_with_their_channel(store):
    source = Forward(from_id=CHAT_ID, saved_from=CHAT_ID, saved_from_msg_id=1, post=1)
    await save(store, [make_message(1, text="mill")])
    await save(store, [
        make_message(10, text="mill", post=False, author=CHAT_ID, forward=source),
        make_message(11, text="a mill", post=False, author=9, thread_id=10, reply=Reply(msg_id=10)),
    ], chat_id=GROUP)  # fmt: skip
    await save(store, [make_message(5, text="mill")], chat_id=OTHER)
    await index(store)
    hits = (await store.search("mill", chats=[CHAT_ID])).hits
    assert [(one.entry.chat_id, one.channel_id, one.post) for one in hits] == [
        (GROUP, CHAT_ID, 1),
        (CHAT_ID, CHAT_ID, 1),
    ]
    assert len((await store.search("mill")).hits) == 3
    assert await ids(store, "mill", chats=[OTHER]) == [5]
    assert await ids(store, "mill", chats=[-3]) == []
    assert await ids(store, "mill", chats=[]) == []
    without = Filter(include_comments=False)
    assert await ids(store, "mill", chats=[CHAT_ID], filter=without) == [1]


async def test_the_search_follows_what_changes(filled, clock):
    assert await filled.unindexed() == 0
    clock.now += 10
    await save(filled, [make_message(4, text="Something else", edited=DATE + 50)])
    assert await ids(filled, "mill") == [5, 4]
    assert await filled.unindexed() == 1
    await index(filled)
    assert await ids(filled, "mill") == [5]
    assert await ids(filled, "something") == [4]
    await save(filled, [make_message(0, text="A late mill", date=DATE - 9)], lo=0, hi=0)
    await save(filled, [], lo=5, hi=5, absent=(5,))
    await index(filled)
    assert await ids(filled, "mill") == [5, 0]
    assert await ids(filled, "mill", filter=Filter(include_deleted=False)) == [0]


async def test_what_did_not_change_stays_in_its_place(filled, execute):
    before = execute("SELECT place, words, about FROM findable ORDER BY place")
    assert [one[0] for one in before] == [place_of(DATE + i, i) for i in range(1, 9)]
    await save(filled, [make_message(i, text=text, views=9) for i, text in TEXTS.items()])
    assert await index(filled) == 8
    assert execute("SELECT place, words, about FROM findable ORDER BY place") == before


async def test_an_archive_from_before_is_indexed_as_a_whole(filled, execute, back_end):
    """What the migration does with the messages that are there."""
    execute("DELETE FROM findable")
    if back_end == "sqlite":
        execute("INSERT INTO found(found) VALUES ('delete-all')")
    assert await ids(filled, "mill") == []
    execute("INSERT INTO unindexed SELECT chat_id, id FROM messages")
    assert await index(filled) == 8
    assert await ids(filled, "mill") == [5, 4]
