"""Things that stand about on the stage and take no part in any action."""

from collections.abc import Sequence

import cv2
import numpy as np

from stclip.zs_stage.colours import CLOTHES, COLOURS, tone
from stclip.zs_stage.painter import Colour

_LEAVES = ((50, 110, 45), (75, 130, 50), (40, 90, 60), (150, 120, 45))
_GLASS = (150, 190, 215)


class Sketch:
    """A picture to put scenery on; coordinates are its own pixels.

    Args:
        image: ``(h, w, 3)`` uint8 RGB, drawn on in place.
        unit: Pixels per body height at the front of the stage.
        rng: Source of every choice.
    """

    def __init__(
        self, image: np.ndarray, unit: float, rng: np.random.Generator
    ) -> None:
        self.image, self.unit, self.rng = image, unit, rng

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour
    ) -> None:
        """Fill an upright rectangle."""
        cv2.rectangle(
            self.image, (int(x0), int(y0)), (int(x1), int(y1)), colour, -1
        )

    def blob(
        self, x: float, y: float, rx: float, ry: float, colour: Colour
    ) -> None:
        """Fill an ellipse."""
        cv2.ellipse(
            self.image, (int(x), int(y)), (max(int(rx), 1), max(int(ry), 1)),
            0, 0, 360, colour, -1, cv2.LINE_AA,
        )  # fmt: skip

    def bar(
        self, x0: float, y0: float, x1: float, y1: float, width: float,
        colour: Colour,
    ) -> None:  # fmt: skip
        """Draw a thick line."""
        cv2.line(
            self.image, (int(x0), int(y0)), (int(x1), int(y1)), colour,
            max(1, int(width)), cv2.LINE_AA,
        )  # fmt: skip

    def wedge(
        self, points: Sequence[tuple[float, float]], colour: Colour
    ) -> None:
        """Fill a convex polygon."""
        cv2.fillConvexPoly(
            self.image, np.array(points, np.int32), colour, cv2.LINE_AA
        )

    def paint(self, low: float = 0.6, high: float = 1.0) -> Colour:
        """Return a random object colour."""
        name = self.rng.choice(CLOTHES)
        return tone(COLOURS[name], self.rng.uniform(low, high))


def tree(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A tree of height ``size`` whose trunk ends at ``(x, y)``."""
    rng = sketch.rng
    sketch.bar(x, y, x, y - 0.55 * size, 0.09 * size, (95, 70, 45))
    leaf = _LEAVES[rng.integers(len(_LEAVES))]
    for _ in range(6):
        sketch.blob(
            x + rng.normal(0, 0.13) * size,
            y - size * rng.uniform(0.5, 0.9),
            0.2 * size, 0.17 * size, tone(leaf, rng.uniform(0.75, 1.2)),
        )  # fmt: skip


def bush(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A bush."""
    leaf = _LEAVES[sketch.rng.integers(3)]
    for _ in range(4):
        sketch.blob(
            x + sketch.rng.normal(0, 0.2) * size,
            y - sketch.rng.uniform(0.1, 0.3) * size,
            0.25 * size, 0.2 * size,
            tone(leaf, sketch.rng.uniform(0.8, 1.2)),
        )  # fmt: skip


def house(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A building with windows."""
    rng = sketch.rng
    width = size * rng.uniform(0.6, 1.1)
    wall = sketch.paint(0.5, 0.9)
    sketch.box(x - width / 2, y - size, x + width / 2, y, wall)
    rows, columns = rng.integers(2, 6), rng.integers(2, 5)
    glass = tone(_GLASS, rng.uniform(0.4, 1.1))
    for row in range(rows):
        for column in range(columns):
            cx = x + width * ((column + 0.5) / columns - 0.5)
            cy = y - size * (1 - (row + 0.5) / rows)
            half = 0.26 * min(width / columns, size / rows)
            sketch.box(cx - half, cy - half, cx + half, cy + half, glass)


def lamp(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A street lamp."""
    sketch.bar(x, y, x, y - size, 0.03 * size, (70, 75, 80))
    sketch.blob(x, y - size, 0.07 * size, 0.05 * size, (250, 235, 170))


def window(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A window or a picture on a wall, ``y`` its lower edge."""
    width = size * sketch.rng.uniform(0.5, 1.0)
    sketch.box(x - width / 2, y - size / 2, x + width / 2, y, sketch.paint())
    edge = 0.06 * size
    inner = _GLASS if sketch.rng.random() < 0.6 else sketch.paint()
    sketch.box(
        x - width / 2 + edge, y - size / 2 + edge, x + width / 2 - edge,
        y - edge, inner,
    )  # fmt: skip


def shelf(sketch: Sketch, x: float, y: float, size: float) -> None:
    """Shelves full of things."""
    rng = sketch.rng
    width, height = 0.5 * size, 0.8 * size
    sketch.box(x - width / 2, y - height, x + width / 2, y, (95, 70, 45))
    for row in range(3):
        floor = y - height * (row / 3 + 0.04)
        for column in range(6):
            if rng.random() < 0.75:
                left = x + width * (column / 6 - 0.47)
                top = floor - height * rng.uniform(0.12, 0.26)
                sketch.box(
                    left, top, left + width * 0.12, floor, sketch.paint()
                )


def table(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A table or desk."""
    wood = tone((160, 115, 70), sketch.rng.uniform(0.6, 1.2))
    width, height = 0.75 * size, 0.36 * size
    for side in (-0.45, 0.45):
        sketch.bar(
            x + side * width, y, x + side * width, y - height, 0.04 * size,
            tone(wood, 0.7),
        )  # fmt: skip
    sketch.box(
        x - width / 2, y - height - 0.05 * size, x + width / 2, y - height,
        wood,
    )  # fmt: skip


def seat(sketch: Sketch, x: float, y: float, size: float) -> None:
    """An empty chair or bench."""
    paint = sketch.paint()
    width = size * sketch.rng.choice([0.3, 0.7])
    for side in (-0.5, 0.5):
        sketch.bar(
            x + side * width, y, x + side * width, y - 0.22 * size,
            0.03 * size, tone(paint, 0.6),
        )  # fmt: skip
    sketch.box(
        x - width / 2, y - 0.27 * size, x + width / 2, y - 0.21 * size, paint
    )
    sketch.box(
        x - width / 2, y - 0.52 * size, x + width / 2, y - 0.34 * size,
        tone(paint, 0.8),
    )  # fmt: skip


def loose_ball(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A ball that lies about."""
    radius = size * sketch.rng.uniform(0.04, 0.08)
    sketch.blob(x, y - radius, radius, radius, sketch.paint(0.8, 1.1))


def crate(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A box, a bin or a cone."""
    paint = sketch.paint()
    half = size * sketch.rng.uniform(0.07, 0.2)
    if sketch.rng.random() < 0.3:
        sketch.wedge([(x - half, y), (x + half, y), (x, y - 2 * half)], paint)
        return
    sketch.box(x - half, y - 1.6 * half, x + half, y, paint)
    sketch.box(x - half, y - 1.6 * half, x + half, y - 1.3 * half,
               tone(paint, 0.7))  # fmt: skip


def stick(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A pole, bat, broom or folded umbrella that leans somewhere."""
    tilt = sketch.rng.normal(0, 0.25)
    length = size * sketch.rng.uniform(0.4, 0.9)
    paint = sketch.paint()
    top = (x + tilt * length, y - length)
    sketch.bar(x, y, *top, 0.025 * size, tone(paint, 0.7))
    part = sketch.rng.uniform(0.0, 0.5)
    sketch.bar(
        x, y, x + part * tilt * length, y - part * length, 0.07 * size, paint
    )


def car(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A parked car."""
    paint = sketch.paint()
    width, height = 0.95 * size, 0.2 * size
    sketch.wedge(
        [
            (x - 0.28 * width, y - height), (x - 0.16 * width, y - 2 * height),
            (x + 0.2 * width, y - 2 * height), (x + 0.34 * width, y - height),
        ],
        tone(_GLASS, 0.7),
    )  # fmt: skip
    sketch.box(
        x - width / 2, y - 1.1 * height, x + width / 2, y - 0.25 * height,
        paint,
    )  # fmt: skip
    for side in (-0.3, 0.3):
        sketch.blob(
            x + side * width, y - 0.3 * height, 0.4 * height, 0.4 * height,
            (30, 30, 32),
        )  # fmt: skip


def fence(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A piece of fence or a rack of wall bars."""
    paint = sketch.paint(0.5, 1.0)
    width, height = size * sketch.rng.uniform(0.6, 1.4), 0.4 * size
    for post in np.linspace(-0.5, 0.5, 8):
        sketch.bar(
            x + post * width, y, x + post * width, y - height, 0.02 * size,
            paint,
        )  # fmt: skip
    for level in (0.3, 0.9):
        sketch.bar(
            x - width / 2, y - level * height, x + width / 2,
            y - level * height, 0.025 * size, paint,
        )  # fmt: skip


def goal(sketch: Sketch, x: float, y: float, size: float) -> None:
    """A goal with a net."""
    width, height = 1.2 * size, 0.6 * size
    for step in np.linspace(-0.5, 0.5, 12):
        sketch.bar(
            x + step * width, y, x + step * width, y - height, 1,
            (190, 195, 200),
        )  # fmt: skip
    for side in (-0.5, 0.5):
        sketch.bar(
            x + side * width, y, x + side * width, y - height, 0.035 * size,
            (245, 245, 245),
        )  # fmt: skip
    sketch.bar(
        x - width / 2, y - height, x + width / 2, y - height, 0.035 * size,
        (245, 245, 245),
    )  # fmt: skip
