"""How many posts each month has, and where a moment is; on every back end."""

from tests.builders import CHAT_ID, DATE, make_message, make_photo

from headrace.model.message import Action
from headrace.model.reading import Month

ALBUM = 2**62 + 5
DAY = 86_400


def album(*ids, grouped=ALBUM, **fields):
    return [make_message(i, grouped_id=grouped, media=make_photo(i), **fields) for i in ids]


async def test_months_and_dates(store, save):
    assert await store.months(CHAT_ID) == []
    assert await store.at_date(CHAT_ID, DATE) is None
    at = 1_704_067_200  # 2024-01-01
    await save(
        make_message(1, kind="service", action=Action(type="channel_create"), date=at - 9),
        make_message(2, date=at - 1),
        make_message(3, date=at),
        *album(4, 5, 6, date=at + 60),
        make_message(7, date=at + 90 * DAY),
    )  # fmt: skip
    assert await store.months(CHAT_ID) == [
        Month(month="2024-03", count=1, position=7),
        Month(month="2024-01", count=2, position=6),
        Month(month="2023-12", count=1, position=2),
    ]
    moments = (0, at - 1, at, at + 1, at + 61, at + 100 * DAY)
    assert [await store.at_date(CHAT_ID, one) for one in moments] == [2, 2, 3, 4, 7, 7]


async def counted(store):
    """The months as whoever asks counts them, which is as they are when they were written down."""
    found = await store.months(CHAT_ID)
    while await store.count_months(1):
        pass
    assert await store.months(CHAT_ID) == found
    return [(one.month, one.count, one.position) for one in found]


async def test_a_month_is_counted_anew_when_something_changed(store, lease, save):
    at = 1_704_067_200  # 2024-01-01
    await save(make_message(1, date=at - 9), *album(2, 3, date=at))
    assert await counted(store) == [("2024-01", 1, 3), ("2023-12", 1, 1)]
    await save(make_message(4, date=at + 5))
    assert await counted(store) == [("2024-01", 2, 4), ("2023-12", 1, 1)]
    await save(make_message(1, date=at + 40 * DAY, edited=at + 41 * DAY))
    assert await counted(store) == [("2024-02", 1, 1), ("2024-01", 2, 4)]
    await store.hide(CHAT_ID, [4])
    assert await counted(store) == [("2024-02", 1, 1), ("2024-01", 1, 3)]
    await store.show(CHAT_ID, [4])
    assert await counted(store) == [("2024-02", 1, 1), ("2024-01", 2, 4)]
    await store.purge(lease, CHAT_ID, [2, 3])
    assert await counted(store) == [("2024-02", 1, 1), ("2024-01", 1, 4)]
    await store.purge_chat(lease, CHAT_ID)
    assert await counted(store) == []


async def test_months_of_all_times(store, save):
    """What no calendar has is at its ends."""
    await save(*[make_message(n, date=d) for n, d in ((1, -9), (2, 0), (3, 2**40))])
    assert await counted(store) == [("9999-12", 1, 3), ("1970-01", 2, 2)]
