"""Voice messages with their waves, and music."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from headrace.model.download import FileKind
from headrace.model.media import Document
from headrace.pages.i18n import duration
from headrace.pages.views.pictures import still_of
from headrace.pages.views.scene import SOUNDS, FileTile, Scene
from headrace.transform.visible import visible_line

#: Telegram packs five bits a value.
_BITS = 5
_LOUDEST = 31
_BARS = 50
_STEP = 4
_HEIGHT = 28


@dataclass(frozen=True, slots=True)
class SoundView:
    """Something to be heard."""

    shape: ClassVar[str] = "sound"

    tile: FileTile
    role: str
    title: str
    performer: str
    duration: str
    cover: str
    #: The path of the waves, in a view box of ``wave_width`` x ``wave_height``.
    wave: str
    plays: bool
    name: str
    wave_width: int = _BARS * _STEP
    wave_height: int = _HEIGHT


def sound_view(scene: Scene, document: Document, name: str) -> SoundView:
    tile = scene.file(document.file, FileKind(document.role), document.size, document.absent)
    title = document.title or (document.name if document.role == "audio" else "")
    return SoundView(
        tile,
        document.role,
        visible_line(title) or tile.kind,
        visible_line(document.performer),
        duration(document.duration) if document.duration else "",
        still_of(scene, document) if document.role == "audio" else "",
        wave_path(document.waveform) if document.role == "voice" else "",
        tile.type in SOUNDS,
        name,
    )


def wave_path(packed: bytes) -> str:
    """Bars of even width, for as many values as Telegram has sent; nothing of nothing."""
    values = unpacked(packed)
    if not values:
        return ""
    bars = [max(_part(values, place)) for place in range(_BARS)]
    top = max(*bars, 1)
    heights = [max(round(bar / top * _HEIGHT), 2) for bar in bars]
    return "".join(
        f"M{place * _STEP + 1} {(_HEIGHT - height) / 2:g}v{height}"
        for place, height in enumerate(heights)
    )


def unpacked(packed: bytes) -> list[int]:
    """The values from 0 to 31 that Telegram packs in five bits each."""
    bits = int.from_bytes(packed, "little")
    return [bits >> place * _BITS & _LOUDEST for place in range(len(packed) * 8 // _BITS)]


def _part(values: list[int], place: int) -> list[int]:
    start = place * len(values) // _BARS
    return values[start : max((place + 1) * len(values) // _BARS, start + 1)]
