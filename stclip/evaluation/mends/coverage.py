"""Keyframes that only one of the files has, counted and left out."""

import numpy as np

from stclip.evaluation.mends.case import Case, Mend

# Less than this part of the keyframes, or of the boxes, changes nothing.
_LEAST_PART = 0.02


def missing_keyframes(case: Case) -> Mend | None:
    """Ground truth for which there are no predictions."""
    true, found = case.keys()
    keyframes = np.unique(true)
    missed = ~np.isin(keyframes, found)
    if missed.mean() < _LEAST_PART or missed.all():
        return None
    videos = [
        np.unique(case.true_at.video[rows])
        for rows in (np.isin(true, found), slice(None))
    ]
    return Mend(
        'coverage',
        'missing_keyframes',
        f'{missed.sum()} of {len(keyframes)} annotated keyframes have no '
        f'predictions ({len(videos[1]) - len(videos[0])} of {len(videos[1])} '
        'videos have none at all)',
        'predict them too; until then, this is what the keyframes that are '
        'predicted give alone',
        Case.predicted_only,
    )


def unannotated_keyframes(case: Case) -> Mend | None:
    """Predictions for which there is no ground truth."""
    true, found = case.keys()
    stray = ~np.isin(found, true)
    boxes = stray[case.found.entry]
    if not len(boxes) or boxes.mean() < _LEAST_PART or boxes.all():
        return None
    beyond = _beyond(case)
    outside = ''
    if beyond.any():
        outside = (
            f'; {beyond.sum()} of these keyframes lie before or after all '
            'ground truth of their video'
        )
    return Mend(
        'coverage',
        'unannotated_keyframes',
        f'{stray.sum()} of {len(found)} predicted keyframes have no ground '
        f'truth, with {boxes.sum()} of {len(boxes)} boxes{outside}',
        'frame mAP counts each of these boxes as a false positive: leave them '
        'out unless these keyframes were annotated and show nobody (AVA '
        'counts annotated keyframes alone)',
        Case.annotated_only,
    )


def _beyond(case: Case) -> np.ndarray:
    """(K,) bool: entries outside the times annotated of their video."""
    (true, found), (true_time, found_time) = case.videos(), case.times()
    videos, index = np.unique(true, return_inverse=True)
    low = np.full(len(videos), np.inf)
    high = np.full(len(videos), -np.inf)
    np.minimum.at(low, index, true_time)
    np.maximum.at(high, index, true_time)
    at = np.minimum(np.searchsorted(videos, found), len(videos) - 1)
    outside = (found_time < low[at]) | (found_time > high[at])
    return outside & (videos[at] == found)
