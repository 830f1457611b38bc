"""What holds for all messages and all orders of pages, on every back end."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import make_page
from tests.strategies import INTEGERS, structs

from headrace.model.chat import Chat, Peer
from headrace.model.coverage import IdRange, subtract, union
from headrace.model.message import Message
from headrace.store import chats, coverage, leases, ledger, pages, peers
from headrace.store import messages as rows

_numbers = itertools.count(1)

#: One database serves all examples: each has a chat of its own.
shared = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def new_chat(connection):
    """A chat id that no example had, and the lease to write it."""
    chat_id = -next(_numbers)
    return chat_id, leases.acquire(connection, f"chat:{chat_id}", "here:1:1", now=1)


def save(connection, lease, page):
    return pages.save_page(connection, lease, page, news=(), claim=None, now=2)


@given(message=structs(Message, id=st.integers(1, 2**31 - 1)))
@shared
def test_every_field_of_a_message_comes_back(connection, message):
    chat_id, lease = new_chat(connection)
    page = make_page([message], chat_id=chat_id)
    assert save(connection, lease, page).new == 1
    assert rows.get(connection, chat_id, message.id).message == message
    assert save(connection, lease, page).edited == 0


@given(chat=structs(Chat), peer=structs(Peer))
@shared
def test_every_field_of_chats_and_peers_comes_back(connection, chat, peer):
    chats.save(connection, chat, now=1)
    assert chats.get(connection, chat.id) == chat
    full = Peer(**{**{f: getattr(peer, f) for f in peer.__struct_fields__}, "minimal": False})
    peers.save(connection, [full])
    assert peers.get(connection, [peer.id]) == [full]


TOP = 40
PAGES = st.lists(
    st.tuples(st.integers(1, TOP), st.integers(1, TOP), st.sets(st.integers(1, TOP), max_size=TOP)),
    min_size=1,
    max_size=8,
)


@given(steps=PAGES)
@shared
def test_the_ledger_is_a_set_of_ids(connection, steps):
    """The model: which ids were read, and which of them are stored."""
    chat_id, lease = new_chat(connection)
    read, stored = [], set()
    for one, other, ids in steps:
        lo, hi = min(one, other), max(one, other)
        there = {i for i in ids if lo <= i <= hi}
        save(connection, lease, make_page(there, lo=lo, hi=hi, chat_id=chat_id))
        read.append(IdRange(lo=lo, hi=hi))
        stored |= there
        found = coverage.ranges(connection, chat_id, "history", "telegram")
        assert [(c.lo, c.hi) for c in found] == [(r.lo, r.hi) for r in union(read)]
        for c in found:
            inside = {i for i in stored if c.lo <= i <= c.hi}
            assert (c.stored, c.ids_sum) == (len(inside), sum(inside))
    verdicts = ledger.verify(connection, chat_id, "history", "telegram")
    assert all(verdict.is_whole for verdict in verdicts)


@given(steps=PAGES, order=st.randoms(use_true_random=False))
@shared
def test_the_order_of_pages_does_not_matter(connection, steps, order):
    found = []
    # A message is on every page that covers it, as on a server that does not change.
    everything = set().union(*(ids for *_, ids in steps))
    for _ in range(2):
        chat_id, lease = new_chat(connection)
        for one, other, _ in steps:
            lo, hi = min(one, other), max(one, other)
            there = {i for i in everything if lo <= i <= hi}
            save(connection, lease, make_page(there, lo=lo, hi=hi, chat_id=chat_id))
        found.append(coverage.ranges(connection, chat_id, "history", "telegram"))
        order.shuffle(steps)
    assert found[0] == found[1]


@given(
    steps=st.lists(
        st.tuples(st.integers(1, TOP), st.integers(0, 10), st.sets(st.integers(1, TOP))),
        max_size=6,
    )
)
@shared
def test_each_id_that_was_read_has_one_fate(connection, steps):
    """Poisoned rows on any page: what is covered is stored, failed or absent, never unknown."""
    chat_id, lease = new_chat(connection)
    read, stored, failed = [], set(), set()
    for lo, length, poisoned in steps:
        ids = range(lo, lo + length + 1)
        page = make_page(
            [Message(id=i, date=0, views=2**80 if i in poisoned else 1) for i in ids],
            chat_id=chat_id,
        )
        save(connection, lease, page)
        read.append(IdRange(lo=page.lo, hi=page.hi))
        stored |= set(ids) - poisoned
        failed = (failed - set(ids)) | (set(ids) & poisoned)
    for i in range(1, TOP + 12):
        state = ledger.whereabouts(connection, chat_id, i).state
        unread = bool(subtract([IdRange(lo=i, hi=i)], read))
        expected = "stored" if i in stored else "failed" if i in failed else "not yet read"
        assert state == expected
        assert unread == (state == "not yet read")


@given(number=INTEGERS)
@shared
def test_any_64_bit_id_is_a_peer(connection, number):
    peers.save(connection, [Peer(id=number, kind="user")])
    assert [peer.id for peer in peers.get(connection, [number])] == [number]
