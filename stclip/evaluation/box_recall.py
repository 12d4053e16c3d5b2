"""Recall of annotated persons, per action."""

from collections.abc import Mapping, Sequence

import numpy as np

from stclip.structures.keyframe import Keyframe
from stclip.utils.tables import text_table

#: Boxes of a frame that may find a person: all, those that are classified,
#: the best alone.
CHOICES = ('any', 'kept', 'best')
#: Action -> ``boxes``, the number of annotated boxes, and each of the recalls.
Recalls = Mapping[str, Mapping[str, float]]


def recall_per_action(
    names: Sequence[str],
    keyframes: Sequence[Keyframe],
    recalled: np.ndarray,
) -> dict[str, dict[str, float]]:
    """Part of the annotated boxes that are recalled.

    Args:
        names: All actions.
        keyframes: All keyframes.
        recalled: (boxes of all keyframes in turn, 3) bool, as in ``CHOICES``.

    Returns:
        Boxes and recalls by action, and of ``'all'``.
    """
    labels = np.concatenate([keyframe.labels for keyframe in keyframes])
    rows = {name: labels[:, column] for column, name in enumerate(names)}
    rows['all'] = np.ones(len(labels), dtype=bool)
    return {
        name: dict(
            boxes=int(chosen.sum()),
            **dict(
                zip(
                    CHOICES,
                    recalled[chosen].mean(axis=0).round(4).tolist(),
                    strict=True,
                )
            ),
        )
        for name, chosen in rows.items()
        if chosen.any()
    }


def format_recalls(recalls: Recalls) -> str:
    """A line for each action, recalls in percent."""
    return text_table(
        [
            ['', 'boxes', *CHOICES],
            *(
                [
                    name,
                    f'{row["boxes"]:,}',
                    *(f'{row[choice]:.1%}' for choice in CHOICES),
                ]
                for name, row in recalls.items()
            ),
        ]
    )
