"""``stclip train``."""

from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.options import OVERWRITE
from stclip.cli.runner_options import runner_options


@click.command('train', cls=Command)
@runner_options
@OVERWRITE
@click.option(
    '--resume',
    is_flag=False,
    flag_value='auto',
    metavar='[CHECKPOINT]',
    help='Go on from this checkpoint, or, without a value, from the last one '
    'in the work dir (from the start if there is none).',
)
@click.option(
    '--auto-scale-lr',
    is_flag=True,
    help='Scale the learning rate by the samples of a step, all processes '
    'together, over auto_scale_lr.base_batch_size of the config.',
)
def command(
    config: str, resume: str | None, overwrite: bool, **options: Any
) -> None:
    r"""Train a model by a config.

    \b
    Examples:
      stclip train configs/zs_stage_single.py --seed 0
      torchrun --nproc_per_node=2 tools/train.py CONFIG --launcher pytorch
    """
    from stclip.engine import launch

    cfg = launch.training_config(config, resume, **options)
    launch.run(cfg, 'train', overwrite)
