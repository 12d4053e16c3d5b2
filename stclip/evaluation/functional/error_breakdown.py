"""What kind of errors a frame mAP loses by.

Source: the kinds of TIDE, Bolya et al., arXiv:2008.08115, Sec. 2.2, for boxes
that are detections of every class at once. Differs: an error is mended by
taking it away, never by moving or renaming it, so that all kinds are mended
alike; a kind's gain is then the least that mending it gives.

Alphabet: D detections (boxes), G ground-truth boxes, C classes.
"""

from dataclasses import dataclass

import numpy as np

from stclip.evaluation.functional.average_precision import average_precision
from stclip.evaluation.functional.frame_map import (
    descending,
    overlapping_pairs,
    true_positives,
)
from stclip.structures.box_table import Detections, GroundTruth
from stclip.utils.errors import UserError

#: Kinds of false positives of a class, first what is looked for first:
#: overlaps a person of the class that another box has claimed, or too little;
#: lies on a person who does something else, or near one; on nobody.
KINDS = (
    'duplicate',
    'localisation',
    'classification',
    'both',
    'background',
)
_DUPLICATE, _LOCALISATION, _CLASSIFICATION, _BOTH, _BACKGROUND = range(5)
_TRUE = 5
#: Boxes that overlap nobody that much lie on the background.
BACKGROUND_IOU = 0.1


@dataclass(frozen=True)
class ErrorBreakdown:
    """What frame mAP would gain if there were no errors of a kind.

    Args:
        gains: Kind of :data:`KINDS`, or ``'missed'``, -> gain in [0, 1].
        average_precision: (C,) in [0, 1] as it is; NaN without ground truth.
    """

    gains: dict[str, float]
    average_precision: np.ndarray


def error_breakdown(
    detections: Detections, ground_truth: GroundTruth, iou_thr: float = 0.5
) -> ErrorBreakdown:
    """Tell errors apart, and mend one kind at a time.

    False positives of the kind are taken away; where persons are missed, the
    instances that no box finds are. A class of which nothing is found keeps
    its AP of 0.

    Args:
        detections: Boxes with scores.
        ground_truth: Annotated boxes of the same classes.
        iou_thr: Least IoU of a true positive, above :data:`BACKGROUND_IOU`.

    Raises:
        ValueError: For a lower threshold.
    """
    require_above_background(iou_thr)
    kinds = error_kinds(detections, ground_truth, iou_thr)
    num_gt = np.bincount(
        ground_truth.instances(detections.num_classes)[1],
        minlength=detections.num_classes,
    )
    mended = np.full((len(KINDS) + 2, len(num_gt)), np.nan)
    for column in np.flatnonzero(num_gt):
        kind = kinds[:, column]
        kind = kind[descending(detections.scores[:, column])]
        hits = np.flatnonzero(kind == _TRUE)
        mended[-1, column] = average_precision(hits + 1, num_gt[column])
        mended[-2, column] = average_precision(hits + 1, max(len(hits), 1))
        for code in range(len(KINDS)):
            before = np.searchsorted(np.flatnonzero(kind == code), hits)
            mended[code, column] = average_precision(
                hits + 1 - before, num_gt[column]
            )
    if not num_gt.any():
        return ErrorBreakdown({}, mended[-1])
    means = np.nanmean(mended, axis=1)
    gains = means[:-1] - means[-1]
    return ErrorBreakdown(
        dict(zip((*KINDS, 'missed'), gains.tolist(), strict=True)), mended[-1]
    )


def require_above_background(iou_thr: float) -> None:
    """Refuse a threshold under which true positives may be background.

    Raises:
        ValueError: If it is one.
    """
    if not BACKGROUND_IOU < iou_thr <= 1:
        raise UserError(
            f'iou_thr (--iou-thr) must be above {BACKGROUND_IOU}, up to 1, '
            f'got {iou_thr:g}: boxes whose IoU with everybody is below '
            f'{BACKGROUND_IOU} count as background'
        )


def error_kinds(
    detections: Detections, ground_truth: GroundTruth, iou_thr: float
) -> np.ndarray:
    """(D, C) index into :data:`KINDS`; their number for a true positive."""
    instances = ground_truth.instances(detections.num_classes)
    det, gt, iou = overlapping_pairs(detections, ground_truth, BACKGROUND_IOU)
    nearest = np.zeros(len(detections.boxes))
    np.maximum.at(nearest, det, iou)
    kinds = np.full(detections.scores.shape, _BACKGROUND, np.int8)
    kinds[nearest >= BACKGROUND_IOU] = _BOTH
    kinds[nearest >= iou_thr] = _CLASSIFICATION
    # Persons who do the class come last, the nearest of them last of all.
    box_of, class_of = instances
    does = np.zeros((len(ground_truth.boxes), detections.num_classes), bool)
    does[box_of, class_of] = True
    for is_near, code in ((False, _LOCALISATION), (True, _DUPLICATE)):
        chosen = (iou >= iou_thr) == is_near
        row, column = np.nonzero(does[gt[chosen]])
        kinds[det[chosen][row], column] = code
    hits = true_positives(detections, ground_truth, instances, iou_thr)
    kinds[hits] = _TRUE
    return kinds
