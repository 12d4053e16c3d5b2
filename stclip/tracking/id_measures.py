"""How well ids keep to persons: id switches, IDF1 and HOTA.

The measures are those of ``trackers``, which follow TrackEval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from trackers.eval import (
    aggregate_clear_metrics,
    aggregate_hota_metrics,
    aggregate_identity_metrics,
    compute_clear_metrics,
    compute_hota_metrics,
    compute_identity_metrics,
)

from stclip.structures.boxes import box_iou


@dataclass(frozen=True)
class NamedBoxes:
    """Boxes of one keyframe and whose they are.

    Args:
        boxes_xyxy: (N, 4), px.
        ids: (N,) int.
    """

    boxes_xyxy: np.ndarray
    ids: np.ndarray


@dataclass(frozen=True)
class IdMeasures:
    """Of some videos together.

    Args:
        switches: How often a person's box has another id than its last one.
        idf1: In [0, 1]; F1 of boxes whose id is that of their person, by the
            best matching of ids and persons in each video.
        hota: In [0, 1]; of detection and association, over IoU thresholds.
        recall: In [0, 1]; persons' boxes that were found, at IoU 0.5.
        precision: In [0, 1]; of the boxes.
    """

    switches: int
    idf1: float
    hota: float
    recall: float
    precision: float


def id_measures(
    videos: Sequence[tuple[Sequence[NamedBoxes], Sequence[NamedBoxes]]],
) -> IdMeasures:
    """Compare followed persons with true ones, at IoU 0.5.

    Args:
        videos: Of each video its keyframes: who is there, and who was found.
    """
    compared = [_compare(*video) for video in videos]
    clear, identity, hota = (
        aggregate([each[kind] for each in compared])
        for kind, aggregate in enumerate(
            (
                aggregate_clear_metrics,
                aggregate_identity_metrics,
                aggregate_hota_metrics,
            )
        )
    )
    return IdMeasures(
        switches=int(clear['IDSW']),
        idf1=float(identity['IDF1']),
        hota=float(hota['HOTA']),
        recall=float(clear['CLR_Re']),
        precision=float(clear['CLR_Pr']),
    )


def _compare(
    truth: Sequence[NamedBoxes], found: Sequence[NamedBoxes]
) -> tuple[dict, dict, dict]:
    pairs = tuple(zip(truth, found, strict=True))
    who = [there.ids for there, _ in pairs]
    ids = [seen.ids for _, seen in pairs]
    ious = [box_iou(t.boxes_xyxy, seen.boxes_xyxy) for t, seen in pairs]
    return (
        compute_clear_metrics(who, ids, ious),
        compute_identity_metrics(who, ids, ious),
        compute_hota_metrics(who, ids, ious),
    )
