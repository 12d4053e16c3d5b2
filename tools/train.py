"""Train a model.

Examples:
    python tools/train.py configs/zs_stage_single.py --seed 0
    torchrun --nproc_per_node=2 tools/train.py CONFIG --launcher pytorch
"""

import argparse
from collections.abc import Sequence

from mmengine.config import Config

from stclip.engine import launch


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    launch.add_arguments(parser)
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        metavar='CHECKPOINT',
        help='go on from this checkpoint, or, without a value, from the last '
        'one in the work dir (from the start if there is none)',
    )
    return parser.parse_args(argv)


def training_config(args: argparse.Namespace) -> Config:
    """The config with the options of the command line.

    Raises:
        ValueError: If ``--amp`` meets an optimizer wrapper of the user's own.
    """
    cfg = launch.load_config(args)
    if args.amp:
        wrapper = cfg.optim_wrapper.get('type', 'OptimWrapper')
        if wrapper not in ('OptimWrapper', 'AmpOptimWrapper'):
            raise ValueError(
                '--amp replaces optim_wrapper.type, which is '
                f'{wrapper!r} in {args.config}; use one of them'
            )
        cfg.optim_wrapper.type = 'AmpOptimWrapper'
    if args.resume is not None:
        cfg.resume = True
        cfg.load_from = (
            None
            if args.resume == 'auto'
            else launch.require_checkpoint(args.resume)
        )
    return cfg


def main(argv: Sequence[str] | None = None) -> None:
    """Train by the command line."""
    launch.run(training_config(parse_args(argv)), 'train')


if __name__ == '__main__':
    main()
