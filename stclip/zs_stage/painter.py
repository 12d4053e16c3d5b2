"""Drawing of simple shapes into a frame and into a map of who is where."""

from dataclasses import dataclass
from itertools import pairwise

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


class Painter:
    """Draws shapes given in stage pixels; a point is a ``(2,)`` array.

    Args:
        backdrop: ``(h, w, 3)`` uint8 RGB picture of the empty stage at
            drawing resolution, :data:`MARGIN` pixels larger on every side.
        camera: Where the frame looks.
    """

    def __init__(self, backdrop: np.ndarray, camera: Camera) -> None:
        self._affine = camera.affine()
        self._zoom = camera.zoom
        scale = SUPERSAMPLING
        warp = self._affine.copy()
        warp[:, 2] = scale * (warp[:, 2] - self._zoom * MARGIN)
        self.canvas = cv2.warpAffine(
            backdrop,
            warp,
            (WIDTH * scale, HEIGHT * scale),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        self.owners = np.zeros((HEIGHT, WIDTH), np.uint8)
        #: Number written to ``owners``: a person, 0 for something that hides
        #: persons, None for what must not change the map.
        self.owner: int | None = None

    def _pixels(self, points: np.ndarray, scale: float) -> np.ndarray:
        points = np.atleast_2d(points) @ self._affine[:, :2].T
        points = (points + self._affine[:, 2]) * scale * _ONE
        return np.rint(np.clip(points, -2e5, 2e5)).astype(np.int32)

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
        for start, end in pairwise(points):
            self.line(start, end, width, colour)

    def polygon(self, points: np.ndarray, colour: Colour) -> None:
        """Fill a convex polygon of ``(n, 2)`` points."""
        cv2.fillConvexPoly(
            self.canvas, self._pixels(points, SUPERSAMPLING), colour,
            cv2.LINE_AA, _SHIFT,
        )  # fmt: skip
        if self.owner is not None:
            cv2.fillConvexPoly(
                self.owners, self._pixels(points, 1), self.owner,
                cv2.LINE_8, _SHIFT,
            )  # fmt: skip

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
