"""Whoever an export names; it knows a name at most, so the data are minimal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headrace.desktop.reactions import named_with
from headrace.desktop.values import marked_peer, peer_kind, text_of
from headrace.model.chat import Peer
from headrace.model.values import PeerId

#: The key of a peer, and that of its name.
_NAMED = (("from_id", "from"), ("actor_id", "actor"), ("forwarded_from_id", "forwarded_from"),
          ("to_id", "to"))  # fmt: skip


def peers_of(raw: dict[str, Any], chat_id: PeerId) -> Iterator[Peer]:
    """Everybody whom a message gives an id and a name; the chat itself is told elsewhere."""
    for key, name_key in _NAMED:
        yield from _peer(raw.get(key), raw.get(name_key), chat_id)
    reactions = raw.get("reactions")
    for one in reactions if isinstance(reactions, list) else ():
        for who in named_with(one):
            yield from _peer(who.get("from_id"), who.get("from"), chat_id)


def _peer(value: Any, name: Any, chat_id: PeerId) -> Iterator[Peer]:
    marked = marked_peer(value)
    words = " ".join(text_of(name).split())
    if marked is not None and marked != chat_id and words:
        yield Peer(id=marked, kind=peer_kind(marked), name=words, minimal=True)
