"""Preparation of CLIP's pictures, as its weights were trained on them."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
from mmengine.logging import print_log

from stclip.models.clip.architecture import (
    CONFIG_NAME,
    read_architecture,
    told_beside,
)
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.utils.values import as_whole

#: OpenAI's mean and standard deviation per channel (RGB), on the scale 0-255.
CLIP_MEAN = (122.7709, 116.7460, 104.0937)
CLIP_STD = (68.5005, 66.6322, 70.3232)

INTERPOLATIONS = ('bicubic', 'bilinear')
# open_clip's names of what stays of a picture that is no square.
_RESIZE_MODES = dict(shortest='crop', squash='squash', longest='pad')
# On the scale 0-255. OpenMMLab's configs round to three digits.
_SAME = 0.01


@dataclass(frozen=True)
class Preprocessing:
    """How pictures were prepared when a CLIP's weights were trained.

    Args:
        mean: Per channel (RGB), on the scale 0-255.
        std: Likewise.
        mode: ``'crop'``, ``'squash'`` or ``'pad'``; see ``clip_resize``.
        interpolation: One of :data:`INTERPOLATIONS`.
        pad_colour: RGB in 0..255, of what ``'pad'`` adds.
    """

    mean: tuple[float, ...] = CLIP_MEAN
    std: tuple[float, ...] = CLIP_STD
    mode: str = 'crop'
    interpolation: str = 'bicubic'
    pad_colour: tuple[int, ...] = (0, 0, 0)


def told_preprocessing(
    arch: str | Mapping[str, Any], pretrained: str | Path | None
) -> tuple[dict[str, Any], str]:
    """What open_clip or a file tells of the pictures of some weights.

    That is the entry of a tag, else the ``preprocess_cfg`` in the JSON file
    of the architecture, else that in the ``open_clip_config.json`` beside
    the weights.

    Args:
        arch: See :func:`~stclip.models.clip.architecture.read_architecture`.
        pretrained: Tag, weight file or ``None``.

    Returns:
        Values of open_clip's ``preprocess_cfg``, empty if nothing is told;
        who tells them.
    """
    read = read_architecture(arch)
    if pretrained is None:
        return read.preprocess_cfg, read.name
    tag = open_clip.pretrained.get_pretrained_cfg(read.name, str(pretrained))
    if tag:
        return tag, f'{read.name}:{pretrained}'
    if not read.preprocess_cfg and (beside := told_beside(pretrained)):
        return beside.preprocess_cfg, beside.name
    return read.preprocess_cfg, read.name


def read_preprocessing(told: Mapping[str, Any], source: str) -> Preprocessing:
    """Read open_clip's ``preprocess_cfg``; what it leaves out is OpenAI's.

    Args:
        told: Its values; others than those of :class:`Preprocessing` are
            passed over.
        source: Who tells them, for messages.

    Raises:
        UserError: For values that nobody could mean.
    """
    choices = dict(
        interpolation=told.get('interpolation', 'bicubic'),
        resize_mode=told.get('resize_mode', 'shortest'),
    )
    where = f'{source}, preprocess_cfg'
    require_choice(
        f'{where}.interpolation', choices['interpolation'], INTERPOLATIONS
    )
    require_choice(
        f'{where}.resize_mode', choices['resize_mode'], tuple(_RESIZE_MODES)
    )
    fill = as_whole(told.get('fill_color') or 0, f'{where}.fill_color', 0, 255)
    return Preprocessing(
        mean=_channels(told, 'mean', CLIP_MEAN, where),
        std=_channels(told, 'std', CLIP_STD, where),
        mode=_RESIZE_MODES[choices['resize_mode']],
        interpolation=choices['interpolation'],
        pad_colour=(fill,) * 3,
    )


def _channels(
    told: Mapping[str, Any], key: str, default: Sequence[float], where: str
) -> tuple[float, ...]:
    """Three values of the scale 0-1, on the scale 0-255."""
    if told.get(key) is None:
        return tuple(default)
    try:
        values = np.asarray(told[key], dtype=np.float64)
    except (TypeError, ValueError):
        values = np.empty(0)
    lowest = 0 if key == 'mean' else np.finfo(np.float32).tiny
    fits = values.shape == (3,) and (values >= lowest).all()
    if not fits or (values > 1).any():
        raise UserError(
            f'{where}.{key}: wanted are three numbers of the scale 0 to 1, '
            f'got {told[key]}'
        )
    return tuple(round(float(value) * 255, 4) for value in values)


def preprocessing_of(clip: Mapping[str, Any]) -> Preprocessing:
    """How the pictures of a CLIP have to be prepared.

    Args:
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.

    Raises:
        MissingFileError: If the file of the architecture is missing.
        UserError: If architecture or preprocessing cannot be used.
    """
    if clip.get('preprocess_cfg') is not None:
        return read_preprocessing(clip['preprocess_cfg'], 'clip')
    return read_preprocessing(
        *told_preprocessing(clip['arch'], clip.get('pretrained'))
    )


def with_normalisation(
    preprocessor: Mapping[str, Any], clip: Mapping[str, Any]
) -> dict[str, Any]:
    """A data preprocessor's config with the mean and std of CLIP's weights.

    Values that it states stay; if they are others than the weights', a
    warning says so.

    Args:
        preprocessor: Its config.
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.
    """
    for doubt in normalisation_doubts(preprocessor, clip):
        print_log(doubt, 'current', logging.WARNING)
    wanted = preprocessing_of(clip)
    told = dict(mean=list(wanted.mean), std=list(wanted.std))
    stated = {k: v for k, v in preprocessor.items() if v is not None}
    return {**told, **stated}


def normalisation_doubts(
    preprocessor: Mapping[str, Any], clip: Mapping[str, Any]
) -> list[str]:
    """Why pictures may be normalised unlike those that CLIP was trained on.

    Args:
        preprocessor: Config of the data preprocessor.
        clip: Arguments of :class:`~stclip.models.clip.CLIPBackbone`.
    """
    doubts = (
        _stated_difference(preprocessor, clip),
        _untold(preprocessor, clip),
    )
    return [doubt for doubt in doubts if doubt]


def _stated_difference(
    preprocessor: Mapping[str, Any], clip: Mapping[str, Any]
) -> str:
    """What a data preprocessor states against CLIP's weights, or nothing."""
    wanted = preprocessing_of(clip)
    for key in ('mean', 'std'):
        stated, right = preprocessor.get(key), getattr(wanted, key)
        if stated is None:
            continue
        if np.shape(stated) not in ((1,), (3,)):
            raise UserError(
                f'data_preprocessor.{key}: wanted is a number for each of '
                f'three channels, got {stated}'
            )
        if not np.allclose(stated, right, rtol=0, atol=_SAME):
            return (
                f'data_preprocessor.{key} is {list(stated)}, but the weights '
                f'of CLIP were trained with {list(right)}: leave it out, or '
                'scores mean little'
            )
    return ''


def _untold(preprocessor: Mapping[str, Any], clip: Mapping[str, Any]) -> str:
    """What is not known of a bare weight file's pictures, or nothing."""
    if {'mean', 'std'} <= set(preprocessor):
        return ''
    arch, pretrained = clip['arch'], clip.get('pretrained')
    if pretrained is None or clip.get('preprocess_cfg') is not None:
        return ''
    told, name = told_preprocessing(arch, pretrained)
    if told:
        return ''
    others = [
        tag
        for tag in open_clip.list_pretrained_tags_by_model(name)
        if preprocessing_of(dict(arch=arch, pretrained=tag)) != Preprocessing()
    ]
    if not others:
        return ''
    return (
        f"{pretrained} tells nothing of its pictures: OpenAI's mean and std "
        f'are used, which are wrong for {name}:{", ".join(others)}; put its '
        f'{CONFIG_NAME} beside it'
    )
