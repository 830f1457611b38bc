"""What a message was before its edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from headrace.model.media import Media
from headrace.model.message import Message
from headrace.model.text import Entity
from headrace.model.values import Timestamp
from headrace.pages.views.media import media_view
from headrace.pages.views.scene import Scene, TimeView


class VersionFacts(NamedTuple):
    """``replaced_at``: none of what only an export has."""

    text: str
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    edited: Timestamp | None = None
    replaced_at: Timestamp | None = None


class VersionView(NamedTuple):
    html: Markup
    media: object
    until: TimeView | None


def version_views(
    scene: Scene, message: Message, versions: Sequence[VersionFacts]
) -> list[VersionView]:
    """The newest first."""
    return [
        VersionView(
            scene.text(one.text, one.entities),
            media_view(scene, one.media, message) if one.media is not None else None,
            scene.time(one.replaced_at) if one.replaced_at is not None else None,
        )
        for one in reversed(versions)
    ]
