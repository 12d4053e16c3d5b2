"""Floors and walls indoors, before anything stands there.

Every function draws on a :class:`~stclip.zs_stage.scenery.Ground`.
"""

from itertools import pairwise

import numpy as np

from stclip.zs_stage.colours import COLOURS, MATERIALS, tone
from stclip.zs_stage.painter import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from stclip.zs_stage.scenery import Ground

_SNOW = MATERIALS['snow']


def planks(ground: Ground) -> None:
    """Floor boards."""
    dark = tone(ground.floor, 0.8)
    for x in np.linspace(-260, WIDTH + 260, 24):
        ground.bar(ground.ray(x, ground.edge), ground.edge, x, BOTTOM, 0.8,
                   dark)  # fmt: skip


def checks(ground: Ground) -> None:
    """Dark and light tiles."""
    dark = tone(ground.floor, 0.62)
    rows = ground.rows(6)
    columns = np.linspace(-240, WIDTH + 240, 17)
    for index, (top, bottom) in enumerate(pairwise(rows)):
        for left in columns[index % 2 :: 2]:
            ground.lane(left, left + 40, top, bottom, dark)


def court(ground: Ground) -> None:
    """Coloured lines of a sports hall."""
    planks(ground)
    y = ground.edge + 0.35 * (BOTTOM - ground.edge)
    ground.band(y, y + 2, (40, 90, 200))
    x = ground.rng.uniform(20, WIDTH - 20)
    ground.lane(x, x + 9, ground.edge, BOTTOM, (210, 50, 45))


def tiles(ground: Ground) -> None:
    """Small tiles on a wall."""
    line = tone(ground.back, 0.8)
    for y in np.arange(ground.edge, TOP, -8):
        ground.band(y - 0.7, y, line)
    for x in np.arange(LEFT, RIGHT, 8):
        ground.box(x, TOP, x + 0.7, ground.edge, line)


def wallpaper(ground: Ground) -> None:
    """Broad stripes on a wall."""
    light = tone(ground.back, 1.14)
    for x in np.arange(LEFT, RIGHT, 18):
        ground.box(x, TOP, x + 9, ground.edge, light)
    skirting(ground)


def skirting(ground: Ground) -> None:
    """A board along the lower end of a wall."""
    ground.band(ground.edge - 3, ground.edge, tone(ground.back, 0.6))


def bricks(ground: Ground) -> None:
    """A wall of bricks."""
    line = tone(ground.back, 0.72)
    for row, y in enumerate(np.arange(ground.edge, TOP, -7)):
        ground.band(y - 0.8, y, line)
        for x in np.arange(LEFT + 8 * (row % 2), RIGHT, 16):
            ground.box(x, y - 7, x + 0.8, y, line)


def lamps(ground: Ground) -> None:
    """A white ceiling with lamps."""
    ground.band(TOP, 2, (228, 230, 232))
    for x in np.arange(LEFT + 10, RIGHT, 44):
        ground.box(x, -6, x + 26, -1, (255, 255, 225))


def blackboard(ground: Ground) -> None:
    """A wide green board with writing."""
    x = ground.rng.uniform(20, WIDTH - 100)
    top, bottom = ground.edge - 46, ground.edge - 12
    ground.box(x - 3, top - 3, x + 93, bottom + 3, (150, 105, 60))
    ground.box(x, top, x + 90, bottom, (30, 80, 60))
    for row in range(4):
        y = top + 6 + 7 * row
        left = x + 6
        while left < x + 70:
            length = ground.rng.uniform(4, 14)
            ground.bar(left, y, left + length, y, 1.2, (235, 240, 235))
            left += length + 5


def goods(ground: Ground) -> None:
    """Shelves full of things for sale."""
    paints = list(COLOURS.values())
    for level in range(4):
        y = ground.edge - 2 - 15 * level
        ground.band(y - 1.6, y, (245, 245, 240))
        x = float(LEFT)
        while x < RIGHT:
            width, height = (
                ground.rng.uniform(3.5, 8),
                ground.rng.uniform(6, 12),
            )
            paint = paints[ground.rng.integers(len(paints))]
            ground.box(x, y - 1.6 - height, x + width, y - 1.6, paint)
            x += width + 1


def shutter(ground: Ground) -> None:
    """A garage's roller door, and yellow-black stripes before it."""
    left = ground.rng.uniform(0, 50)
    top = ground.edge - 52
    ground.box(left, top, left + 82, ground.edge, (165, 170, 178))
    for y in np.arange(top + 5, ground.edge, 6):
        ground.box(left, y, left + 82, y + 1, (105, 110, 118))
    for step in range(9):
        paint = (240, 200, 40) if step % 2 else (35, 35, 38)
        ground.lane(left + 20 * step - 40, left + 20 * step - 20,
                    ground.edge + 2, ground.edge + 6, paint)  # fmt: skip


def rails(ground: Ground) -> None:
    """A train at a platform, under a roof on posts."""
    edge = ground.edge
    ground.band(TOP, edge - 62, (75, 80, 92))
    ground.band(edge - 64, edge - 61, (45, 48, 56))
    left = ground.rng.uniform(-60, -20)
    ground.box(left, edge - 44, left + 190, edge - 4, (200, 50, 45))
    ground.box(left, edge - 24, left + 190, edge - 19, _SNOW)
    for x in np.arange(left + 8, left + 178, 23):
        ground.box(x, edge - 38, x + 15, edge - 26, (60, 75, 95))
    ground.band(edge - 4, edge, (50, 48, 46))
    ground.band(edge + 5, edge + 8, (245, 205, 45))
    for x in (ground.rng.uniform(0, 40), ground.rng.uniform(110, 155)):
        ground.box(x, edge - 62, x + 4, edge + 6, (95, 100, 110))


def gallery(ground: Ground) -> None:
    """Pictures in golden frames on a dark wall."""
    paints = list(COLOURS.values())
    ground.band(ground.edge - 10, ground.edge, tone(ground.back, 0.6))
    x = LEFT + ground.rng.uniform(0, 16)
    while x < RIGHT:
        width, height = ground.rng.uniform(20, 34), ground.rng.uniform(20, 34)
        top = ground.edge - 20 - height
        ground.box(x, top, x + width, top + height, (215, 170, 60))
        inner = paints[ground.rng.integers(len(paints))]
        ground.box(x + 2.5, top + 2.5, x + width - 2.5, top + height - 2.5,
                   inner)  # fmt: skip
        shape = paints[ground.rng.integers(len(paints))]
        ground.mound(x + width / 2, top + 0.6 * height, 0.25 * width,
                     0.2 * height, shape)  # fmt: skip
        x += width + ground.rng.uniform(10, 20)


def bars(ground: Ground) -> None:
    """Wall bars of a gym."""
    left = ground.rng.uniform(LEFT, WIDTH - 60)
    for x in np.arange(left, left + 70, 17):
        ground.box(x, ground.edge - 58, x + 2.4, ground.edge, (165, 110, 55))
    for y in np.arange(ground.edge - 55, ground.edge - 4, 6):
        ground.box(left, y, left + 70, y + 1.6, (195, 140, 75))


def rug(ground: Ground) -> None:
    """A carpet."""
    x = ground.rng.uniform(40, WIDTH - 40)
    y = ground.edge + 0.5 * (HEIGHT - ground.edge)
    paint = COLOURS[ground.rng.choice(['red', 'purple', 'teal'])]
    ground.mound(x, y, 56, 14, paint)
    ground.mound(x, y, 46, 10, tone(paint, 1.3))


def counter(ground: Ground) -> None:
    """Cupboards, a worktop and a stove below them."""
    edge, paint = ground.edge, COLOURS[ground.rng.choice(['teal', 'red'])]
    stove = ground.rng.integers(8)
    ground.band(edge - 60, edge - 40, paint)
    ground.band(edge - 22, edge, paint)
    ground.band(edge - 25, edge - 21, (240, 238, 230))
    for index, x in enumerate(range(LEFT, RIGHT, 20)):
        ground.box(x, edge - 60, x + 1.2, edge - 40, tone(paint, 0.6))
        ground.box(x, edge - 21, x + 1.2, edge, tone(paint, 0.6))
        if index == stove:
            ground.box(x + 1, edge - 24, x + 20, edge, (232, 232, 235))
            ground.box(x + 4, edge - 15, x + 17, edge - 4, (40, 40, 45))
            ground.box(x + 3, edge - 26, x + 18, edge - 24, (40, 40, 45))


def desks(ground: Ground) -> None:
    """A row of desks with screens before a wall."""
    edge = ground.edge
    for x in np.arange(LEFT + ground.rng.uniform(0, 20), RIGHT, 52):
        ground.box(x, edge - 17, x + 44, edge - 14, (225, 205, 170))
        for left in (x + 2, x + 40):
            ground.box(left, edge - 14, left + 2, edge + 3, (120, 120, 125))
        ground.box(x + 12, edge - 35, x + 34, edge - 20, (30, 32, 36))
        ground.box(x + 14, edge - 33, x + 32, edge - 22, (95, 150, 240))
        ground.box(x + 21, edge - 20, x + 25, edge - 17, (30, 32, 36))
