"""What commands print: results on standard output, errors and notices on standard error."""

from __future__ import annotations

import json
import sys
from typing import Any

from headrace.errors import FloodPause, HeadraceError
from headrace.transform.visible import ACTING, visible


def line(text: str) -> None:
    """Print a line of the result; foreign text in it cannot act on the terminal."""
    exactly(visible(text))


def exactly(text: str) -> None:
    """Print a line of data for programs, as it is."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def notice(text: str) -> None:
    """Print a line that is no result."""
    sys.stderr.write(visible(text) + "\n")
    sys.stderr.flush()


def as_json(value: dict[str, Any]) -> None:
    """Print one JSON object on one line; what could act on a terminal is escaped."""
    _print_json(value)


def error(problem: HeadraceError, *, as_json: bool) -> None:
    """Say what is wrong and what to do next, never how the program is built."""
    notice(f"headrace: {problem}" + (f"\n{problem.hint}" if problem.hint else ""))
    if as_json:
        shape = {
            "error": type(problem).__name__,
            "message": str(problem),
            "hint": problem.hint,
            "exit_code": problem.exit_code,
        }
        if isinstance(problem, FloodPause):
            shape |= {"resume_at": int(problem.resume_at), "method": problem.method}
        if problem.report is not None:
            from headrace.app import builtins_of

            shape["report"] = builtins_of(problem.report)
        _print_json(shape)


def number(value: int) -> str:
    """12403 as 12,403."""
    return f"{value:,}"


def _print_json(value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    exactly(ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
