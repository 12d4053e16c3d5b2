"""Samples of keyframes that no data set lists."""

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from stclip.datasets.transforms import LoadKeyframe
from stclip.labels.label_space import LabelSpace
from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import Keyframe
from stclip.structures.keyframe_sample import keyframe_sample, with_labels
from stclip.utils.read_ahead import ReadAhead
from stclip.video.frame_source import FrameSource

#: Loaded keyframes of a video, a few at a time, and when they are shown.
KeyframeBatches = Generator[
    tuple[list[dict[str, Any]], list[float | None]], None, None
]


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


def keyframe_batches(
    loader: LoadKeyframe,
    source: FrameSource,
    samples: Iterable[dict[str, Any]],
    limit: Callable[[], int],
) -> KeyframeBatches:
    """Load batch after batch, to the end of the video.

    Args:
        loader: What loads them.
        source: The video.
        samples: See :func:`keyframe_samples`.
        limit: Tells how many make a batch, which may become fewer.
    """
    samples = iter(samples)
    while batch := list(islice(samples, limit())):
        numbers = [sample['frame_idx'] for sample in batch]
        yield batch, [source.time_of(number) for number in numbers]
        # No window will reach back further.
        loader.forget(source, numbers[-1] + 1 - loader.reach)


def ahead(batches: KeyframeBatches) -> KeyframeBatches:
    """Load a batch while the one before is looked at.

    Args:
        batches: What they are made from has no other reader.
    """
    with ReadAhead(batches) as made:
        yield from made


def with_persons(
    sample: dict[str, Any],
    boxes_xyxy: np.ndarray,
    box_scores: np.ndarray,
    steps: Iterable[Callable[[dict[str, Any]], dict[str, Any]]],
) -> dict[str, Any]:
    """A loaded keyframe as a model takes it.

    Args:
        sample: Changed in place.
        boxes_xyxy: (N, 4) of its persons, px.
        box_scores: (N,).
        steps: Of the pipeline, after the loading.
    """
    sample.update(
        boxes=boxes_xyxy,
        box_scores=box_scores,
        img_shape=sample['image'].shape[:2],
    )
    for step in steps:
        sample = step(sample)
    return sample


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
