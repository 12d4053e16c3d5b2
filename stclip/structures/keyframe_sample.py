"""The sample of a keyframe, from which every detection pipeline starts."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np

from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import Keyframe


def keyframe_sample(
    keyframe: Keyframe,
    video_path: str | Path,
    persons: PersonBoxes | None = None,
    training: bool = False,
) -> dict[str, Any]:
    """Make what the transforms of a pipeline take.

    Two keys are the same for all samples of a data set, ``label_space`` and
    ``fps``: :func:`with_labels` adds them to each as it is used, so that a
    list of samples does not hold them again and again.

    Args:
        keyframe: The frame and its annotation, labels over the C classes
            that are scored.
        video_path: Video file or folder of frames.
        persons: Detected persons, boxes in the unit of the annotation;
            ``None`` for the annotated ones.
        training: Whether the persons, then the annotated ones, carry labels.

    Returns:
        - ``image_id``, ``video``, ``frame_idx``, ``seconds``, ``timestamp``
          and ``img_shape`` of the keyframe; ``video_path``;
        - ``gt_boxes`` (G, 4) and ``gt_labels`` (G, C) float32 0/1: all that
          is annotated;
        - ``boxes`` (P, 4) and ``box_scores`` (P,) float32: the persons that
          are classified; ``box_source``, ``'detected'`` or
          ``'ground_truth'``, says whose they are;
        - ``box_labels``, in training ``gt_labels``, else None.
    """
    labels = keyframe.labels.astype(np.float32)
    source = 'detected'
    if persons is None:
        source = 'ground_truth'
        persons = PersonBoxes(keyframe.boxes, np.ones(len(keyframe.boxes)))
    return dict(
        image_id=keyframe.image_id,
        video=keyframe.video,
        video_path=str(video_path),
        frame_idx=keyframe.frame_idx,
        seconds=keyframe.seconds,
        timestamp=keyframe.timestamp,
        img_shape=keyframe.img_shape,
        gt_boxes=keyframe.boxes,
        gt_labels=labels,
        boxes=persons.boxes_xyxy,
        box_scores=persons.scores,
        box_labels=labels if training else None,
        box_source=source,
    )


def with_labels(
    sample: dict[str, Any], label_space: Hashable, fps: float | None = None
) -> dict[str, Any]:
    """Add what all samples of a data set share.

    Args:
        sample: From :func:`keyframe_sample`.
        label_space: The C classes
            (:class:`~stclip.labels.label_space.LabelSpace`).
        fps: Frames per second of frame folders, for keyframes given by time.

    Returns:
        The sample with ``label_space`` and ``fps``.
    """
    return dict(sample, label_space=label_space, fps=fps)
