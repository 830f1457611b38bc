"""Colours of the drawn valley by season and hour."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Light:
    """What an hour does to a picture."""

    sky: tuple[Colour, ...]
    """From the zenith down to the horizon."""
    sun: Colour | None
    sun_height: float
    """0 is the horizon, 1 the top edge."""
    shade: Colour
    """What far hills fade into, and everything is tinted with."""
    tint: float
    lamps: bool = False


LIGHTS: dict[str, Light] = {
    "dawn": Light(
        ((86, 118, 168), (190, 176, 190), (250, 204, 168)),
        (255, 236, 200),
        0.16,
        (232, 186, 172),
        0.16,
    ),
    "day": Light(
        ((64, 132, 200), (136, 188, 226), (214, 230, 236)),
        (255, 252, 236),
        0.72,
        (190, 212, 226),
        0.03,
    ),
    "noon": Light(
        ((44, 110, 186), (110, 172, 222), (222, 232, 226)),
        None,
        0.9,
        (196, 214, 216),
        0.0,
    ),
    "overcast": Light(
        ((134, 146, 158), (172, 182, 188), (208, 212, 210)),
        None,
        0.6,
        (186, 194, 198),
        0.16,
    ),
    "evening": Light(
        ((58, 62, 112), (186, 104, 104), (252, 178, 96)),
        (255, 214, 140),
        0.1,
        (222, 140, 104),
        0.2,
        lamps=True,
    ),
    "dusk": Light(
        ((26, 32, 72), (78, 72, 122), (198, 128, 132)),
        None,
        0.1,
        (104, 88, 126),
        0.42,
        lamps=True,
    ),
    "night": Light(
        ((10, 16, 40), (22, 34, 70), (52, 68, 104)),
        (238, 238, 220),
        0.66,
        (34, 46, 82),
        0.58,
        lamps=True,
    ),
}


@dataclass(frozen=True)
class Season:
    """What grows."""

    meadow: tuple[Colour, Colour]
    """Far and near."""
    hill: Colour
    leaves: tuple[Colour, ...]
    """None: bare branches."""
    roof: Colour


SEASONS: dict[str, Season] = {
    "s": Season(
        ((150, 182, 96), (96, 148, 66)),
        (98, 140, 92),
        ((146, 186, 90), (178, 204, 110), (226, 206, 214), (120, 168, 84)),
        (140, 72, 54),
    ),
    "u": Season(
        ((172, 176, 88), (92, 136, 56)),
        (78, 118, 78),
        ((70, 120, 54), (92, 140, 62), (54, 100, 52)),
        (150, 78, 56),
    ),
    "a": Season(
        ((184, 160, 92), (140, 122, 64)),
        (132, 110, 76),
        ((206, 124, 44), (224, 164, 58), (170, 74, 44), (146, 128, 56)),
        (128, 66, 52),
    ),
    "w": Season(
        ((226, 232, 240), (240, 244, 248)),
        (164, 178, 194),
        (),
        (232, 238, 244),
    ),
}


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """``share`` of the other colour in the one."""
    red, green, blue = (
        max(0, min(255, round(a + (b - a) * share))) for a, b in zip(one, other, strict=True)
    )
    return red, green, blue
