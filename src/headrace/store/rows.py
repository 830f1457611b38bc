"""Messages as rows and rows as messages; each field comes back as it went."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from headrace.model.coverage import DESKTOP, TELEGRAM
from headrace.model.media import Media, Poll, TodoItem, TodoList
from headrace.model.message import Message, Reply

#: The order is the bit: append only.
FLAGS = (
    "edit_hidden",
    "post",
    "silent",
    "pinned",
    "from_scheduled",
    "legacy",
    "mentioned",
    "media_unread",
    "invert_media",
    "offline",
    "inferred_album",
    "local_date",
)
#: The bit of each source in ``messages.sources``; what was posted has none.
SOURCE_BITS = {TELEGRAM: 1, DESKTOP: 2}
#: Fields that few messages have; they share one JSON column.
EXTRA = (
    "ttl",
    "boosts",
    "effect",
    "stars",
    "restrictions",
    "via_bot_name",
    "top_reactors",
    "markup",
    "extra",
)
#: Columns that carry the message's field of the same name.
_PLAIN = (
    "id",
    "date",
    "kind",
    "author",
    "signature",
    "via_bot",
    "text",
    "entities",
    "media",
    "reply",
    "forward",
    "thread_id",
    "grouped_id",
    "edited",
    "views",
    "forwards",
    "replies",
    "reactions",
    "recent_reactions",
    "action",
    "buttons",
    "noforwards",
    "unsupported",
)

_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="deterministic").encode


def json_text(value: object) -> str | None:
    """JSON for a column; nothing for an empty value."""
    return _encode(value).decode() if value else None


def split_media(media: Media | None) -> tuple[Media | None, Poll | None]:
    """Media and poll: a poll changes by votes, not by edits, and has its own column."""
    if isinstance(media, Poll):
        return None, media
    return media, None


def message_row(chat_id: int, source: str, message: Message, now: int) -> tuple[Any, ...]:
    """A row in the order of the table's columns."""
    media, poll = split_media(message.media)
    replies, reply = message.replies, message.reply
    return (
        chat_id,
        message.id,
        source,
        message.kind,
        message.text,
        json_text(message.entities),
        message.date,
        message.edited,
        message.author,
        message.signature,
        message.via_bot,
        json_text(message.forward),
        json_text(reply),
        message.thread_id,
        _topic(reply) if reply else None,
        message.grouped_id,
        message.views,
        message.forwards,
        replies.count if replies and replies.comments else None,
        json_text(replies),
        json_text(message.reactions),
        json_text(message.recent_reactions),
        json_text(poll),
        json_text(message.action),
        json_text(message.buttons),
        _flags(message),
        message.noforwards,
        json_text(media),
        _extra(message),
        json_text(message.unsupported),
        now,
        now,
        None,
        SOURCE_BITS.get(source, 0),
    )


def to_message(row: RowMapping) -> Message:
    """The message of a row (of all columns of ``messages``)."""
    fields = {name: row[name] for name in _PLAIN if row[name] is not None}
    if row["poll"] is not None:
        fields["media"] = row["poll"]
    if row["extra"] is not None:
        fields.update(row["extra"])
    if flags := row["flags"]:
        for bit, name in enumerate(FLAGS):
            if flags >> bit & 1:
                fields[name] = True
    return msgspec.convert(fields, Message)


def is_edit(old: Message, new: Message) -> bool:
    """The author changed the message; counts, votes, things done and flags are no edits.

    Nor is it one when more of the message is understood than before.
    """
    if old.unsupported and _not_understood(old) != _not_understood(new):
        return bool(old.text) and old.text != new.text
    if old.text != new.text or old.edited != new.edited or old.entities != new.entities:
        return True
    before, after = _authored(old.media), _authored(new.media)
    return before != after and _encode_sorted(before) != _encode_sorted(after)


def _not_understood(message: Message) -> list[tuple[str, str]]:
    return [(one.where, one.constructor) for one in message.unsupported]


def _authored(media: Media | None) -> Media | None:
    """What of the media only the author changes."""
    if isinstance(media, TodoList):
        items = [TodoItem(id=one.id, text=one.text, entities=one.entities) for one in media.items]
        return msgspec.structs.replace(media, items=tuple(items), other_completions=())
    return split_media(media)[0]


def counters(message: Message) -> dict[str, int]:
    """What is counted on a message, by kind."""
    found: dict[str, int] = {}
    if message.views is not None:
        found["views"] = message.views
    if message.forwards is not None:
        found["forwards"] = message.forwards
    if message.replies is not None:
        found["replies"] = message.replies.count
    for reaction in message.reactions:
        which = reaction.emoji or reaction.document_id
        found[f"reaction:{which or reaction.type}"] = reaction.count
    if isinstance(message.media, Poll):
        found |= _votes(message.media)
    return found


def _votes(poll: Poll) -> dict[str, int]:
    found = {} if poll.total_voters is None else {"voters": poll.total_voters}
    for answer in poll.answers:
        if answer.voters is not None:
            found[f"vote:{b64encode(answer.option).decode()}"] = answer.voters
    return found


def _topic(reply: Reply) -> int | None:
    return (reply.top_id or reply.msg_id) if reply.forum_topic else None


def _flags(message: Message) -> int:
    return (
        message.edit_hidden
        | message.post << 1
        | message.silent << 2
        | message.pinned << 3
        | message.from_scheduled << 4
        | message.legacy << 5
        | message.mentioned << 6
        | message.media_unread << 7
        | message.invert_media << 8
        | message.offline << 9
        | message.inferred_album << 10
        | message.local_date << 11
    )


def _extra(message: Message) -> str | None:
    if (
        message.ttl is None
        and message.boosts is None
        and not message.effect
        and message.stars is None
        and not message.restrictions
        and not message.via_bot_name
        and not message.top_reactors
        and not message.markup
        and not message.extra
    ):
        return None
    fields = {name: getattr(message, name) for name in EXTRA}
    return json_text({name: value for name, value in fields.items() if value or value == 0})
