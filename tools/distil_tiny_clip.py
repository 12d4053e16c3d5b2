"""Tiny CLIPs of other families of towers, taught by ZS-Stage's tiny CLIP.

python tools/distil_tiny_clip.py pe_core
"""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command, run
from stclip.cli.numbers import COUNT, Finite
from stclip.cli.options import OVERWRITE

_FAMILIES = ('eva02', 'pe_core', 'siglip')
_FOLDER = click.Path(file_okay=False, path_type=Path)
_RATE = Finite(0, min_open=True)


@click.command(cls=Command)
@click.argument('family', type=click.Choice(_FAMILIES))
@click.option(
    '--out',
    type=_FOLDER,
    show_default='work_dirs/towers/FAMILY',
)
@click.option('--work-dir', type=_FOLDER, default='work_dirs/tiny_clip')
@click.option('--shards', type=COUNT, default=20)
@click.option('--iterations', type=COUNT, default=1000)
@click.option('--batch-size', type=COUNT, default=64)
@click.option('--lr', type=_RATE, default=1e-3)
@click.option('--muon-lr', type=_RATE, default=2e-3)
@click.option('--seed', type=click.IntRange(0), default=0)
@click.option('--workers', type=COUNT, default=2)
@OVERWRITE
def command(out: Path | None, overwrite: bool, **recipe: Any) -> None:
    """Teach a tiny CLIP with an image tower of another family.

    It looks at the stills that ZS-Stage's tiny CLIP was trained on, and
    learns to see what that sees; its text tower is the same.
    """
    from stclip.benchmarking.tiny_clip.distil import Distillation, distil

    out = out or Path('work_dirs/towers') / recipe['family']
    distil(Distillation(out=out, **recipe), overwrite)


if __name__ == '__main__':
    run(command)
