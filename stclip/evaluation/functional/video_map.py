"""Video mAP of action tubes."""

from collections.abc import Sequence

import numpy as np

from stclip.evaluation.functional.average_precision import average_precision
from stclip.structures.tubes import Tube, tube_iou

#: IoU thresholds that are usually reported: 0.2, 0.5, and 0.5 to 0.95.
IOU_THRS = (0.2, 0.5, *(round(0.5 + 0.05 * k, 2) for k in range(1, 10)))


def video_average_precisions(
    ground_truth: Sequence[Tube],
    detections: Sequence[Tube],
    actions: Sequence[str],
    iou_thrs: Sequence[float] = IOU_THRS,
) -> np.ndarray:
    """AP of each action at each threshold.

    As for boxes: by descending score, each tube claims the annotated tube of
    its action and video with the largest IoU; it is a true positive if that
    IoU reaches the threshold and the tube is not yet taken.

    Args:
        ground_truth: Annotated tubes, with action and video.
        detections: Linked tubes, likewise; of equal scores, the earlier
            ranks first.
        actions: Names of the C actions.
        iou_thrs: Thresholds.

    Returns:
        (len(iou_thrs), C) in [0, 1]; NaN for actions without annotation.
    """
    result = np.full((len(iou_thrs), len(actions)), np.nan)
    for column, action in enumerate(actions):
        annotated: dict[str, list[Tube]] = {}
        for tube in ground_truth:
            if tube.action == action:
                annotated.setdefault(tube.video, []).append(tube)
        num_gt = sum(map(len, annotated.values()))
        ranked = [tube for tube in detections if tube.action == action]
        ranked.sort(key=lambda tube: -tube.score)
        best = {
            rank: _best(tube, annotated[tube.video])
            for rank, tube in enumerate(ranked, 1)
            if tube.video in annotated
        }
        for row, iou_thr in enumerate(iou_thrs):
            ranks = _true_positive_ranks(best, iou_thr)
            result[row, column] = average_precision(ranks, num_gt)
    return result


#: Video and index of an annotated tube, and a detected one's IoU with it.
_Match = tuple[str, int, float]


def _best(tube: Tube, annotated: Sequence[Tube]) -> _Match:
    """The annotated tube of its video with the largest IoU."""
    ious = [tube_iou(other, tube) for other in annotated]
    index = int(np.argmax(ious))
    return tube.video, index, ious[index]


def _true_positive_ranks(
    best: dict[int, _Match], iou_thr: float
) -> np.ndarray:
    """Ranks of the tubes that claim a free one.

    Args:
        best: What each tube claims, by its rank, ascending.
        iou_thr: Least IoU.
    """
    taken: set[tuple[str, int]] = set()
    ranks = []
    for rank, (video, index, iou) in best.items():
        if iou >= iou_thr and (video, index) not in taken:
            taken.add((video, index))
            ranks.append(rank)
    return np.array(ranks, dtype=np.int64)
