"""What a measure cannot be trusted for, told from its ground truth."""

from collections.abc import Sequence

import numpy as np

from stclip.evaluation.loose_file import Annotated

#: Of fewer boxes AP takes some dozens of values, and one box moves it far.
FEW_BOXES = 10
_SHOWN = 3


def doubts_of(
    truth: Annotated, names: Sequence[str], num_gt: np.ndarray
) -> list[str]:
    """Say for what the ground truth is too little.

    Args:
        truth: Ground truth.
        names: Of the C classes to average over.
        num_gt: (C,) ground-truth boxes of each.

    Returns:
        A line for each reason.
    """
    few = [
        f'{name} ({count})'
        for name, count in zip(names, num_gt.tolist(), strict=True)
        if 0 < count < FEW_BOXES
    ]
    lines = []
    if few:
        shown = ', '.join(few[:_SHOWN])
        more = f' and {len(few) - _SHOWN} more' if len(few) > _SHOWN else ''
        lines.append(
            f'{len(few)} of {len(names)} classes have fewer than {FEW_BOXES} '
            f'ground-truth boxes: {shown}{more}; one box more or less moves '
            'their AP far'
        )
    movies = {place.movie for place in truth.places}
    if len(movies) == 1 and movies != {''}:
        lines.append(
            f'all ground truth is of one video, {min(movies)}: its scene and '
            'persons count as much as its actions'
        )
    return lines
