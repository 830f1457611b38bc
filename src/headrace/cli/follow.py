"""``headrace status --follow``: the imports of a server that runs, as they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headrace.cli import output
from headrace.cli.progress import shown
from headrace.model.job import Progress, Tally, Wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headrace.cli.options import Globals

#: States that change no more by themselves.
_ENDED = ("paused", "interrupted", "succeeded", "failed", "cancelled")


def follow(chosen: Globals, ref: str | None) -> None:
    """Show one import until it ends, or all until none is at work."""
    from headrace import app

    server = app.find_server(chosen.settings())
    wanted = server.status(ref)["id"] if ref else ""
    with shown(quiet=chosen.quiet) as sink:
        last: dict[str, dict[str, Any]] = {}
        for status in _until_all_ended(server.follow(), wanted, len(server.statuses())):
            last[status["id"]] = status
            sink.update(progress_of(status))
    for status in last.values():
        if not chosen.quiet:
            output.line(line_of(status))
    if chosen.json:
        output.as_json({"jobs": list(last.values())})


def _until_all_ended(
    changes: Iterator[dict[str, Any]], wanted: str, jobs: int
) -> Iterator[dict[str, Any]]:
    """Changes of one job, or of all; ends when nothing more can come by itself."""
    states: dict[str, str] = {}
    if not (wanted or jobs):
        return
    for status in changes:
        states[status["id"]] = status["state"]
        if wanted in ("", status["id"]):
            yield status
        known = wanted in states if wanted else len(states) >= jobs
        watched = [states[wanted]] if wanted in states else list(states.values())
        if known and all(state in _ENDED for state in watched):
            return


def progress_of(status: dict[str, Any]) -> Progress:
    """A status of the API as progress."""
    wait = status["wait"]
    return Progress(
        state=status["state"],
        stage=status["stage"],
        title=status["title"],
        posts=Tally(**status["posts"]),
        comments=Tally(**status["comments"]),
        files=Tally(**status["files"]),
        bytes=Tally(**status["bytes"]),
        rate=status["rate"],
        eta_s=status["eta_s"],
        wait=None if wait is None else Wait(**wait),
        failures=status["failures"],
        error=status["error"],
        started=status["started_at"],
    )


def line_of(status: dict[str, Any]) -> str:
    """How a job stands, as a line."""
    name = status["title"] or status["channel"]
    posts, comments, files = (status[key]["done"] for key in ("posts", "comments", "files"))
    number = output.number
    done = f"{number(posts)} messages, {number(comments)} comments, {number(files)} files"
    error = f" {status['error']}" if status["error"] else ""
    return f"{name}: {status['state']}; {done}.{error}"
