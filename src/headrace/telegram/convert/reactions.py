"""Reactions: how often each was given, who gave the last ones, and who paid most."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from headrace.model.message import Reaction, RecentReaction, TopReactor
from headrace.telegram.convert.values import NotUnderstood, marked, unix


def convert_reactions(reactions: Any) -> dict[str, Any]:
    """Counts, the last ones given, and who paid most: fields of a message, in the server's order.

    Raises:
        NotUnderstood: a reaction of a kind that this version does not know.
    """
    found: dict[str, Any] = {"reactions": tuple([_count(one) for one in reactions.results])}
    if reactions.recent_reactions:
        found["recent_reactions"] = tuple([_recent(one) for one in reactions.recent_reactions])
    if reactions.top_reactors:
        found["top_reactors"] = tuple([_top(one) for one in reactions.top_reactors])
    return found


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


def _top(one: Any) -> TopReactor:
    return TopReactor(
        author=marked(one.peer_id),
        count=one.count,
        top=bool(one.top),
        my=bool(one.my),
        anonymous=bool(one.anonymous),
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
            raise NotUnderstood(reaction)
