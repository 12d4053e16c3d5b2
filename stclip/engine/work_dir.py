"""The work dir of a run: one run at a time, and no work lost in it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stclip.engine.preflight import data_files
from stclip.utils.config_types import type_name
from stclip.utils.errors import UserError
from stclip.utils.outputs import (
    is_same_file,
    own_folder,
    require_apart,
)

#: What trainings write: mmengine's hook, and our average of weights.
CHECKPOINTS = ('epoch_*.pth', 'iter_*.pth', 'best_*.pth', 'averaged.pth')
# Where each launcher tells a process its rank.
_RANKS = dict(pytorch='RANK', slurm='SLURM_PROCID', mpi='OMPI_COMM_WORLD_RANK')


@contextmanager
def own_work_dir(
    cfg: Mapping[str, Any], task: str, overwrite: bool = False
) -> Iterator[None]:
    """Keep other runs out of a work dir, and its checkpoints from harm.

    Of the processes that share a run the first one does this.

    Args:
        cfg: Of the run.
        task: ``'train'`` or ``'test'``.
        overwrite: Whether results of an earlier run may be replaced.

    Raises:
        UserError: If another run writes there, or something would be lost.
    """
    if os.environ.get(_RANKS.get(cfg.get('launcher'), ''), '0') != '0':
        yield
        return
    folder = Path(cfg['work_dir'])
    source = getattr(cfg, 'filename', None)
    # AnyDeviceRunner takes care of that; MMEngine's own writes its copy of
    # the config to the work dir under the same name.
    if source and 'runner_type' not in cfg:
        require_apart([folder / Path(source).name], [source])
    with own_folder(folder, '--work-dir'):
        if task == 'train':
            _keep_checkpoints(cfg, overwrite)
        else:
            _keep_results(cfg, overwrite)
        yield


def checkpoint_folder(cfg: Mapping[str, Any]) -> Path:
    """Where a training saves."""
    folder = Path(cfg['work_dir'])
    hook = (cfg.get('default_hooks') or {}).get('checkpoint') or {}
    out = hook.get('out_dir')
    return Path(out, folder.name) if out else folder


def _keep_checkpoints(cfg: Mapping[str, Any], overwrite: bool) -> None:
    """See that a training starts where nothing can be lost.

    Raises:
        UserError: If its start, or an earlier training's checkpoints, would
            be replaced.
    """
    folder, start = checkpoint_folder(cfg), cfg.get('load_from')
    for name in CHECKPOINTS:
        for part in folder.glob(f'{name}.part'):
            part.unlink()  # what a killed run began to save
    saved = sorted(path for name in CHECKPOINTS for path in folder.glob(name))
    from_here = any(is_same_file(start, path) for path in saved if start)
    if cfg.get('resume') and (not start or from_here):
        return
    if from_here:
        raise UserError(
            f'{start}, which the training starts from, lies where it saves; '
            'give another --work-dir, or go on with it by --resume'
        )
    if saved and not overwrite:
        raise UserError(
            f'{saved[0]} is of an earlier training: --resume goes on with '
            'it, --overwrite replaces it, another --work-dir keeps it'
        )


def _keep_results(cfg: Mapping[str, Any], overwrite: bool) -> None:
    """See that a test replaces neither its data nor an earlier result.

    Only files whose names the config states can be: others lie in a folder
    that is named by the time.

    Raises:
        UserError: If it would.
    """
    results = list(_named_results(cfg))
    files = [path for _, path in data_files(cfg, 'test') if path.is_file()]
    require_apart(results, files)
    if results and not overwrite:
        raise UserError(
            f'{results[0]} is there already; --overwrite replaces it'
        )


def _named_results(cfg: Mapping[str, Any]) -> Iterator[Path]:
    """Files that are there and that a test would replace."""
    evaluators = cfg.get('test_evaluator') or ()
    if isinstance(evaluators, Mapping):
        evaluators = [evaluators]
    for part in (*evaluators, *(cfg.get('default_hooks') or {}).values()):
        kind = type_name(part.get('type') if isinstance(part, Mapping) else '')
        if kind.endswith('FrameMAP') and part.get('out_dir'):
            yield from sorted(Path(part['out_dir']).glob('detections_*.*'))
        elif kind.endswith('MetricsFileHook') and Path(part['path']).exists():
            yield Path(part['path'])
