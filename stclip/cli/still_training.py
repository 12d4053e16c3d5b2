"""Options of the tools that train on rendered stills."""

from collections.abc import Callable
from pathlib import Path

import click

from stclip.cli.numbers import COUNT, Finite
from stclip.cli.options import OVERWRITE, add_options

FOLDER = click.Path(file_okay=False, path_type=Path)
_RATE = Finite(0, min_open=True)


def still_training_options(
    shards: int, iterations: int, batch_size: int
) -> Callable:
    """All but ``--out``; the defaults are what the tools differ in."""
    return add_options(
        click.option('--work-dir', type=FOLDER, default='work_dirs/tiny_clip'),
        click.option('--shards', type=COUNT, default=shards),
        click.option('--iterations', type=COUNT, default=iterations),
        click.option('--batch-size', type=COUNT, default=batch_size),
        click.option('--lr', type=_RATE, default=1e-3),
        click.option('--muon-lr', type=_RATE, default=2e-3),
        click.option('--seed', type=click.IntRange(0), default=0),
        click.option('--workers', type=COUNT, default=2),
        OVERWRITE,
    )
