"""How clients hear of events: one update for each, pushed unasked or told in a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telethon.tl import types

from tgsandbox import journal, wire
from tgsandbox.journal import Event
from tgsandbox.worlds import ids, named, tl_parts
from tgsandbox.worlds.base import Chat, Content

if TYPE_CHECKING:
    from tgsandbox.telegram import Telegram

_REACTIONS = ("reactions", "recent_reactions", "top_reactors")


def raw_message(telegram: Telegram, chat: Chat, message_id: int) -> wire.Raw | None:
    """A message as it is now, to be put into a TL object: unreadable where a fault says so."""
    history = chat.history
    if history.get(message_id) is None:
        return None
    wired = history.wire(history.position(message_id))
    faults = telegram.faults
    marked = chat.content["id"]
    return wire.Raw(faults.damaged(marked, message_id, wired) if faults.unreadable else wired)


def update(telegram: Telegram, chat: Chat, event: Event) -> Any:
    """The update of a counted event; ``None`` where its message is gone again."""
    if event.verb == journal.DELETE:
        channel = ids.bare_id(event.chat)
        return types.UpdateDeleteChannelMessages(
            channel, list(event.ids), event.pts, event.pts_count
        )
    raw = raw_message(telegram, chat, event.ids[0])
    if raw is None:
        return None
    known = event.verb == journal.POST
    kind = types.UpdateNewChannelMessage if known else types.UpdateEditChannelMessage
    return kind(raw, event.pts, event.pts_count)


def audience(chat: Chat, event: Event) -> set[int]:
    """The marked ids of those whose objects go with the update."""
    found = {event.chat}
    for message_id in event.ids:
        found |= named.sent_with(chat.history.get(message_id) or {})
    return found


def updates(telegram: Telegram, chat: Chat, event: Event) -> list[Any]:
    """What is pushed when an event happens; counts move without ``pts``."""
    if event.verb == journal.CHAT:
        return [types.UpdateChannel(ids.bare_id(event.chat))]
    if event.verb == journal.COUNT:
        return _moved(event)
    told = update(telegram, chat, event)
    return [] if told is None else [told]


def push(telegram: Telegram, event: Event, *, too_long: bool = False) -> None:
    """Tell every client of every account, over the connections to its data centre."""
    chat = telegram.world.chats[event.chat]
    if not telegram.lines or not (chat.joined or event.verb == journal.CHAT):
        return
    if too_long:
        told = [types.UpdateChannelTooLong(ids.bare_id(event.chat), event.pts)]
    else:
        told = updates(telegram, chat, event)
    if told:
        _send(telegram, told, audience(chat, event))


def _send(telegram: Telegram, told: list[Any], marked: set[int]) -> None:
    now = int(telegram.clock.now())
    for (dc, _), key in list(telegram.keys.items()):
        if key.user_id is None or telegram.accounts.by_id[key.user_id].dc != dc:
            continue
        chats, users = telegram.audience.of(marked, key.user_id)
        body = types.Updates(
            updates=told,
            users=[wire.Raw(one) for one in users],
            chats=[wire.Raw(one) for one in chats],
            date=now,
            seq=0,
        )
        telegram.push(key, bytes(body))


def _moved(event: Event) -> list[Any]:
    found: list[Any] = []
    channel = ids.bare_id(event.chat)
    for message_id in event.ids:
        before, after = event.before[message_id], event.after[message_id]
        if _differ(before, after, "views"):
            found.append(types.UpdateChannelMessageViews(channel, message_id, after["views"]))
        if _differ(before, after, "forwards"):
            forwards = after["forwards"]
            found.append(types.UpdateChannelMessageForwards(channel, message_id, forwards))
        if any(_differ(before, after, key) for key in _REACTIONS):
            reactions = tl_parts.reactions(after) or types.MessageReactions(results=[])
            peer = ids.peer(event.chat)
            found.append(types.UpdateMessageReactions(peer, message_id, reactions))
    return found


def _differ(before: Content, after: Content, key: str) -> bool:
    return bool(before.get(key) != after.get(key))
