"""Warnings about the actions that are trained on."""

import logging
from collections.abc import Collection

from mmengine.logging import print_log

from stclip.labels.label_space import LabelSpace


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


def _warn(message: str) -> None:
    print_log(message, 'current', logging.WARNING)
