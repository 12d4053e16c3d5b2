"""Tiny CLIPs of other families of towers, taught by ZS-Stage's tiny CLIP.

python tools/distil_tiny_clip.py pe_core
"""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command, run
from stclip.cli.still_training import FOLDER, still_training_options

_FAMILIES = ('eva02', 'pe_core', 'siglip')


@click.command(cls=Command)
@click.argument('family', type=click.Choice(_FAMILIES))
@click.option(
    '--out',
    type=FOLDER,
    show_default='work_dirs/towers/FAMILY',
)
@still_training_options(shards=20, iterations=1000, batch_size=64)
def command(out: Path | None, overwrite: bool, **recipe: Any) -> None:
    """Teach a tiny CLIP with an image tower of another family.

    It looks at the stills that ZS-Stage's tiny CLIP was trained on, and
    learns to see what that sees; its text tower is the same. Started again,
    it goes on from its last checkpoint.
    """
    from stclip.benchmarking.tiny_clip.distil import Distillation, distil

    out = out or Path('work_dirs/towers') / recipe['family']
    distil(Distillation(out=out, **recipe), overwrite)


if __name__ == '__main__':
    run(command)
