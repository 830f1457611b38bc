"""What programs post: messages and channels as the established front end sends them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from headrace.errors import ArchiveError, UsageError
from headrace.model.chat import Chat
from headrace.model.message import Forward, Message, Reaction, Reply
from headrace.model.values import CHANNEL_MARK, PeerKind, Timestamp
from headrace.store.store import ArchiveStore
from headrace.web.bodies import whole
from headrace.web.post_json import POSTED, POSTED_LINKS, POSTED_TEXTS
from headrace.web.reader import chat_of, held

_DIGITS = r"^-?[0-9]{1,19}$"


def _number(least: int, most: int) -> BeforeValidator:
    """A whole number within these bounds; programs may send it as a string."""

    def within(given: object) -> int:
        if isinstance(given, str) and re.fullmatch(_DIGITS, given):
            number = int(given)
        else:
            number = whole(given)
        if not least <= number <= most:
            raise ValueError(f"it has to lie between {least} and {most}")
        return number

    plain = Annotated[int, Field(ge=least, le=most)]
    written = Annotated[str, Field(pattern=_DIGITS)]
    return BeforeValidator(within, json_schema_input_type=plain | written)


def _moment(given: object) -> Timestamp:
    """Unix seconds; an ISO time without an offset is one in UTC."""
    try:
        if not isinstance(given, str):
            return min(max(0, whole(given)), _LATEST)
        when = datetime.fromisoformat(given.upper())
    except ValueError:
        raise ValueError("it has to be a time in ISO 8601, or Unix seconds") from None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0, int(aware.timestamp()))


def _ref(given: object) -> object:
    return str(given) if type(given) is int else given


_LATEST = 2**40
_Id = Annotated[int, _number(1, 2**31 - 1)]
_Count = Annotated[int, _number(0, 2**31 - 1)]
_Wide = Annotated[int, _number(-(2**63), 2**63 - 1)]
_ChatId = Annotated[int, _number(-(2**53), 2**53)]
_Time = Annotated[
    int,
    BeforeValidator(
        _moment,
        json_schema_input_type=int | datetime,
    ),
]
_Name = Annotated[str, Field(min_length=1, max_length=100)]
_Ref = Annotated[_Name, BeforeValidator(_ref, json_schema_input_type=int | _Name)]
_Line = Annotated[str, Field(max_length=4096)]
_Text = Annotated[str, Field(max_length=65_536)]


class ReactionIn(BaseModel):
    """An emoji and how often it was given."""

    emoji: Annotated[str, Field(min_length=1, max_length=64)]
    count: _Count = 1


class PostIn(BaseModel):
    """A message; numbers may come as strings, ``date`` is Unix seconds or ISO."""

    telegram_id: _Id
    channel_id: _Ref
    date: _Time
    message: _Text = ""
    media_url: _Line | None = None
    thumb_url: _Line | None = None
    media_type: _Line | None = None
    mime_type: _Line | None = None
    author_name: _Line | None = None
    author_avatar: _Line | None = None
    author_link: _Line | None = None
    repost_author_name: _Line | None = None
    repost_author_avatar: _Line | None = None
    repost_author_link: _Line | None = None
    reactions: Annotated[list[ReactionIn], Field(max_length=100)] | None = None
    grouped_id: _Wide | None = None
    reply_to: _Id | None = None


class ChannelIn(BaseModel):
    """A channel or group; an id without its mark is taken for a channel's."""

    channel_id: _ChatId
    title: _Line = ""
    username: Annotated[str, Field(max_length=64, pattern=r"^@?[A-Za-z0-9_]*$")] | None = None
    description: _Text | None = None
    created: _Time | None = None
    subscribers: _Count | None = None
    discussion_group_id: _ChatId | None = None


async def post_all(store: ArchiveStore, batch: Sequence[PostIn]) -> list[dict[str, Any]]:
    """Store posts chat by chat; the outcomes in the order of the posts, of twins the last counts.

    Raises:
        ChatNotFound: a channel is not there.
        ArchiveBusy: an import of a channel is running.
    """
    chats = {ref: (await chat_of(store, ref)).id for ref in {one.channel_id for one in batch}}
    by_chat: dict[int, dict[int, Message]] = {}
    for one in batch:
        by_chat.setdefault(chats[one.channel_id], {})[one.telegram_id] = _message(one)
    status: dict[tuple[int, int], str] = {}
    for chat_id, messages in by_chat.items():
        async with held(store, chat_id) as lease:
            found = await store.save_posted(lease, chat_id, [*messages.values()])
        for name, ids in found._asdict().items():
            status |= {(chat_id, number): name for number in ids}
    return [
        {
            "telegram_id": one.telegram_id,
            "channel_id": str(chats[one.channel_id]),
            "status": status[chats[one.channel_id], one.telegram_id],
        }
        for one in batch
    ]


async def post_channels(store: ArchiveStore, batch: Sequence[ChannelIn]) -> list[tuple[Chat, str]]:
    """Store channels; those that Telegram or an export has described stay as they are."""
    found = {one.channel_id: _chat(one) for one in batch}
    new = await store.save_posted_chats([*found.values()])
    told = []
    for one in batch:
        chat = await store.chat(found[one.channel_id].id)
        if chat is None:
            raise ArchiveError("The channel was erased at the same moment.", hint="Post it again.")
        told.append((chat, "new" if chat.id in new else "known"))
    return told


def _message(one: PostIn) -> Message:
    said = {name: getattr(one, name) for name in (*POSTED_TEXTS, *POSTED_LINKS)}
    posted = {name: value for name, value in said.items() if value}
    is_repost = one.repost_author_name or one.repost_author_link
    reactions = (
        Reaction(type="emoji", emoji=reaction.emoji, count=reaction.count)
        for reaction in one.reactions or ()
    )
    return Message(
        id=one.telegram_id,
        date=one.date,
        text=one.message,
        signature=one.author_name or "",
        forward=Forward(name=one.repost_author_name or "") if is_repost else None,
        reply=Reply(msg_id=one.reply_to) if one.reply_to else None,
        grouped_id=one.grouped_id,
        reactions=tuple(reactions),
        post=True,
        extra={POSTED: posted} if posted else {},
    )


def _chat(one: ChannelIn) -> Chat:
    if one.channel_id == 0:
        raise UsageError("No channel has the id 0.")
    return Chat(
        id=_marked(one.channel_id),
        kind=PeerKind.CHANNEL,
        title=one.title,
        username=(one.username or "").removeprefix("@"),
        description=one.description or "",
        created=one.created,
        subscribers=one.subscribers,
        linked_chat_id=_marked(one.discussion_group_id) if one.discussion_group_id else None,
    )


def _marked(number: int) -> int:
    return CHANNEL_MARK - number if number > 0 else number
