"""Texts in TL: entities, and texts that carry their own."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox.worlds.base import Content

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
    "diff_insert": types.MessageEntityDiffInsert,
    "diff_delete": types.MessageEntityDiffDelete,
    "unknown": types.MessageEntityUnknown,
    "pre": types.MessageEntityPre,
    "text_link": types.MessageEntityTextUrl,
    "text_mention": types.MessageEntityMentionName,
    "custom_emoji": types.MessageEntityCustomEmoji,
    "blockquote": types.MessageEntityBlockquote,
    "diff_replace": types.MessageEntityDiffReplace,
    "date_time": types.MessageEntityFormattedDate,
}


def entities(contents: list[Content] | None) -> list[Any] | None:
    return [entity(content) for content in contents] if contents else None


def entity(content: Content) -> Any:
    """One ``MessageEntity``: the canonical keys are TL's, but for the type."""
    fields = {key: value for key, value in content.items() if key != "type"}
    match content["type"]:
        case "pre":
            fields.setdefault("language", "")
        case "custom_emoji":
            fields["document_id"] = int(fields["document_id"])
    return _ENTITIES[content["type"]](**fields)


def styled(content: Content | None) -> Any:
    """``TextWithEntities`` of a text with its entities; TL has one for the empty text too."""
    content = content or {}
    return types.TextWithEntities(content.get("text", ""), entities(content.get("entities")) or [])
