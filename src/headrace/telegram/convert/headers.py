"""Headers: where a forward came from, and what a message answers."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from headrace.model.message import Forward, Replies, Reply
from headrace.model.text import Quote
from headrace.model.values import PeerId
from headrace.telegram.convert.media import convert_media
from headrace.telegram.convert.text import convert_entities
from headrace.telegram.convert.values import NotUnderstood, marked, marked_channel, unix


def convert_forward(header: Any) -> Forward | None:
    """A forward header."""
    if header is None:
        return None
    return Forward(
        from_id=marked(header.from_id),
        name=header.from_name or "",
        date=unix(header.date),
        post=header.channel_post,
        signature=header.post_author or "",
        saved_from=marked(header.saved_from_peer),
        saved_from_msg_id=header.saved_from_msg_id,
        saved_from_id=marked(header.saved_from_id),
        saved_from_name=header.saved_from_name or "",
        saved_date=unix(header.saved_date),
        saved_out=bool(header.saved_out),
        imported=bool(header.imported),
        psa=header.psa_type or "",
    )


def convert_reply(header: Any, chat_id: PeerId) -> tuple[Reply | None, int | None]:
    """A reply header, and the thread that the message belongs to."""
    kind = type(header)
    if kind is types.MessageReplyHeader:
        peer = marked(header.reply_to_peer_id)
        reply = Reply(
            msg_id=header.reply_to_msg_id,
            top_id=header.reply_to_top_id,
            peer=peer,
            forum_topic=bool(header.forum_topic),
            quote=_quote(header) if header.quote or header.quote_text else None,
            from_header=convert_forward(header.reply_from),
            media=convert_media(header.reply_media),
            todo_item=header.todo_item_id,
            poll_option=header.poll_option or b"",
            scheduled=bool(header.reply_to_scheduled),
            ephemeral=bool(header.reply_to_ephemeral),
        )
        here = peer is None or peer == chat_id
        return reply, (reply.top_id or reply.msg_id) if here else None
    if kind is types.MessageReplyStoryHeader:
        return Reply(peer=marked(header.peer), story_id=header.story_id), None
    raise NotUnderstood(header)


def _quote(header: Any) -> Quote:
    return Quote(
        text=header.quote_text or "",
        entities=convert_entities(header.quote_entities),
        offset=header.quote_offset,
    )


def convert_replies(replies: Any) -> Replies | None:
    """The comments or answers that Telegram counts."""
    if replies is None:
        return None
    recent = [marked(peer) for peer in replies.recent_repliers or ()]
    return Replies(
        count=replies.replies,
        comments=bool(replies.comments),
        chat=marked_channel(replies.channel_id),
        recent=tuple([peer for peer in recent if peer is not None]),
        newest=(replies.max_id or 0) if replies.comments else 0,
    )
