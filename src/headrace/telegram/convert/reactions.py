"""Reactions: how often each was given, and who gave the last ones."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from headrace.model.message import Reaction, RecentReaction
from headrace.telegram.convert.values import marked, unix


def convert_reactions(
    reactions: Any,
) -> tuple[tuple[Reaction, ...], tuple[RecentReaction, ...]]:
    """(counts, recent), in the server's order."""
    if reactions is None:
        return (), ()
    counts = tuple([_count(count) for count in reactions.results])
    recent = reactions.recent_reactions
    return counts, tuple([_recent(one) for one in recent]) if recent else ()


def _count(count: Any) -> Reaction:
    reaction = count.reaction
    if type(reaction) is types.ReactionEmoji:
        return Reaction(type="emoji", count=count.count, emoji=reaction.emoticon)
    kind, emoji, document = _kind(reaction)
    return Reaction(type=kind, count=count.count, emoji=emoji, document_id=document)


def _recent(one: Any) -> RecentReaction:
    kind, emoji, document = _kind(one.reaction)
    return RecentReaction(
        type=kind,
        author=marked(one.peer_id),
        date=unix(one.date),
        emoji=emoji,
        document_id=document,
    )


def _kind(reaction: Any) -> tuple[str, str, str]:
    match reaction:
        case types.ReactionEmoji():
            return "emoji", reaction.emoticon, ""
        case types.ReactionCustomEmoji():
            return "custom_emoji", "", str(reaction.document_id)
        case types.ReactionPaid():
            return "paid", "", ""
        case _:
            raise LookupError(type(reaction))
