"""What of a model's probabilities is an answer."""

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import without_background

PROBS = np.array([[0.5, 0.125, 0.25, 0.125], [0.0, 0.5, 0.0, 0.5]], np.float32)


def test_the_background_is_summed_and_no_answer():
    """Wherever among the labels it stands."""
    labels = LabelSpace(
        ('walk', 'a person', 'wave', 'nothing'),
        background=(False, True, False, True),
    )
    answers, none = without_background(PROBS, labels)
    assert answers.tolist() == [[0.5, 0.25], [0.0, 0.0]]
    assert none.tolist() == [0.25, 1.0]
    answers, none = without_background(PROBS[:0], labels)
    assert answers.shape == (0, 2) and none.shape == (0,)


def test_nothing_stands_against_the_labels():
    answers, none = without_background(PROBS, LabelSpace(tuple('abcd')))
    np.testing.assert_array_equal(answers, PROBS)
    assert none is None
