"""Chats and people in TL."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from tgsandbox import wire
from tgsandbox.worlds import ids, odd
from tgsandbox.worlds.base import Chat, Content, World

#: Creation date of channels that are only named, never served.
_LONG_AGO = 1_500_000_000


def chat_tl(world: World, chat: Chat) -> Any:
    """The ``Channel`` of a served chat; ``ChannelForbidden`` where the account is shut out."""
    content = chat.content
    channel = ids.bare_id(content["id"])
    broadcast = content["kind"] == "channel"
    sort = {"broadcast": broadcast or None, "megagroup": not broadcast or None}
    if chat.gone or (chat.private and not chat.joined):
        return types.ChannelForbidden(
            id=channel, access_hash=chat.access_hash, title=content["title"], **sort
        )
    return types.Channel(
        id=channel,
        access_hash=chat.access_hash,
        title=content["title"],
        username=content.get("username"),
        photo=_chat_photo(world, content),
        date=content.get("created", 0),
        creator=content.get("creator"),
        left=not chat.joined or None,
        forum=chat.forum or None,
        has_link=("linked_chat_id" in content) or None,
        noforwards=content.get("noforwards"),
        verified=content.get("verified"),
        participants_count=content.get("subscribers"),
        **sort,
    )


def chat_full_tl(world: World, chat: Chat) -> Any:
    """The ``ChannelFull`` of a served chat."""
    content = chat.content
    linked = content.get("linked_chat_id")
    return types.ChannelFull(
        id=ids.bare_id(content["id"]),
        about=content.get("description", ""),
        read_inbox_max_id=chat.history.top_id(),
        read_outbox_max_id=0,
        unread_count=0,
        chat_photo=_full_photo(world, content),
        notify_settings=types.PeerNotifySettings(),
        bot_info=[],
        pts=chat.pts,
        participants_count=content.get("subscribers"),
        linked_chat_id=ids.bare_id(linked) if linked else None,
        available_reactions=types.ChatReactionsAll(),
    )


def peer_tl(world: World, content: Content) -> Any:
    """``User``, ``Channel`` or ``Chat`` of a canonical peer (or of a served chat's peer)."""
    marked = content["id"]
    if marked in world.chats:
        return chat_tl(world, world.chats[marked])
    if "sent_as" in content:
        return _odd(world, content)
    match content["kind"]:
        case "user":
            return _user(world, content)
        case "group":
            return _group(world, content)
    return types.Channel(
        id=ids.bare_id(marked),
        access_hash=world.access_hash(marked),
        title=content.get("name", ""),
        username=content.get("username"),
        photo=_chat_photo(world, content),
        date=_LONG_AGO,
        left=True,
        broadcast=content["kind"] == "channel" or None,
        megagroup=content["kind"] == "supergroup" or None,
        verified=content.get("verified"),
        min=content.get("min"),
    )


def _odd(world: World, content: Content) -> Any:
    """A peer of which there is less than a client hopes for."""
    marked, bare = content["id"], ids.bare_id(content["id"])
    title = content.get("name", "")
    match content["sent_as"]:
        case odd.USER_EMPTY:
            return types.UserEmpty(bare)
        case odd.CHAT_EMPTY:
            return types.ChatEmpty(bare)
        case odd.CHAT_FORBIDDEN:
            return types.ChatForbidden(bare, title)
        case odd.CHANNEL_FORBIDDEN:
            broadcast = content["kind"] == "channel"
            return types.ChannelForbidden(
                id=bare,
                access_hash=world.access_hash(marked),
                title=title,
                broadcast=broadcast or None,
                megagroup=not broadcast or None,
            )
    return wire.Raw(wire.UNKNOWN + bare.to_bytes(8, "little"))


def _user(world: World, content: Content) -> Any:
    first, _, last = content.get("name", "").partition(" ")
    photo = content.get("photo")
    bot = content.get("bot")
    return types.User(
        id=content["id"],
        access_hash=world.access_hash(content["id"]),
        first_name=first or None,
        last_name=last or None,
        username=content.get("username"),
        deleted=content.get("deleted"),
        bot=bot,
        bot_info_version=1 if bot else None,
        verified=content.get("verified"),
        premium=content.get("premium"),
        min=content.get("min"),
        photo=types.UserProfilePhoto(int(photo), _photo_dc(world, photo)) if photo else None,
    )


def _group(world: World, content: Content) -> Any:
    return types.Chat(
        id=-content["id"],
        title=content.get("name", ""),
        photo=_chat_photo(world, content),
        participants_count=0,
        date=_LONG_AGO,
        version=1,
    )


def _chat_photo(world: World, content: Content) -> Any:
    photo = content.get("photo")
    if not photo:
        return types.ChatPhotoEmpty()
    return types.ChatPhoto(int(photo), _photo_dc(world, photo))


def _full_photo(world: World, content: Content) -> Any:
    photo = content.get("photo")
    if not photo:
        return types.PhotoEmpty(0)
    key = f"peer_photo/{photo}"
    sizes = []
    for kind, side in (("a", 160), ("c", 640)):
        file = world.file(key, kind)
        if file is not None:
            sizes.append(types.PhotoSize(kind, side, side, file.size))
    return types.Photo(
        id=int(photo),
        access_hash=world.locations.access_hash(int(photo)),
        file_reference=world.locations.reference(int(photo)),
        date=content.get("created", 0),
        sizes=sizes,
        dc_id=_photo_dc(world, photo),
    )


def _photo_dc(world: World, photo: str) -> int:
    return world.locations.dc(f"peer_photo/{photo}")
