"""Stripes, dots and checks on the main part of a thing."""

from collections.abc import Iterator

import numpy as np

from stclip.zs_stage.things.shapes import Shape, disc
from stclip.zs_stage.things.thing import extent_of

PATTERNS = ('plain', 'striped', 'dotted', 'checked')
# Dark and light pairs along the longer side of the main part.
_PERIODS = 3


def clip_polygon(
    points: np.ndarray, axis: int, low: float, high: float
) -> np.ndarray:
    """Cut a convex polygon to a band.

    Args:
        points: ``(n, 2)`` corners in order.
        axis: 0 for a band of x, 1 for one of y.
        low: Lower edge of the band.
        high: Upper edge.

    Returns:
        ``(m, 2)`` corners; none if the polygon is outside of the band.
    """
    for sign, limit in ((1.0, low), (-1.0, -high)):
        height = sign * points[:, axis] - limit
        kept = []
        for index, corner in enumerate(points):
            before = index - 1
            if (height[index] >= 0) != (height[before] >= 0):
                part = height[before] / (height[before] - height[index])
                kept.append(points[before] + part * (corner - points[before]))
            if height[index] >= 0:
                kept.append(corner)
        points = np.array(kept).reshape(-1, 2)
    return points


def _stripes(
    points: np.ndarray, low: np.ndarray, high: np.ndarray, cell: float
) -> Iterator[np.ndarray]:
    for y in np.arange(low[1], high[1], 2 * cell):
        yield clip_polygon(points, 1, y, y + cell)


def _checks(
    points: np.ndarray, low: np.ndarray, high: np.ndarray, cell: float
) -> Iterator[np.ndarray]:
    for row, y in enumerate(np.arange(low[1], high[1], cell)):
        band = clip_polygon(points, 1, y, y + cell)
        for x in np.arange(low[0] + row % 2 * cell, high[0], 2 * cell):
            if len(band):
                yield clip_polygon(band, 0, x, x + cell)


def _dots(
    points: np.ndarray, low: np.ndarray, high: np.ndarray, cell: float
) -> Iterator[np.ndarray]:
    radius = 0.55 * cell
    edges = np.roll(points, -1, axis=0) - points
    normals = np.stack([-edges[:, 1], edges[:, 0]], axis=1)
    normals /= np.maximum(np.linalg.norm(normals, axis=1), 1e-9)[:, None]
    turned = np.sign(np.cross(edges[0], points.mean(0) - points[0]))
    step = 1.7 * cell
    for row, y in enumerate(np.arange(low[1] + 0.7 * cell, high[1], step)):
        shift = (0.7 + 0.5 * (row % 2) * 1.7) * cell
        for x in np.arange(low[0] + shift, high[0], step):
            inside = turned * ((np.array([x, y]) - points) * normals).sum(1)
            if inside.min() > 0.6 * radius:
                yield disc('mark', x, y, radius).points


_MARKS = dict(striped=_stripes, dotted=_dots, checked=_checks)


def with_pattern(shapes: tuple[Shape, ...], pattern: str) -> list[Shape]:
    """Put a pattern on every filled part of the main colour.

    Args:
        shapes: A thing's.
        pattern: One of :data:`PATTERNS`.

    Returns:
        The shapes and, right after each that gets some, the marks on it.
    """
    main = tuple(s for s in shapes if s.paint == 'main' and not s.width)
    if pattern == 'plain' or not main:
        return list(shapes)
    low, high = extent_of(main)
    cell = float((high - low).max()) / (2 * _PERIODS)
    patterned = []
    for shape in shapes:
        patterned.append(shape)
        if shape in main:
            marks = _MARKS[pattern](shape.points, low, high, cell)
            patterned += [Shape('mark', m) for m in marks if len(m) > 2]
    return patterned
