"""``stclip check-data``."""

from pathlib import Path
from typing import Any

import click

from stclip.cli.class_records import fail
from stclip.cli.command import Command, Values
from stclip.cli.numbers import IOU_THRESHOLD
from stclip.cli.options import OVERWRITE


@click.command('check-data', cls=Command)
@click.argument('source', metavar='CONFIG|FILE')
@click.option(
    '--predictions',
    'pred',
    metavar='FILE',
    help="Detections: a frame-mAP file, or a CSV in AVA's form; by default "
    'those of FILE itself.',
)
@click.option(
    '--json',
    'out',
    type=click.Path(path_type=Path),
    metavar='OUT',
    help='Also write the result to this file.',
)
@click.option(
    '--report',
    type=click.Path(path_type=Path),
    metavar='DIR',
    help='Also draw the result: pictures and one HTML file, DIR/report.html.',
)
@click.option(
    '--iou-thr',
    type=IOU_THRESHOLD,
    default=0.5,
    help='Least IoU of a true positive.',
)
@click.option(
    '--cfg-options',
    cls=Values,
    metavar='KEY=VALUE ...',
    help='Override values of CONFIG.',
)
@OVERWRITE
def command(source: str, **options: Any) -> None:
    r"""Check the data of CONFIG, or say why the mAP of predictions is low.

    Of CONFIG the annotations, videos and person boxes are looked at, and what
    is wrong is named with what mends it; exit code 1 if something is. No
    model is built.

    FILE holds labels and ground truth, as a test run writes them
    (docs/formats.md). Keyframes, boxes and classes of the predictions are
    compared with it, or with the test data of CONFIG, and the likely causes
    named, that which explains most first, each with what mends it.

    \b
    Examples:
      stclip check-data configs/zs_ava_split1.py
      stclip check-data work_dirs/zs_stage_single/TIME/detections_detected.json
      stclip check-data truth.json --predictions mine.json --report report
    """
    from stclip.apis.data_diagnosis import check_data

    if faults := check_data(source, **options):
        fail(f'{source}: kinds of faults: {faults}')
