"""Shared parts of props: their register and colours."""

from collections.abc import Callable

import numpy as np

from stclip.zs_stage.figure import Figure
from stclip.zs_stage.painter import Colour, Painter

WOOD = (200, 150, 20)
DARK = (40, 42, 48)
PAPER = (245, 243, 232)

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


def unit(vector: np.ndarray) -> np.ndarray:
    """Scale a vector to length 1."""
    return vector / max(float(np.linalg.norm(vector)), 1e-6)
