"""The drawing language of things: filled convex polygons and thick lines.

A shape is written in a frame and scale of its thing's own, x to the right
and y up; ``paint`` is a key of :func:`~stclip.zs_stage.colours.palette`.
"""

from dataclasses import dataclass

import numpy as np

_TURN = 2 * np.pi
# Corners of a whole ellipse.
_CORNERS = 16


@dataclass(frozen=True, eq=False)
class Shape:
    """One part of a thing.

    Args:
        paint: Its colour's key.
        points: ``(n, 2)`` corners, convex, or points of an open line.
        width: Thickness of the line; 0 for a filled polygon.
    """

    paint: str
    points: np.ndarray
    width: float = 0.0


def poly(paint: str, *xy: float) -> Shape:
    """A convex polygon from ``x, y, x, y, ...``."""
    return Shape(paint, np.array(xy, float).reshape(-1, 2))


def box(paint: str, x0: float, y0: float, x1: float, y1: float) -> Shape:
    """An upright rectangle."""
    return poly(paint, x0, y0, x1, y0, x1, y1, x0, y1)


def bar(paint: str, width: float, *xy: float) -> Shape:
    """A line with round ends through ``x, y, x, y, ...``."""
    return Shape(paint, np.array(xy, float).reshape(-1, 2), width)


def _arc_points(
    x: float, y: float, rx: float, ry: float, start: float, stop: float
) -> np.ndarray:
    count = max(3, round(_CORNERS * abs(stop - start) / 360)) + 1
    angles = np.linspace(start, stop, count) / 360 * _TURN
    return np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], 1)


def disc(
    paint: str, x: float, y: float, rx: float, ry: float | None = None
) -> Shape:
    """A circle, or an ellipse with two half axes."""
    return cap(paint, x, y, rx, rx if ry is None else ry, 0, 360)


def cap(
    paint: str, x: float, y: float, rx: float, ry: float, start: float,
    stop: float,
) -> Shape:  # fmt: skip
    """A piece of an ellipse cut off between two angles.

    Angles are in degrees, from the right over the top; 0 to 180 is the upper
    half.
    """
    return Shape(paint, _arc_points(x, y, rx, ry, start, stop))


def slice_of(paint: str, radius: float, start: float, stop: float) -> Shape:
    """A piece of pie about the origin, of less than half a circle.

    Angles as :func:`cap`.
    """
    rim = _arc_points(0, 0, radius, radius, start, stop)
    return Shape(paint, np.vstack([rim, [[0, 0]]]))


def arc(
    paint: str, width: float, x: float, y: float, rx: float, ry: float,
    start: float, stop: float,
) -> Shape:  # fmt: skip
    """A bent line; angles as :func:`cap`."""
    return Shape(paint, _arc_points(x, y, rx, ry, start, stop), width)


def ring(
    paint: str, width: float, x: float, y: float, rx: float,
    ry: float | None = None,
) -> Shape:  # fmt: skip
    """A circle's or ellipse's line."""
    return arc(paint, width, x, y, rx, rx if ry is None else ry, 0, 360)
