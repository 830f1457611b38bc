"""Moments and sizes as people type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_AGO = re.compile(r"(\d+)\s*([hdw])")
_AGO_S = {"h": 3600, "d": 86_400, "w": 604_800}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?")


def parse_moment(text: str, now: float) -> int:
    """``2024-01-31``, an ISO time, or ``30d`` (that long before ``now``), in Unix seconds.

    UTC unless the text has an offset.

    Raises:
        ValueError: of no such form; the message says which forms there are.
    """
    ago = _AGO.fullmatch(text.strip().lower())
    if ago is not None:
        return int(now) - int(ago[1]) * _AGO_S[ago[2]]
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            f"{text!r} is no date: write 2024-01-31, 2024-01-31T18:00, "
            "2024-01-31T18:00+03:00, or 30d"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def parse_size(text: str) -> int:
    """``100MB``, ``1.5G``, ``700KiB`` or a number, in bytes; without ``i`` a K is 1,000.

    Raises:
        ValueError: of no such form.
    """
    found = _SIZE.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"{text!r} is no size: write 100MB, 1.5GB, 700KiB, or bytes")
    base = 1024 if found[3] else 1000
    return int(float(found[1]) * base ** " kmgt".index(found[2] or " "))
