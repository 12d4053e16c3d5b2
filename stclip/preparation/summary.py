"""Counts of videos, keyframes, boxes and labels."""

from collections.abc import Iterable

from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import LabelSplit
from stclip.labels.seen_keyframes import videos_with
from stclip.preparation.train_videos import training_keyframes
from stclip.structures.keyframe import Keyframe
from stclip.utils.tables import text_table

#: Columns of a summary.
COLUMNS = ('videos', 'keyframes', 'boxes', 'labels')


def count(keyframes: Iterable[Keyframe]) -> dict[str, int]:
    """Count what annotated keyframes hold.

    Returns:
        Videos, keyframes (those without a person too), boxes, and labels
        (one box may have several).
    """
    keyframes = list(keyframes)
    return dict(
        videos=len({keyframe.video for keyframe in keyframes}),
        keyframes=len(keyframes),
        boxes=sum(len(keyframe.boxes) for keyframe in keyframes),
        labels=sum(int(keyframe.labels.sum()) for keyframe in keyframes),
    )


def summarise(
    labels: LabelSpace,
    keyframes: dict[str, list[Keyframe]],
    label_splits: Iterable[LabelSplit],
    test_all: bool,
) -> dict[str, dict[str, int]]:
    """Count the official subsets and what each label split makes of them.

    Args:
        labels: All actions.
        keyframes: By ``'train'`` and ``'test'``.
        label_splits: Label splits.
        test_all: Whether all test videos are tested, or only those that show
            a tested action.

    Returns:
        Counts by row: subset, or label split and subset.
    """
    rows = {subset: count(part) for subset, part in keyframes.items()}
    for split in label_splits:
        shown = [labels.index(name) for name in split.test]
        training = training_keyframes(split, labels, keyframes['train'])
        tested = keyframes['test']
        if not test_all:
            videos = videos_with(tested, shown)
            tested = [k for k in tested if k.video in videos]
        rows[f'label split {split.split}, train'] = count(training)
        rows[f'label split {split.split}, test'] = count(tested)
    return rows


def table(rows: dict[str, dict[str, int]]) -> str:
    """Lay out a summary in columns."""
    return text_table(
        [
            ['', *COLUMNS],
            *(
                [name, *(f'{counts[column]:,}' for column in COLUMNS)]
                for name, counts in rows.items()
            ),
        ]
    )
