"""Whichever source is read first: the same archive, for any history and any interleaving."""

import itertools

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.builders import CHAT_ID, make_chat, make_message, make_page, make_peer

from headrace.model.coverage import Failure
from headrace.model.media import Photo
from headrace.model.message import Reaction, Replies
from headrace.model.text import Entity
from headrace.store import chats, leases, ledger, messages, pages
from headrace.store.digest import of_archive

TOP = 4
IDS = st.integers(1, TOP)

#: What a message says: text, photo (0: none), edit date (0: never), album.
STATES = st.tuples(
    st.sampled_from(["mill", "race", ""]),
    st.integers(0, 2),
    st.sampled_from([0, 5, 9]),
    st.booleans(),
)
SHOWN = st.dictionaries(IDS, STATES, max_size=TOP)
#: A page of Telegram's: messages, ids called empty, ids that failed, whether rows are poisoned.
TELEGRAM = st.tuples(
    SHOWN, st.sets(IDS, max_size=2), st.sets(IDS, max_size=2), st.sampled_from([False, False, True])
)
#: An export: messages, ids that are malformed, whether it has the bytes and knows their size.
DESKTOP = st.tuples(SHOWN, st.sets(IDS, max_size=1), st.booleans(), st.booleans())

shared = settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def telegrams(number, found):
    """A page as Telegram answers it; the whole range is proven."""
    shown, empty, failed, poisoned = found
    shown = {i: state for i, state in shown.items() if i not in empty | failed}
    written = [telegram_message(i, state, number) for i, state in shown.items()]
    if poisoned and written:
        written[0] = make_message(written[0].id, views=2**70)
    peers = (make_peer(1, name=f"T{number}", photo=str(number), minimal=bool(number % 2)),)
    return make_page(
        written,
        lo=min([*shown, *empty, *failed], default=1),
        hi=max([*shown, *empty, *failed], default=TOP),
        absent=tuple(sorted(empty - failed)),
        failures=tuple(Failure(lo=i, hi=i, reason="unknown_constructor") for i in failed),
        peers=peers,
    )


def telegram_message(number, state, views):
    text, photo, edited, in_album = state
    media = Photo(file=f"photo/{photo}", size=photo * 10, width=photo) if photo else None
    return make_message(
        number,
        text=text,
        media=media,
        edited=edited or None,
        author=1 + number % 2,
        views=views,
        entities=emoji_of(photo),
        reactions=(Reaction(type="emoji", emoji="❤", count=views % 3),),
        replies=Replies(count=views % 2),
        grouped_id=100 + number // 3 if in_album else None,
    )


def emoji_of(photo):
    """Either source names the same custom emoji, which is a file of Telegram's."""
    if not photo:
        return ()
    return (Entity(type="custom_emoji", offset=0, length=1, document_id=str(photo % 2 + 1)),)


def exported(number, found):
    """The pages of an export: runs of ids that it contains."""
    shown, failed, has_bytes, has_sizes = found
    shown = {i: state for i, state in shown.items() if i not in failed}
    for run in runs(sorted({*shown, *failed})):
        yield make_page(
            [
                exported_message(i, shown[i], has_bytes, has_sizes, number)
                for i in run
                if i in shown
            ],
            lo=run[0],
            hi=run[-1],
            source="desktop",
            failures=tuple(Failure(lo=i, hi=i, reason="malformed") for i in run if i in failed),
            peers=(make_peer(1, name=f"D{number}" if number % 2 else ""), make_peer(2)),
        )


def exported_message(number, state, has_bytes, has_sizes, hearts):
    text, photo, edited, in_album = state
    media = Photo(
        file=f"desktop/{number}/{edited}",
        size=photo * 10 if has_sizes else 0,
        width=photo,
        absent="" if has_bytes else "not_included",
    )
    return make_message(
        number,
        text=text,
        media=media if photo else None,
        edited=edited or None,
        author=CHAT_ID,
        entities=emoji_of(photo),
        reactions=(Reaction(type="emoji", emoji="❤", count=hearts),),
        grouped_id=-(2**62) + number // 2 if in_album else None,
        inferred_album=in_album,
    )


def runs(ids):
    for _, group in itertools.groupby(enumerate(ids), lambda pair: pair[1] - pair[0]):
        yield [one for _, one in group]


class Archive:
    """An archive in a savepoint, filled step by step."""

    def __init__(self, connection):
        self.connection = connection
        self.now = 10
        self.lease = leases.acquire(connection, f"chat:{CHAT_ID}", "here:1:1", now=self.now)

    def read(self, step):
        self.now += 10
        kind, found = step
        if kind == "chat":
            chats.save(self.connection, make_chat(title=found), self.now, found)
            return
        pages.save_page(
            self.connection, self.lease, found, news=found.peers, claim=None, now=self.now
        )

    def verdicts(self):
        for source in ("telegram", "desktop"):
            yield from ledger.verify(self.connection, CHAT_ID, "history", source)


def filled(connection, steps):
    """What an archive is after steps; nothing of it stays."""
    with connection.begin_nested() as everything:
        archive = Archive(connection)
        for step in steps:
            archive.read(step)
        assert all(one.is_whole for one in archive.verdicts())
        found = of_archive(connection).tables, texts(connection), states(connection)
        everything.rollback()
    return found


def texts(connection):
    """All texts that the archive has of each message."""
    return {
        i: {known.message.text, *(one.text for one in messages.versions(connection, CHAT_ID, i))}
        for i in range(1, TOP + 1)
        if (known := messages.get(connection, CHAT_ID, i)) is not None
    }


def states(connection):
    """What became of each id, but for the times."""
    found = (ledger.whereabouts(connection, CHAT_ID, i) for i in range(TOP + 2))
    return [(one.state, one.source, one.off_server, one.reason) for one in found]


any_sources = given(
    telegram=st.lists(TELEGRAM, max_size=4),
    desktop=st.lists(DESKTOP, max_size=3),
    order=st.randoms(use_true_random=False),
)


@any_sources
@shared
def test_any_interleaving_of_two_sources_gives_the_same_archive(
    connection, telegram, desktop, order
):
    interleave(connection, telegram, desktop, order)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@any_sources
@settings(shared, max_examples=1000)
def test_a_thousand_interleavings(connection, telegram, desktop, order):
    interleave(connection, telegram, desktop, order)


def interleave(connection, telegram, desktop, order):
    of_telegram = [("chat", "telegram")] if telegram else []
    of_telegram += [("page", telegrams(n, one)) for n, one in enumerate(telegram, 1)]
    of_desktop = [("chat", "desktop")] if desktop else []
    of_desktop += [("page", p) for n, one in enumerate(desktop, 1) for p in exported(n, one)]
    places = [True] * len(of_telegram) + [False] * len(of_desktop)
    order.shuffle(places)
    one, other = iter(of_telegram), iter(of_desktop)
    mixed = [next(one) if is_telegrams else next(other) for is_telegrams in places]
    tables, kept, found = filled(connection, of_telegram + of_desktop)
    for steps in (of_desktop + of_telegram, mixed, [*mixed, *of_desktop]):
        again, kept_too, found_too = filled(connection, steps)
        assert again == tables
        assert kept_too == kept
        assert found_too == found
    assert_nothing_is_lost(of_telegram + of_desktop, kept)


def assert_nothing_is_lost(steps, kept):
    """Each text with its edit date stays, but where a source took it back under the same date."""
    last = {}
    for kind, page in steps:
        for message in page.messages if kind == "page" else ():
            if message.views is None or message.views < 2**63:
                last[page.source, message.id, message.edited] = message
    for (_, number, _), message in last.items():
        if message.text:
            assert message.text in kept[number]
