"""Runs that train or test, from a config file and options."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config

from stclip.engine.config_options import lay_over, parse_options
from stclip.engine.configs import import_custom_modules, read_config
from stclip.engine.preflight import (
    check_files,
    check_keys,
    check_options,
    check_parts,
)
from stclip.engine.value_check import check_numbers
from stclip.engine.work_dir import own_work_dir
from stclip.utils.config_types import type_name
from stclip.utils.errors import UserError
from stclip.utils.remote_files import local_checkpoint, require_checkpoint

# What each launcher leaves in the environment of the processes it starts.
_LAUNCHER_SIGNS = dict(
    pytorch='RANK', slurm='SLURM_PROCID', mpi='OMPI_COMM_WORLD_LOCAL_RANK'
)
# The wrappers that --amp knows, and what each is in mixed precision.
_MIXED = dict(
    OptimWrapper='AmpOptimWrapper',
    AmpOptimWrapper='AmpOptimWrapper',
    InterpolatedOptimWrapper='InterpolatedAmpOptimWrapper',
    InterpolatedAmpOptimWrapper='InterpolatedAmpOptimWrapper',
)
_TRAINED = 'Give a .pth file that tools/train.py saved.'


def training_config(
    config: str, resume: str | None = None, **options: Any
) -> Config:
    """A config to train by.

    Args:
        config: Config file.
        resume: Checkpoint to go on from, file or address, ``'auto'`` for the
            last one in the work dir, ``None`` to start anew.
        **options: See :func:`run_config`, ``amp`` and ``auto_scale_lr``.

    Raises:
        MissingFileError: If a file does not exist.
        UserError: If ``amp`` meets an optimizer wrapper of the user's own,
            or a rate is to be scaled from an unknown batch size.
    """
    amp = options.pop('amp', False)
    scale_rate = options.pop('auto_scale_lr', False)
    cfg = run_config(config, **options)
    if amp:
        _mix_precision(cfg, config)
    if scale_rate:
        cfg.auto_scale_lr = dict(cfg.get('auto_scale_lr') or {}, enable=True)
    _require_base_batch_size(cfg, config)
    if resume is not None:
        cfg.resume = True
        cfg.load_from = (
            None if resume == 'auto' else _existing_checkpoint(resume)
        )
    return cfg


def _mix_precision(cfg: Config, name: str) -> None:
    """Let the optimizer wrapper train in mixed precision."""
    wrapper = type_name(cfg.optim_wrapper.get('type', 'OptimWrapper'))
    if wrapper not in _MIXED:
        raise UserError(
            f'--amp replaces optim_wrapper.type, which is {wrapper!r} in '
            f'{name}, and knows {", ".join(_MIXED)} alone: leave --amp out'
        )
    cfg.optim_wrapper.type = _MIXED[wrapper]


def _require_base_batch_size(cfg: Config, name: str) -> None:
    """Make sure that a rate that is to be scaled says from what."""
    scaling = cfg.get('auto_scale_lr') or {}
    if scaling.get('enable') and scaling.get('base_batch_size') is None:
        raise UserError(
            f'{name} has no auto_scale_lr.base_batch_size, the samples per '
            'step that its learning rate is meant for, so none can be '
            'scaled: leave --auto-scale-lr out, or give it by --cfg-options'
        )


def testing_config(
    config: str,
    checkpoint: str | None = None,
    report: bool = False,
    **options: Any,
) -> Config:
    """A config to test by.

    Args:
        config: Config file.
        checkpoint: What is tested, file or address; ``None`` for the weights
            that the config itself names.
        report: Whether to draw the result, too.
        **options: See :func:`run_config`, and ``amp``.

    Raises:
        MissingFileError: If a file does not exist.
        UserError: If there is nothing to draw a report of.
    """
    amp = options.pop('amp', False)
    cfg = run_config(config, **options)
    if report:
        _ask_for_report(cfg, config)
    cfg.load_from = checkpoint and _existing_checkpoint(checkpoint)
    cfg.resume = False
    if amp:
        cfg.test_cfg.fp16 = True
    return cfg


def _ask_for_report(cfg: Config, name: str) -> None:
    """Add the hook that draws what ``FrameMAP`` measures.

    Raises:
        UserError: If that is not measured, or at an IoU that leaves no
            background.
    """
    # Here, since a slip in a config must not wait for it.
    from stclip.evaluation.functional.error_breakdown import (
        require_above_background,
    )

    evaluators = cfg.get('test_evaluator') or ()
    if isinstance(evaluators, Mapping):
        evaluators = [evaluators]
    kinds = [type_name(each.get('type')) for each in evaluators]
    if 'FrameMAP' not in kinds:
        raise UserError(
            f'--report is for action detection, measured by FrameMAP; '
            f'test_evaluator of {name} has {", ".join(kinds) or "nothing"} '
            '(recognition has RecognitionReport and ConfusionMatrixHook): '
            'leave --report out'
        )
    for each in evaluators:
        if 'iou_thr' in each:
            require_above_background(each['iou_thr'])
    hook = dict(type='stclip.DetectionReportHook')
    cfg.custom_hooks = [*(cfg.get('custom_hooks') or ()), hook]


def run_config(
    config: str,
    work_dir: str | None = None,
    seed: int | None = None,
    deterministic: bool = False,
    cfg_options: Sequence[str] = (),
    launcher: str = 'none',
    local_rank: int = 0,
) -> Config:
    """Read a config and lay the options of a command over it.

    Args:
        config: Config file.
        work_dir: Folder for logs and checkpoints; ``None`` for the config's
            own, else ``work_dirs/<name of the config>``.
        seed: Random seed; ``None`` to draw it.
        deterministic: Only deterministic algorithms.
        cfg_options: Values that differ, ``KEY=VALUE`` each.
        launcher: What started the processes.
        local_rank: For launchers that do not set ``LOCAL_RANK``.

    Raises:
        MissingFileError: If the config does not exist.
        UserError: If an option is no ``KEY=VALUE``.
    """
    cfg = read_config(config)
    given = parse_options(cfg_options)
    check_options(given, cfg)
    lay_options(cfg, given)
    # Without what it imports: names of parts, not keys.
    check_keys(cfg.to_dict(), config)
    require_launcher(launcher)
    cfg.launcher = launcher
    os.environ.setdefault('LOCAL_RANK', str(local_rank))
    default_dir = str(Path('work_dirs') / Path(cfg.filename).stem)
    cfg.work_dir = work_dir or cfg.get('work_dir') or default_dir
    randomness = cfg.get('randomness') or dict(seed=None)
    if seed is not None:
        randomness['seed'] = seed
    if deterministic:
        randomness['deterministic'] = True
    cfg.randomness = randomness
    return cfg


def lay_options(cfg: Config, options: dict[str, Any]) -> None:
    """Lay options over a config.

    Args:
        cfg: Changed in place.
        options: Values by dotted key.

    Raises:
        UserError: For a key that leads beyond a list or into a plain value.
    """
    for key, value in options.items():
        try:
            lay_over(cfg, {key: value})
        # What mmengine raises depends on what it meets on the way.
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                f'--cfg-options {key}: the config has no such place ({error})'
            ) from error


def require_launcher(launcher: str) -> None:
    """Make sure that the launcher that is named did start this process.

    Raises:
        UserError: If it did not.
    """
    sign = _LAUNCHER_SIGNS.get(launcher)
    if sign and sign not in os.environ:
        raise UserError(
            f'--launcher {launcher}: the environment has no {sign}; start the '
            'command by torchrun, srun or mpirun, or leave the option out'
        )


def _existing_checkpoint(path: str) -> str:
    """Return ``path`` if it is a file or the address of one."""
    require_checkpoint(path, _TRAINED)
    return path


def _parts_of(cfg: Config, task: str) -> list[str]:
    """A task and, where a training validates on the way, ``'val'``.

    Raises:
        UserError: If only a part of what validation takes is there.
    """
    keys = ('val_cfg', 'val_dataloader', 'val_evaluator')
    missing = [key for key in keys if cfg.get(key) in (None, '')]
    if len(missing) in range(1, len(keys)):
        raise UserError(
            f'{cfg.filename or "the config"} has no {" and no ".join(missing)}'
            f'; validation takes {", ".join(keys)}, all or none'
        )
    return [task] if task == 'test' or missing else [task, 'val']


def run(cfg: Config, task: str, overwrite: bool = False) -> Any:
    """Build the config's runner and let it train or test.

    Args:
        cfg: A complete config.
        task: ``'train'`` or ``'test'``.
        overwrite: Whether an earlier run's results may be replaced.

    Returns:
        The trained model or the metrics.

    Raises:
        UserError: If data or weights are missing or faulty, or the work dir
            is in use or would lose something; said before the model is
            built.
    """
    check_parts(cfg, task, cfg.filename or 'the config')
    check_numbers(cfg)
    parts = _parts_of(cfg, task)
    for part in parts:
        check_files(cfg, part)
    # Only now what takes seconds to import.
    from mmengine.runner import Runner

    from stclip.engine.held_out import check_held_out
    from stclip.engine.pictures import require_clips
    from stclip.engine.run_check import check_run
    from stclip.engine.type_check import check_types
    from stclip.registry import RUNNERS
    from stclip.utils.checkpoints import read_checkpoint

    import_custom_modules(cfg)
    for part in parts:
        check_types(cfg, part)
        check_run(cfg, part)
    check_held_out(cfg)
    require_clips(cfg.model)
    start = cfg.get('load_from')
    if start:
        cfg.load_from = str(local_checkpoint(start, _TRAINED))
        read_checkpoint(cfg.load_from)
    cfg.task = task
    with own_work_dir(cfg, task, overwrite):
        builder = RUNNERS.build if 'runner_type' in cfg else Runner.from_cfg
        try:
            runner = builder(cfg)
        except ImportError as error:
            # Without a name it is one that a part raised to say what it needs,
            # as drawings to services do; all else is a fault of ours.
            if error.name is not None:
                raise
            raise UserError(str(error)) from error
        return getattr(runner, task)()
