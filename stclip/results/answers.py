"""What a person is said to do: of many probabilities, a few labels."""

import numpy as np

from stclip.labels.label_space import LabelSpace

#: Independent labels are said from this probability on.
LIKELY = 0.5


def answers(
    probs: np.ndarray, none_prob: float | None, labels: LabelSpace
) -> list[int]:
    """Choose the labels that a person is said to do.

    Args:
        probs: (K,) in [0, 1].
        none_prob: That it is none of them; None where nothing stood against
            them.
        labels: The K labels.

    Returns:
        Label indices, likeliest first: the best one of each group of
        exclusive labels, and the independent ones from one half on; of both
        only those that are likelier than none.
    """
    chosen, groups = [], set()
    for index in np.argsort(-probs, kind='stable').tolist():
        group = labels.groups[index]
        if none_prob is not None and probs[index] <= none_prob:
            break
        if not labels.exclusive[index]:
            if probs[index] >= LIKELY:
                chosen.append(index)
        elif group not in groups:
            groups.add(group)
            chosen.append(index)
    return chosen


def best_answer(
    probs: np.ndarray, none_prob: float | None, labels: LabelSpace
) -> int | None:
    """The likeliest of :func:`answers`; None if there is none."""
    return next(iter(answers(probs, none_prob, labels)), None)
