"""What a check finds in the search and in the months, and what makes them anew."""

import pytest
from tests.builders import CHAT_ID, make_chat, make_message, make_page

from headrace.model.reading import Month

MONTH = Month(month="2023-11", count=3, position=3)
WORDS = ("words", "the index of words")


def message(number):
    return "search", f"message {number} of {CHAT_ID}"


@pytest.fixture
def resource(store):
    return lambda: store.acquire(f"chat:{CHAT_ID}", "here:1:1")


@pytest.fixture
def save(store, resource):
    """Save messages of one word each."""

    async def run(*numbers, word="mill"):
        mine = await resource()
        await store.save_chat(mine, make_chat(), ())
        await store.save_page(
            mine, make_page([make_message(n, text=f"{word}{n}") for n in numbers])
        )
        await store.release(mine)

    return run


async def follow(store):
    """What a server does behind those who write."""
    while await store.index_more() or await store.count_months():
        pass


@pytest.fixture
async def filled(store, save):
    await save(1, 2, 3)
    await follow(store)


async def sought(store, word="mill"):
    found = await store.search(word)
    return sorted(hit.entry.message.id for hit in found.hits)


#: What is done to the tables, and what is found then; on SQLite the index has its own tables.
DAMAGES = {
    "DELETE FROM findable WHERE id = 2": {message(2), WORDS},
    "UPDATE findable SET words = 'river2', stems = 'river2' WHERE id = 2": {message(2), WORDS},
    "DELETE FROM months": {("month", f"month 2023-11 of {CHAT_ID}")},
    "UPDATE months SET posts = 4": {("month", f"month 2023-11 of {CHAT_ID}")},
    "INSERT INTO findable VALUES (5, {chat}, 99, 'mill', 'mill', '')": {message(99), WORDS},
}
#: The same where there is nothing else.
OF_SQLITE = {
    "DELETE FROM found_docsize WHERE id = (SELECT max(id) FROM found_docsize)": {WORDS},
    "DELETE FROM found_data WHERE id = 1": {WORDS},
}


async def mended(store, resource, check, found):
    """As a repair does it."""
    await store.rebuild_words()
    mine = await resource()
    ids = [int(where.split()[1]) for kind, where in found if kind == "search"]
    await store.look_anew(mine, CHAT_ID, ids)
    await store.release(mine)
    assert await check() == (set(), ())
    await follow(store)
    assert await check() == (set(), ())


@pytest.mark.parametrize("statement", DAMAGES)
async def test_what_the_search_and_the_months_have_is_looked_at(
    filled,
    store,
    resource,
    check,
    execute,
    back_end,
    statement,
):
    assert await check() == (set(), ())
    execute(statement.format(chat=CHAT_ID))
    found, _ = await check()
    # PostgreSQL keeps its index by itself.
    assert found == DAMAGES[statement] - ({WORDS} if back_end == "postgres" else set())
    await mended(store, resource, check, found)
    assert await store.months(CHAT_ID) == [MONTH]
    assert [await sought(store, f"mill{n}") for n in (1, 2, 3)] == [[1], [2], [3]]


@pytest.mark.parametrize("back_end", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", OF_SQLITE)
async def test_the_index_of_words_is_looked_at_and_made_anew(
    filled,
    store,
    resource,
    check,
    execute,
    statement,
):
    execute(statement)
    found, _ = await check()
    assert found == OF_SQLITE[statement]
    await mended(store, resource, check, found)
    assert [await sought(store, f"mill{n}") for n in (1, 2, 3)] == [[1], [2], [3]]


async def test_what_waits_is_no_damage_and_what_waits_no_more_is(
    filled,
    store,
    save,
    check,
    execute,
):
    await save(3, 4, word="river")
    assert await check() == (set(), ())
    execute("DELETE FROM unindexed WHERE id IN (3, 4)")
    assert (await check())[0] == {message(3), message(4)}


async def test_who_works_is_not_kept_waiting(filled, store, resource, check, execute):
    execute("DELETE FROM findable WHERE id = 2")
    await resource()
    found, notes = await check()
    assert found == {message(2)}
    assert "the index of words is not looked at" in notes[0]
