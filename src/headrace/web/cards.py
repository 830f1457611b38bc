"""What the cards of channels and jobs are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from headrace.model.chat import Chat
from headrace.model.download import Tallies
from headrace.model.job import Job
from headrace.model.values import FileKey
from headrace.pages.render import ChannelFacts, JobFacts
from headrace.store.store import ArchiveStore
from headrace.web.ports import Imports
from headrace.web.status import status_of


async def cards_of(
    store: ArchiveStore, imports: Imports, chats: Iterable[Chat]
) -> list[ChannelFacts]:
    """What is held of chats, by title."""
    ordered = sorted(chats, key=lambda chat: (chat.title.casefold(), chat.id))
    held = await imports.holdings(ordered)
    return [
        ChannelFacts(
            chat=chat,
            status=held[chat.id].status,
            files=held[chat.id].files or Tallies(),
            absent=held[chat.id].absent,
            last_sync=held[chat.id].synced,
            avatar=await avatar_of(store, chat),
        )
        for chat in ordered
    ]


async def avatar_of(store: ArchiveStore, chat: Chat) -> FileKey | None:
    """The picture of a chat, where it is stored."""
    key = FileKey(f"peer_photo/{chat.photo}")
    view = await store.media(key) if chat.photo else None
    return key if view is not None and view.state == "stored" else None


def job_facts(jobs: Sequence[Job]) -> list[JobFacts]:
    """Jobs, the newest first; each goes by its own id, since a channel may have had several."""
    return [
        JobFacts(
            channel=job.id,
            ref=job.request.ref,
            progress=msgspec.structs.replace(
                job.progress, state=status_of(job).state, error=job.error
            ),
        )
        for job in reversed(jobs)
    ]
