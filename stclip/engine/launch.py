"""What ``tools/train.py`` and ``tools/test.py`` share."""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from mmengine.config import Config, DictAction
from mmengine.runner import Runner

from stclip.registry import RUNNERS
from stclip.utils.io import require_file

_REMOTE = ('http://', 'https://')


def add_arguments(parser: ArgumentParser) -> None:
    """Add the config and the options that both tools take."""
    parser.add_argument('config', help='config file')
    parser.add_argument(
        '--work-dir',
        help='folder for logs and checkpoints; default: the work_dir of the '
        'config, else work_dirs/<name of the config>',
    )
    parser.add_argument(
        '--amp',
        action='store_true',
        help='mixed precision: bfloat16 on CPU and GPU',
    )
    parser.add_argument(
        '--seed', type=int, help='random seed; default: drawn and logged'
    )
    parser.add_argument(
        '--deterministic',
        action='store_true',
        help='only deterministic algorithms (matters on GPUs)',
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        metavar='KEY=VALUE',
        help='override config values, e.g. train_cfg.max_iters=100 '
        'train_dataloader.batch_size=4 "model.sizes=[1,2]"',
    )
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='what started the processes; pytorch: torchrun',
    )
    parser.add_argument(
        '--local_rank',
        '--local-rank',
        type=int,
        default=0,
        help='set by launchers that do not set LOCAL_RANK',
    )


def load_config(args: Namespace) -> Config:
    """Read the config and lay the shared options over it.

    Raises:
        FileNotFoundError: If the config does not exist.
    """
    require_file(args.config, 'Configs lie in configs/.')
    cfg = Config.fromfile(args.config)
    if args.cfg_options:
        cfg.merge_from_dict(args.cfg_options)
    cfg.launcher = args.launcher
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    default_dir = str(Path('work_dirs') / Path(args.config).stem)
    cfg.work_dir = args.work_dir or cfg.get('work_dir') or default_dir
    randomness = cfg.get('randomness') or dict(seed=None)
    if args.seed is not None:
        randomness['seed'] = args.seed
    if args.deterministic:
        randomness['deterministic'] = True
    cfg.randomness = randomness
    return cfg


def require_checkpoint(path: str) -> str:
    """Return ``path`` if it is a file or the address of one.

    Raises:
        FileNotFoundError: If the file does not exist.
    """
    if not path.startswith(_REMOTE):
        require_file(path, 'Give a .pth file that tools/train.py saved.')
    return path


def run(cfg: Config, task: str) -> Any:
    """Build the config's runner and let it train or test.

    Args:
        cfg: A complete config.
        task: ``'train'`` or ``'test'``.

    Returns:
        The trained model or the metrics.
    """
    if 'runner_type' in cfg:
        runner = RUNNERS.build(cfg)
    else:
        runner = Runner.from_cfg(cfg)
    return getattr(runner, task)()
