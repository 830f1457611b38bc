"""Chats of the archive, found again at Telegram: by their ids, which say which ones they are."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.errors import ChatNotFound, UsernameMoved
from headrace.importer.ports import Source
from headrace.model.chat import Chat, Peer


async def find_again(source: Source, known: Chat) -> tuple[Chat, Sequence[Peer]]:
    """A chat by its id, or by its name where this account has not met it yet.

    Raises:
        UsernameMoved: the account knows only the name, and that means another chat now.
        ChatNotFound, ChatPrivate: as ``Source.resolve``.
    """
    try:
        return await source.resolve(str(known.id))
    except ChatNotFound:
        if not known.username:
            raise
    found, peers = await source.resolve(f"@{known.username}")
    if found.id != known.id:
        raise UsernameMoved(
            f"@{known.username} was {known.title!r} ({known.id}) in this archive and is "
            f"{found.title!r} ({found.id}) at Telegram now; this account knows no other "
            "way to the former."
        )
    return found, peers
