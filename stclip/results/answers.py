"""What a person is said to do: of many probabilities, a few labels."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from stclip.labels.label_space import LabelSpace

# Independent labels are said from this probability on.
_LIKELY = 0.5


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
    return list(likeliest(probs, none_prob, labels, 1, 0.0))


def likeliest(
    probs: np.ndarray,
    none_prob: float | None,
    labels: LabelSpace,
    top: int,
    least: float,
) -> Iterator[int]:
    """The rule of :func:`answers`, for more labels of a group.

    Args:
        probs: See :func:`answers`.
        none_prob: Likewise.
        labels: Likewise.
        top: How many of the labels of a group that exclude each other.
        least: Probability that each of these has at least.

    Yields:
        Label indices, likeliest first.
    """
    counts: Counter[int] = Counter()
    for index in np.argsort(-probs, kind='stable').tolist():
        if none_prob is not None and probs[index] <= none_prob:
            return
        group = labels.groups[index]
        if not labels.exclusive[index]:
            if probs[index] >= _LIKELY:
                yield index
        elif probs[index] >= least and counts[group] < top:
            counts[group] += 1
            yield index


def best_answer(
    probs: np.ndarray, none_prob: float | None, labels: LabelSpace
) -> int | None:
    """The likeliest of :func:`answers`; None if there is none."""
    return next(iter(answers(probs, none_prob, labels)), None)
