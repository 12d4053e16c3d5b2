"""What another threshold would do, where all or none pass one."""

from collections.abc import Iterable

import numpy as np

from stclip.results.keyframe_actions import KeyframeActions

# Probabilities are counted by hundredths, so that nothing is kept of them.
_BINS = 100
# Of fewer it means nothing that all of them pass.
_LEAST_BOXES = 10


def threshold_advice(
    frames: Iterable[KeyframeActions], threshold: float
) -> str | None:
    """Say at which probabilities persons would begin to do something.

    Args:
        frames: Gone through once; persons without an id begin nothing.
        threshold: Where segments begin, in (0, 1].

    Returns:
        A line; None where some persons' best labels reach the threshold and
        others' do not.
    """
    counts = np.zeros(_BINS + 1, int)
    num_passing = 0
    for frame in frames:
        if frame.track_ids is not None and frame.action_probs.size:
            best = frame.action_probs.max(axis=1)
            num_passing += int((best >= threshold).sum())
            bins = (best * _BINS).astype(int)
            counts += np.bincount(bins, minlength=_BINS + 1)
    total = counts.sum()
    reached = counts[::-1].cumsum()[::-1]  # by so many, at least

    def reached_by(part: float) -> float:
        return np.flatnonzero(reached >= part * total)[-1] / _BINS

    if total and not num_passing:
        return (
            f'nobody reaches the threshold of {threshold:g}, so no segment '
            f'is found: a tenth of all boxes reach {reached_by(0.1):.2f}, '
            f'half {reached_by(0.5):.2f}'
        )
    if total >= _LEAST_BOXES and num_passing == total:
        return (
            f'everybody reaches the threshold of {threshold:g} all the time; '
            f'half of all boxes reach {reached_by(0.5):.2f}, a tenth '
            f'{reached_by(0.1):.2f}: a higher threshold, or words for the '
            'background, leaves out who does nothing named'
        )
    return None
