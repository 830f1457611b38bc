"""``/api/channels``: what is archived; posting, hiding and erasing of channels."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Discriminator, Tag

from headrace.errors import UsageError
from headrace.model.chat import Chat
from headrace.model.reading import Month
from headrace.store.store import ArchiveStore
from headrace.web.answers import answer
from headrace.web.bodies import LIST, ONE, one_or_list
from headrace.web.erasing import erase
from headrace.web.post_json import iso, media_url
from headrace.web.posting import ChannelIn, post_channels
from headrace.web.reader import Ref, Store, chat_of, held, moment
from headrace.web.shapes import ChannelOut, HiddenOut, MonthOut, PlaceOut, PostedChannelOut

router = APIRouter(prefix="/api/channels", tags=["channels"])

_Channel = Annotated[str, Path(min_length=1, max_length=100)]
_Body = Annotated[
    Annotated[ChannelIn, Tag(ONE)] | Annotated[list[ChannelIn], Tag(LIST)],
    Discriminator(one_or_list),
]
_MOST_AT_ONCE = 100


@router.get("", response_model=list[ChannelOut])
async def channels(store: Store) -> Response:
    """All channels and groups of the archive, by title."""
    hidden = await store.hidden_chats()
    found = [chat for chat in await store.chats() if chat.id not in hidden]
    ordered = sorted(found, key=lambda chat: (chat.title.casefold(), chat.id))
    return answer([await _channel(store, chat) for chat in ordered])


@router.get("/{channel}", response_model=ChannelOut)
async def channel(store: Store, channel: _Channel) -> Response:
    """One channel, with how much of it is stored."""
    chat = await chat_of(store, channel)
    held_of_it = await store.holdings(chat)
    counts = {name: getattr(held_of_it, name) for name in _COUNTED}
    return answer(await _channel(store, chat) | counts)


@router.get("/{channel}/months", response_model=list[MonthOut])
async def months(store: Store, channel: _Channel) -> Response:
    """How many posts each month has, the newest first, and where its newest is."""
    chat = await chat_of(store, channel)
    return answer([_month(one) for one in await store.months(chat.id)])


@router.get("/{channel}/at", response_model=PlaceOut)
async def at(
    store: Store, channel: _Channel, date: Annotated[str, Query(min_length=1, max_length=40)]
) -> Response:
    """Where the posts of a moment are: the id of the first post from then on, or of the newest."""
    chat = await chat_of(store, channel)
    return answer({"telegram_id": await store.at_date(chat.id, moment(date) or 0)})


@router.post("", response_model=list[PostedChannelOut] | PostedChannelOut)
async def add(store: Store, body: _Body) -> Response:
    """Store one channel or a list; again is the same. What Telegram says of it goes before."""
    batch = body if isinstance(body, list) else [body]
    if len(batch) > _MOST_AT_ONCE:
        raise UsageError(f"At most {_MOST_AT_ONCE} channels at once.")
    told = await post_channels(store, batch)
    found = [await _channel(store, chat) | {"status": status} for chat, status in told]
    return answer(found if isinstance(body, list) else found[0])


@router.post("/{channel}/show", response_model=HiddenOut)
async def show(store: Store, channel: _Channel) -> Response:
    """Show a hidden channel again."""
    chat = await chat_of(store, channel, or_hidden=True)
    await store.show_chat(chat.id)
    return answer({"hidden": [], "purged": False})


@router.delete("/{channel}", response_model=HiddenOut)
async def remove(store: Store, channel: _Channel, purge: bool = False) -> Response:
    """Hide a channel; ``show``, posting or importing it again shows it.

    ``purge=1`` erases it with its discussion and the files that nothing else names.
    """
    return await _remove(store, channel, purge)


@router.delete("", response_model=HiddenOut)
async def remove_named(store: Store, channel_id: Ref, purge: bool = False) -> Response:
    """The same, with the channel in the query."""
    return await _remove(store, channel_id, purge)


async def _remove(store: ArchiveStore, ref: str, purge: bool) -> Response:
    chat = await chat_of(store, ref)
    if not purge:
        await store.hide_chat(chat.id)
        return answer({"hidden": [], "purged": False})
    for one in (*await store.own_groups(chat.id), chat.id):
        async with held(store, one) as lease:
            gone = await store.purge_chat(lease, one)
        await erase(store, gone)
    return answer({"hidden": [], "purged": True})


_COUNTED = ("posts", "comments", "messages", "albums")


async def _channel(store: ArchiveStore, chat: Chat) -> dict[str, Any]:
    key = f"peer_photo/{chat.photo}"
    view = await store.media(key) if chat.photo else None
    return {
        "channel_id": str(chat.id),
        "title": chat.title,
        "username": chat.username or None,
        "description": chat.description,
        "kind": chat.kind,
        "created": None if chat.created is None else iso(chat.created),
        "subscribers": chat.subscribers,
        "discussion_group_id": None if chat.linked_chat_id is None else str(chat.linked_chat_id),
        "avatar": media_url(key) if view is not None and view.state == "stored" else None,
        "link": f"https://t.me/{chat.username}" if chat.username else None,
    }


def _month(one: Month) -> dict[str, Any]:
    return {"month": one.month, "count": one.count, "telegram_id": one.position}
