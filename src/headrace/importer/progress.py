"""Progress: counts what was saved and hands snapshots to a sink."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from headrace.model.job import Progress, ProgressSink, Tally, Wait
from headrace.model.page import Page, Saved

#: Seconds over which the rate is taken: long enough to be calm, short enough to be true.
RATE_WINDOW_S = 5.0
_MARK_EVERY_S = 0.1


@dataclass(slots=True)
class _Sum:
    """Done of a total: what is known of it, and what posts are expected to bring that will come."""

    done: int = 0
    known: int = 0
    coming: int = 0

    def tally(self) -> Tally:
        return Tally(done=self.done, total=max(self.done, self.known + self.coming))


class Meter:
    """The running sums of one import; every change goes to the sink at once."""

    def __init__(self, sink: ProgressSink, monotonic: Callable[[], float], now: float) -> None:
        """``now``: wall clock at the start, in Unix seconds."""
        self._sink = sink
        self._monotonic = monotonic
        self._started = int(now)
        #: When so many messages and bytes had come.
        self._marks: deque[tuple[float, int, int]] = deque([(monotonic(), 0, 0)])
        self._read = self._posts_read = 0
        self._wait: Wait | None = None
        self.saved = Saved()
        self.state = "running"
        self.stage = "discover"
        self.title = ""
        self.total = 0
        self.failures = 0
        self._files, self._bytes, self._comments = _Sum(), _Sum(), _Sum()
        #: Files of the whole chat and their bytes, before any of them is known; and its messages.
        self._expected = (0, 0)
        self._of = 0

    def enter(
        self,
        stage: str,
        *,
        title: str = "",
        total: int | None = None,
        of: int = 0,
        afresh: bool = False,
    ) -> None:
        """Go on to a stage; a total that is given replaces the one before.

        ``of``: messages that the whole chat has. ``afresh``: they are counted from zero.
        """
        if afresh:
            self.total = self._posts_read = self._read = 0
            self._marks = deque([(self._monotonic(), 0, self._bytes.done)])
        self.stage = stage
        self.title = title or self.title
        self.total = self.total if total is None else total
        self._of = of or self._of
        if of:
            self._foresee_files()
        self.publish()

    def page(self, page: Page, saved: Saved, comments: int = 0) -> None:
        """Count a committed page, and what of it could not be read.

        ``comments``: how many Telegram counts under its posts; those to come are taken to have
        as many until ``comments()`` tells better.
        """
        self._posts_read += len(page.messages)
        if self.stage == "history":
            self._comments.known += comments
            share = self._left_posts() / max(self._posts_read, 1)
            self._comments.coming = math.ceil(self._comments.known * share)
        self._count(page, saved)

    def comments_page(self, page: Page, saved: Saved) -> None:
        """The same with a page of comments, or of a discussion group."""
        self.comments_found(saved.new)
        self._count(page, saved)

    def comments_found(self, number: int) -> None:
        """Count comments that are stored."""
        self._comments.done += number

    def comments(self, stored: int, expected: int) -> None:
        """How many comments are stored, of how many that Telegram counts."""
        self._comments = _Sum(stored, expected)
        self.publish()

    def _count(self, page: Page, saved: Saved) -> None:
        self._read += len(page.messages)
        self.saved += saved
        self.failures += saved.failed + len(page.failures)
        self._mark()
        self.publish()

    def expect(self, files: int, size: int) -> None:
        """About how many files the whole chat has, and bytes; so posts to come bring their share.

        What is counted of posts that are there replaces it, page by page.
        """
        self._expected = (files, size)
        self._foresee_files()
        self.publish()

    def wanted(self, files: int, size: int) -> None:
        """How many files are still wanted, and the declared bytes of all that count so far."""
        self._files.known = self._files.done + files
        self._bytes.known = size
        self._foresee_files()
        self.publish()

    def left(self, files: int, size: int) -> None:
        """How many files are left, and their declared bytes, now that nothing more is fetched."""
        self.wanted(files, self._bytes.done + size)

    def _foresee_files(self) -> None:
        share = min(self._left_posts() / self._of, 1) if self._of else 0
        self._files.coming, self._bytes.coming = (math.ceil(n * share) for n in self._expected)

    def _left_posts(self) -> int:
        return max(self.total - self._posts_read, 0) if self.stage == "history" else 0

    def file(self) -> None:
        """Count a file of which it is known what became."""
        self._files.done += 1
        self.publish()

    def bytes(self, count: int) -> None:
        """Count bytes that have arrived."""
        self._bytes.done += count
        self._mark()
        self.publish()

    def waiting(self, wait: Wait | None) -> None:
        """Show a pause, or that it is over."""
        self._wait = wait
        self.publish()

    def end(self, state: str, error: str = "") -> None:
        """Publish the last snapshot."""
        self.state = state
        self._wait = None
        self.publish(error)

    def publish(self, error: str = "") -> None:
        """Hand a snapshot to the sink."""
        messages, size = self._rates()
        total = max(self.total, self._posts_read)
        comments, files, data = (s.tally() for s in (self._comments, self._files, self._bytes))
        self._sink.update(
            Progress(
                state="waiting" if self._wait and self.state == "running" else self.state,
                stage=self.stage,
                title=self.title,
                posts=Tally(done=self._posts_read, total=total),
                comments=comments,
                files=files,
                bytes=data,
                rate=messages,
                eta_s=self._left(total, messages, size),
                wait=self._wait,
                failures=self.failures,
                error=error,
                started=self._started,
            )
        )

    def _mark(self) -> None:
        now = self._monotonic()
        # Parts of files come by the hundred; a tenth of a second is fine enough.
        if len(self._marks) > 1 and now - self._marks[-2][0] < _MARK_EVERY_S:
            self._marks.pop()
        self._marks.append((now, self._read, self._bytes.done))

    def _rates(self) -> tuple[float, float]:
        """Messages and bytes a second."""
        now = self._monotonic()
        while len(self._marks) > 1 and self._marks[0][0] < now - RATE_WINDOW_S:
            self._marks.popleft()
        since, messages, size = self._marks[0]
        if now <= since:
            return 0.0, 0.0
        return (self._read - messages) / (now - since), (self._bytes.done - size) / (now - since)

    def _left(self, total: int, messages: float, size: float) -> float | None:
        """Seconds for what is known to be left, as fast as of late; files come beside messages."""
        comments, data = self._comments.tally(), self._bytes.tally()
        left = total - self._posts_read + comments.total - comments.done
        left_bytes = data.total - data.done
        if (left and not messages) or (left_bytes and not size) or not (messages or size):
            return None
        return max(left / messages if left else 0.0, left_bytes / size if left_bytes else 0.0)
