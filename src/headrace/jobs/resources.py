"""What jobs hold, so that no two work on the same: a chat, or until it is known what names it."""

from __future__ import annotations

from headrace.model.values import PeerId


def resource_of(chat: PeerId) -> str:
    """What a job on a chat holds."""
    return f"chat:{chat}"


def chat_of(resource: str) -> PeerId | None:
    """The chat that a resource stands for; nothing while it is only known by name."""
    kind, _, number = resource.partition(":")
    return int(number) if kind == "chat" else None
