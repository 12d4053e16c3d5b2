"""Checks of a config before anything is built.

Keys first, then files; so a slip costs a second, not a download.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stclip.utils.choices import nearest
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.resources import resolve

# What mmengine's Runner takes of a config. Written out, since importing it
# takes longer than all that is done here.
RUNNER_KEYS = (
    'activation_checkpointing',
    'auto_scale_lr',
    'compile',
    'custom_hooks',
    'data_preprocessor',
    'default_hooks',
    'default_scope',
    'efficient_conv_bn_eval',
    'env_cfg',
    'experiment_name',
    'find_unused_parameters',
    'launcher',
    'load_from',
    'log_level',
    'log_processor',
    'model',
    'model_wrapper_cfg',
    'optim_wrapper',
    'param_scheduler',
    'randomness',
    'resume',
    'sync_bn',
    'test_cfg',
    'test_dataloader',
    'test_evaluator',
    'train_cfg',
    'train_dataloader',
    'val_cfg',
    'val_dataloader',
    'val_evaluator',
    'visualizer',
    'work_dir',
)
# What the tools of OpenMMLab and ours read beside.
_TOOL_KEYS = (
    'custom_imports',
    'runner_type',
    'task',
    'test_pipeline',
    'train_pipeline',
    'tta_model',
    'tta_pipeline',
    'val_pipeline',
)
KNOWN_KEYS = (*RUNNER_KEYS, *_TOOL_KEYS)
# Keys of a data set that name a file below its data_root, or a shipped one.
_FILE_KEYS = (
    'ann_file',
    'attribute_file',
    'det_file',
    'graph_file',
    'label_file',
    'label_map',
    'label_split',
)
# What a task needs beside its data and its loop.
_TASK_PARTS = dict(train='optim_wrapper', test='test_evaluator')
_PREPARE = 'docs/how_to/prepare_data.md tells what to prepare.'


def check_options(keys: Collection[str], cfg: Mapping[str, Any]) -> None:
    """Refuse ``--cfg-options`` that lay values beside the config.

    Args:
        keys: Dotted keys of the options.
        cfg: The config before they are merged.

    Raises:
        UserError: For a first part that the config does not have and no tool
            reads; names the nearest.
    """
    for key in keys:
        first = key.partition('.')[0]
        if first not in cfg and first not in KNOWN_KEYS:
            known = sorted({*cfg, *KNOWN_KEYS})
            raise UserError(
                f'--cfg-options {key}: the config has no '
                f'{first!r}{nearest(first, known)}'
            )


def check_keys(cfg: Mapping[str, Any], name: str) -> None:
    """Refuse top-level keys that nothing would read.

    A config's own variables (``num_frames = 8``) are no slips: only what is
    spelt nearly like a known key is.

    Args:
        cfg: The whole config.
        name: Of its file, for the message.

    Raises:
        UserError: With the nearest key.
    """
    for key in sorted(set(cfg) - set(KNOWN_KEYS)):
        if hint := nearest(key, KNOWN_KEYS):
            raise UserError(f'{name}: unknown key {key!r}{hint}')


def check_parts(cfg: Mapping[str, Any], task: str, name: str) -> None:
    """Make sure that a config has what the task runs on.

    Args:
        cfg: The whole config.
        task: ``'train'`` or ``'test'``.
        name: Of its file, for the message.

    Raises:
        UserError: Naming the part that is missing.
    """
    needed = {'model': 'type', f'{task}_dataloader': 'dataset'}
    needed[f'{task}_cfg'] = needed[_TASK_PARTS[task]] = ''
    for key, inside in needed.items():
        part = cfg.get(key)
        if part in (None, '') or (inside and inside not in part):
            what = f'{key}.{inside}' if inside else key
            raise UserError(
                f'{name} has no {what}, so there is nothing to {task}; '
                'complete configs lie directly in configs/'
            )


def check_files(cfg: Mapping[str, Any], task: str) -> None:
    """Make sure that the data sets' files and folders are there.

    Args:
        cfg: The whole config.
        task: ``'train'`` or ``'test'``.

    Raises:
        MissingFileError: Naming the key of the config and the path.
        UserError: If a value is no path.
    """
    for key, path in data_files(cfg, task):
        if not path.exists():
            raise MissingFileError(f'{key}: {path} does not exist. {_PREPARE}')


def data_files(
    cfg: Mapping[str, Any], task: str
) -> Iterator[tuple[str, Path]]:
    """Files and folders that the data sets of a task name.

    Args:
        cfg: The whole config.
        task: ``'train'`` or ``'test'``.

    Yields:
        The key of the config, and what it leads to, below the data set's
        ``data_root`` or shipped.

    Raises:
        UserError: If a value is no path.
    """
    loader = cfg.get(f'{task}_dataloader') or {}
    key = f'{task}_dataloader.dataset'
    for where, dataset in data_sets(loader.get('dataset'), key):
        named = [
            (f'{where}.{name}', value)
            for name in _FILE_KEYS
            for value in _paths(f'{where}.{name}', dataset.get(name) or ())
        ]
        prefixes = dataset.get('data_prefix') or {}
        named += [
            (f'{where}.data_prefix.{name}', value)
            for name, value in prefixes.items()
        ]
        for name, value in named:
            try:
                filled = value.format_map(dataset)
            except (KeyError, ValueError, IndexError):
                continue  # filled in by the data set itself
            path = Path(dataset.get('data_root') or '') / filled
            shipped = resolve(filled)
            exists = path.exists() or not shipped.exists()
            yield name, path if exists else shipped


def _paths(key: str, values: Any) -> Sequence[str]:
    """One path or several, as a config gives them."""
    paths = [values] if isinstance(values, str) else values
    if not isinstance(paths, Sequence) or not all(
        isinstance(path, str) for path in paths
    ):
        raise UserError(f'{key}: expected the path of a file, got {values!r}')
    return paths


def data_sets(
    dataset: Any, where: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A data set's config and those inside it, with their keys.

    Args:
        dataset: The config; what is none gives nothing.
        where: Its own key.
    """
    if not isinstance(dataset, Mapping):
        return
    yield where, dataset
    yield from data_sets(dataset.get('dataset'), f'{where}.dataset')
    for index, inner in enumerate(dataset.get('datasets') or ()):
        yield from data_sets(inner, f'{where}.datasets.{index}')
