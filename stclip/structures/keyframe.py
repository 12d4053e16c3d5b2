"""One annotated frame."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stclip.utils.errors import UserError

# Rounding apart, a re-encoded video has the proportions it was annotated in.
_MAX_STRETCH = 1.05


@dataclass
class Keyframe:
    """The annotation of one frame.

    Args:
        image_id: As in the annotation file.
        video: Name of the video.
        timestamp: As in the annotation file.
        boxes: (G, 4) float32 xyxy; pixels, or fractions of the frame if
            ``img_shape`` is None.
        labels: (G, C) bool, over all actions of the data set.
        img_shape: Height and width that the boxes refer to, or None.
        frame_idx: 0-based frame index, or None if given by ``seconds``.
        seconds: Time since the first frame of the video file.
    """

    image_id: Hashable
    video: str
    timestamp: str | int | float
    boxes: np.ndarray
    labels: np.ndarray
    img_shape: tuple[int, int] | None = None
    frame_idx: int | None = None
    seconds: float | None = None


def multi_hot(
    actions: Collection[Collection[int]], num_actions: int
) -> np.ndarray:
    """Labels of persons, from the indices of their actions.

    Returns:
        (number of persons, ``num_actions``) bool.
    """
    labels = np.zeros((len(actions), num_actions), dtype=bool)
    for row, columns in enumerate(actions):
        labels[row, list(columns)] = True
    return labels


def same_proportions(
    size_hw: tuple[int, int], annotated_hw: tuple[int, int]
) -> bool:
    """Whether a picture can be what was annotated, in another size.

    Args:
        size_hw: Height and width of the picture.
        annotated_hw: Those that the boxes refer to.
    """
    stretch = size_hw[0] / annotated_hw[0] * annotated_hw[1] / size_hw[1]
    return 1 / _MAX_STRETCH <= stretch <= _MAX_STRETCH


def require_same_proportions(
    video: str | Path, size_hw: tuple[int, int], annotated_hw: tuple[int, int]
) -> None:
    """Make sure that a video can be what was annotated.

    Args:
        video: Its path, for the message.
        size_hw: Height and width of its pictures.
        annotated_hw: Those that the boxes refer to.

    Raises:
        ValueError: If the proportions differ.
    """
    if not same_proportions(size_hw, annotated_hw):
        raise UserError(
            f'{video} shows {size_hw[0]} x {size_hw[1]} pixels, but was '
            f'annotated at {annotated_hw} (height, width): other proportions, '
            'so it cannot be the same picture'
        )
