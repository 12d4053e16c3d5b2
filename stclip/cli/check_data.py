"""``stclip check-data``."""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.numbers import IOU_THRESHOLD
from stclip.cli.options import OVERWRITE


@click.command('check-data', cls=Command)
@click.argument('gt', metavar='FILE')
@click.option(
    '--predictions',
    'pred',
    metavar='FILE',
    help='Detections; by default those of FILE itself.',
)
@click.option(
    '--json',
    'out',
    type=click.Path(path_type=Path),
    metavar='OUT',
    help='Also write the result to this file.',
)
@click.option(
    '--iou-thr',
    type=IOU_THRESHOLD,
    default=0.5,
    help='Least IoU of a true positive.',
)
@OVERWRITE
def command(
    gt: str,
    pred: str | None,
    out: Path | None,
    overwrite: bool,
    **options: Any,
) -> None:
    r"""Say why the mAP of predictions is low.

    FILE holds labels and ground truth, as a test run writes them
    (docs/formats.md). Keyframes, boxes and classes of the predictions are
    compared with it, and the likely causes named, that which explains most
    first, each with what mends it.

    \b
    Examples:
      stclip check-data work_dirs/zs_stage_single/TIME/detections_detected.json
      stclip check-data truth.json --predictions mine.json
    """
    from stclip.evaluation import files
    from stclip.evaluation.likely_causes import diagnosis_of_files

    files.show(
        diagnosis_of_files, out, overwrite, gt=gt, pred=pred or gt, **options
    )
