"""Progress in a terminal: bars where there is one, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from rich.console import Console, RenderableType
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from headrace.cli import output
from headrace.model.job import Progress, ProgressSink, Silent, Wait

#: Seconds between two plain lines of a long import.
PLAIN_EVERY_S = 10.0

#: Stages that say how far they are.
_TOLD = ("history", "refresh", "comments", "media")
_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}


def wait_line(wait: Wait, now: float) -> str:
    """The sentence for a pause, with the time that is left."""
    left = max(0, round(wait.until - now))
    minutes, seconds = divmod(left, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
    if wait.reason != "flood":
        return f"No connection to Telegram; next try in {clock}. Nothing is lost."
    today = _ORDINALS.get(wait.today, f"{wait.today}th")
    return (
        f"Telegram asks for a pause: {clock} left ({wait.method}, {today} today). "
        "Nothing is lost; this goes on by itself."
    )


def _messages(progress: Progress) -> str:
    posts = progress.posts
    return f"{posts.done:,} of {posts.total:,} messages, {progress.rate:.0f}/s"


def _comments(progress: Progress) -> str:
    comments = progress.comments
    return f"{comments.done:,} of {comments.total:,} comments"


def _files(progress: Progress) -> str:
    files, done, total = progress.files, progress.bytes.done / 1e6, progress.bytes.total / 1e6
    return f"{files.done:,} of {files.total:,} files, {done:,.1f} of {total:,.1f} MB"


def _told_of_stage(progress: Progress) -> list[str]:
    match progress.stage:
        case "history":
            return [_messages(progress)]
        case "comments":
            return [_comments(progress)]
        case "refresh" if progress.posts.done:
            return [f"{progress.posts.done:,} stored messages looked at again"]
    return []


class Shown(ProgressSink, Protocol):
    """A sink that can step aside for a question."""

    def aside(self) -> AbstractContextManager[None]:
        """Show nothing while the block runs."""


class _Hidden(Silent):
    """Shows nothing."""

    def aside(self) -> AbstractContextManager[None]:
        return nullcontext()


class PlainLines:
    """One line when a stage begins, every ten seconds, and for every pause."""

    def __init__(self) -> None:
        self._stage = ""
        self._next = 0.0
        self._wait: Wait | None = None

    def update(self, progress: Progress) -> None:
        """Print a line if there is something to say."""
        now = time.monotonic()
        if progress.wait is not None and progress.wait != self._wait:
            output.notice(wait_line(progress.wait, time.time()))
        self._wait = progress.wait
        if progress.stage == self._stage and now < self._next:
            return
        self._next = now + PLAIN_EVERY_S
        self._stage = progress.stage
        if progress.stage in _TOLD and progress.state == "running":
            told = _told_of_stage(progress)
            told += [_files(progress)] if progress.files.total else []
            if told:
                output.notice(f"{progress.title}: " + "; ".join(told))

    def aside(self) -> AbstractContextManager[None]:
        """Lines stand in nobody's way."""
        return nullcontext()


class _Bars(Bars):
    """Bars with the countdown of a pause below."""

    latest: Progress | None = None

    def get_renderables(self) -> Iterable[RenderableType]:
        """The table of bars, then the pause."""
        yield self.make_tasks_table(self.tasks)
        if self.latest is not None and self.latest.wait is not None:
            yield wait_line(self.latest.wait, time.time())


class TerminalBars:
    """Bars of messages, of comments and of bytes, and a line that counts a pause down."""

    def __init__(self, bars: _Bars) -> None:
        self._bars = bars
        self._messages = bars.add_task("Asking Telegram …", total=None, done="", rate="")
        self._talk = bars.add_task("  comments", total=None, visible=False, done="", rate="")
        self._bytes = bars.add_task("  files", total=None, visible=False, done="", rate="")

    def update(self, progress: Progress) -> None:
        """Move the bars; drawing happens at the terminal's own pace."""
        self._bars.latest = progress
        posts, files = progress.posts, progress.files
        self._bars.update(
            self._messages,
            description=_clean(progress.title) or "Asking Telegram …",
            total=posts.total or None,
            completed=posts.done,
            done=f"{posts.done:,} of {posts.total:,} messages" if posts.total else "",
            rate=f"{progress.rate:,.0f}/s" if progress.rate else "",
            visible=bool(posts.total) or not files.total,
        )
        talk = progress.comments
        self._bars.update(
            self._talk,
            total=talk.total or None,
            completed=talk.done,
            done=f"{talk.done:,} of {talk.total:,} comments",
            visible=bool(talk.total),
        )
        self._bars.update(
            self._bytes,
            description=f"  {files.done:,} of {files.total:,} files",
            total=progress.bytes.total or None,
            completed=progress.bytes.done,
            done=f"{progress.bytes.done / 1e6:,.1f} of {progress.bytes.total / 1e6:,.1f} MB",
            visible=bool(files.total),
        )

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bars away while the block runs."""
        self._bars.stop()
        try:
            yield
        finally:
            self._bars.start()


@contextmanager
def _terminal_bars() -> Iterator[Shown]:
    bars = _Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[done]}", markup=False),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        refresh_per_second=5,
    )
    with bars:
        yield TerminalBars(bars)


def shown(*, quiet: bool) -> AbstractContextManager[Shown]:
    """The sink that fits: none, bars, or lines."""
    if quiet:
        return nullcontext(_Hidden())
    if Console(stderr=True).is_terminal:
        return _terminal_bars()
    return nullcontext(PlainLines())


def _clean(title: str) -> str:
    """A title without control characters, short enough for one line."""
    return "".join(c for c in title if c.isprintable())[:40]
