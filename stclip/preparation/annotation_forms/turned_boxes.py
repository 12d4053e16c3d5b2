"""Boxes that an annotation tool has turned about their centre."""

import math

#: A full turn, in degrees; no tool writes more.
FULL_TURN = 360


def box_around(box: tuple[float, ...], degrees: float) -> tuple[float, ...]:
    """The upright box around a turned one.

    Args:
        box: xyxy, before it is turned about its centre.
        degrees: How far; around the box it does not matter which way.

    Returns:
        xyxy. What is no box, with a side of nothing or less, stays as it is,
        to be refused with its row.
    """
    x1, y1, x2, y2 = box
    if not degrees or x1 >= x2 or y1 >= y2:
        return box
    turn = math.radians(degrees)
    cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
    across = (x2 - x1) * cos + (y2 - y1) * sin
    down = (x2 - x1) * sin + (y2 - y1) * cos
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return x - across / 2, y - down / 2, x + across / 2, y + down / 2


def turn_between(one: float, other: float, part: float) -> float:
    """How far a box is turned on its way from a turn to another, in degrees.

    Args:
        one: Where it begins.
        other: Where it ends, the shorter way round.
        part: How much of the way is done, 0 to 1.
    """
    half = FULL_TURN / 2
    return one + part * ((other - one + half) % FULL_TURN - half)
