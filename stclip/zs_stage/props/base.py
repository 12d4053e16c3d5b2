"""What all props share: their register, colours, and how they fly."""

from collections.abc import Callable

import numpy as np

from stclip.zs_stage.painter import Painter
from stclip.zs_stage.people import tone

WOOD = (150, 105, 60)
METAL = (150, 155, 165)
DARK = (40, 42, 48)
PAPER = (245, 243, 232)
BALL = (235, 235, 235)
ORANGE = (225, 120, 40)

#: Name -> (whether drawn before its user, function of painter, figure and
#: the object's colour).
PROPS: dict[str, tuple[bool, Callable]] = {}


def prop(front: bool) -> Callable[[Callable], Callable]:
    """Register a function that draws an object under its own name."""

    def register(draw: Callable) -> Callable:
        PROPS[draw.__name__.lstrip('_')] = (front, draw)
        return draw

    return register


def ball(painter: Painter, centre, radius: float, colour) -> None:
    """Draw a shaded ball; ``radius`` in pixels."""
    painter.ellipse(centre, (radius, radius), tone(colour, 0.8))
    shine = np.asarray(centre) - 0.2 * radius
    painter.ellipse(shine, (0.7 * radius, 0.7 * radius), colour)


def flight(figure, start, speed, gravity: float, time: float) -> np.ndarray:
    """Place of something thrown from ``start``; body heights, phases."""
    x, y, z = np.array(start) + np.array(speed) * time
    return figure.there(x, y, max(z - gravity * time * time, 0.05))


def unit(vector: np.ndarray) -> np.ndarray:
    """Scale a vector to length 1."""
    return vector / max(float(np.linalg.norm(vector)), 1e-6)
