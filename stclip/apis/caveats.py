"""Caveats: what a result cannot be trusted for, in words and on pictures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from stclip.engine.demo_weights import demo_warning
from stclip.engine.pictures import clips_of
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.images import normalisation_doubts
from stclip.video.rendered import is_rendered


@dataclass(frozen=True)
class Caveat:
    """A reason not to trust a result.

    Args:
        message: One line that says why, and what to do.
        banner: The same in a few words, for pictures.
    """

    message: str
    banner: str


def untrained(model: nn.Module) -> list[Caveat]:
    """Of a model that no checkpoint was loaded into.

    Args:
        model: As it was built.
    """
    if not any(parameter.requires_grad for parameter in model.parameters()):
        return []
    return [
        Caveat(
            f'{type(model).__name__} without a checkpoint: all but CLIP in it '
            'is untrained, so its scores mean nothing',
            'untrained model: scores mean nothing',
        )
    ]


def wrong_normalisation(model: Mapping[str, Any]) -> list[Caveat]:
    """Of a model whose pictures may be normalised unlike its weights' were.

    Args:
        model: Its config.
    """
    preprocessor = model.get('data_preprocessor') or {}
    banner = 'colours unlike those that CLIP was trained on'
    return [
        Caveat(doubt, banner)
        for clip in clips_of(model)
        for doubt in normalisation_doubts(preprocessor, clip)
    ]


def demo_weights(parts: Iterable[str], video: str | Path) -> list[Caveat]:
    """Of the project's small weights on what is none of their pictures.

    Args:
        parts: Those that know rendered pictures only, as ``'CLIP'``.
        video: What they looked at.
    """
    parts = list(parts)
    if not parts or is_rendered(video):
        return []
    message = demo_warning(parts)
    return [Caveat(message, 'small demo weights: not for real video')]


def single_label(labels: LabelSpace) -> list[Caveat]:
    """Of one label that excludes all others of which there are none.

    Args:
        labels: What boxes are scored for.
    """
    exclusive = [
        name
        for name, flag in zip(labels.names, labels.exclusive, strict=True)
        if flag
    ]
    if len(exclusive) != 1:
        return []
    return [
        Caveat(
            f'{exclusive[0]!r} is the only label of those that exclude each '
            'other, so its probability is 1 for every box: add labels of '
            'what else may be seen',
            'one label: its probability says nothing',
        )
    ]
