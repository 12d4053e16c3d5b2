"""Pre-training of ZS-Stage's tiny CLIP on stills with noisy captions.

python tools/pretrain_tiny_clip.py --out data/pretrained/tiny_clip --overwrite
"""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command, run
from stclip.cli.numbers import COUNT, Finite
from stclip.cli.options import OVERWRITE

_FOLDER = click.Path(file_okay=False, path_type=Path)
_RATE = Finite(0, min_open=True)


@click.command(cls=Command)
@click.option('--out', type=_FOLDER, default='data/pretrained/tiny_clip')
@click.option('--work-dir', type=_FOLDER, default='work_dirs/tiny_clip')
@click.option('--shards', type=COUNT, default=80)
@click.option('--iterations', type=COUNT, default=3600)
@click.option('--batch-size', type=COUNT, default=128)
@click.option('--lr', type=_RATE, default=1e-3)
@click.option('--muon-lr', type=_RATE, default=2e-3)
@click.option('--seed', type=click.IntRange(0), default=0)
@click.option('--workers', type=COUNT, default=2)
@OVERWRITE
def command(overwrite: bool, **recipe: Any) -> None:
    """Pre-train ZS-Stage's tiny CLIP on rendered stills with noisy captions.

    Started again, it goes on from its last checkpoint.
    """
    from stclip.benchmarking.tiny_clip.pretrain import pretrain
    from stclip.benchmarking.tiny_clip.recipe import Recipe

    pretrain(Recipe(**recipe), overwrite)


if __name__ == '__main__':
    run(command)
