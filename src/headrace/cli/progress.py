"""Progress in a terminal: bars where there is one, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from headrace.cli import output
from headrace.model.job import Progress, ProgressSink, Silent, Wait

#: Seconds between two plain lines of a long import.
PLAIN_EVERY_S = 10.0

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
        if progress.stage == "history" and progress.state == "running":
            posts = progress.posts
            output.notice(
                f"{progress.title}: {output.number(posts.done)} of {output.number(posts.total)} "
                f"messages, {progress.rate:.0f}/s"
            )
        if progress.stage == "media" and progress.state == "running":
            done, total = progress.bytes.done / 1e6, progress.bytes.total / 1e6
            output.notice(
                f"{progress.title}: {output.number(progress.files.done)} of "
                f"{output.number(progress.files.total)} files, {done:,.1f} of {total:,.1f} MB"
            )
        self._stage = progress.stage


class _Bars(Bars):
    """Bars with the countdown of a pause below."""

    latest: Progress | None = None

    def get_renderables(self) -> Iterable[RenderableType]:
        """The table of bars, then the pause."""
        yield self.make_tasks_table(self.tasks)
        if self.latest is not None and self.latest.wait is not None:
            yield wait_line(self.latest.wait, time.time())


class TerminalBars:
    """A bar of messages, and a second line that counts a pause down."""

    def __init__(self, bars: _Bars) -> None:
        self._bars = bars
        self._task = bars.add_task("…", total=None, rate="")

    def update(self, progress: Progress) -> None:
        """Move the bar; drawing happens at the terminal's own pace."""
        self._bars.latest = progress
        if progress.stage == "media":
            self._show_media(progress)
            return
        self._bars.update(
            self._task,
            description=_clean(progress.title) or "Asking Telegram …",
            total=progress.posts.total or None,
            completed=progress.posts.done,
            rate=f"{progress.rate:,.0f}/s" if progress.rate else "",
        )

    def _show_media(self, progress: Progress) -> None:
        """The same bar counts kilobytes, since files differ so much in size."""
        self._bars.update(
            self._task,
            description=f"{_clean(progress.title)}: {progress.files.done:,} of "
            f"{progress.files.total:,} files, kB",
            total=progress.bytes.total // 1000 or None,
            completed=progress.bytes.done // 1000,
            rate="",
        )


@contextmanager
def _terminal_bars() -> Iterator[ProgressSink]:
    bars = _Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        refresh_per_second=5,
    )
    with bars:
        yield TerminalBars(bars)


def shown(*, quiet: bool) -> AbstractContextManager[ProgressSink]:
    """The sink that fits: none, bars, or lines."""
    if quiet:
        return nullcontext(Silent())
    if Console(stderr=True).is_terminal:
        return _terminal_bars()
    return nullcontext(PlainLines())


def _clean(title: str) -> str:
    """A title without control characters, short enough for one line."""
    return "".join(c for c in title if c.isprintable())[:40]
