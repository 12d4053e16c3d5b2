"""Test a checkpoint: print the metrics and save the predictions.

Examples:
    python tools/test.py CONFIG work_dirs/zs_stage_single/iter_400.pth
    torchrun --nproc_per_node=2 tools/test.py CONFIG CKPT --launcher pytorch
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
        'checkpoint',
        nargs='?',
        help='.pth file to test; without one the weights that the config '
        'itself names count (CLIP baselines)',
    )
    return parser.parse_args(argv)


def testing_config(args: argparse.Namespace) -> Config:
    """The config with the options of the command line."""
    cfg = launch.load_config(args)
    cfg.load_from = args.checkpoint and launch.require_checkpoint(
        args.checkpoint
    )
    cfg.resume = False
    if args.amp:
        cfg.test_cfg.fp16 = True
    return cfg


def main(argv: Sequence[str] | None = None) -> None:
    """Test by the command line."""
    launch.run(testing_config(parse_args(argv)), 'test')


if __name__ == '__main__':
    main()
