"""Nouns with keyword defaults, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from headrace.model.chat import Chat, Peer
from headrace.model.media import Document, Photo
from headrace.model.message import Message
from headrace.model.page import Page
from headrace.model.values import FileKey, PeerKind

CHAT_ID = -1001000000001
DATE = 1_700_000_000


def make_message(id: int = 1, **fields: Any) -> Message:  # noqa: A002
    """A post; its text names the id."""
    defaults = {"date": DATE + id, "text": f"message {id}", "post": True}
    return Message(id=id, **{**defaults, **fields})


def make_photo(number: int = 1, **fields: Any) -> Photo:
    return Photo(**{"file": FileKey(f"photo/{number}"), "size": 1000, **fields})


def make_document(number: int = 1, **fields: Any) -> Document:
    return Document(
        **{"file": FileKey(f"document/{number}"), "role": "file", "size": 1000, **fields}
    )


def make_peer(id: int = 1, **fields: Any) -> Peer:  # noqa: A002
    return Peer(**{"id": id, "kind": PeerKind.USER, "name": f"peer {id}", **fields})


def make_chat(id: int = CHAT_ID, **fields: Any) -> Chat:  # noqa: A002
    return Chat(**{"id": id, "kind": PeerKind.CHANNEL, "title": "The Mill", **fields})


def make_page(
    messages: Iterable[Message | int] = (),
    *,
    lo: int | None = None,
    hi: int | None = None,
    **fields: Any,
) -> Page:
    """A page of messages (or of ids); its range reaches from the lowest id to the highest."""
    whole: Sequence[Message] = sorted(
        (one if isinstance(one, Message) else make_message(one) for one in messages),
        key=lambda message: -message.id,
    )
    return Page(
        **{
            "chat_id": CHAT_ID,
            "lo": (whole[-1].id if whole else 1) if lo is None else lo,
            "hi": (whole[0].id if whole else 0) if hi is None else hi,
            "messages": tuple(whole),
            **fields,
        }
    )
