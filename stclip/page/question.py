"""What a user of the page asks for, checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stclip.labels.label_list import split_names
from stclip.labels.label_question import label_question
from stclip.labels.label_space import LabelSpace
from stclip.page.limits import MAX_LABELS, MAX_WORDS
from stclip.utils.errors import UserError

_STRIDES = (0.05, 60.0)


@dataclass(frozen=True)
class Question:
    """What is to be found in a video.

    Args:
        model: Name of the model.
        every_sec: Seconds from one keyframe to the next.
        labels: What persons are scored for, with the background.
        threshold: Probability from which on a person begins to do something.
    """

    model: str
    every_sec: float
    labels: LabelSpace
    threshold: float

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> 'Question':
        """The question of plain values, as a browser sends them.

        Args:
            told: ``model``; ``labels`` and ``background``, names with commas
                or lines between, which are never taken for files;
                ``independent``, whether a person may do several at once;
                ``threshold`` and ``every_sec``.

        Raises:
            UserError: If a value is missing or makes no sense.
        """
        labels = _names(told, 'labels')
        background = _names(told, 'background')
        if not labels:
            raise UserError('give at least one label: what people may do')
        independent = told.get('independent', False)
        if not isinstance(independent, bool):
            raise UserError('independent must be true or false')
        threshold = _number(told, 'threshold')
        if not 0 < threshold <= 1:
            raise UserError(f'threshold must be in (0, 1], got {threshold:g}')
        every = _number(told, 'every_sec')
        if not _STRIDES[0] <= every <= _STRIDES[1]:
            raise UserError(
                f'seconds between keyframes must be {_STRIDES[0]} to '
                f'{_STRIDES[1]:g}, got {every:g}'
            )
        space = label_question(labels, (), independent, background or None)
        return cls(str(told.get('model')), every, space, threshold)

    @property
    def stride(self) -> str:
        """See :meth:`.ActionInferencer.stream`."""
        return f'{self.every_sec:g}s'

    def same_look(self, other: 'Question | None') -> bool:
        """Whether the same is seen; what is said of it may differ."""
        return other is not None and (self.model, self.every_sec) == (
            other.model,
            other.every_sec,
        )


def _names(told: Mapping[str, Any], key: str) -> tuple[str, ...]:
    text = told.get(key, '')
    if not isinstance(text, str):
        raise UserError(f'{key} must be a text')
    if len(text) > MAX_WORDS:
        raise UserError(f'{key} must have at most {MAX_WORDS} letters')
    lines = [split_names(line) for line in text.split('\n')]
    names = tuple(name for line in lines for name in line)
    if len(names) > MAX_LABELS:
        raise UserError(
            f'{key} must be at most {MAX_LABELS} names, got {len(names)}'
        )
    for name in names:
        if not name.isprintable():
            raise UserError(f'{key}: {name!r} has signs that cannot be read')
    return names


def _number(told: Mapping[str, Any], key: str) -> float:
    value = told.get(key)
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or not math.isfinite(value)
    ):
        raise UserError(f'{key} must be a number')
    return float(value)
