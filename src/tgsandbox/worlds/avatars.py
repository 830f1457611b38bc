"""Drawn portraits: a face in front of a colour, or a corner of the valley."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from tgsandbox.worlds import landscapes
from tgsandbox.worlds.palettes import Colour, blend

_GROUNDS: list[Colour] = [
    (94, 140, 170),
    (172, 116, 96),
    (120, 152, 104),
    (150, 122, 164),
    (206, 164, 92),
    (88, 128, 122),
    (186, 132, 140),
    (110, 112, 136),
    (70, 104, 88),
    (196, 148, 112),
]
_SKINS: list[Colour] = [(244, 212, 186), (228, 186, 152), (198, 148, 112), (150, 106, 78)]
_HAIRS: list[Colour] = [(62, 46, 38), (120, 82, 48), (196, 158, 96), (140, 140, 142), (96, 52, 36)]
_CLOTHES: list[Colour] = [
    (60, 84, 112),
    (134, 58, 56),
    (78, 104, 74),
    (206, 190, 158),
    (72, 66, 82),
    (188, 120, 60),
]
_VALLEY_SHARE = 0.22
_SIDE = 640
_GRAIN = 9
#: The landscape that stands for the channel.
EMBLEM = 101


def draw(number: int) -> Image.Image:
    """The portrait of a number, 640 by 640."""
    source = random.Random(f"avatar {number}")
    if source.random() < _VALLEY_SHARE:
        season = source.choice("suaw")
        return landscapes.draw(number + 90_000, _SIDE, _SIDE, season, grain=_GRAIN)
    image = Image.new("RGB", (_SIDE * 2, _SIDE * 2))
    _ground(image, source)
    pen = ImageDraw.Draw(image, "RGBA")
    _figure(pen, source)
    return landscapes.grained(image.reduce(2), source, _GRAIN)


def _ground(image: Image.Image, source: random.Random) -> None:
    """A gradient with a few large soft leaves."""
    colour = source.choice(_GROUNDS)
    column = Image.new("RGB", (1, 2))
    column.putdata([blend(colour, (255, 255, 255), 0.35), blend(colour, (0, 0, 0), 0.25)])
    image.paste(column.resize(image.size, Image.Resampling.BICUBIC))
    pen = ImageDraw.Draw(image, "RGBA")
    for _ in range(source.randint(2, 7)):
        x, y, size = source.randint(0, 1280), source.randint(0, 1280), source.randint(80, 330)
        tone = source.choice(((255, 255, 255, 22), (0, 0, 0, 18)))
        pen.ellipse((x - size, y - size * 0.6, x + size, y + size * 0.6), fill=tone)


def _figure(pen: ImageDraw.ImageDraw, source: random.Random) -> None:
    skin, hair = source.choice(_SKINS), source.choice(_HAIRS)
    cloth = source.choice(_CLOTHES)
    middle = 640 + source.randint(-40, 40)
    face = (middle - 215, 300, middle + 215, 850)
    long_hair = source.random() < 1 / 2
    if long_hair:
        pen.rounded_rectangle((middle - 285, 300, middle + 285, 1010), 200, fill=hair)
    pen.rounded_rectangle(
        (middle - 95, 760, middle + 95, 1060), 60, fill=blend(skin, (90, 40, 20), 0.2)
    )
    pen.ellipse((middle - 460, 950, middle + 460, 1700), fill=cloth)
    pen.pieslice((middle - 130, 880, middle + 130, 1090), 0, 180, fill=skin)
    pen.ellipse(face, fill=skin)
    for side in (-1, 1):
        ear = middle + side * 215
        pen.ellipse((ear - 34, 540, ear + 34, 650), fill=blend(skin, (120, 50, 30), 0.12))
    _hair(pen, source, hair, middle, long_hair=long_hair)
    _features(pen, source, skin, hair, middle, beard=not long_hair and source.random() < 1 / 3)


def _hair(
    pen: ImageDraw.ImageDraw, source: random.Random, hair: Colour, middle: int, *, long_hair: bool
) -> None:
    style = source.randrange(4)
    top = (middle - 245, 240, middle + 245, 760)
    if style == 0 and not long_hair:
        brim = source.choice(_CLOTHES)
        pen.pieslice((middle - 235, 190, middle + 235, 640), 180, 360, fill=brim)
        pen.rounded_rectangle(
            (middle - 300, 395, middle + 300, 440), 22, fill=blend(brim, (0, 0, 0), 0.2)
        )
        return
    if style == 1:
        pen.chord(top, 195, 345, fill=hair)
    elif style in {2, 3}:
        pen.chord(top, 180, 320 if style == 2 else 360, fill=hair)  # noqa: PLR2004 -- a parting
        pen.ellipse((middle + 20, 250, middle + 245, 520), fill=hair)
    else:
        pen.chord(top, 185, 355, fill=hair)
        pen.ellipse((middle - 90, 150, middle + 90, 330), fill=hair)


def _features(
    pen: ImageDraw.ImageDraw,
    source: random.Random,
    skin: Colour,
    hair: Colour,
    middle: int,
    *,
    beard: bool,
) -> None:
    dark = (52, 42, 40)
    if beard:
        pen.chord((middle - 218, 430, middle + 218, 900), 10, 170, fill=hair)
    for side in (-1, 1):
        x = middle + side * 88
        pen.ellipse((x - 20, 555, x + 20, 600), fill=dark)
        pen.arc((x - 52, 490, x + 52, 580), 205, 335, fill=blend(hair, dark, 0.4), width=13)
        cheek = (x + side * 30 - 40, 640, x + side * 30 + 40, 700)
        pen.ellipse(cheek, fill=(220, 110, 100, 46))
    pen.arc((middle - 34, 560, middle + 40, 680), 20, 130, fill=blend(skin, dark, 0.35), width=10)
    width = source.randint(60, 105)
    smile = (middle - width, 650, middle + width, 760)
    pen.arc(smile, 25, 155, fill=(150, 62, 60), width=14)
    if source.random() < 1 / 3:
        for side in (-1, 1):
            x = middle + side * 90
            pen.ellipse((x - 70, 512, x + 70, 645), outline=dark, width=11)
        pen.line((middle - 22, 570, middle + 22, 570), fill=dark, width=11)
