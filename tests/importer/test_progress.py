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

    def page(self, count, *, comments=False, comments_of_posts=0):
        self.now += 1
        messages = [make_message(number) for number in range(1, count + 1)]
        page, saved = make_page(messages), Saved(new=count)
        if comments:
            self.meter.comments_page(page, saved)
        else:
            self.meter.page(page, saved, comments_of_posts)


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


def test_posts_that_will_come_are_expected_to_bring_their_share():
    it = Watched(0)
    it.meter.expect(50, 5_000)
    assert it.last.files.total == 0
    it.meter.enter("history", total=100, of=200)
    assert (it.last.files.total, it.last.bytes.total) == (25, 2_500)
    it.page(50, comments_of_posts=7)
    assert (it.last.comments.total, it.last.files.total) == (14, 25)
    it.meter.wanted(3, 30)
    assert (it.last.files.total, it.last.bytes.total) == (3 + 13, 30 + 1_250)
    it.page(50, comments_of_posts=1)
    assert it.last.comments.total == 8
    it.meter.enter("comments")
    it.meter.comments(2, 5)
    assert (it.last.comments.done, it.last.comments.total) == (2, 5)
    it.meter.bytes(20)
    it.meter.file()
    it.meter.wanted(3, 30)
    assert (it.last.files.total, it.last.bytes.total) == (4, 30)


def test_what_is_left_at_the_end_counts_beside_what_has_come():
    it = Watched(0)
    it.meter.wanted(2, 1_000)
    it.meter.bytes(400)
    it.meter.file()
    it.meter.left(0, 0)
    assert (it.last.files.done, it.last.files.total) == (1, 1)
    assert (it.last.bytes.done, it.last.bytes.total) == (400, 400)


def test_messages_that_are_looked_at_again_bring_no_other_comments():
    it = Watched(10)
    it.page(10, comments_of_posts=4)
    it.meter.enter("refresh", afresh=True)
    it.page(10, comments_of_posts=4)
    assert it.last.comments.total == 4
