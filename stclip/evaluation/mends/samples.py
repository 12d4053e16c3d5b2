"""A few keyframes of a case, so that trials cost the same for all sizes.

Which ones is a matter of seeded chance; small cases are taken whole.
"""

import numpy as np

from stclip.evaluation.mends.case import Case

# Predicted boxes of a sample, about.
_BOXES = 20_000
# Videos that keyframes are taken from, so that each has several.
_VIDEOS = 50
# Keyframes of each video, where every video is looked at.
_OF_VIDEO = 25


def of_shared_videos(case: Case) -> Case:
    """Annotated keyframes of some videos that both files have, by bare names.

    All predictions are left: which of them belong to these keyframes is what
    trials find out.
    """
    rng = np.random.default_rng(0)
    video = case.true_at.video
    videos = np.intersect1d(video, case.found_at.video)
    if not len(videos):
        videos = np.unique(video)
    chosen = rng.permutation(videos)[:_VIDEOS]
    among = np.isin(video, chosen)
    keys = case.keys()[0]
    keyframes = rng.permutation(np.unique(keys[among]))[: _number(case)]
    return case.of_annotated(np.isin(keys, keyframes))


def of_all_keyframes(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Keyframes of either file, whether the other has them or not.

    Args:
        case: Where keyframes meet that are the same.

    Returns:
        (G,) bool annotated boxes, (K,) bool entries of predictions.
    """
    rng = np.random.default_rng(0)
    true, found = case.keys()
    keyframes = np.unique(np.concatenate([true, found]))
    chosen = rng.permutation(keyframes)[: _number(case)]
    return np.isin(true, chosen), np.isin(found, chosen)


def of_every_video(case: Case) -> Case:
    """Some shared keyframes of each video."""
    rng = np.random.default_rng(0)
    true, found = case.keys()
    meets = np.isin(true, found)
    keyframes, row = np.unique(true[meets], return_index=True)
    video = case.true_at.video[meets][row]
    order = np.lexsort((rng.random(len(video)), video))
    ordered = video[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered, 'left')
    chosen = keyframes[order[rank < _OF_VIDEO]]
    return case.of_annotated(np.isin(true, chosen)).annotated_only()


def _number(case: Case) -> int:
    """How many keyframes hold about as many boxes as a sample may."""
    of_each = len(case.found.boxes) / max(len(case.found.places), 1)
    return int(_BOXES / max(of_each, 1)) + 1
