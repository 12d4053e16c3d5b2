"""Pipelines that make the pictures that a model and its CLIP want."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mmengine.config import Config

from stclip.engine.preflight import data_sets
from stclip.models.clip import Needs
from stclip.models.clip.build import require_weights
from stclip.models.clip.images import preprocessing_of
from stclip.registry import MODELS
from stclip.utils.config_types import type_name

# Steps that make pictures of CLIP's size out of frames and boxes.
_STEPS = (
    'LoadKeyframe',
    'LoadWholeVideo',
    'CropObjects',
    'CropPersons',
    'CropTracklets',
    'CropTubes',
)
_LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


def clips_of(part: Any) -> Iterator[Mapping[str, Any]]:
    """Arguments of every CLIP in a model's config.

    Args:
        part: The model's config, or a part of it.
    """
    if not isinstance(part, Mapping):
        return
    for key, inner in part.items():
        if key == 'clip' and isinstance(inner, Mapping) and inner.get('arch'):
            yield inner
        else:
            yield from clips_of(inner)


def require_clips(model: Mapping[str, Any]) -> None:
    """Look for the weights of every CLIP of a model, and if it serves it.

    Args:
        model: Config of a model.

    Raises:
        MissingFileError: If weights or a tokenizer are nowhere.
        UserError: If towers do not serve the method.
    """
    for part in _parts(model):
        for clip in clips_of({'clip': part.get('clip')}):
            kind = _class_of(part)
            require_weights(
                clip['arch'],
                clip.get('pretrained'),
                getattr(kind, 'needs', Needs()),
                clip.get('tokenizer'),
            )


def _parts(part: Any) -> Iterator[Mapping[str, Any]]:
    """All mappings of a config, the whole first."""
    if isinstance(part, Mapping):
        yield part
        for inner in part.values():
            yield from _parts(inner)


def _class_of(part: Mapping[str, Any]) -> Any:
    kind = part.get('type')
    return MODELS.get(kind) if isinstance(kind, (str, type)) else None


def fit_steps(
    pipeline: Sequence[dict[str, Any]], model: Mapping[str, Any]
) -> None:
    """Tell a pipeline the resize mode and interpolation of CLIP's weights.

    What a step states stays.

    Args:
        pipeline: Steps of a data set, changed in place.
        model: Config of the model that they make pictures for.
    """
    clip = next(clips_of(model), None)
    if clip is None:
        return
    wanted = preprocessing_of(clip)
    for step in pipeline:
        if type_name(step.get('type')) not in _STEPS:
            continue
        if 'mode' not in step:
            step['mode'] = wanted.mode
            if wanted.mode == 'pad':
                step.setdefault('pad_colour', list(wanted.pad_colour))
        step.setdefault('interpolation', wanted.interpolation)


def fit_data_sets(cfg: Config) -> None:
    """Fit the pipelines of a config's data sets to its model.

    Args:
        cfg: Changed in place.
    """
    for name in _LOADERS:
        loader = cfg.get(name) or {}
        for _, dataset in data_sets(loader.get('dataset'), name):
            pipeline = dataset.get('pipeline') or ()
            fit_steps(pipeline, cfg.get('model'))
            _leave_windows_out(pipeline, cfg.get('model'))


def _leave_windows_out(
    pipeline: Sequence[dict[str, Any]], model: Mapping[str, Any]
) -> None:
    """Decode no frames that a model does not look at."""
    if getattr(_class_of(model or {}), 'reads_window', True):
        return
    for step in pipeline:
        if type_name(step.get('type')) == 'LoadKeyframe':
            step.setdefault('num_frames', 1)
