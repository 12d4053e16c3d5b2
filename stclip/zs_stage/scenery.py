"""Floors and horizons outdoors, before anything stands there.

Every function draws on a :class:`Ground`; places name those that they want.
"""

from dataclasses import dataclass

import numpy as np

from stclip.zs_stage.colours import COLOURS, MATERIALS, tone
from stclip.zs_stage.painter import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Backdrop,
    Colour,
)

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
        self.box(LEFT, y0, RIGHT, y1, colour)

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
        depth = (y - self.edge + 14) / (BOTTOM - self.edge + 14)
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
        return self.edge + (BOTTOM - self.edge) * far**1.7


def path(ground: Ground) -> None:
    """A footpath that crosses the grass."""
    x = ground.rng.uniform(10, WIDTH - 10)
    ground.lane(x - 45, x + 45, ground.edge, BOTTOM, (205, 185, 145))


def road(ground: Ground) -> None:
    """A pavement, and lanes with white dashes."""
    edge = ground.edge
    ground.band(edge, edge + 6, (185, 180, 172))
    ground.band(edge + 6, edge + 7.5, (120, 118, 115))
    y = edge + 0.45 * (BOTTOM - edge)
    for x in np.arange(LEFT + ground.rng.uniform(0, 24), RIGHT, 32):
        ground.box(x, y, x + 18, y + 3, _SNOW)


def pitch(ground: Ground) -> None:
    """Mown stripes and white lines."""
    light = tone(ground.floor, 1.2)
    for x in np.arange(-240, WIDTH + 240, 100):
        ground.lane(x, x + 50, ground.edge, BOTTOM, light)
    y = ground.edge + 0.3 * (BOTTOM - ground.edge)
    ground.band(y, y + 1.6, _SNOW)
    x = ground.rng.uniform(20, WIDTH - 20)
    ground.lane(x, x + 7, y, BOTTOM, _SNOW)


def stand(ground: Ground) -> None:
    """Spectators in rows."""
    top = ground.edge - 22
    ground.band(top, ground.edge, (110, 115, 130))
    paints = list(COLOURS.values())
    for row in range(4):
        for x in np.arange(LEFT, RIGHT, 4.0):
            paint = paints[ground.rng.integers(len(paints))]
            ground.mound(x, top + 3 + 4.4 * row, 1.7, 1.7, paint)
    ground.band(ground.edge - 4, ground.edge, (235, 235, 235))


def sea(ground: Ground) -> None:
    """Water up to the horizon, with waves."""
    top = ground.edge - ground.rng.uniform(14, 24)
    ground.band(top, ground.edge, _SEA)
    for y in np.linspace(top + 3, ground.edge - 4, 3):
        for x in np.arange(LEFT + ground.rng.uniform(0, 30), RIGHT, 34):
            ground.bar(x, y, x + 13, y, 1.2, (190, 225, 240))
    ground.band(ground.edge - 1.5, ground.edge + 1.5, _SNOW)


def water(ground: Ground) -> None:
    """A lake before mountains and woods."""
    top = ground.edge - ground.rng.uniform(20, 26)
    for x in np.arange(LEFT, RIGHT + 30, 46):
        height = ground.rng.uniform(18, 34)
        corners = [[x - 40, top], [x + 40, top], [x, top - height]]
        ground.canvas.polygon(np.array(corners), (125, 135, 155))
        peak = [[x - 9, top - 0.77 * height], [x + 9, top - 0.77 * height],
                [x, top - height]]  # fmt: skip
        ground.canvas.polygon(np.array(peak), _SNOW)
    ground.band(top - 4, top, (50, 95, 60))
    ground.band(top, ground.edge, (55, 140, 185))
    for y in np.linspace(top + 4, ground.edge - 4, 3):
        x = ground.rng.uniform(LEFT, RIGHT)
        ground.bar(x - 22, y, x + 22, y, 1.2, (150, 205, 225))


def dunes(ground: Ground) -> None:
    """Hills of sand."""
    for x in np.arange(LEFT, RIGHT + 40, 62):
        x = x + ground.rng.uniform(-14, 14)
        height = ground.rng.uniform(10, 22)
        paint = tone(ground.floor, ground.rng.uniform(0.8, 1.05))
        ground.mound(x, ground.edge + 4, 52, height, paint)
    ground.band(ground.edge, ground.edge + 26, tone(ground.floor, 0.92))
    for y in (0.3, 0.6, 0.85):
        height = ground.edge + y * (BOTTOM - ground.edge)
        x = ground.rng.uniform(0, WIDTH)
        ground.mound(x, height, 50, 3, tone(ground.floor, 0.86))


def drifts(ground: Ground) -> None:
    """Heaps of snow, and a bluish shade on each."""
    for _ in range(7):
        x = ground.rng.uniform(LEFT, RIGHT)
        y = ground.rng.uniform(ground.edge, BOTTOM)
        ground.mound(x, y + 2, 34, 5, (205, 218, 238))
        ground.mound(x - 3, y, 30, 4, _SNOW)


def hills(ground: Ground) -> None:
    """Green hills at the horizon."""
    for x in np.arange(LEFT, RIGHT + 40, 66):
        height = ground.rng.uniform(10, 20)
        paint = tone((95, 150, 80), ground.rng.uniform(0.85, 1.1))
        ground.mound(x, ground.edge + 3, 56, height, paint)
    ground.band(ground.edge, ground.edge + 24, tone(ground.floor, 0.85))


def furrows(ground: Ground) -> None:
    """A ploughed field beside the grass."""
    x = ground.rng.uniform(-20, WIDTH - 60)
    for step in range(5):
        left = x + 26 * step
        ground.lane(left, left + 13, ground.edge, BOTTOM, (115, 80, 45))


def skyline(ground: Ground) -> None:
    """Tall buildings far away."""
    x = LEFT
    while x < RIGHT:
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
    for x in np.arange(LEFT, RIGHT, 11):
        x = x + ground.rng.uniform(-4, 4)
        paint = tone((85, 65, 42), ground.rng.uniform(0.6, 1.2))
        ground.bar(x, TOP, x, ground.edge + 2, ground.rng.uniform(2, 5),
                   paint)  # fmt: skip
    for _ in range(40):
        x, y = ground.rng.uniform(LEFT, RIGHT), ground.rng.uniform(-20, 22)
        paint = tone((45, 95, 45), ground.rng.uniform(0.7, 1.3))
        ground.mound(x, y, 16, 9, paint)


def leaves(ground: Ground) -> None:
    """Fallen leaves."""
    for _ in range(60):
        x = ground.rng.uniform(LEFT, RIGHT)
        y = ground.rng.uniform(ground.edge, BOTTOM)
        paint = tone((170, 105, 40), ground.rng.uniform(0.6, 1.2))
        ground.mound(x, y, 2.4, 1.1, paint)


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
