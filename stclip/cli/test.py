"""``stclip test``."""

from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.options import OVERWRITE
from stclip.cli.runner_options import runner_options


@click.command('test', cls=Command)
@runner_options
@OVERWRITE
@click.option(
    '--report',
    is_flag=True,
    help='Draw the result too: pictures and one HTML file, '
    'report_<boxes>/report.html beside the log.',
)
@click.argument('checkpoint', required=False)
def command(
    config: str, checkpoint: str | None, overwrite: bool, **options: Any
) -> None:
    r"""Test a checkpoint: print the metrics and save the predictions.

    Without CHECKPOINT the weights that the config itself names count (CLIP
    baselines).

    \b
    Examples:
      stclip test CONFIG work_dirs/zs_stage_single/iter_200.pth
      torchrun --nproc_per_node=2 tools/test.py CONFIG CKPT --launcher pytorch
    """
    from stclip.engine import launch

    cfg = launch.testing_config(config, checkpoint, **options)
    launch.run(cfg, 'test', overwrite)
