"""Progress: counts what was saved and hands snapshots to a sink."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from headrace.model.job import Progress, ProgressSink, Tally, Wait
from headrace.model.page import Page, Saved

#: Seconds over which the rate is taken: long enough to be calm, short enough to be true.
RATE_WINDOW_S = 5.0
_MARK_EVERY_S = 0.1


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
        self._files = self._bytes = self._comments = Tally()

    def enter(
        self, stage: str, *, title: str = "", total: int | None = None, afresh: bool = False
    ) -> None:
        """Go on to a stage; a total that is given replaces the one before.

        ``afresh``: its messages are counted from zero.
        """
        if afresh:
            self.total = self._posts_read = self._read = 0
            self._marks = deque([(self._monotonic(), 0, self._bytes.done)])
        self.stage = stage
        self.title = title or self.title
        self.total = self.total if total is None else total
        self.publish()

    def page(self, page: Page, saved: Saved) -> None:
        """Count a committed page, and what of it could not be read."""
        self._posts_read += len(page.messages)
        self._count(page, saved)

    def comments_page(self, page: Page, saved: Saved) -> None:
        """The same with a page of comments, or of a discussion group."""
        self.comments_found(saved.new)
        self._count(page, saved)

    def comments_found(self, number: int) -> None:
        """Count comments that are stored."""
        done = self._comments.done + number
        self._comments = Tally(done=done, total=max(done, self._comments.total))

    def comments(self, stored: int, expected: int) -> None:
        """How many comments are stored, of how many that Telegram counts."""
        self._comments = Tally(done=stored, total=max(stored, expected))
        self.publish()

    def _count(self, page: Page, saved: Saved) -> None:
        self._read += len(page.messages)
        self.saved += saved
        self.failures += saved.failed + len(page.failures)
        self._mark()
        self.publish()

    def wanted(self, files: int, size: int) -> None:
        """How many files are still wanted, and the declared bytes of all that count so far."""
        done = self._bytes.done
        self._files = Tally(done=self._files.done, total=self._files.done + files)
        self._bytes = Tally(done=done, total=max(done, size))
        self.publish()

    def file(self) -> None:
        """Count a file of which it is known what became."""
        done = self._files.done + 1
        self._files = Tally(done=done, total=max(done, self._files.total))
        self.publish()

    def bytes(self, count: int) -> None:
        """Count bytes that have arrived."""
        done = self._bytes.done + count
        self._bytes = Tally(done=done, total=max(done, self._bytes.total))
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
        self._sink.update(
            Progress(
                state="waiting" if self._wait and self.state == "running" else self.state,
                stage=self.stage,
                title=self.title,
                posts=Tally(done=self._posts_read, total=total),
                comments=self._comments,
                files=self._files,
                bytes=self._bytes,
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
        comments = self._comments.total - self._comments.done
        left = total - self._posts_read + comments
        left_bytes = self._bytes.total - self._bytes.done
        if (left and not messages) or (left_bytes and not size) or not (messages or size):
            return None
        return max(left / messages if left else 0.0, left_bytes / size if left_bytes else 0.0)
