"""Video mAP of action tubes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stclip.evaluation.functional.average_precision import average_precision
from stclip.structures.tubes import Tube, tube_iou

#: IoU thresholds that are usually reported: 0.2, 0.5, and 0.5 to 0.95.
IOU_THRS = (0.2, 0.5, *(round(0.5 + 0.05 * k, 2) for k in range(1, 10)))


@dataclass(frozen=True)
class VideoTube:
    """A tube of one action in one video.

    Args:
        video: Name of the video.
        label: Index of the action.
        tube: The tube.
    """

    video: str
    label: int
    tube: Tube


def video_average_precisions(
    truth: Sequence[VideoTube],
    found: Sequence[VideoTube],
    num_classes: int,
    iou_thrs: Sequence[float] = IOU_THRS,
) -> np.ndarray:
    """AP of each action at each threshold.

    As for boxes: by descending score, each tube claims the annotated tube of
    its action and video with the largest IoU; it is a true positive if that
    IoU reaches the threshold and the tube is not yet taken.

    Args:
        truth: Annotated tubes.
        found: Tubes found; of equal scores, the earlier ranks first.
        num_classes: Number of actions, C.
        iou_thrs: Thresholds.

    Returns:
        (len(iou_thrs), C) in [0, 1]; NaN for actions without annotation.
    """
    result = np.full((len(iou_thrs), num_classes), np.nan)
    for label in range(num_classes):
        annotated: dict[str, list[Tube]] = {}
        for entry in truth:
            if entry.label == label:
                annotated.setdefault(entry.video, []).append(entry.tube)
        num_gt = sum(map(len, annotated.values()))
        ranked = [entry for entry in found if entry.label == label]
        ranked.sort(key=lambda entry: -entry.tube.score)
        best = [_best(entry, annotated) for entry in ranked]
        for row, iou_thr in enumerate(iou_thrs):
            ranks = _true_positive_ranks(best, iou_thr)
            result[row, label] = average_precision(ranks, num_gt)
    return result


def _best(
    entry: VideoTube, annotated: dict[str, list[Tube]]
) -> tuple[str, int, float]:
    """Video and number of the annotated tube with the largest IoU."""
    ious = [
        tube_iou(tube, entry.tube) for tube in annotated.get(entry.video, ())
    ]
    number = int(np.argmax(ious)) if ious else -1
    return entry.video, number, ious[number] if ious else -1.0


def _true_positive_ranks(
    best: list[tuple[str, int, float]], iou_thr: float
) -> np.ndarray:
    taken: set[tuple[str, int]] = set()
    ranks = []
    for rank, (video, number, iou) in enumerate(best, 1):
        if iou >= iou_thr and (video, number) not in taken:
            taken.add((video, number))
            ranks.append(rank)
    return np.array(ranks, dtype=np.int64)
