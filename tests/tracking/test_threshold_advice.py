"""Advice where a threshold takes in everybody or nobody."""

import numpy as np
import pytest
from followed_actions import keyframe

from stclip.tracking.threshold_advice import threshold_advice


def frames(*bests, followed=True):
    """A keyframe for each best probability of one person."""
    for number, best in enumerate(bests):
        frame = keyframe(number, {1: [best, 0.01]}, number)
        if not followed:
            frame = type(frame)(
                frame.frame_idx,
                frame.boxes_xyxy,
                frame.box_scores,
                frame.action_probs,
            )
        yield frame


BESTS = np.linspace(0.055, 0.445, 40)


def test_what_nobody_reaches():
    line = threshold_advice(frames(*BESTS), 0.5)
    assert line.startswith('nobody reaches the threshold of 0.5, ')
    # Hundredths that 4 and 20 of the 40 reach.
    assert line.endswith('a tenth of all boxes reach 0.41, half 0.25')
    for value, count in ((0.41, 4), (0.25, 20)):
        assert (value <= BESTS).sum() == count


def test_what_everybody_reaches():
    line = threshold_advice(frames(*(1 - BESTS)), 0.5)
    assert line.startswith('everybody reaches the threshold of 0.5 ')
    assert 'half of all boxes reach 0.75, a tenth 0.91' in line
    # Ten boxes are enough to say so.
    line = threshold_advice(frames(*[0.95] * 10), 0.5)
    assert 'half of all boxes reach 0.95, a tenth 0.95' in line


@pytest.mark.parametrize(
    'given',
    [
        frames(*BESTS, 0.5),
        frames(*[0.9] * 9),
        frames(*BESTS, followed=False),
        (),
    ],
    ids=['one passes', 'few', 'nobody is followed', 'nothing'],
)
def test_nothing_to_say(given):
    assert threshold_advice(given, 0.5) is None
