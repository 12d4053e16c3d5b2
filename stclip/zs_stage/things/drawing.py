"""Drawing of a thing in somebody's hand, on the floor or in the sky."""

from functools import cache

import numpy as np

from stclip.zs_stage.colours import COLOURS, palette
from stclip.zs_stage.painter import Canvas, Colour
from stclip.zs_stage.things.patterns import with_pattern
from stclip.zs_stage.things.tables import THINGS

_UP = np.array([0.0, -1.0])
_SIDE = np.array([1.0, 0.0])
# Width of the edge, in stage pixels.
_OUTLINE = 0.4


@cache
def _parts(name: str, pattern: str) -> tuple[np.ndarray, tuple]:
    """All points of a thing, and (end, paint, width) of every shape."""
    shapes = with_pattern(THINGS[name].shapes, pattern)
    ends = np.cumsum([len(shape.points) for shape in shapes]).tolist()
    parts = tuple(
        (end, shape.paint, shape.width)
        for end, shape in zip(ends, shapes, strict=True)
    )
    return np.concatenate([shape.points for shape in shapes]), parts


def thing_axes(
    name: str, axis: np.ndarray, unit: float, mirror: bool
) -> np.ndarray:
    """Return where a thing's x and y point.

    Args:
        name: As all arguments, of :func:`draw_thing`.
        axis: Where its up points.
        unit: Pixels per body height.
        mirror: Whether its right is on the left.

    Returns:
        ``(2, 2)``, rows in stage pixels.
    """
    up = np.asarray(axis, float) * unit * THINGS[name].size
    right = np.array([-up[1], up[0]])
    return np.array([-right if mirror else right, up])


def draw_thing(
    painter: Canvas,
    name: str,
    anchor: np.ndarray,
    axis: np.ndarray,
    unit: float,
    colour: Colour | None = None,
    pattern: str = 'plain',
    mirror: bool = False,
    outline: bool = True,
) -> None:
    """Draw a thing.

    Args:
        painter: Where to draw.
        name: Key of :data:`~stclip.zs_stage.things.tables.THINGS`.
        anchor: ``(2,)`` stage pixels of its origin: see its ``grip``.
        axis: ``(2,)`` unit vector in stage pixels: where its up points.
        unit: Pixels per body height where it is, times a factor if it is to
            be unusually small or large.
        colour: RGB of its main part; its usual colour if not given.
        pattern: One of :data:`~stclip.zs_stage.things.patterns.PATTERNS`.
        mirror: Whether its right is on the left.
        outline: Whether it is edged in black, which sets it off from clothes.
    """
    scale = unit * THINGS[name].size
    axes = thing_axes(name, axis, unit, mirror)
    paints = palette(colour or COLOURS[THINGS[name].colours[0]])
    if outline:
        points, parts = _parts(name, 'plain')
        ink = paints['ink']
        strokes = [(end, width * scale, ink) for end, _, width in parts]
        painter.shapes(points @ axes + anchor, strokes, grown=2 * _OUTLINE)
    points, parts = _parts(name, pattern)
    strokes = [
        (end, width * scale, paints[paint]) for end, paint, width in parts
    ]
    painter.shapes(points @ axes + anchor, strokes)


def standing_pose(
    name: str, floor: np.ndarray, unit: float, mirror: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return anchor and axis of a thing that stands or lies somewhere.

    Args:
        name: As all arguments, of :func:`draw_standing`.
        floor: ``(2,)`` stage pixels of what its middle stands on.
        unit: Pixels per body height.
        mirror: Whether its right is on the left.
    """
    thing = THINGS[name]
    axis = _UP if thing.stands else _SIDE
    axes = thing_axes(name, axis, unit, mirror)
    x0, y0, x1, y1 = thing.extent
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) @ axes
    left, right = corners[:, 0].min(), corners[:, 0].max()
    middle = np.array([0.5 * (left + right), corners[:, 1].max()])
    return np.asarray(floor) - middle, axis


def draw_standing(
    painter: Canvas,
    name: str,
    floor: np.ndarray,
    unit: float,
    colour: Colour | None = None,
    pattern: str = 'plain',
    mirror: bool = False,
    outline: bool = True,
) -> None:
    """Draw a thing as it stands or lies on a floor, table or shelf.

    Args:
        painter: Where to draw.
        name: As :func:`draw_thing`, which says more of the others as well.
        floor: ``(2,)`` stage pixels of what its middle stands on.
        unit: Pixels per body height.
        colour: RGB of its main part.
        pattern: Of its main part.
        mirror: Whether its right is on the left.
        outline: Whether it is edged in black.
    """
    anchor, axis = standing_pose(name, floor, unit, mirror)
    draw_thing(
        painter, name, anchor, axis, unit, colour, pattern, mirror, outline
    )
