"""Drawn landscapes: a valley, a river, its mill, at all hours and seasons.

A picture follows from its number alone. It is drawn at twice its size and scaled down, which
smooths the edges, and gets a little grain in the end.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tgsandbox.worlds import landscape_things as things
from tgsandbox.worlds.palettes import LIGHTS, SEASONS, Colour, Light, Season, blend

_HOURS = ("dawn", "day", "day", "noon", "overcast", "evening", "evening", "dusk", "night")
#: Wider ones are not drawn at twice the size: they are smooth enough.
_WIDE = 1600


@dataclass
class Scene:
    """A picture in the making."""

    number: int
    random: random.Random
    image: Image.Image
    light: Light
    season: Season
    winter: bool
    horizon: int
    detailed: bool
    pen: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    @property
    def width(self) -> int:
        return self.image.width

    @property
    def height(self) -> int:
        return self.image.height

    def lit(self, colour: Colour, distance: float = 0.0) -> Colour:
        """A colour in this light, fading with the distance (0 near, 1 far)."""
        return blend(
            blend(colour, self.light.shade, distance * 0.75), self.light.shade, self.light.tint
        )


def draw(
    number: int, width: int, height: int, season: str, *, grain: int = 0, detailed: bool = True
) -> Image.Image:
    """The picture of a number; in another size it is the same view.

    Without details it is good for a glimpse, and quick.
    """
    scale = 1 if width > _WIDE else 2
    source = random.Random(f"landscape {number}")
    hour = source.choice(_HOURS)
    light = LIGHTS[hour]
    size = (width * scale, height * scale)
    horizon = round(size[1] * source.uniform(0.4, 0.56))
    scene = Scene(
        number=number,
        random=source,
        image=_gradient(light.sky, size, horizon),
        light=light,
        season=SEASONS[season],
        winter=season == "w",
        horizon=horizon,
        detailed=detailed,
    )
    _paint(scene, hour)
    picture = scene.image if scale == 1 else scene.image.reduce(scale)
    return grained(picture, scene.random, grain) if grain else picture


def _paint(scene: Scene, hour: str) -> None:
    """Every step has its own chance, so that leaving out details changes nothing else."""
    steps: list[tuple[str, Callable[[], object]]] = [
        ("sky", lambda: _sky(scene, hour)),
        ("hills", lambda: _hills(scene)),
        ("meadow", lambda: _meadow(scene)),
        ("trees", lambda: things.far_trees(scene)),
        ("river", lambda: _river_and_mill(scene)),
        ("near", lambda: things.near_trees(scene) if scene.detailed else None),
        ("air", lambda: _air(scene, hour)),
    ]
    for step, paint in steps:
        scene.random = random.Random(f"landscape {scene.number} {step}")
        paint()


def _river_and_mill(scene: Scene) -> None:
    has_mill = scene.random.random() < _WITH_MILL
    bank = _river(scene)
    if has_mill:
        scene.random = random.Random(f"landscape {scene.number} mill")
        things.mill(scene, bank)


def _air(scene: Scene, hour: str) -> None:
    if hour in {"dawn", "overcast"}:
        _mist(scene)
    if scene.winter and scene.detailed and scene.random.random() < _SNOWFALL:
        things.snowfall(scene)
    if hour not in {"night", "dusk"}:
        things.birds(scene)


_WITH_MILL = 0.8
_BRIGHT = 220
_SNOWFALL = 0.5
_CLOUDLESS = {"noon"}


def _gradient(colours: tuple[Colour, ...], size: tuple[int, int], horizon: int) -> Image.Image:
    strip = Image.new("RGB", (1, 64))
    steps = len(colours) - 1
    for row in range(64):
        place = row / 63 * steps
        part = min(int(place), steps - 1)
        strip.putpixel((0, row), blend(colours[part], colours[part + 1], place - part))
    image = Image.new("RGB", size, colours[-1])
    column = strip.resize((1, horizon + 2), Image.Resampling.BICUBIC)
    image.paste(column.resize((size[0], horizon + 2), Image.Resampling.NEAREST), (0, 0))
    return image


def _sky(scene: Scene, hour: str) -> None:
    if hour == "night":
        for _ in range(170 if scene.detailed else 20):
            x, y = scene.random.randrange(scene.width), scene.random.randrange(scene.horizon)
            bright = scene.random.randint(80, 255)
            size = scene.height // 500 + (bright > _BRIGHT)
            scene.pen.ellipse((x, y, x + size, y + size), fill=(255, 255, 240, bright))
    _sun(scene)
    if hour not in _CLOUDLESS:
        _clouds(scene, 150 if hour == "overcast" else 105)


def _sun(scene: Scene) -> None:
    if scene.light.sun is None:
        return
    x = round(scene.width * scene.random.uniform(0.15, 0.85))
    y = round(scene.horizon * (1 - scene.light.sun_height))
    radius = scene.height // 26
    reach = radius * 6
    glow = Image.new("L", (96, 96))
    ImageDraw.Draw(glow).ellipse((30, 30, 66, 66), fill=170)
    glow = glow.filter(ImageFilter.GaussianBlur(11))
    halo = glow.resize((2 * reach, 2 * reach), Image.Resampling.BILINEAR)
    scene.image.paste(scene.light.sun, (x - reach, y - reach), halo)
    scene.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=scene.light.sun)


def _clouds(scene: Scene, strength: int) -> None:
    """Smooth noise in three sizes, stretched along the horizon."""
    mask = Image.new("L", (scene.width // 4, scene.horizon // 4))
    for octave, weight in ((5, 0.55), (11, 0.3), (26, 0.15)):
        noise = _noise(scene.random, octave, max(3, octave * 2 // 3))
        layer = noise.resize(mask.size, Image.Resampling.BICUBIC)
        mask = ImageChops.add(mask, layer.point([round(value * weight) for value in range(256)]))
    cover = scene.random.randint(118, 150)
    curve = [max(0, min(strength, (value - cover) * 4)) for value in range(256)]
    mask = mask.point(curve).resize((scene.width, scene.horizon), Image.Resampling.BILINEAR)
    white = blend((250, 248, 244), scene.light.shade, 0.35)
    scene.image.paste(white, (0, 0), mask)


def _noise(source: random.Random, width: int, height: int) -> Image.Image:
    return Image.frombytes("L", (width, height), source.randbytes(width * height))


def _ridge(scene: Scene, base: float, rise: float, roughness: float) -> list[tuple[int, int]]:
    """A line of hills from left to right."""
    waves = [
        (
            scene.random.uniform(0.6, 1.6) * 2.1**power,
            scene.random.uniform(0, 6.3),
            roughness**power,
        )
        for power in range(6)
    ]
    points = []
    step = max(2, scene.width // 240)
    for x in range(0, scene.width + step, step):
        t = x / scene.width * 3.2
        lift = sum(weight * math.sin(t * pace + phase) for pace, phase, weight in waves)
        points.append((x, round(base - rise * (0.5 + lift * 0.32))))
    return points


def _hills(scene: Scene) -> None:
    layers = scene.random.choice((3, 4))
    for layer in range(layers):
        far = 1 - layer / layers
        base = scene.horizon + scene.height * 0.015 * layer
        rise = scene.height * (0.05 + 0.16 * far) * scene.random.uniform(0.7, 1.2)
        line = _ridge(scene, base, rise, 0.42 + 0.08 * far)
        fill = scene.lit(scene.season.hill, far * 0.95)
        bottom = scene.horizon + scene.height // 12
        scene.pen.polygon([*line, (scene.width, bottom), (0, bottom)], fill=fill)


def _meadow(scene: Scene) -> None:
    rise = scene.height * 0.03
    above = round(rise * 2)
    line = _ridge(scene, scene.horizon + scene.height * 0.02, rise, 0.4)
    far = scene.lit(scene.season.meadow[0], 0.35)
    near = scene.lit(scene.season.meadow[1])
    size = (scene.width, scene.height - scene.horizon + above)
    ground = _gradient((far, near, blend(near, (20, 30, 20), 0.25)), size, size[1])
    mask = Image.new("L", size)
    top = scene.horizon - above
    outline = [(x, y - top) for x, y in line]
    ImageDraw.Draw(mask).polygon([*outline, size, (0, size[1])], fill=255)
    scene.image.paste(ground, (0, top), mask)
    if scene.detailed:
        _grass(scene, near)


def _grass(scene: Scene, colour: Colour) -> None:
    """Strokes that grow towards the viewer."""
    depth = scene.height - scene.horizon
    for _ in range(700):
        near = scene.random.random() ** 0.7
        x = scene.random.randrange(scene.width)
        y = round(scene.horizon + depth * (0.12 + 0.88 * near))
        length = max(2, round(depth * 0.035 * near))
        shade = blend(colour, scene.random.choice(((255, 250, 190), (24, 44, 30))), 0.22)
        lean = scene.random.randint(-length, length) // 3
        scene.pen.line((x, y, x + lean, y - length), fill=(*shade, 150), width=1 + length // 14)


def _river(scene: Scene) -> tuple[int, int]:
    """The river towards the viewer; gives the place on the bank where the mill stands."""
    depth = scene.height - scene.horizon
    swing = scene.random.uniform(0.1, 0.2) * scene.random.choice((-1, 1))
    start = scene.random.uniform(0.42, 0.58)
    phase = scene.random.uniform(0.6, 1.4)
    left, right = [], []
    for step in range(61):
        t = step / 60
        x = scene.width * (start + swing * math.sin(t * 4.4 + phase) * (0.25 + t))
        half = scene.width * (0.006 + 0.17 * t**1.7)
        y = scene.horizon + depth * (0.06 + 0.94 * t**1.25)
        left.append((round(x - half), round(y)))
        right.append((round(x + half), round(y)))
    mask = Image.new("L", (scene.width, depth))
    outline = [(x, y - scene.horizon) for x, y in [*left, *reversed(right)]]
    ImageDraw.Draw(mask).polygon(outline, fill=235)
    _water(scene, mask)
    edge = scene.lit((92, 84, 66) if not scene.winter else (200, 210, 220))
    for line in (left, right):
        scene.pen.line(line, fill=(*edge, 130), width=max(2, scene.height // 240))
    bank = left if left[26][0] > scene.width * 0.3 else right
    return bank[26]


def _water(scene: Scene, mask: Image.Image) -> None:
    """The sky upside down, darker, with ripples."""
    colours = tuple(blend(colour, (38, 62, 78), 0.3) for colour in reversed(scene.light.sky))
    depth = mask.height
    water = _gradient(colours, mask.size, depth - 2)
    pen = ImageDraw.Draw(water, "RGBA")
    for _ in range(420 if scene.detailed else 0):
        near = scene.random.random() ** 0.6
        y = round(depth * near)
        length = round(scene.width * 0.05 * near * scene.random.uniform(0.3, 1.4)) + 4
        x = scene.random.randrange(-length, scene.width)
        shade = scene.random.choice(
            (blend(scene.light.sky[-1], (255, 255, 255), 0.4), (24, 44, 60))
        )
        pen.line((x, y, x + length, y), fill=(*shade, 70), width=1 + round(4 * near))
    scene.image.paste(water, (0, scene.horizon), mask)


def _mist(scene: Scene) -> None:
    band = Image.new("L", (1, 5))
    band.putdata([0, 90, 150, 70, 0])
    height = scene.height // 4
    column = band.resize((1, height), Image.Resampling.BICUBIC)
    mask = column.resize((scene.width, height), Image.Resampling.NEAREST)
    fog = blend((246, 244, 240), scene.light.shade, 0.3)
    scene.image.paste(fog, (0, scene.horizon - height // 4), mask)


def grained(picture: Image.Image, source: random.Random, strength: int) -> Image.Image:
    noise = _noise(source, *picture.size)
    table = [value * strength // 255 for value in range(256)]
    grain = Image.merge("RGB", [noise.point(table)] * 3)
    return ImageChops.add(picture, grain, 1, -strength // 2)
