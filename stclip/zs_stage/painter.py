"""Drawing of simple shapes into a frame and into a map of who is where."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

#: Red, green and blue, each 0 to 255.
Colour = tuple[int, int, int]

#: Output size of a frame in pixels.
WIDTH, HEIGHT = 160, 120
#: Frames are drawn this much larger and then averaged down.
SUPERSAMPLING = 2
#: The stage reaches this far beyond the frame on every side, in pixels.
MARGIN = 20
#: Edges of the stage, in stage pixels.
LEFT, RIGHT = -MARGIN, WIDTH + MARGIN
TOP, BOTTOM = -MARGIN, HEIGHT + MARGIN

_SHIFT = 3
_ONE = 1 << _SHIFT


@dataclass(frozen=True)
class Camera:
    """Where one frame looks: ``frame = centre + zoom * (stage - target)``."""

    target: tuple[float, float] = (WIDTH / 2, HEIGHT / 2)
    zoom: float = 1.0

    def affine(self) -> np.ndarray:
        """Return the ``(2, 3)`` matrix from stage to frame pixels."""
        x, y = self.target
        return np.array(
            [
                [self.zoom, 0.0, WIDTH / 2 - self.zoom * x],
                [0.0, self.zoom, HEIGHT / 2 - self.zoom * y],
            ]
        )


def _draw(
    image: np.ndarray,
    pixels: np.ndarray,
    parts: Sequence[tuple[int, float, Colour | int]],
    scale: float,
    kind: int,
    grown: float = 0.0,
) -> None:
    """Draw what :meth:`Canvas.shapes` says on one picture."""
    start = 0
    for end, width, colour in parts:
        part, thick = pixels[start:end], width + grown
        if thick:
            thick = max(1, round(thick * scale))
            cv2.polylines(
                image, [part], not width, colour, thick, kind, _SHIFT
            )
        else:
            cv2.fillConvexPoly(image, part, colour, kind, _SHIFT)
        start = end


class Canvas:
    """Draws shapes given in stage pixels; a point is a ``(2,)`` array.

    Args:
        picture: ``(h, w, 3)`` uint8 RGB, drawn on in place.
        affine: ``(2, 3)`` from stage to frame pixels.
        owners: ``(HEIGHT, WIDTH)`` uint8 map of who is where, or None.
    """

    def __init__(
        self,
        picture: np.ndarray,
        affine: np.ndarray,
        owners: np.ndarray | None = None,
    ) -> None:
        self.canvas = picture
        self.owners = owners
        #: Number written to ``owners``: a person, 0 for something that hides
        #: persons, None for what must not change the map.
        self.owner: int | None = None
        self._affine = affine
        self._zoom = float(affine[0, 0])

    def _pixels(self, points: np.ndarray, scale: float) -> np.ndarray:
        points = np.atleast_2d(points) @ self._affine[:, :2].T
        points = (points + self._affine[:, 2]) * (scale * _ONE)
        points = np.minimum(np.maximum(points, -2e5), 2e5)
        return np.rint(points).astype(np.int32)

    def line(
        self, start: np.ndarray, end: np.ndarray, width: float, colour: Colour
    ) -> None:
        """Draw a line with round ends, ``width`` stage pixels thick."""
        points = np.array([start, end])
        width *= self._zoom
        big = self._pixels(points, SUPERSAMPLING)
        thick = max(1, round(width * SUPERSAMPLING))
        cv2.line(
            self.canvas, big[0].tolist(), big[1].tolist(), colour, thick,
            cv2.LINE_AA, _SHIFT,
        )  # fmt: skip
        if self.owner is not None:
            small = self._pixels(points, 1)
            cv2.line(
                self.owners, small[0].tolist(), small[1].tolist(),
                self.owner, max(1, round(width)), cv2.LINE_8, _SHIFT,
            )  # fmt: skip

    def path(self, points: np.ndarray, width: float, colour: Colour) -> None:
        """Draw an open line through ``(n, 2)`` points."""
        self.shapes(points, [(len(points), width, colour)])

    def polygon(self, points: np.ndarray, colour: Colour) -> None:
        """Fill a convex polygon of ``(n, 2)`` points."""
        self.shapes(points, [(len(points), 0.0, colour)])

    def shapes(
        self,
        points: np.ndarray,
        parts: Sequence[tuple[int, float, Colour]],
        grown: float = 0.0,
    ) -> None:
        """Draw several paths and convex polygons.

        Args:
            points: ``(n, 2)`` points of all, one after the other.
            parts: The end in ``points``, the width (0 for a polygon) and
                the colour of each.
            grown: How much wider paths are than that; with it, polygons
                are drawn as lines of this width along their edges.
        """
        pixels = self._pixels(points, SUPERSAMPLING)
        scale = self._zoom * SUPERSAMPLING
        _draw(self.canvas, pixels, parts, scale, cv2.LINE_AA, grown)
        if self.owner is not None:
            pixels = self._pixels(points, 1)
            mark = [(end, width, self.owner) for end, width, _ in parts]
            _draw(self.owners, pixels, mark, self._zoom, cv2.LINE_8, grown)

    def ellipse(
        self, centre: np.ndarray, axes: tuple[float, float], colour: Colour,
        angle: float = 0.0, arc: tuple[float, float] = (0.0, 360.0),
    ) -> None:  # fmt: skip
        """Fill an ellipse (or its ``arc``) with half ``axes`` in pixels."""
        axes = np.array(axes) * self._zoom * _ONE
        for image, scale, colour_or_owner, kind in (
            (self.canvas, SUPERSAMPLING, colour, cv2.LINE_AA),
            (self.owners, 1, self.owner, cv2.LINE_8),
        ):
            if colour_or_owner is None:
                continue
            middle = self._pixels(np.array(centre), scale)[0].tolist()
            size = np.maximum(np.rint(axes * scale), 1).astype(int).tolist()
            cv2.ellipse(
                image, middle, size, angle, arc[0], arc[1], colour_or_owner,
                -1, kind, _SHIFT,
            )  # fmt: skip


class Backdrop(Canvas):
    """The picture of an empty stage, to put things on.

    Args:
        picture: ``(h, w, 3)`` uint8 RGB at drawing resolution,
            :data:`MARGIN` pixels larger than a frame on every side; drawn on
            in place.
    """

    def __init__(self, picture: np.ndarray) -> None:
        margin = float(MARGIN)
        affine = np.array([[1.0, 0.0, margin], [0.0, 1.0, margin]])
        super().__init__(picture, affine)


class Painter(Canvas):
    """A frame to be, and its map of who is where.

    Args:
        backdrop: ``(h, w, 3)`` uint8 RGB picture of the empty stage at
            drawing resolution, :data:`MARGIN` pixels larger on every side.
        camera: Where the frame looks.
    """

    def __init__(self, backdrop: np.ndarray, camera: Camera) -> None:
        affine = camera.affine()
        scale = SUPERSAMPLING
        warp = affine.copy()
        warp[:, 2] = scale * (warp[:, 2] - camera.zoom * MARGIN)
        picture = cv2.warpAffine(
            backdrop,
            warp,
            (WIDTH * scale, HEIGHT * scale),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        super().__init__(picture, affine, np.zeros((HEIGHT, WIDTH), np.uint8))

    def box_of(self, owner: int) -> tuple[int, int, int, int] | None:
        """Return the tight xyxy box of what is seen of a person, or None.

        The box covers whole pixels: x2 and y2 are exclusive.
        """
        mask = self.owners == owner
        columns = np.flatnonzero(mask.any(axis=0))
        rows = np.flatnonzero(mask.any(axis=1))
        if not len(columns):
            return None
        return (
            int(columns[0]), int(rows[0]),
            int(columns[-1]) + 1, int(rows[-1]) + 1,
        )  # fmt: skip

    def frame(self) -> np.ndarray:
        """Return the ``(HEIGHT, WIDTH, 3)`` uint8 RGB frame."""
        return cv2.resize(
            self.canvas, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA
        )
