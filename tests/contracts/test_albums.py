"""The layouts of albums follow their members, in the page's transaction, on every back end."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.builders import CHAT_ID, make_document, make_message, make_page, make_photo
from tests.older import BEFORE_MEDIA

from headrace.errors import LeaseLost
from headrace.model.album import AlbumLayout, Tile
from headrace.model.coverage import Lease
from headrace.store import albums, leases, pages
from headrace.store.digest import of_archive
from headrace.transform.albums import group_albums, lay_out

RESOURCE = f"chat:{CHAT_ID}"
ALBUM = 2**62 + 1


def item(number, width=1280, height=720, album=ALBUM, **fields):
    media = make_photo(number, width=width, height=height)
    return make_message(number, media=media, grouped_id=album, **fields)


def expected(*messages):
    return lay_out(group_albums(messages)[0])


async def test_an_album_is_laid_out_when_it_is_stored(store, lease):
    members = [item(1), item(2, 720, 1280)]
    await store.save_page(lease, make_page([*members, 3]))
    found = await store.layout(CHAT_ID, ALBUM)
    assert found == (expected(*members), False)
    assert [tile.id for tile in found.layout.tiles] == [1, 2]
    assert found.layout.shape == "two_left_right"
    assert await store.layout(CHAT_ID, 5) is None


async def test_a_member_on_a_later_page_lays_it_out_anew(store, lease):
    await store.save_page(lease, make_page([item(4), item(5)]))
    await store.save_page(lease, make_page([item(3), 2]))
    assert (await store.layout(CHAT_ID, ALBUM)).layout == expected(item(3), item(4), item(5))


async def test_an_edit_of_a_photo_lays_it_out_anew(store, lease):
    await store.save_page(lease, make_page([item(1), item(2)]))
    edited = item(2, 720, 1280, edited=1_800_000_000)
    await store.save_page(lease, make_page([item(1), edited]))
    assert (await store.layout(CHAT_ID, ALBUM)).layout == expected(item(1), edited)


async def test_deleted_members_have_no_place_unless_none_is_left(store, lease):
    await store.save_page(lease, make_page([item(1), item(2), item(3)]))
    await store.save_page(lease, make_page([], lo=2, hi=2, absent=(2,)))
    assert (await store.layout(CHAT_ID, ALBUM)).layout == expected(item(1), item(3))
    await store.save_page(lease, make_page([], lo=1, hi=3, absent=(1, 3)))
    assert (await store.layout(CHAT_ID, ALBUM)).layout == expected(item(1), item(2), item(3))
    await store.save_page(lease, make_page([item(2)]))
    assert (await store.layout(CHAT_ID, ALBUM)).layout == expected(item(2))


async def test_a_message_that_leaves_its_album_leaves_its_place(store, lease):
    await store.save_page(lease, make_page([item(1), item(2), item(3)]))
    await store.save_page(lease, make_page([item(3, album=7)]))
    assert (await store.layout(CHAT_ID, ALBUM)).layout == expected(item(1), item(2))
    assert (await store.layout(CHAT_ID, 7)).layout == expected(item(3))
    await store.save_page(lease, make_page([item(3, album=None)]))
    assert await store.layout(CHAT_ID, 7) is None
    assert await store.count_albums(CHAT_ID) == 1


async def test_a_layout_that_a_person_made_stays(store, lease):
    await store.save_page(lease, make_page([item(1), item(2)]))
    mine = AlbumLayout(
        kind="media", shape="own", width=100, height=50, tiles=(Tile(id=2), Tile(id=1))
    )
    assert await store.edit_layout(lease, CHAT_ID, ALBUM, mine)
    await store.save_page(lease, make_page([item(3), item(2, 720, 1280, edited=5)]))
    await store.save_page(lease, make_page([], lo=1, hi=1, absent=(1,)))
    assert await store.layout(CHAT_ID, ALBUM) == (mine, True)
    assert await store.edit_layout(lease, CHAT_ID, ALBUM, None)
    found = await store.layout(CHAT_ID, ALBUM)
    assert found == (expected(item(2, 720, 1280), item(3)), False)
    assert not await store.edit_layout(lease, CHAT_ID, 5, mine)


async def test_who_has_lost_the_lease_edits_nothing(store, lease):
    await store.save_page(lease, make_page([item(1), item(2)]))
    before = await store.digest()
    stale = Lease(resource=RESOURCE, owner="here:2:1", fence=lease.fence - 1, until=lease.until)
    with pytest.raises(LeaseLost):
        await store.edit_layout(stale, CHAT_ID, ALBUM, None)
    assert await store.digest() == before


async def test_a_member_that_the_database_refuses_has_no_place(store, lease):
    poisoned = item(2, views=2**70)
    assert (await store.save_page(lease, make_page([item(1), poisoned, item(3)]))).failed == 1
    assert (await store.layout(CHAT_ID, ALBUM)).layout == expected(item(1), item(3))


async def test_what_is_not_seen_and_what_has_no_size_has_a_place_too(store, lease):
    members = [
        item(1, 0, 0),
        make_message(2, media=make_document(2), grouped_id=ALBUM),
        make_message(3, grouped_id=ALBUM),
        item(4, 2**63 - 1, 1),
    ]
    await store.save_page(lease, make_page(members))
    found = (await store.layout(CHAT_ID, ALBUM)).layout
    assert (found, [tile.id for tile in found.tiles]) == (expected(*members), [1, 2, 3, 4])


async def test_inferred_albums_give_way_with_their_layouts(store, lease, execute):
    guess = -(2**62) + 1
    exported = [item(i, album=guess, inferred_album=True) for i in (1, 2, 3)]
    await store.save_page(lease, make_page(exported, source="desktop"))
    assert (await store.layout(CHAT_ID, guess)).layout == expected(*exported)
    await store.save_page(lease, make_page([item(1), item(2)]))
    assert (await store.layout(CHAT_ID, guess)).layout == expected(exported[2])
    await store.save_page(lease, make_page([item(3)]))
    assert await store.layout(CHAT_ID, guess) is None
    assert (await store.layout(CHAT_ID, ALBUM)).layout == expected(item(1), item(2), item(3))


async def test_an_archive_from_before_layouts_gets_them_when_it_is_opened(opened, execute):
    async with opened() as store:
        lease = await store.acquire(RESOURCE, "here:1:1")
        members = [item(1), item(2), *(item(i, 800, 600, album=9) for i in (3, 4, 5))]
        await store.save_page(lease, make_page(members))
        mine = AlbumLayout(kind="media", shape="own")
        await store.edit_layout(lease, CHAT_ID, 9, mine)
        before = await store.digest()
    # As the version before 0003 would have left it.
    execute(f"UPDATE albums SET layout = NULL WHERE grouped_id = {ALBUM}")
    for statement in (*BEFORE_MEDIA, "UPDATE alembic_version SET version_num = '0002'"):
        execute(statement)
    async with opened() as store:
        assert await store.digest() == before
        assert (await store.layout(CHAT_ID, 9)).layout == mine


#: A channel of a hundred messages: albums of any length, among other messages.
def channel(lengths):
    messages = []
    for album, length in enumerate(lengths, 1):
        for _ in range(length):
            number = len(messages) + 1
            size = (300 + 37 * number % 1500, 300 + 91 * number % 1200)
            messages.append(item(number, *size, album=album if length > 1 else None))
    return messages


@st.composite
def readings(draw):
    messages = channel(draw(st.lists(st.integers(1, 12), min_size=1, max_size=12)))
    size = draw(st.integers(1, 100))
    cut = [messages[start : start + size] for start in range(0, len(messages), size)]
    return messages, draw(st.permutations(cut))


def check_order(connection, reading):
    messages, in_order = reading
    undo = connection.begin_nested()
    lease = leases.acquire(connection, RESOURCE, "here:1:1", now=1)

    def save(batches):
        inner = connection.begin_nested()
        for batch in batches:
            pages.save_page(connection, lease, make_page(batch), news=(), claim=None, now=2)
        layouts = {
            album.grouped_id: albums.get(connection, CHAT_ID, album.grouped_id).layout
            for album in group_albums(messages)
        }
        found = layouts, of_archive(connection).tables["albums"]
        inner.rollback()
        return found

    whole = save([messages])
    assert save(in_order) == whole
    assert whole[0] == {one.grouped_id: lay_out(one) for one in group_albums(messages)}
    undo.rollback()


@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(readings())
def test_any_pages_in_any_order_give_the_same_layouts(connection, reading):
    check_order(connection, reading)


@pytest.mark.soak
@pytest.mark.timeout(900)
@settings(
    max_examples=1000,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(readings())
def test_a_thousand_readings(connection, reading):
    check_order(connection, reading)
