"""Reparse: what was not understood when it was read, read again from its bytes; no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from headrace.model.chat import Chat
from headrace.model.coverage import Lease
from headrace.model.message import Message
from headrace.model.plan import Reparsed
from headrace.model.values import PeerId

#: (message, chat) to the message as it is understood today, or itself.
Understand = Callable[[Message, PeerId], Message]


class Rows(Protocol):
    """What reparsing needs of the store."""

    async def acquire(self, resource: str, owner: str) -> Lease:
        """Take a lease; raises ``ArchiveBusy`` while another holds it."""

    async def renew(self, lease: Lease) -> Lease: ...

    async def release(self, lease: Lease) -> None: ...

    async def unsupported(self, chat_id: PeerId, after_id: int = 0) -> Sequence[Message]:
        """The next messages of which something was not understood, some hundred at a time."""

    async def mend(self, lease: Lease, chat_id: PeerId, better: Sequence[Message]) -> int:
        """Put better messages in their place; returns how many the database took."""


async def reparse(
    rows: Rows, chats: Iterable[Chat], understand: Understand, owner: str
) -> Reparsed:
    """Go through the chats, one at a time under its lease; a chat with nothing to do needs none."""
    total = Reparsed()
    for chat in chats:
        if await rows.unsupported(chat.id):
            total += await _in_chat(rows, chat.id, understand, owner)
    return total


async def _in_chat(rows: Rows, chat_id: PeerId, understand: Understand, owner: str) -> Reparsed:
    total = Reparsed()
    last = 0
    lease = await rows.acquire(f"chat:{chat_id}", owner)
    try:
        while batch := await rows.unsupported(chat_id, last):
            read = [understand(message, chat_id) for message in batch]
            better = [new for new, old in zip(read, batch, strict=True) if new is not old]
            good = await rows.mend(lease, chat_id, better) if better else 0
            left = sum(bool(message.unsupported) for message in read) + len(better) - good
            total += Reparsed(looked_at=len(batch), made_good=good, left=left)
            last = batch[-1].id
            lease = await rows.renew(lease)
    finally:
        await rows.release(lease)
    return total
