"""The view of one message: itself and what belongs to it, as plain data.

Messages and peers have the form of ``docs/reference/content.md``; beside each message stands what
only the archive knows of it.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from headrace.model.chat import Chat
from headrace.model.proof import Whereabouts
from headrace.store.albums import StoredLayout
from headrace.store.content import message_line, peer_line
from headrace.store.counts import Series
from headrace.store.messages import Known, Version
from headrace.store.surroundings import Answered, Surroundings


def message_view(
    chat: Chat, message_id: int, found: Surroundings | None, state: Whereabouts
) -> dict[str, Any]:
    """What ``headrace show --json`` prints; of what is not stored, what became of it."""
    if found is None:
        return where(chat.id, message_id, state)
    return {
        "chat": chat.id,
        "id": message_id,
        "title": chat.title,
        "username": chat.username or None,
        "state": state.state,
        **_entry(chat.id, found.known),
        "album": [_entry(chat.id, one) for one in found.album],
        "layout": _layout(found.layout) if found.layout else None,
        "reply_to": _answered(found.reply_to) if found.reply_to else None,
        "replies": [_entry(chat.id, one) for one in found.replies],
        "authors": [json.loads(peer_line(peer)) for peer in found.peers],
        "versions": [_version(one) for one in found.versions],
        "counts": series(found.counts),
    }


def where(chat_id: int, message_id: int, found: Whereabouts) -> dict[str, Any]:
    """What became of one id, as ``headrace status --json`` says it."""
    return {"chat": chat_id, "id": message_id, **msgspec.to_builtins(found)}


def series(found: Series) -> dict[str, list[list[int]]]:
    """Counts over time: ``[at, value]`` by kind, in the order of time."""
    return {kind: [[one.at, one.value] for one in points] for kind, points in found.items()}


def _entry(chat_id: int, known: Known) -> dict[str, Any]:
    return {
        "message": json.loads(message_line(chat_id, known.message)),
        "source": known.source,
        "first_seen_at": known.first_seen_at,
        "last_seen_at": known.last_seen_at,
        "deleted_at": known.deleted_at,
    }


def _layout(found: StoredLayout) -> dict[str, Any] | None:
    if found.layout is None:
        return None
    layout = found.layout
    return {
        **{name: getattr(layout, name) for name in ("kind", "shape", "width", "height")},
        "tiles": [msgspec.structs.asdict(tile) for tile in layout.tiles],
        "edited_by_user": found.edited_by_user,
    }


def _answered(found: Answered) -> dict[str, Any]:
    told = where(found.chat_id, found.message_id, found.whereabouts)
    return told | (_entry(found.chat_id, found.known) if found.known else {})


def _version(version: Version) -> dict[str, Any]:
    return {"source": version.source, **msgspec.to_builtins(version)}
