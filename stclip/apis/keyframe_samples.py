"""Samples of keyframes that no data set lists."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from stclip.datasets.transforms import LoadKeyframe
from stclip.labels.label_space import LabelSpace
from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import Keyframe
from stclip.structures.keyframe_sample import keyframe_sample, with_labels


def keyframe_samples(
    loader: LoadKeyframe,
    video: Path,
    labels: LabelSpace,
    numbers: Iterable[int],
) -> Iterator[dict[str, Any]]:
    """Load keyframe after keyframe, without annotation.

    Args:
        loader: What knows the video.
        video: Its path.
        labels: What its persons are scored for.
        numbers: Which of its frames.
    """
    blank = with_labels(_blank_sample(video), labels)
    keys = ('image_id', 'timestamp', 'frame_idx')
    for number in numbers:
        yield loader(blank | dict.fromkeys(keys, number))


def _blank_sample(video: Path) -> dict[str, Any]:
    """What a data set would know of a video's first frame."""
    keyframe = Keyframe(
        image_id=0,
        video=video.stem,
        timestamp=0,
        boxes=np.zeros((0, 4), np.float32),
        labels=np.zeros((0, 0), bool),
        frame_idx=0,
    )
    return keyframe_sample(keyframe, video, PersonBoxes.none())
