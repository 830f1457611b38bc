"""The months of a channel, by year, for jumping to a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from headrace.model.chat import Chat
from headrace.model.reading import Month
from headrace.pages.views.scene import Frame

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class MonthView(NamedTuple):
    """``share`` of the fullest month, in percent."""

    name: str
    posts: str
    share: int
    url: str
    month: str


class YearView(NamedTuple):
    year: str
    months: tuple[MonthView, ...]


def year_views(
    frame: Frame, chat: Chat, months: Sequence[Month], kept: Mapping[str, Any] = _NOTHING
) -> list[YearView]:
    """Newest first; ``kept``: what the addresses have to say besides the place."""
    most = max((one.count for one in months), default=1)
    years: dict[str, list[MonthView]] = {}
    for one in sorted(months, key=lambda one: one.month, reverse=True):
        year, number = one.month.split("-")
        view = MonthView(
            frame.language.t(f"month.{int(number)}"),
            frame.language.number(one.count),
            max(round(one.count * 100 / most), 1),
            frame.routes.feed(chat, below=one.position + 1, **kept),
            one.month,
        )
        years.setdefault(year, []).append(view)
    return [YearView(year, tuple(views)) for year, views in years.items()]
