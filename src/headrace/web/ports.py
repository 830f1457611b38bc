"""What the site needs of the composition root: the sense of what is typed, and looks at chats."""

from __future__ import annotations

from typing import Any, Protocol

from headrace.model.chat import Chat
from headrace.model.job import JobKind, JobRequest
from headrace.web.wishes import ImportWish


class Imports(Protocol):
    """Understands what is asked for. Errors are those of ``headrace.errors``."""

    def request(self, wish: ImportWish, kind: JobKind) -> JobRequest:
        """A wish as a request, with the settings where it says nothing.

        Raises:
            UsageError: something in it is of no known form.
        """

    async def resources(self, ref: str) -> list[str]:
        """What a job on a channel may hold, likeliest first; no network.

        Raises:
            UsageError: it is of no known form.
        """

    async def plan(self, request: JobRequest) -> dict[str, Any]:
        """What an import would read, as ``headrace plan --json`` prints it; nothing is written."""

    async def status(self, chat: Chat) -> dict[str, Any]:
        """What the archive holds of a chat, as ``headrace status --json`` prints it."""
