"""Warnings about the actions that are trained on and tested."""

import logging
from collections.abc import Collection

from mmengine.logging import print_log

from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import LabelSplit


def warn_of_seen(
    labels: LabelSpace, shown: Collection[str], label_split: str, source: str
) -> None:
    """Warn of seen actions from which nothing can be learnt.

    Args:
        labels: The seen actions.
        shown: Names of those that the training data shows.
        label_split: File that lists them.
        source: File or files with the training data.
    """
    exclusive = [
        name
        for name, competes in zip(labels.names, labels.exclusive, strict=True)
        if competes
    ]
    if len(exclusive) == 1:
        kind = 'seen' if len(labels) == 1 else 'exclusive seen'
        _warn(
            f'{label_split}: {exclusive[0]!r} is the only {kind} action. The '
            'cross entropy over one class is zero, so the loss over classes '
            'is zero and teaches nothing: name more actions under train'
        )
    absent = [name for name in labels.names if name not in shown]
    if absent:
        _warn(
            f'{label_split}: {len(absent)} of {len(labels)} seen actions have '
            f'no training sample in {source}: {", ".join(absent)}'
        )


def warn_of_alike(
    split: LabelSplit, label_split: str, together: Collection[str]
) -> list[str]:
    """Warn of unseen actions that are seen in other letters.

    CLIP drops case and repeated spaces, and we give it spaces for
    underscores: to it they are one action.

    Args:
        split: Label split.
        label_split: Its file.
        together: Names that CLIP is given side by side; it is said there
            which of them are alike.

    Returns:
        What was said: a line, or nothing.
    """
    told = told_alike(split, label_split, together)
    for line in told:
        _warn(line)
    return told


def told_alike(
    split: LabelSplit, label_split: str, together: Collection[str]
) -> list[str]:
    """What :func:`warn_of_alike` says, a line or nothing."""
    seen = {_as_clip_reads(name): name for name in split.train}
    pairs = [
        (seen[_as_clip_reads(name)], name)
        for name in split.test
        if name not in split.train and _as_clip_reads(name) in seen
    ]
    alike = [pair for pair in pairs if not set(pair) <= set(together)]
    if not alike:
        return []
    shown = ', '.join(f'{one!r} = {other!r}' for one, other in alike)
    return [
        f'{label_split}: CLIP cannot tell seen from unseen actions: {shown}. '
        'The unseen ones are trained on in other letters, so their test is '
        'no zero-shot test: leave them out of one list'
    ]


def _as_clip_reads(name: str) -> str:
    return ' '.join(name.replace('_', ' ').lower().split())


def _warn(message: str) -> None:
    print_log(message, 'current', logging.WARNING)
