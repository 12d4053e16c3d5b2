"""``stclip benchmark tracks``."""

from functools import partial
from pathlib import Path

import click

from stclip.cli.command import Command, Values
from stclip.cli.options import CHECKPOINT_CONFIG, DEVICE
from stclip.cli.page_tables import WRITE_DOCS, show_table


@click.command('tracks', cls=Command)
@click.argument(
    'data', type=click.Path(path_type=Path), default='data/zs_stage'
)
@click.option(
    '--tracks',
    cls=Values,
    type=click.Choice(['single', 'multi']),
    default=['single', 'multi'],
    help='Of ZS-Stage.',
)
@click.option(
    '--checkpoint',
    metavar='FILE',
    help='Detector that stclip train saved; plain CLIP without it.',
)
@CHECKPOINT_CONFIG
@DEVICE
@WRITE_DOCS
def command(
    data: Path,
    tracks: tuple[str, ...],
    checkpoint: str | None,
    config: str | None,
    device: str | None,
    write_docs: bool,
) -> None:
    """How well ids keep to persons, and what smoothing along tracks gains.

    DATA is the folder of `stclip prepare zs-stage`. Prints id switches, IDF1
    and HOTA; frame mAP on unseen actions before and after smoothing; and how
    right the segments are at several thresholds and gaps, with intervals over
    videos.
    """
    from stclip.apis.annotation import load_inferencer
    from stclip.benchmarking import tracks as benchmark
    from stclip.benchmarking.rendered_truth import read_truth

    for track in tracks:
        read_truth(data, track)
    model = None if checkpoint or config else 'stage'
    infer = load_inferencer(model, config, checkpoint, device=device)
    show_table(
        partial(benchmark.run, infer, data, tracks),
        'zs_stage_tracks',
        write_docs,
    )
