"""Reactions of an export: how often each was given, and who is named with one."""

from __future__ import annotations

from typing import Any

from headrace.desktop.text import emoji_id
from headrace.desktop.values import count, marked_peer, moment, text_of
from headrace.model.message import Reaction, RecentReaction

_KINDS = ("emoji", "custom_emoji", "paid")


def read_reactions(raw: Any) -> tuple[tuple[Reaction, ...], tuple[RecentReaction, ...]]:
    """(counts, recent); one that only ``recent`` knows has no count."""
    counts: list[Reaction] = []
    recent: list[RecentReaction] = []
    for one in raw if isinstance(raw, list) else ():
        if not isinstance(one, dict) or one.get("type") not in _KINDS:
            continue
        fields = {
            "type": one["type"],
            "emoji": text_of(one.get("emoji")),
            "document_id": emoji_id(one.get("document_id")),
        }
        if number := count(one.get("count")):
            counts.append(Reaction(count=number, **fields))
        for who in named_with(one):
            author, date = marked_peer(who.get("from_id")), moment(who, "date")[0]
            recent.append(RecentReaction(author=author, date=date, **fields))
    return tuple(counts), tuple(recent)


def named_with(reaction: Any) -> list[dict[str, Any]]:
    """Those whom an export names with a reaction."""
    recent = reaction.get("recent") if isinstance(reaction, dict) else None
    return [who for who in recent if isinstance(who, dict)] if isinstance(recent, list) else []
