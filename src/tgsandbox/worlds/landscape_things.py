"""What stands in the drawn valley: the mill with its wheel, trees, birds, falling snow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tgsandbox.worlds.palettes import Colour, blend

if TYPE_CHECKING:
    from tgsandbox.worlds.landscapes import Scene

_DARK = (34, 30, 28)
_WARM = (255, 206, 112)


def mill(scene: Scene, bank: tuple[int, int]) -> None:
    """House and wheel, the wheel in the water."""
    unit = scene.height * scene.random.uniform(0.026, 0.036)
    side = -1 if bank[0] < scene.width / 2 else 1
    wheel = (bank[0] - side * unit * 0.4, bank[1] - unit * 1.2)
    middle = bank[0] + side * unit * 4.2
    _shadow(scene, middle, bank[1], unit)
    _walls(scene, middle, bank[1], unit)
    _roof(scene, middle, bank[1], unit)
    _wheel(scene, wheel, unit * 2.1)


def _shadow(scene: Scene, middle: float, ground: float, unit: float) -> None:
    box = (middle - unit * 4, ground - unit * 0.3, middle + unit * 4.4, ground + unit * 0.7)
    scene.pen.ellipse(box, fill=(20, 26, 24, 80))


def _walls(scene: Scene, middle: float, ground: float, unit: float) -> None:
    left, right = middle - unit * 3.2, middle + unit * 3.2
    stone = scene.lit((158, 150, 138))
    plaster = scene.lit((222, 212, 190))
    timber = scene.lit((98, 72, 52))
    scene.pen.rectangle((left, ground - unit * 2, right, ground), fill=stone)
    for _ in range(46 if scene.detailed else 0):
        x = scene.random.uniform(left, right - unit * 0.6)
        y = scene.random.uniform(ground - unit * 1.9, ground - unit * 0.3)
        shade = blend(stone, scene.random.choice((_DARK, (255, 255, 255))), 0.14)
        scene.pen.rectangle((x, y, x + unit * 0.55, y + unit * 0.25), fill=shade)
    scene.pen.rectangle((left, ground - unit * 4.4, right, ground - unit * 2), fill=plaster)
    beam = max(2, round(unit * 0.16))
    for place in range(5):
        x = left + (right - left) * place / 4
        scene.pen.line((x, ground - unit * 4.4, x, ground - unit * 2), fill=timber, width=beam)
    for height in (2, 4.4):
        y = ground - unit * height
        scene.pen.line((left, y, right, y), fill=timber, width=beam)
    glass = _WARM if scene.light.lamps else scene.lit((74, 92, 108))
    for x in (left + unit * 1.1, middle + unit * 0.2, right - unit * 1.5):
        box = (x - unit * 0.35, ground - unit * 3.7, x + unit * 0.35, ground - unit * 2.7)
        scene.pen.rectangle(box, fill=glass, outline=timber, width=max(1, beam // 2))
    door = (middle - unit * 0.5, ground - unit * 1.5, middle + unit * 0.4, ground)
    scene.pen.rectangle(door, fill=scene.lit((84, 56, 40)))


def _roof(scene: Scene, middle: float, ground: float, unit: float) -> None:
    eaves, ridge = ground - unit * 4.2, ground - unit * 7
    tiles = scene.lit(scene.season.roof)
    corners = [
        (middle - unit * 3.8, eaves),
        (middle - unit * 2.4, ridge),
        (middle + unit * 2.4, ridge),
        (middle + unit * 3.8, eaves),
    ]
    scene.pen.polygon(corners, fill=tiles)
    for row in range(1, 7):
        share = row / 7
        y = ridge + (eaves - ridge) * share
        half = unit * (2.4 + 1.4 * share)
        shade = (*blend(tiles, _DARK, 0.3), 150)
        scene.pen.line(
            (middle - half, y, middle + half, y), fill=shade, width=max(1, int(unit / 9))
        )
    x = middle + unit * 1.3
    brick = scene.lit((140, 84, 66))
    scene.pen.rectangle((x, ridge - unit * 0.9, x + unit * 0.8, ridge + unit * 0.7), fill=brick)
    for puff in range(7):
        radius = unit * (0.3 + puff * 0.16)
        drift = x + unit * (0.4 + puff * 0.45), ridge - unit * (1.4 + puff * 0.75)
        box = (drift[0] - radius, drift[1] - radius, drift[0] + radius, drift[1] + radius)
        scene.pen.ellipse(box, fill=(236, 236, 236, 70 - puff * 9))


def _wheel(scene: Scene, centre: tuple[float, float], radius: float) -> None:
    wood = scene.lit((84, 60, 42))
    turn = scene.random.uniform(0, 1)
    rim = max(3, round(radius * 0.1))
    for share in (1.0, 0.8):
        reach = radius * share
        box = (centre[0] - reach, centre[1] - reach, centre[0] + reach, centre[1] + reach)
        scene.pen.ellipse(box, outline=wood, width=rim if share == 1 else rim // 2)
    for spoke in range(16):
        angle = (spoke + turn) * math.tau / 16
        x, y = math.cos(angle), math.sin(angle)
        if spoke % 2 == 0:
            end = (centre[0] + x * radius, centre[1] + y * radius)
            scene.pen.line((*centre, *end), fill=wood, width=max(2, rim // 2))
        inner, outer = radius * 0.86, radius * 1.14
        paddle = (
            centre[0] + x * inner,
            centre[1] + y * inner,
            centre[0] + x * outer,
            centre[1] + y * outer,
        )
        scene.pen.line(paddle, fill=blend(wood, _DARK, 0.2), width=rim)
    foam = centre[1] + radius * 0.95
    for _ in range(26):
        x = centre[0] + scene.random.gauss(0, radius * 0.6)
        y = foam + abs(scene.random.gauss(0, radius * 0.18))
        size = radius * scene.random.uniform(0.03, 0.1)
        scene.pen.ellipse(
            (x - size, y - size / 2, x + size, y + size / 2), fill=(245, 248, 250, 170)
        )


def far_trees(scene: Scene) -> None:
    """Small dark crowns along the horizon."""
    for _ in range(scene.random.randint(30, 80)):
        x = scene.random.randrange(scene.width)
        y = scene.horizon + scene.height * scene.random.uniform(0.02, 0.06)
        size = scene.height * scene.random.uniform(0.006, 0.018)
        colour = scene.lit(_leaf(scene), 0.45)
        scene.pen.ellipse((x - size * 0.7, y - size * 1.7, x + size * 0.7, y), fill=colour)


def near_trees(scene: Scene) -> None:
    """A few large trees towards the edges of the picture, conifers among them."""
    for _ in range(scene.random.randint(3, 7)):
        edge = scene.random.choice(
            (scene.random.uniform(-0.02, 0.2), scene.random.uniform(0.8, 1.02))
        )
        near = scene.random.uniform(0.2, 0.75)
        x = scene.width * edge
        y = scene.horizon + (scene.height - scene.horizon) * near
        size = scene.height * (0.1 + 0.22 * near)
        if scene.random.random() < _CONIFERS:
            _conifer(scene, x, y, size)
        elif scene.season.leaves:
            _crown(scene, x, y, size)
        else:
            trunk = scene.lit((72, 62, 56))
            _branch(scene, (x, y), -math.pi / 2, size * 0.3, trunk, 7)


_CONIFERS = 0.4


def _leaf(scene: Scene) -> Colour:
    return scene.random.choice(scene.season.leaves or ((72, 92, 84), (96, 110, 112)))


def _crown(scene: Scene, x: float, y: float, size: float) -> None:
    trunk = scene.lit((82, 64, 50))
    scene.pen.line((x, y, x, y - size * 0.5), fill=trunk, width=max(2, round(size * 0.07)))
    leaf = _leaf(scene)
    for puff in range(150):
        up = puff / 150
        spread = size * 0.36 * math.sin(math.pi * (0.12 + 0.8 * up))
        cx = x + scene.random.gauss(0, spread * 0.6)
        cy = y - size * (0.36 + 0.6 * up) + scene.random.gauss(0, size * 0.03)
        radius = size * scene.random.uniform(0.025, 0.075)
        light = 0.3 if cx < x else 0.0
        tone = blend(leaf, (255, 244, 190), light * scene.random.random())
        tone = scene.lit(blend(tone, _DARK, 0.42 * (1 - up) * scene.random.random()))
        scene.pen.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=(*tone, 225))


def _conifer(scene: Scene, x: float, y: float, size: float) -> None:
    green = scene.lit((44, 78, 62))
    scene.pen.line(
        (x, y, x, y - size * 0.2), fill=scene.lit((70, 54, 44)), width=max(2, int(size / 22))
    )
    for tier in range(7):
        share = tier / 7
        half = size * 0.2 * (1 - share)
        base = y - size * (0.1 + 0.82 * share)
        tip = base - size * 0.26
        wobble = scene.random.uniform(-0.02, 0.02) * size
        scene.pen.polygon(
            [(x - half, base + wobble), (x, tip), (x + half, base - wobble)],
            fill=blend(green, (150, 180, 150), 0.1 * (tier % 2)),
        )
        if scene.winter:
            snow = [
                (x - half, base + wobble),
                (x - half * 0.2, tip + size * 0.1),
                (x, base - size * 0.04),
            ]
            scene.pen.polygon(snow, fill=(*scene.lit((240, 244, 250)), 190))


def _branch(
    scene: Scene, start: tuple[float, float], angle: float, length: float, colour: Colour, left: int
) -> None:
    end = (start[0] + math.cos(angle) * length, start[1] + math.sin(angle) * length)
    scene.pen.line((*start, *end), fill=colour, width=max(1, round(length * 0.11)))
    if left == 0:
        return
    for turn in (-0.42, 0.42) if left % 2 else (-0.3, 0.05, 0.36):
        bend = angle + turn * scene.random.uniform(0.6, 1.3)
        _branch(scene, end, bend, length * scene.random.uniform(0.62, 0.8), colour, left - 1)


def birds(scene: Scene) -> None:
    """Now and then a few of them, high up."""
    x0 = scene.random.uniform(0.2, 0.8) * scene.width
    y0 = scene.random.uniform(0.2, 0.6) * scene.horizon
    for _ in range(scene.random.choice((0, 0, 3, 5, 9))):
        x = x0 + scene.random.gauss(0, scene.width * 0.06)
        y = y0 + scene.random.gauss(0, scene.height * 0.03)
        wing = scene.height * scene.random.uniform(0.004, 0.009)
        line = [(x - wing, y - wing * 0.6), (x, y), (x + wing, y - wing * 0.6)]
        scene.pen.line(line, fill=(40, 44, 54, 210), width=max(2, scene.height // 600))


def snowfall(scene: Scene) -> None:
    for _ in range(420):
        x, y = scene.random.randrange(scene.width), scene.random.randrange(scene.height)
        size = scene.height * scene.random.uniform(0.001, 0.0034)
        scene.pen.ellipse((x - size, y - size, x + size, y + size), fill=(255, 255, 255, 190))
