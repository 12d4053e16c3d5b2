"""Stripes, dots and checks on the main part of a thing."""

from collections.abc import Iterator

import numpy as np

from stclip.zs_stage.things.shapes import Shape, disc
from stclip.zs_stage.things.thing import extent_of

PATTERNS = ('plain', 'striped', 'dotted', 'checked')
# Dark and light pairs along the mean side of the main part.
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
    low, high = points.min(0), points.max(0)
    cell = min(cell, 0.8 * float((high - low).min()))
    radius, step = 0.5 * cell, 1.6 * cell
    edges = np.roll(points, -1, axis=0) - points
    lengths = np.linalg.norm(edges, axis=1)
    corners, edges = points[lengths > 0], edges[lengths > 0]
    normals = np.stack([-edges[:, 1], edges[:, 0]], axis=1)
    normals /= lengths[lengths > 0, None]
    heights = ((points.mean(0) - corners) * normals).sum(1)
    normals *= np.sign(heights.sum())
    middle = 0.5 * (low + high)
    columns, rows = ((high - low) / step).astype(int) + 1
    for row in range(-rows, rows + 1):
        for column in range(-columns, columns + 1):
            dot = middle + np.array([column + 0.5 * (row % 2), row]) * step
            if ((dot - corners) * normals).sum(1).min() > 0.9 * radius:
                yield disc('mark', *dot, radius).points


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
    cell = float(np.sqrt(np.prod(high - low))) / (2 * _PERIODS)
    patterned = []
    for shape in shapes:
        patterned.append(shape)
        if shape in main:
            marks = _MARKS[pattern](shape.points, low, high, cell)
            patterned += [Shape('mark', m) for m in marks if len(m) > 2]
    return patterned
