"""Options that ``stclip train`` and ``stclip test`` share."""

import click

from stclip.cli.command import Values
from stclip.cli.options import add_options

#: The config and the options that both commands take.
runner_options = add_options(
    click.argument('config'),
    click.option(
        '--work-dir',
        metavar='DIR',
        help='Folder for logs and checkpoints; by default the work_dir of '
        'the config, else work_dirs/<name of the config>.',
    ),
    click.option(
        '--amp',
        is_flag=True,
        help='Mixed precision: bfloat16 on CPU and GPU.',
    ),
    click.option(
        '--seed', type=int, help='Random seed; by default drawn and logged.'
    ),
    click.option(
        '--deterministic',
        is_flag=True,
        help='Only deterministic algorithms (matters on GPUs).',
    ),
    click.option(
        '--cfg-options',
        cls=Values,
        metavar='KEY=VALUE ...',
        help='Override config values, as train_cfg.max_iters=100 '
        'train_dataloader.batch_size=4 "model.sizes=[1,2]".',
    ),
    click.option(
        '--launcher',
        type=click.Choice(['none', 'pytorch', 'slurm', 'mpi']),
        default='none',
        help='What started the processes; pytorch: torchrun.',
    ),
    click.option(
        '--local_rank',
        '--local-rank',
        type=int,
        default=0,
        hidden=True,
        help='Set by launchers that do not set LOCAL_RANK.',
    ),
)
