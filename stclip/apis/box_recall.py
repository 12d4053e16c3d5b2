"""Recall of a data set's annotated persons by the boxes of a file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.datasets.proposals import (
    find_all_detections,
    keep_top_boxes,
    read_detections,
)
from stclip.evaluation.box_recall import (
    Recalls,
    format_recalls,
    recall_per_action,
)
from stclip.evaluation.files import Report
from stclip.evaluation.functional import recalled_by_boxes
from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import Keyframe
from stclip.utils.errors import UserError
from stclip.utils.io import require_file

_NOBODY = np.zeros((0, 4)), np.zeros(0)


def recall_of_files(
    annotations: str | Path,
    boxes: str | Path,
    label_file: str | Path = '',
    iou_thr: float = 0.5,
    det_thr: float = 0.001,
) -> Report:
    """Recall of a box file, per action.

    Args:
        annotations: JSON of annotated keyframes.
        boxes: Person boxes in any form of docs/formats.md.
        label_file: Names of the actions; empty for those of the annotations.
        iou_thr: Least IoU of a box that finds a person, in (0, 1].
        det_thr: How far below the best of its frame a box may be.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is malformed, nobody is annotated, or the boxes are
            of other keyframes.
    """
    require_file(boxes, 'Give a file of person boxes; see docs/formats.md.')
    labels, keyframes = read_keyframe_file(annotations, label_file)
    if not any(len(keyframe.boxes) for keyframe in keyframes):
        raise UserError(
            f'{annotations} has no annotated person in {len(keyframes)} '
            'images. Give the annotations of a test set.'
        )
    table = read_detections(boxes)
    try:
        detections = find_all_detections(table, keyframes, boxes)
    except ValueError as error:
        raise UserError(f'{boxes}, {annotations}: {error}') from error
    if table and not any(detections):
        raise UserError(
            f'{boxes} has boxes of {len(table)} images, such as '
            f'{next(iter(table))!r}, but of none in {annotations}, such as '
            f'{keyframes[0].image_id!r}. Give the boxes of the same subset.'
        )
    recalls = recall_of(labels.names, keyframes, detections, iou_thr, det_thr)
    return format_recalls(recalls), recalls


def recall_of(
    names: Sequence[str],
    keyframes: Sequence[Keyframe],
    detections: Sequence[PersonBoxes | None],
    iou_thr: float,
    det_thr: float,
) -> Recalls:
    """Recall of boxes that were found for keyframes.

    Args:
        names: All actions.
        keyframes: At least one.
        detections: Boxes of each; None for none.
        iou_thr: See :func:`recall_of_files`.
        det_thr: Likewise.
    """
    matches = [
        _match(keyframe, *(persons or _NOBODY), iou_thr, det_thr)
        for keyframe, persons in zip(keyframes, detections, strict=True)
    ]
    return recall_per_action(names, keyframes, np.concatenate(matches))


def _match(
    keyframe: Keyframe,
    boxes: np.ndarray,
    scores: np.ndarray,
    iou_thr: float,
    det_thr: float,
) -> np.ndarray:
    """(G, 3) bool: recalled by any box, the classified ones, the best one."""
    order = np.argsort(-scores, kind='stable')
    choices = (
        boxes,
        boxes[keep_top_boxes(scores, det_thr)],
        boxes[order[:1]],
    )
    return np.stack(
        [recalled_by_boxes(keyframe.boxes, part, iou_thr) for part in choices],
        axis=1,
    )
