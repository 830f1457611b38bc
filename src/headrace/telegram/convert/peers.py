"""Peers: the users, groups and channels that an answer brings along."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from telethon.tl import types

from headrace.model.chat import Peer
from headrace.model.values import CHANNEL_MARK, PeerKind


def convert_peers(chats: Iterable[Any], users: Iterable[Any]) -> tuple[Peer, ...]:
    """Everybody beside the messages; what Telegram sends empty is left out."""
    found = [_one(user) for user in users]
    found += [_one(chat) for chat in chats]
    return tuple([peer for peer in found if peer is not None])


def convert_peer(peer: Any) -> Peer | None:
    """One user, group or channel; none for an empty one."""
    return _one(peer)


def _one(peer: Any) -> Peer | None:
    convert = _KINDS.get(type(peer))
    return convert(peer) if convert else None


def _user(user: Any) -> Peer:
    first, last = user.first_name, user.last_name
    return Peer(
        id=user.id,
        kind=PeerKind.USER,
        name=f"{first} {last}" if first and last else first or last or "",
        username=active_username(user),
        photo=_photo(user.photo),
        deleted=bool(user.deleted),
        bot=bool(user.bot),
        verified=bool(user.verified),
        premium=bool(user.premium),
        minimal=bool(user.min),
    )


def _channel(channel: Any) -> Peer:
    return Peer(
        id=CHANNEL_MARK - channel.id,
        kind=PeerKind.CHANNEL if channel.broadcast else PeerKind.SUPERGROUP,
        name=channel.title or "",
        username=active_username(channel),
        photo=_photo(channel.photo),
        verified=bool(channel.verified),
        minimal=bool(channel.min),
    )


def _closed_channel(channel: Any) -> Peer:
    kind = PeerKind.CHANNEL if channel.broadcast else PeerKind.SUPERGROUP
    return Peer(id=CHANNEL_MARK - channel.id, kind=kind, name=channel.title or "", minimal=True)


def _group(group: Any) -> Peer:
    return Peer(
        id=-group.id, kind=PeerKind.GROUP, name=group.title or "", photo=_photo(group.photo)
    )


def _closed_group(group: Any) -> Peer:
    return Peer(id=-group.id, kind=PeerKind.GROUP, name=group.title or "", minimal=True)


def active_username(peer: Any) -> str:
    """The username, or the first active one of several."""
    if peer.username:
        return str(peer.username)
    for name in peer.usernames or ():
        if name.active:
            return str(name.username)
    return ""


def _photo(photo: Any) -> str:
    if type(photo) in (types.UserProfilePhoto, types.ChatPhoto):
        return str(photo.photo_id)
    return ""


_KINDS: dict[type, Callable[[Any], Peer]] = {
    types.User: _user,
    types.Channel: _channel,
    types.ChannelForbidden: _closed_channel,
    types.Chat: _group,
    types.ChatForbidden: _closed_group,
}
