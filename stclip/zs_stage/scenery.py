"""Floors, walls and horizons of places, before anything stands there.

Every function draws on a :class:`Ground`; places name those that they want.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stclip.zs_stage.colours import COLOURS, MATERIALS, tone
from stclip.zs_stage.painter import (
    HEIGHT,
    MARGIN,
    WIDTH,
    Backdrop,
    Colour,
)

_LEFT, _RIGHT = -MARGIN, WIDTH + MARGIN
_TOP, _BOTTOM = -MARGIN, HEIGHT + MARGIN
_SNOW = MATERIALS['snow']
_SEA = MATERIALS['sea']


@dataclass(frozen=True, eq=False)
class Ground:
    """An empty stage to be.

    Args:
        canvas: Where to draw.
        edge: Stage pixels from the top to where the floor begins.
        floor: RGB.
        back: RGB of wall or sky.
        rng: Source of every choice.
    """

    canvas: Backdrop
    edge: float
    floor: Colour
    back: Colour
    rng: np.random.Generator

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour
    ) -> None:
        """Fill an upright rectangle."""
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        self.canvas.polygon(corners, colour)

    def band(self, y0: float, y1: float, colour: Colour) -> None:
        """Fill the whole width between two heights."""
        self.box(_LEFT, y0, _RIGHT, y1, colour)

    def bar(self, x0: float, y0: float, x1: float, y1: float, width: float,
            colour: Colour) -> None:  # fmt: skip
        """Draw a thick line."""
        self.canvas.line(np.array([x0, y0]), np.array([x1, y1]), width, colour)

    def mound(self, x: float, y: float, rx: float, ry: float,
              colour: Colour) -> None:  # fmt: skip
        """Fill an ellipse."""
        self.canvas.ellipse(np.array([x, y]), (rx, ry), colour)

    def ray(self, x: float, y: float) -> float:
        """Where a line along the floor, at ``x`` in front, is at ``y``."""
        depth = (y - self.edge + 14) / (_BOTTOM - self.edge + 14)
        return WIDTH / 2 + (x - WIDTH / 2) * depth

    def lane(self, x0: float, x1: float, y0: float, y1: float,
             colour: Colour) -> None:  # fmt: skip
        """Fill a strip of floor that goes away from the camera."""
        corners = [
            [self.ray(x0, y0), y0], [self.ray(x1, y0), y0],
            [self.ray(x1, y1), y1], [self.ray(x0, y1), y1],
        ]  # fmt: skip
        self.canvas.polygon(np.array(corners), colour)

    def rows(self, count: int) -> np.ndarray:
        """Heights of equally long pieces of floor, from far to near."""
        far = np.linspace(0, 1, count + 1)
        return self.edge + (_BOTTOM - self.edge) * far**1.7


def planks(ground: Ground) -> None:
    """Floor boards."""
    dark = tone(ground.floor, 0.8)
    for x in np.linspace(-260, WIDTH + 260, 24):
        ground.bar(ground.ray(x, ground.edge), ground.edge, x, _BOTTOM, 0.8,
                   dark)  # fmt: skip


def checks(ground: Ground) -> None:
    """Dark and light tiles."""
    dark = tone(ground.floor, 0.62)
    rows = ground.rows(6)
    columns = np.linspace(-240, WIDTH + 240, 17)
    for index, (top, bottom) in enumerate(pairwise(rows)):
        for left in columns[index % 2 :: 2]:
            ground.lane(left, left + 40, top, bottom, dark)


def path(ground: Ground) -> None:
    """A footpath that crosses the grass."""
    x = ground.rng.uniform(10, WIDTH - 10)
    ground.lane(x - 45, x + 45, ground.edge, _BOTTOM, (205, 185, 145))


def road(ground: Ground) -> None:
    """A pavement, and lanes with white dashes."""
    edge = ground.edge
    ground.band(edge, edge + 6, (185, 180, 172))
    ground.band(edge + 6, edge + 7.5, (120, 118, 115))
    y = edge + 0.45 * (_BOTTOM - edge)
    for x in np.arange(_LEFT + ground.rng.uniform(0, 24), _RIGHT, 32):
        ground.box(x, y, x + 18, y + 3, _SNOW)


def pitch(ground: Ground) -> None:
    """Mown stripes and white lines."""
    light = tone(ground.floor, 1.2)
    for x in np.arange(-240, WIDTH + 240, 100):
        ground.lane(x, x + 50, ground.edge, _BOTTOM, light)
    y = ground.edge + 0.3 * (_BOTTOM - ground.edge)
    ground.band(y, y + 1.6, _SNOW)
    x = ground.rng.uniform(20, WIDTH - 20)
    ground.lane(x, x + 7, y, _BOTTOM, _SNOW)


def stand(ground: Ground) -> None:
    """Spectators in rows."""
    top = ground.edge - 22
    ground.band(top, ground.edge, (110, 115, 130))
    paints = list(COLOURS.values())
    for row in range(4):
        for x in np.arange(_LEFT, _RIGHT, 4.0):
            paint = paints[ground.rng.integers(len(paints))]
            ground.mound(x, top + 3 + 4.4 * row, 1.7, 1.7, paint)
    ground.band(ground.edge - 4, ground.edge, (235, 235, 235))


def court(ground: Ground) -> None:
    """Coloured lines of a sports hall."""
    planks(ground)
    y = ground.edge + 0.35 * (_BOTTOM - ground.edge)
    ground.band(y, y + 2, (40, 90, 200))
    x = ground.rng.uniform(20, WIDTH - 20)
    ground.lane(x, x + 9, ground.edge, _BOTTOM, (210, 50, 45))


def sea(ground: Ground) -> None:
    """Water up to the horizon, with waves."""
    top = ground.edge - ground.rng.uniform(14, 24)
    ground.band(top, ground.edge, _SEA)
    for y in np.linspace(top + 3, ground.edge - 4, 3):
        for x in np.arange(_LEFT + ground.rng.uniform(0, 30), _RIGHT, 34):
            ground.bar(x, y, x + 13, y, 1.2, (190, 225, 240))
    ground.band(ground.edge - 1.5, ground.edge + 1.5, _SNOW)


def water(ground: Ground) -> None:
    """A lake before mountains and woods."""
    top = ground.edge - ground.rng.uniform(20, 26)
    for x in np.arange(_LEFT, _RIGHT + 30, 46):
        height = ground.rng.uniform(18, 34)
        corners = [[x - 40, top], [x + 40, top], [x, top - height]]
        ground.canvas.polygon(np.array(corners), (125, 135, 155))
        peak = [[x - 9, top - 0.77 * height], [x + 9, top - 0.77 * height],
                [x, top - height]]  # fmt: skip
        ground.canvas.polygon(np.array(peak), _SNOW)
    ground.band(top - 4, top, (50, 95, 60))
    ground.band(top, ground.edge, (55, 140, 185))
    for y in np.linspace(top + 4, ground.edge - 4, 3):
        x = ground.rng.uniform(_LEFT, _RIGHT)
        ground.bar(x - 22, y, x + 22, y, 1.2, (150, 205, 225))


def dunes(ground: Ground) -> None:
    """Hills of sand."""
    for x in np.arange(_LEFT, _RIGHT + 40, 62):
        x = x + ground.rng.uniform(-14, 14)
        height = ground.rng.uniform(10, 22)
        paint = tone(ground.floor, ground.rng.uniform(0.8, 1.05))
        ground.mound(x, ground.edge + 4, 52, height, paint)
    ground.band(ground.edge, ground.edge + 26, tone(ground.floor, 0.92))
    for y in (0.3, 0.6, 0.85):
        height = ground.edge + y * (_BOTTOM - ground.edge)
        x = ground.rng.uniform(0, WIDTH)
        ground.mound(x, height, 50, 3, tone(ground.floor, 0.86))


def drifts(ground: Ground) -> None:
    """Heaps of snow, and a bluish shade on each."""
    for _ in range(7):
        x = ground.rng.uniform(_LEFT, _RIGHT)
        y = ground.rng.uniform(ground.edge, _BOTTOM)
        ground.mound(x, y + 2, 34, 5, (205, 218, 238))
        ground.mound(x - 3, y, 30, 4, _SNOW)


def hills(ground: Ground) -> None:
    """Green hills at the horizon."""
    for x in np.arange(_LEFT, _RIGHT + 40, 66):
        height = ground.rng.uniform(10, 20)
        paint = tone((95, 150, 80), ground.rng.uniform(0.85, 1.1))
        ground.mound(x, ground.edge + 3, 56, height, paint)
    ground.band(ground.edge, ground.edge + 24, tone(ground.floor, 0.85))


def furrows(ground: Ground) -> None:
    """A ploughed field beside the grass."""
    x = ground.rng.uniform(-20, WIDTH - 60)
    for step in range(5):
        left = x + 26 * step
        ground.lane(left, left + 13, ground.edge, _BOTTOM, (115, 80, 45))


def skyline(ground: Ground) -> None:
    """Tall buildings far away."""
    x = _LEFT
    while x < _RIGHT:
        width = ground.rng.uniform(12, 26)
        top = ground.edge - ground.rng.uniform(26, 60)
        paint = tone((135, 140, 160), ground.rng.uniform(0.75, 1.1))
        ground.box(x, top, x + width, ground.edge, paint)
        for y in np.arange(top + 4, ground.edge - 4, 7):
            for left in np.arange(x + 2.5, x + width - 3, 6):
                ground.box(left, y, left + 3, y + 3.4, (225, 225, 190))
        x += width + ground.rng.uniform(-1, 5)


def woods(ground: Ground) -> None:
    """Trunk beside trunk under dark leaves."""
    for x in np.arange(_LEFT, _RIGHT, 11):
        x = x + ground.rng.uniform(-4, 4)
        paint = tone((85, 65, 42), ground.rng.uniform(0.6, 1.2))
        ground.bar(x, _TOP, x, ground.edge + 2, ground.rng.uniform(2, 5),
                   paint)  # fmt: skip
    for _ in range(40):
        x, y = ground.rng.uniform(_LEFT, _RIGHT), ground.rng.uniform(-20, 22)
        paint = tone((45, 95, 45), ground.rng.uniform(0.7, 1.3))
        ground.mound(x, y, 16, 9, paint)


def leaves(ground: Ground) -> None:
    """Fallen leaves."""
    for _ in range(60):
        x = ground.rng.uniform(_LEFT, _RIGHT)
        y = ground.rng.uniform(ground.edge, _BOTTOM)
        paint = tone((170, 105, 40), ground.rng.uniform(0.6, 1.2))
        ground.mound(x, y, 2.4, 1.1, paint)


def tiles(ground: Ground) -> None:
    """Small tiles on a wall."""
    line = tone(ground.back, 0.8)
    for y in np.arange(ground.edge, _TOP, -8):
        ground.band(y - 0.7, y, line)
    for x in np.arange(_LEFT, _RIGHT, 8):
        ground.box(x, _TOP, x + 0.7, ground.edge, line)


def wallpaper(ground: Ground) -> None:
    """Broad stripes on a wall."""
    light = tone(ground.back, 1.14)
    for x in np.arange(_LEFT, _RIGHT, 18):
        ground.box(x, _TOP, x + 9, ground.edge, light)
    skirting(ground)


def skirting(ground: Ground) -> None:
    """A board along the lower end of a wall."""
    ground.band(ground.edge - 3, ground.edge, tone(ground.back, 0.6))


def bricks(ground: Ground) -> None:
    """A wall of bricks."""
    line = tone(ground.back, 0.72)
    for row, y in enumerate(np.arange(ground.edge, _TOP, -7)):
        ground.band(y - 0.8, y, line)
        for x in np.arange(_LEFT + 8 * (row % 2), _RIGHT, 16):
            ground.box(x, y - 7, x + 0.8, y, line)


def lamps(ground: Ground) -> None:
    """A white ceiling with lamps."""
    ground.band(_TOP, 2, (228, 230, 232))
    for x in np.arange(_LEFT + 10, _RIGHT, 44):
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
        x = float(_LEFT)
        while x < _RIGHT:
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
    ground.band(_TOP, edge - 62, (75, 80, 92))
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
    x = _LEFT + ground.rng.uniform(0, 16)
    while x < _RIGHT:
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
    left = ground.rng.uniform(_LEFT, WIDTH - 60)
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


def swings(ground: Ground) -> None:
    """A slide and swings."""
    edge, x = ground.edge, ground.rng.uniform(10, 60)
    for left in (x, x + 14):
        ground.bar(left, edge + 3, left, edge - 34, 2.4, (45, 80, 200))
    for y in np.arange(edge - 2, edge - 30, -6):
        ground.bar(x, y, x + 14, y, 1.8, (45, 80, 200))
    ground.bar(x + 14, edge - 32, x + 48, edge + 3, 5, (250, 190, 30))
    x = ground.rng.uniform(95, 125)
    for foot in (-6, 6, 36, 48):
        top = 0 if foot < 10 else 42
        ground.bar(x + foot, edge + 4, x + top, edge - 36, 2.4, (205, 40, 40))
    ground.bar(x, edge - 36, x + 42, edge - 36, 2.4, (205, 40, 40))
    for left in (12, 28):
        for side in (-3, 3):
            ground.bar(x + left + side, edge - 36, x + left + side, edge - 8,
                       0.8, (60, 60, 60))  # fmt: skip
        ground.bar(x + left - 4, edge - 8, x + left + 4, edge - 8, 2.2,
                   (35, 35, 40))  # fmt: skip


def counter(ground: Ground) -> None:
    """Cupboards, a worktop and a stove below them."""
    edge, paint = ground.edge, COLOURS[ground.rng.choice(['teal', 'red'])]
    stove = ground.rng.integers(8)
    ground.band(edge - 60, edge - 40, paint)
    ground.band(edge - 22, edge, paint)
    ground.band(edge - 25, edge - 21, (240, 238, 230))
    for index, x in enumerate(range(_LEFT, _RIGHT, 20)):
        ground.box(x, edge - 60, x + 1.2, edge - 40, tone(paint, 0.6))
        ground.box(x, edge - 21, x + 1.2, edge, tone(paint, 0.6))
        if index == stove:
            ground.box(x + 1, edge - 24, x + 20, edge, (232, 232, 235))
            ground.box(x + 4, edge - 15, x + 17, edge - 4, (40, 40, 45))
            ground.box(x + 3, edge - 26, x + 18, edge - 24, (40, 40, 45))


def desks(ground: Ground) -> None:
    """A row of desks with screens before a wall."""
    edge = ground.edge
    for x in np.arange(_LEFT + ground.rng.uniform(0, 20), _RIGHT, 52):
        ground.box(x, edge - 17, x + 44, edge - 14, (225, 205, 170))
        for left in (x + 2, x + 40):
            ground.box(left, edge - 14, left + 2, edge + 3, (120, 120, 125))
        ground.box(x + 12, edge - 35, x + 34, edge - 20, (30, 32, 36))
        ground.box(x + 14, edge - 33, x + 32, edge - 22, (95, 150, 240))
        ground.box(x + 21, edge - 20, x + 25, edge - 17, (30, 32, 36))
