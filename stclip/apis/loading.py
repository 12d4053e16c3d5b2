"""Loader of configs, models and their weights, for every pipeline."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.registry import DefaultScope
from torch import Tensor, nn

from stclip.datasets.transforms import LoadKeyframe
from stclip.engine.caveats import untrained
from stclip.engine.configs import import_custom_modules, read_config
from stclip.registry import DEFAULT_SCOPE, MODELS, TRANSFORMS
from stclip.utils.checkpoints import compare_state, read_checkpoint
from stclip.utils.config_types import is_a, type_name
from stclip.utils.errors import UserError

# Steps that look up what was found before.
_OF_DATA_SETS = ('AddMemory', 'CropObjects')


def choose_device(device: str | None) -> str:
    """Return the device asked for, else a GPU if there is one.

    Raises:
        UserError: If PyTorch has no such device here.
    """
    if not device:
        return 'cuda' if torch.cuda.is_available() else 'cpu'
    try:
        torch.empty(0, device=device)
    except Exception as error:  # each backend raises its own
        raise UserError(
            f'device {device!r} is not here ({type(error).__name__}); give '
            'cpu, or cuda:0 where there is a GPU'
        ) from error
    return device


def load_config(config: str | Path | Config) -> Config:
    """Read a config file; a config is returned as it is.

    Raises:
        MissingFileError: If the file or a base of it does not exist.
        UserError: If it cannot be run.
    """
    cfg = config if isinstance(config, Config) else read_config(config)
    import_custom_modules(cfg)
    return cfg


def pipeline_of(cfg: Config) -> list[dict[str, Any]]:
    """The steps that prepare a sample for testing.

    Raises:
        UserError: If the config has none.
    """
    dataset = cfg.get('test_dataloader', {}).get('dataset', {})
    if not dataset.get('pipeline'):
        raise UserError(
            f'{cfg.filename or "the config"} has no '
            'test_dataloader.dataset.pipeline, which says how a model wants '
            'its pictures'
        )
    return dataset['pipeline']


def build_model(
    cfg: Config,
    kind: type[nn.Module],
    checkpoint: str | Path | None = None,
) -> nn.Module:
    """Build a config's model, with a checkpoint's weights if there is one.

    Args:
        cfg: With ``model``.
        kind: Class that the model has to be of; its ``without_pretrained``
            says how it is built for weights that a checkpoint brings.
        checkpoint: File that training saved. Without one the model keeps
            CLIP's weights, and a warning tells that the rest is untrained.

    Returns:
        The model on the CPU.

    Raises:
        MissingFileError: If there is no such checkpoint.
        UserError: If the model is of another kind, or the checkpoint cannot
            be read or does not fit.
    """
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        model_kind = _registered_class(cfg, kind)
        if checkpoint is None:
            model = MODELS.build(cfg.model)
            for caveat in untrained(model):
                print_log(caveat.message, 'current', logging.WARNING)
            return model
        weights = read_checkpoint(checkpoint).weights
        model = MODELS.build(model_kind.without_pretrained(cfg.model))
    load_weights(model, weights, checkpoint)
    return model


def load_weights(
    model: nn.Module, weights: Mapping[str, Tensor], source: str | Path
) -> None:
    """Load weights that fit wholly.

    Args:
        model: What they are loaded into.
        weights: Its state dict.
        source: Their file, for messages.

    Raises:
        UserError: If a name or a shape differs.
    """
    differences = compare_state(model.state_dict(), weights)
    if differences:
        raise UserError(
            f'{source} does not fit the {type(model).__name__} of the config: '
            f'{differences}'
        )
    model.load_state_dict(weights)


def model_class(cfg: Config, kind: type[nn.Module]) -> type[nn.Module]:
    """The class of a config's model.

    Args:
        cfg: With ``model``.
        kind: What it has to be or to inherit from.

    Raises:
        UserError: If it is none; the models that would be are named.
    """
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        return _registered_class(cfg, kind)


def _registered_class(cfg: Config, kind: type[nn.Module]) -> type[nn.Module]:
    name = cfg.get('model', {}).get('type', 'nothing')
    model_kind = MODELS.get(name) if isinstance(name, str) else name
    if not is_a(model_kind, kind):
        known = sorted(
            each.__name__
            for each in MODELS.module_dict.values()
            if is_a(each, kind)
        )
        raise UserError(
            f'wanted is a {" or ".join(known)}, but the model of '
            f'{cfg.filename or "the config"} is a {name}'
        )
    return model_kind


def without_surroundings(
    pipeline: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """A pipeline without what was found in a data set before.

    A video that comes alone has neither objects nor a memory; models that
    look at them then see that there are none.
    """
    return [
        step
        for step in pipeline
        if type_name(step['type']) not in _OF_DATA_SETS
    ]


def build_steps(pipeline: Sequence[dict[str, Any]]) -> list[Any]:
    """Build the steps of a pipeline.

    Args:
        pipeline: It starts with a keyframe in its video.

    Raises:
        UserError: If it does not.
    """
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        kind = TRANSFORMS.get(pipeline[0]['type'])
        if not is_a(kind, LoadKeyframe):
            raise UserError(
                'the test pipeline of an action detector must start with '
                f'LoadKeyframe, got {pipeline[0]["type"]}'
            )
        return [TRANSFORMS.build(step) for step in pipeline]
