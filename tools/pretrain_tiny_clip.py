"""Pre-training of ZS-Stage's tiny CLIP on stills with noisy captions.

python tools/pretrain_tiny_clip.py --out data/pretrained/tiny_clip --overwrite
"""

from typing import Any

import click

from stclip.cli.command import Command, run
from stclip.cli.still_training import FOLDER, still_training_options


@click.command(cls=Command)
@click.option('--out', type=FOLDER, default='data/pretrained/tiny_clip')
@still_training_options(shards=80, iterations=3600, batch_size=128)
def command(overwrite: bool, **recipe: Any) -> None:
    """Pre-train ZS-Stage's tiny CLIP on rendered stills with noisy captions.

    Started again, it goes on from its last checkpoint.
    """
    from stclip.benchmarking.tiny_clip.pretrain import pretrain
    from stclip.benchmarking.tiny_clip.recipe import Recipe

    pretrain(Recipe(**recipe), overwrite)


if __name__ == '__main__':
    run(command)
