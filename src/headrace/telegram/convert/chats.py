"""Chats: what is to be archived, with all that Telegram tells of it."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from headrace import errors
from headrace.model.chat import Chat
from headrace.model.values import PeerId, PeerKind
from headrace.telegram.convert.peers import active_username, convert_peer
from headrace.telegram.convert.values import marked_channel, unix


def convert_channel(answer: Any, chat_id: PeerId) -> Chat:
    """A channel or supergroup from ``channels.getFullChannel``."""
    full = answer.full_chat
    channel = _own(answer, chat_id)
    if not isinstance(channel, types.Channel):
        raise errors.ChatPrivate("The channel is private and this account is not in it.")
    return Chat(
        id=chat_id,
        kind=PeerKind.CHANNEL if channel.broadcast else PeerKind.SUPERGROUP,
        title=channel.title or "",
        username=active_username(channel),
        description=full.about or "",
        # For a member Telegram may give the day of joining instead; it tells nothing better.
        created=unix(channel.date),
        subscribers=full.participants_count,
        linked_chat_id=marked_channel(full.linked_chat_id),
        photo=_photo(full.chat_photo),
        noforwards=bool(channel.noforwards),
        forum=bool(channel.forum),
        administered=bool(channel.creator or channel.admin_rights),
    )


def convert_group(answer: Any, chat_id: PeerId) -> Chat:
    """A basic group from ``messages.getFullChat``."""
    full = answer.full_chat
    group = _own(answer, chat_id)
    if not isinstance(group, types.Chat):
        raise errors.ChatPrivate("The group is private and this account is not in it.")
    return Chat(
        id=chat_id,
        kind=PeerKind.GROUP,
        title=group.title or "",
        description=full.about or "",
        created=unix(group.date),
        subscribers=group.participants_count,
        photo=_photo(full.chat_photo),
        noforwards=bool(group.noforwards),
        administered=bool(group.creator or group.admin_rights),
    )


def _own(answer: Any, chat_id: PeerId) -> Any:
    for chat in answer.chats:
        peer = convert_peer(chat)
        if peer is not None and peer.id == chat_id:
            return chat
    raise errors.ServerMisbehaves("Telegram described another chat than the one asked for.")


def _photo(photo: Any) -> str:
    return str(photo.id) if isinstance(photo, types.Photo) else ""
