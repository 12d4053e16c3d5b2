"""Shared parts of props: their register, colours, and flight."""

from collections.abc import Callable

import numpy as np

from stclip.zs_stage.colours import tone
from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter

WOOD = (200, 150, 20)
METAL = (150, 155, 165)
DARK = (40, 42, 48)
PAPER = (245, 243, 232)
BALL = (235, 235, 235)
ORANGE = (255, 110, 20)
LIME = (180, 255, 40)
MAGENTA = (255, 30, 200)
AQUA = (40, 220, 255)
MINT = (20, 240, 130)
CRIMSON = (255, 30, 70)
ROYAL = (30, 90, 255)

#: Draws an object of the given colour as its user's figure has it.
Draw = Callable[[Painter, Figure, Colour], None]

#: Name -> (whether drawn before its user, how).
PROPS: dict[str, tuple[bool, Draw]] = {}


def prop(front: bool) -> Callable[[Draw], Draw]:
    """Register a function that draws an object under its own name."""

    def register(draw: Draw) -> Draw:
        PROPS[draw.__name__.lstrip('_')] = (front, draw)
        return draw

    return register


def ball(
    painter: Painter, centre: np.ndarray, radius: float, colour: Colour
) -> None:
    """Draw a shaded ball; ``radius`` in pixels."""
    painter.ellipse(centre, (radius, radius), tone(colour, 0.8))
    shine = centre - 0.2 * radius
    painter.ellipse(shine, (0.7 * radius, 0.7 * radius), colour)


def flight(
    figure: Figure,
    start: tuple[float, float, float],
    speed: tuple[float, float, float],
    gravity: float,
    time: float,
) -> np.ndarray:
    """Place of something thrown from ``start``; body heights, phases."""
    x, y, z = np.array(start) + np.array(speed) * time
    return figure.there(x, y, max(z - gravity * time * time, 0.05))


def unit(vector: np.ndarray) -> np.ndarray:
    """Scale a vector to length 1."""
    return vector / max(float(np.linalg.norm(vector)), 1e-6)
