"""The oracle: a world's content in the canonical form, one JSON object a line.

Chats first, then the peers that messages name, then the messages; see
``docs/reference/content.md``. Lines are made one at a time, whatever the size of the world.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from tgsandbox.worlds import named, odd
from tgsandbox.worlds.base import Chat, Content, World
from tgsandbox.worlds.contents import is_empty


def lines(world: World, chat_ids: Collection[int] | None = None) -> Iterator[str]:
    """The canonical lines of the chats that the account can read, or of those in ``chat_ids``."""
    wanted = [marked for marked in sorted(world.chats) if _wanted(world, marked, chat_ids)]
    chats = [world.chats[marked] for marked in wanted]
    for chat in chats:
        yield line("chat", chat.content)
    for peer in sorted(world.peers(sorted(_named(world, chats))), key=lambda peer: peer["id"]):
        known = odd.expected_peer(peer)
        if known is not None:
            yield line("peer", known)
    for chat in chats:
        marked = chat.content["id"]
        for index in range(len(chat.history)):
            content = odd.expected(chat.history.at(index))
            if content is not None:
                yield line("message", {**content, "chat": marked})


def line(kind: str, content: Content) -> str:
    """One object as it is compared: keys sorted, no blanks, empty values left out."""
    full = {**without_empty(content), "type": kind}
    return json.dumps(full, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def without_empty(value: Any) -> Any:
    """The value with null, false, empty text, empty lists and empty objects left out.

    U+0000 has no place in content.
    """
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        kept = {key: without_empty(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if not is_empty(one)}
    if isinstance(value, list):
        return [without_empty(one) for one in value]
    return value


def _wanted(world: World, marked: int, chat_ids: Collection[int] | None) -> bool:
    if chat_ids is not None:
        return marked in chat_ids
    chat = world.chats[marked]
    return chat.joined or not chat.private


def _named(world: World, chats: list[Chat]) -> set[int]:
    """Whom the messages name; the search ends as soon as everybody was seen."""
    everybody = {peer["id"] for peer in world.all_peers()}
    found: set[int] = set()
    for chat in chats:
        for index in range(len(chat.history)):
            found |= named.in_message(odd.expected(chat.history.at(index)) or {})
            if found >= everybody:
                return found
    return found
