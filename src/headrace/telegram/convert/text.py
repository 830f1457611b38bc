"""Entities: the formatting spans of a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telethon.tl import types

from headrace.model.text import Entity, Styled
from headrace.telegram.convert.fields import RULES
from headrace.telegram.convert.values import unix

_PLAIN: dict[type, str] = {
    types.MessageEntityMention: "mention",
    types.MessageEntityHashtag: "hashtag",
    types.MessageEntityCashtag: "cashtag",
    types.MessageEntityBotCommand: "bot_command",
    types.MessageEntityUrl: "url",
    types.MessageEntityEmail: "email",
    types.MessageEntityPhone: "phone_number",
    types.MessageEntityBold: "bold",
    types.MessageEntityItalic: "italic",
    types.MessageEntityUnderline: "underline",
    types.MessageEntityStrike: "strikethrough",
    types.MessageEntitySpoiler: "spoiler",
    types.MessageEntityCode: "code",
    types.MessageEntityBankCard: "bank_card",
    types.MessageEntityDiffInsert: "diff_insert",
    types.MessageEntityDiffDelete: "diff_delete",
    types.MessageEntityUnknown: "unknown",
}


def _text_link(entity: Any) -> Entity:
    return Entity(type="text_link", offset=entity.offset, length=entity.length, url=entity.url)


def _mention_name(entity: Any) -> Entity:
    return Entity(
        type="text_mention", offset=entity.offset, length=entity.length, user_id=entity.user_id
    )


def _pre(entity: Any) -> Entity:
    return Entity(
        type="pre", offset=entity.offset, length=entity.length, language=entity.language or ""
    )


def _custom_emoji(entity: Any) -> Entity:
    return Entity(
        type="custom_emoji",
        offset=entity.offset,
        length=entity.length,
        document_id=str(entity.document_id),
    )


def _blockquote(entity: Any) -> Entity:
    return Entity(
        type="blockquote",
        offset=entity.offset,
        length=entity.length,
        collapsed=bool(entity.collapsed),
    )


def _date(entity: Any) -> Entity:
    return Entity(
        type="date_time",
        offset=entity.offset,
        length=entity.length,
        date=unix(entity.date),
        relative=bool(entity.relative),
        short_time=bool(entity.short_time),
        long_time=bool(entity.long_time),
        short_date=bool(entity.short_date),
        long_date=bool(entity.long_date),
        day_of_week=bool(entity.day_of_week),
    )


def _replaced(entity: Any) -> Entity:
    return Entity(
        type="diff_replace",
        offset=entity.offset,
        length=entity.length,
        old_text=entity.old_text or "",
    )


_WITH_FIELDS: dict[type, Callable[[Any], Entity]] = {
    types.MessageEntityTextUrl: _text_link,
    types.MessageEntityMentionName: _mention_name,
    types.MessageEntityPre: _pre,
    types.MessageEntityCustomEmoji: _custom_emoji,
    types.MessageEntityBlockquote: _blockquote,
    types.MessageEntityFormattedDate: _date,
    types.MessageEntityDiffReplace: _replaced,
}


def convert_entities(entities: Any) -> tuple[Entity, ...]:
    """All spans, in the server's order; an unknown kind keeps its place."""
    if not entities:
        return ()
    return tuple([_entity(entity) for entity in entities])


def convert_styled(text: Any) -> Styled:
    """A ``TextWithEntities``; nothing for none."""
    if text is None:
        return Styled()
    return Styled(text=text.text or "", entities=convert_entities(text.entities))


def _entity(entity: Any) -> Entity:
    kind = type(entity)
    name = _PLAIN.get(kind)
    if name is not None:
        return Entity(type=name, offset=entity.offset, length=entity.length)
    convert = _WITH_FIELDS.get(kind)
    if convert is not None:
        return convert(entity)
    return Entity(type="unknown", offset=entity.offset, length=entity.length)


RULES.update(dict.fromkeys((*_PLAIN, *_WITH_FIELDS), _entity))
RULES[types.TextWithEntities] = convert_styled
