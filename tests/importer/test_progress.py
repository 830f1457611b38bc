"""How fast an import is, and how long the rest of it takes."""

from tests.builders import make_message, make_page

from headrace.importer.progress import RATE_WINDOW_S, Meter
from headrace.model.page import Saved


class Watched:
    """A meter, its clock, and the last that it has said."""

    def __init__(self, total):
        self.now = 100.0
        self.last = None
        self.meter = Meter(self, lambda: self.now, 0)
        self.meter.enter("history", total=total)

    def update(self, progress):
        self.last = progress

    def page(self, count, *, comments=False):
        self.now += 1
        messages = [make_message(number) for number in range(1, count + 1)]
        take = self.meter.comments_page if comments else self.meter.page
        take(make_page(messages), Saved(new=count))


def test_nobody_knows_before_anything_has_come():
    assert Watched(100).last.eta_s is None


def test_messages_that_are_left_come_as_fast_as_the_last():
    it = Watched(100)
    it.page(20)
    assert (it.last.rate, it.last.eta_s) == (20, 4)


def test_comments_count_with_posts():
    it = Watched(20)
    it.page(20)
    it.meter.comments(0, 60)
    assert it.last.eta_s == 3
    it.page(20, comments=True)
    assert it.last.eta_s == 2


def test_the_slower_of_messages_and_files_counts():
    it = Watched(20)
    it.page(20)
    it.meter.wanted(4, 4_000)
    assert it.last.eta_s is None
    it.now += 1
    it.meter.bytes(1_000)
    assert it.last.eta_s == 6
    it.meter.bytes(3_000)
    assert it.last.eta_s == 0


def test_what_was_long_ago_says_nothing_of_the_rate():
    it = Watched(1_000)
    it.page(100)
    for _ in range(2 * int(RATE_WINDOW_S)):
        it.page(10)
    assert it.last.rate == 10
