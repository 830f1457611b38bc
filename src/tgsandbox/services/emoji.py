"""messages.getCustomEmojiDocuments: the documents behind custom emoji."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions

from tgsandbox.dispatcher import Call, Dispatcher
from tgsandbox.worlds import tl_media


def register(dispatcher: Dispatcher) -> None:
    dispatcher.on(functions.messages.GetCustomEmojiDocumentsRequest, _documents)


async def _documents(call: Call) -> list[Any]:
    """Those that are known, in the order of the request; the others are left out."""
    world = call.telegram.world
    found = (world.emoji.get(number) for number in call.request.document_id)
    return [tl_media.document(one, world.locations) for one in found if one is not None]
