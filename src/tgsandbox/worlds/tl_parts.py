"""Parts of a message in TL: forward and reply headers, replies, reactions, restrictions."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox.worlds import ids, tl_media, tl_text
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations

_REACTION_KEYS = ("reactions", "recent_reactions", "top_reactors")


def forward(content: Content | None) -> Any:
    """A forward header; TL demands a date, 0 stands for none."""
    if content is None:
        return None
    return types.MessageFwdHeader(
        date=content.get("date", 0),
        imported=content.get("imported"),
        saved_out=content.get("saved_out"),
        from_id=_peer(content.get("from")),
        from_name=content.get("name"),
        channel_post=content.get("post"),
        post_author=content.get("signature"),
        saved_from_peer=_peer(content.get("saved_from")),
        saved_from_msg_id=content.get("saved_from_msg_id"),
        saved_from_id=_peer(content.get("saved_from_id")),
        saved_from_name=content.get("saved_from_name"),
        saved_date=content.get("saved_date"),
        psa_type=content.get("psa"),
    )


def reply(content: Content | None, locations: Locations) -> Any:
    if content is None:
        return None
    if "story_id" in content:
        return types.MessageReplyStoryHeader(_peer(content["peer"]), content["story_id"])
    quote = content.get("quote") or {}
    return types.MessageReplyHeader(
        reply_to_scheduled=content.get("scheduled"),
        forum_topic=content.get("forum_topic"),
        quote=bool(quote) or None,
        reply_to_msg_id=content.get("msg_id"),
        reply_to_peer_id=_peer(content.get("peer")),
        reply_from=forward(content.get("from")),
        reply_media=tl_media.media(content.get("media"), locations),
        reply_to_top_id=content.get("top_id"),
        quote_text=quote.get("text"),
        quote_entities=tl_text.entities(quote.get("entities")),
        quote_offset=quote.get("offset"),
        todo_item_id=content.get("todo_item"),
        poll_option=_bytes(content.get("poll_option")),
        reply_to_ephemeral=content.get("ephemeral"),
    )


def replies(content: Content | None) -> Any:
    if content is None:
        return None
    chat = content.get("chat")
    count = content.get("count", 0)
    return types.MessageReplies(
        replies=count,
        replies_pts=content.get("pts", count + 1),
        comments=content.get("comments"),
        recent_repliers=[ids.peer(marked) for marked in content.get("recent", [])] or None,
        channel_id=ids.bare_id(chat) if chat else None,
        max_id=content.get("max_id"),
    )


def reactions(content: Content) -> Any:
    """``MessageReactions`` of a whole message's counts, recent ones and top reactors."""
    counts, recent, top = (content.get(key) for key in _REACTION_KEYS)
    if not counts and not recent and not top:
        return None
    return types.MessageReactions(
        results=[
            types.ReactionCount(reaction=_reaction(one), count=one["count"]) for one in counts or []
        ],
        can_see_list=bool(recent) or None,
        recent_reactions=[_recent(one) for one in recent or []] or None,
        top_reactors=[_reactor(one) for one in top or []] or None,
    )


def _recent(content: Content) -> Any:
    return types.MessagePeerReaction(
        peer_id=ids.peer(content["author"]), date=content["date"], reaction=_reaction(content)
    )


def _reactor(content: Content) -> Any:
    flags = {key: content.get(key) for key in ("top", "my", "anonymous")}
    author = _peer(content.get("author"))
    return types.MessageReactor(count=content["count"], peer_id=author, **flags)


def _reaction(content: Content) -> Any:
    match content["type"]:
        case "emoji":
            return types.ReactionEmoji(content["emoji"])
        case "custom_emoji":
            return types.ReactionCustomEmoji(int(content["document_id"]))
        case _:
            return types.ReactionPaid()


def restrictions(contents: list[Content] | None) -> list[Any] | None:
    if not contents:
        return None
    return [
        types.RestrictionReason(
            platform=content.get("platform", ""),
            reason=content.get("reason", ""),
            text=content.get("text", ""),
        )
        for content in contents
    ]


def _bytes(text: str | None) -> bytes | None:
    return tl_media.from_base64(text) if text is not None else None


def _peer(marked: int | None) -> Any:
    return ids.peer(marked) if marked is not None else None
