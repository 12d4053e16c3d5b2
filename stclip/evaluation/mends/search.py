"""Which mends together explain a low frame mAP, in the order to follow.

Faults hide each other: boxes in pixels say nothing as long as keyframes do not
meet. So keyframes and boxes are tried together, by how far boxes overlap
whatever their classes; then classes, by frame mAP.
"""

from collections.abc import Sequence

import numpy as np

from stclip.evaluation.functional.ceilings import (
    best_overlap,
    perfect_class_map,
)
from stclip.evaluation.functional.frame_map import frame_map
from stclip.evaluation.mends.boxes import box_forms, fitted_scale
from stclip.evaluation.mends.case import Case, Mend, mended
from stclip.evaluation.mends.classes import (
    class_indices,
    fitted_order,
    named_otherwise,
    truth_indices,
)
from stclip.evaluation.mends.coverage import (
    missing_keyframes,
    unannotated_keyframes,
)
from stclip.evaluation.mends.keyframes import (
    NAMES,
    keyframe_chains,
    share_of_videos,
)
from stclip.evaluation.mends.samples import (
    of_all_keyframes,
    of_every_video,
    of_shared_videos,
)

# How much frame mAP a mend must win, and how many times as much it must then
# be; less says nothing.
_LEAST_GAINS = ((0.05, 1.25), (0.02, 1.5))
# How much worse what is sure may do on a sample.
_LEAST_RATIO = 1.25
# Overlap that other names or times must bring, also in standard errors, and
# the part of the keyframes that must still meet.
_LEAST_OVERLAP, _LEAST_ERRORS, _STILL_MEET = 0.05, 5, 0.9
# Or persons that it must find more; random boxes vary by less.
_LEAST_RECALL, _LEAST_RECALL_RATIO = 0.25, 1.5
# Keyframes or videos that names or another pace make meet.
_LEAST_SHARE = 0.5
# What leaving keyframes out wins is counted, not fitted.
_LEAST_OF_COVERAGE = 0.02
# Overlap that a further mend must bring, and what shared keyframes count.
_MEND_COST, _SHARE_WEIGHT = 0.01, 0.02


def likely_mends(case: Case, iou_thr: float) -> list[Mend]:
    """Mends that together explain most, in an order that can be followed.

    Those of a kind stay in the order in which one needs the other; kinds
    come by how much they win, after what they need.

    Args:
        case: Ground truth and predictions as they are.
        iou_thr: Least IoU of a true positive.
    """
    few = of_shared_videos(case)
    chain, boxes = _of_boxes(case, few)
    classes = _of_classes(case, mended(few, *chain, *boxes), iou_thr)
    kept = _needed(few, [*chain, *boxes, *classes], iou_thr)
    whole = mended(case, *kept)
    coverage = [unannotated_keyframes(whole), missing_keyframes(whole)]
    keyed = mended(case, *_of_kind(kept, 'keyframes'))
    true, found = of_all_keyframes(keyed)
    sample = case.of_annotated(true).of_entries(found)
    return _ordered(sample, kept, [m for m in coverage if m], iou_thr)


def _of_boxes(
    case: Case, few: Case
) -> tuple[tuple[Mend, ...], tuple[Mend, ...]]:
    """Mends of keyframes, and of boxes, under which boxes overlap most."""
    best, chosen = -np.inf, ((), (), False)
    for chain in keyframe_chains(case, few):
        met = mended(few, *chain)
        share = met.share()
        met = met.annotated_only()
        for form in ((), *((f,) for f in box_forms())):
            formed = mended(met, *form)
            for scaled in (False, True):
                scale = [fitted_scale(formed, True)] if scaled else []
                value = _agreement(mended(formed, *scale))
                cost = len(chain) + len(form) + scaled
                value += _SHARE_WEIGHT * share - _MEND_COST * cost
                if value > best:
                    best, chosen = value, (chain, form, scaled)
    chain, form, scaled = chosen
    if not scaled:
        return chain, form
    formed = mended(of_every_video(mended(case, *chain)), *form)
    one, many = (fitted_scale(formed, each) for each in (False, True))
    gain = _agreement(many.apply(formed)) - _agreement(one.apply(formed))
    return chain, (*form, many if gain > 2 * _MEND_COST else one)


def _agreement(case: Case) -> float:
    """How far annotated boxes are overlapped, on average."""
    overlap = best_overlap(*case.tables())
    return float(overlap.mean()) if len(overlap) else 0.0


def _of_classes(case: Case, few: Case, iou_thr: float) -> list[Mend]:
    """Mends of class indices, of the ground truth and of the predictions."""
    few = few.annotated_only()
    value, mends = _best_of_scores(few, iou_thr)
    indices = truth_indices(case)
    if indices is None:
        return mends
    # That some indices are none of the labels is sure, whoever is off.
    mended_value, others = _best_of_scores(indices.apply(few), iou_thr)
    if mended_value < value / _LEAST_RATIO:
        return mends
    return [indices, *others]


def _best_of_scores(few: Case, iou_thr: float) -> tuple[float, list[Mend]]:
    """Frame mAP under the mends of scores that win most, and those mends."""
    if not named_otherwise(few):
        return _best_of_indices(few, iou_thr)
    order = fitted_order(few)
    value, mends = _best_of_indices(order.apply(few), iou_thr)
    as_is, others = _best_of_indices(few, iou_thr)
    # That names stand in another order is sure, unless they are wrong.
    if value < as_is / _LEAST_RATIO:
        return as_is, others
    return value, [order, *mends]


def _best_of_indices(few: Case, iou_thr: float) -> tuple[float, list[Mend]]:
    best = _value(few, iou_thr)
    mends: list[Mend] = []
    for mend in class_indices():
        value = _value(mend.apply(few), iou_thr)
        if value > best:
            best, mends = value, [mend]
    if few.found.labels:
        return best, mends
    # Keyframes that an order was not fitted to tell whether it is one.
    fitted_to, others = _halves(few)
    order = fitted_order(fitted_to)
    if _wins(
        _value(mended(others, *mends), iou_thr),
        _value(order.apply(others), iou_thr),
    ):
        order = fitted_order(few)
        return _value(order.apply(few), iou_thr), [order]
    return best, mends


def _halves(case: Case) -> tuple[Case, Case]:
    """Every other annotated keyframe, and those between."""
    _, index = np.unique(case.keys()[0], return_inverse=True)
    one, other = (
        case.of_annotated(index % 2 == rest).annotated_only()
        for rest in (0, 1)
    )
    return one, other


def _wins(before: float, after: float) -> bool:
    """Whether frame mAP is higher by enough to speak for a mend."""
    return any(
        after - before >= gain and after >= ratio * before
        for gain, ratio in _LEAST_GAINS
    )


def _needed(few: Case, mends: Sequence[Mend], iou_thr: float) -> list[Mend]:
    """Those without which the others win less."""
    kept = list(mends)
    for mend in mends:
        others = [m for m in kept if m is not mend]
        if not _is_needed(mend, few, others, kept, iou_thr):
            kept = others
    return kept


def _is_needed(
    mend: Mend,
    few: Case,
    others: Sequence[Mend],
    kept: Sequence[Mend],
    iou_thr: float,
) -> bool:
    without, with_it = mended(few, *others), mended(few, *kept)
    if mend is NAMES:
        told = share_of_videos(with_it) - share_of_videos(without)
        if told >= _LEAST_SHARE:
            return True
    if mend.name in ('frames_for_seconds', 'seconds_for_frames') and (
        with_it.share() - without.share() >= _LEAST_SHARE
    ):
        return True
    without, with_it = without.annotated_only(), with_it.annotated_only()
    if mend.kind == 'keyframes' and _lie_better(without, with_it):
        return True
    low, low_recall = _measured(without, iou_thr)
    high, high_recall = _measured(with_it, iou_thr)
    if mend.name == 'ground_truth_indices' or (
        mend.name == 'label_order' and named_otherwise(few)
    ):
        return high >= low / _LEAST_RATIO
    return _wins(low, high) or (
        high_recall - low_recall >= _LEAST_RECALL
        and high_recall >= _LEAST_RECALL_RATIO * low_recall
    )


def _lie_better(without: Case, with_it: Case) -> bool:
    """Whether boxes overlap persons more, beyond chance, where they meet."""
    if with_it.share() < _STILL_MEET * without.share():
        return False
    before, after = (
        best_overlap(*case.predicted_only().tables())
        for case in (without, with_it)
    )
    if not len(before) or not len(after):
        return False
    gain = after.mean() - before.mean()
    error = np.sqrt(before.var() / len(before) + after.var() / len(after))
    return bool(gain >= max(_LEAST_OVERLAP, _LEAST_ERRORS * error))


def _ordered(
    sample: Case, mends: list[Mend], coverage: list[Mend], iou_thr: float
) -> list[Mend]:
    """Kinds by what they win on top of those before, and keyframes first.

    Which keyframes a file lacks shows only once they meet.
    """
    kinds = ('keyframes', 'boxes', 'classes')
    left = [chain for kind in kinds if (chain := _of_kind(mends, kind))]
    order: list[Mend] = []
    value = _value(sample, iou_thr)
    while left or coverage:
        met = not any(chain[0].kind == 'keyframes' for chain in left)
        open_ = [*left, *([m] for m in coverage if met)]
        values = [
            _value(mended(sample, *order, *chain), iou_thr) for chain in open_
        ]
        # Of about equal ones the first, which others are likelier to need.
        best = int(np.argmax(np.round(values, 2)))
        chain, gain = open_[best], values[best] - value
        if chain[0].kind != 'coverage':
            left.remove(chain)
        else:
            coverage = [m for m in coverage if m is not chain[0]]
            if gain < _LEAST_OF_COVERAGE:
                continue
        order += chain
        value = values[best]
    return order


def _of_kind(mends: Sequence[Mend], kind: str) -> list[Mend]:
    return [mend for mend in mends if mend.kind == kind]


def _measured(case: Case, iou_thr: float) -> tuple[float, float]:
    """Frame mAP, and what it would be with perfect classes."""
    result = frame_map(*case.tables(), iou_thr)
    return (
        float(np.nan_to_num(result.mean)),
        float(np.nan_to_num(perfect_class_map(result))),
    )


def _value(case: Case, iou_thr: float) -> float:
    return _measured(case, iou_thr)[0]
