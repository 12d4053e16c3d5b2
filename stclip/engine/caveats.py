"""Caveats: what a result cannot be trusted for, in words and on pictures."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmengine.logging import print_log
from mmengine.model import is_model_wrapper
from torch import nn
from torch.utils.data import Dataset

from stclip.engine.demo_weights import (
    demo_warning,
    first_video,
    knows_rendered_only,
)
from stclip.engine.pictures import clips_of
from stclip.labels.label_question import lonely_labels
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.images import normalisation_doubts
from stclip.models.detection.base import ActionDetector
from stclip.models.recognition import VideoTextRecognizer
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
    lonely = lonely_labels(labels)
    if not lonely:
        return []
    return [
        Caveat(
            f'{lonely[0]!r} is the only label of those that exclude each '
            'other, so its probability is always 1: add labels or background '
            'words of what else may be seen',
            'one label: its probability says nothing',
        )
    ]


def warn_of_demo_weights(model: nn.Module, dataset: Dataset) -> list[str]:
    """Say if a model's small CLIP looks at a data set that it does not know.

    Args:
        model: What is trained or tested.
        dataset: On what.

    Returns:
        What was said.
    """
    video = first_video(dataset) if knows_rendered_only(model) else None
    return _say(demo_weights(['small CLIP'], video) if video else [])


def warn_of_test(
    model: nn.Module,
    config: Mapping[str, Any],
    dataset: Dataset,
    checkpoint: str | None,
) -> list[str]:
    """Say what the result of a test cannot be trusted for.

    Args:
        model: What is tested, perhaps wrapped.
        config: Its config.
        dataset: On what.
        checkpoint: Whose weights it will have; ``None`` for those that it
            was built with.

    Returns:
        One line for each reason, also for those that the model says itself.
    """
    if is_model_wrapper(model):
        model = model.module
    told = warn_of_demo_weights(model, dataset)
    if not isinstance(model, (ActionDetector, VideoTextRecognizer)):
        return told
    if not checkpoint:
        told += _say(untrained(model))
    told += [caveat.message for caveat in wrong_normalisation(config)]
    meta = getattr(dataset, 'metainfo', {})
    told += meta.get('warnings', ())
    if not meta.get('classes'):
        return told
    labels = LabelSpace(meta['classes'], meta.get('exclusive', ()))
    return [
        *told,
        *_say(single_label(labels)),
        *model.label_warnings(labels),
    ]


def _say(caveats: Iterable[Caveat]) -> list[str]:
    lines = [caveat.message for caveat in caveats]
    for line in lines:
        print_log(line, 'current', logging.WARNING)
    return lines
