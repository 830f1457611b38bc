"""Parts of a message in TL: entities, forward and reply headers, replies, reactions, buttons."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox.worlds import ids, tl_media
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations

_ENTITIES: dict[str, Any] = {
    "mention": types.MessageEntityMention,
    "hashtag": types.MessageEntityHashtag,
    "cashtag": types.MessageEntityCashtag,
    "bot_command": types.MessageEntityBotCommand,
    "url": types.MessageEntityUrl,
    "email": types.MessageEntityEmail,
    "phone_number": types.MessageEntityPhone,
    "bold": types.MessageEntityBold,
    "italic": types.MessageEntityItalic,
    "underline": types.MessageEntityUnderline,
    "strikethrough": types.MessageEntityStrike,
    "spoiler": types.MessageEntitySpoiler,
    "code": types.MessageEntityCode,
    "bank_card": types.MessageEntityBankCard,
    "unknown": types.MessageEntityUnknown,
}


def entities(contents: list[Content] | None) -> list[Any] | None:
    return [_entity(content) for content in contents] if contents else None


def _entity(content: Content) -> Any:
    place = {"offset": content["offset"], "length": content["length"]}
    match content["type"]:
        case "pre":
            return types.MessageEntityPre(language=content.get("language", ""), **place)
        case "text_link":
            return types.MessageEntityTextUrl(url=content["url"], **place)
        case "text_mention":
            return types.MessageEntityMentionName(user_id=content["user_id"], **place)
        case "custom_emoji":
            document = int(content["document_id"])
            return types.MessageEntityCustomEmoji(document_id=document, **place)
        case "blockquote":
            collapsed = content.get("collapsed")
            return types.MessageEntityBlockquote(collapsed=collapsed, **place)
        case name:
            return _ENTITIES[name](**place)


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
        quote_entities=entities(quote.get("entities")),
        quote_offset=quote.get("offset"),
        todo_item_id=content.get("todo_item"),
    )


def replies(content: Content | None) -> Any:
    if content is None:
        return None
    chat = content.get("chat")
    count = content.get("count", 0)
    return types.MessageReplies(
        replies=count,
        replies_pts=count + 1,
        comments=content.get("comments"),
        recent_repliers=[ids.peer(marked) for marked in content.get("recent", [])] or None,
        channel_id=ids.bare_id(chat) if chat else None,
    )


def reactions(counts: list[Content] | None, recent: list[Content] | None) -> Any:
    if not counts and not recent:
        return None
    return types.MessageReactions(
        results=[
            types.ReactionCount(reaction=_reaction(content), count=content["count"])
            for content in counts or []
        ],
        can_see_list=bool(recent) or None,
        recent_reactions=[
            types.MessagePeerReaction(
                peer_id=ids.peer(content["author"]),
                date=content["date"],
                reaction=_reaction(content),
            )
            for content in recent or []
        ]
        or None,
    )


def _reaction(content: Content) -> Any:
    match content["type"]:
        case "emoji":
            return types.ReactionEmoji(content["emoji"])
        case "custom_emoji":
            return types.ReactionCustomEmoji(int(content["document_id"]))
        case _:
            return types.ReactionPaid()


def buttons(rows: list[list[Content]] | None) -> Any:
    """Inline buttons; the type names TL's ``InlineButtonType…`` in snake case."""
    if not rows:
        return None
    return types.ReplyInlineMarkup(
        rows=[types.KeyboardInlineButtonRow([_button(content) for content in row]) for row in rows]
    )


def _button(content: Content) -> Any:
    fields = {key: value for key, value in content.items() if key not in {"type", "text"}}
    if isinstance(fields.get("data"), str):
        fields["data"] = tl_media.from_base64(fields["data"])
    name = "".join(word.capitalize() for word in content["type"].split("_"))
    kind = getattr(types, f"InlineButtonType{name}")(**fields)
    return types.KeyboardInlineButton(text=content["text"], type=kind)


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


def _peer(marked: int | None) -> Any:
    return ids.peer(marked) if marked is not None else None
