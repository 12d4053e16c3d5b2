"""Persons of a keyframe: a random choice, and a picture of each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from stclip.datasets.transforms.clip_resize import (
    INTERPOLATIONS,
    PAD_COLOUR,
    RESIZE_MODES,
    clip_resize,
)
from stclip.registry import TRANSFORMS
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError


@TRANSFORMS.register_module()
class LimitPersons(BaseTransform):
    """Keep a random choice of persons where there are too many to train on.

    Draws from NumPy's global generator, which the training loader seeds by
    the number of the sample, so that a resumed run repeats the choice.

    Changed keys: ``boxes``, ``box_scores``, ``box_labels``.

    Args:
        max_persons: Persons kept, in their order.
    """

    def __init__(self, max_persons: int = 10) -> None:
        if max_persons < 1:
            raise UserError(f'max_persons must be positive: {max_persons}')
        self.max_persons = max_persons

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Choose among the persons of one keyframe."""
        num_persons = len(results['boxes'])
        if num_persons > self.max_persons:
            drawn = np.random.permutation(num_persons)[: self.max_persons]
            for key in ('boxes', 'box_scores', 'box_labels'):
                if results[key] is not None:
                    results[key] = results[key][np.sort(drawn)]
        return results


@TRANSFORMS.register_module()
class CropPersons(BaseTransform):
    """Cut out each person and resize the picture as CLIP wants it.

    Boxes are rounded to whole pixels (half to even), without a margin. A
    video of another size than annotated is met by scaling them.

    Required keys: ``image``, ``img_shape``, ``boxes``; ``cut``, what was cut
    before, if there is any. Added: ``crops`` (P, 3, S, S) uint8 RGB, P may be
    0.

    Args:
        size: Side S of the pictures.
        mode: See :func:`clip_resize`.
        interpolation: Likewise.
        pad_colour: Likewise.
    """

    def __init__(
        self,
        size: int,
        mode: str = 'crop',
        interpolation: str = 'bicubic',
        pad_colour: Sequence[int] = PAD_COLOUR,
    ) -> None:
        require_choice('mode', mode, RESIZE_MODES)
        require_choice('interpolation', interpolation, tuple(INTERPOLATIONS))
        self.size = size
        self.geometry = size, mode, interpolation, tuple(pad_colour)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut out the persons of one keyframe."""
        results['crops'] = self.cut(results['image'], None, results)
        return results

    def cut(
        self, image: np.ndarray, number: int | None, results: dict[str, Any]
    ) -> np.ndarray:
        """(P, 3, S, S) of the persons in a frame.

        Args:
            image: (H, W, 3), the frame.
            number: Its number; ``None`` for the keyframe.
            results: Of the keyframe.
        """
        before = results.get('cut', {})
        scale = np.divide(image.shape[:2], results['img_shape'])
        boxes = results['boxes'] * np.tile(scale[::-1], 2)
        crops = np.empty((len(boxes), 3, self.size, self.size), np.uint8)
        for crop, box in zip(crops, boxes, strict=True):
            corners = pixel_corners(image, box)
            key = self.geometry, number, corners
            if key not in before:
                region = crop_box(image, box)
                before[key] = clip_resize(region, *self.geometry)
            crop[:] = before[key]
        return crops


@TRANSFORMS.register_module()
class CropTubes(CropPersons):
    """Cut each person's box out of all frames of the window.

    The box stays where it is in the keyframe. Windows that a short video cuts
    off repeat their last frame.

    Required keys: ``source``, ``window``, ``img_shape``, ``boxes``, and
    perhaps ``cut``. Added: ``crops`` (P, T, 3, S, S) uint8 RGB, P may be 0.

    Args:
        size: Side S of the pictures.
        num_frames: T.
        **kwargs: Further arguments of :class:`CropPersons`.
    """

    def __init__(self, size: int, num_frames: int, **kwargs: Any) -> None:
        super().__init__(size, **kwargs)
        self.num_frames = num_frames

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut out the persons of one window."""
        window = results['window']
        window = window + window[-1:] * (self.num_frames - len(window))
        frames = results['source'].read(window)
        crops = [
            self.cut(frame, number, results)
            for frame, number in zip(frames, window, strict=True)
        ]
        results['crops'] = np.stack(crops, axis=1)
        return results


def crop_box(image: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Cut out a box.

    Args:
        image: (H, W, 3).
        box: (4,) xyxy in pixels of ``image``, not NaN.

    Returns:
        View of the pixels between the rounded corners, within the image. Of
        a box that is empty or outside, the nearest row or column of pixels.
    """
    left, top, right, bottom = pixel_corners(image, box)
    return image[top:bottom, left:right]


def pixel_corners(
    image: np.ndarray, box: np.ndarray
) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what :func:`crop_box` cuts out.

    Args:
        image: Likewise.
        box: Likewise.
    """
    limit = np.array(image.shape[1::-1])
    corners = np.rint(np.asarray(box, dtype=np.float64)).astype(int)
    low = np.clip(corners[:2], 0, limit - 1)
    high = np.clip(corners[2:], low + 1, limit)
    return (*low.tolist(), *high.tolist())
