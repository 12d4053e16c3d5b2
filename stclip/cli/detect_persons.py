"""``stclip detect-persons``."""

from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.numbers import COUNT, RATE, THRESHOLD, Finite
from stclip.cli.options import DEVICE, OVERWRITE, STRICT

_EXAMPLE = """\b
Example:
  stclip detect-persons configs/person_detector/faster_rcnn_r50_fpn_coco.py \\
      --checkpoint faster_rcnn_r50_fpn_1x_coco_20200130-047c8118.pth \\
      --videos data/jhmdb/frames \\
      --annotations data/jhmdb/annotations/test.json \\
      --out data/jhmdb/detections/test.json
"""


@click.command('detect-persons', cls=Command, epilog=_EXAMPLE)
@click.argument('config')
@click.option(
    '--checkpoint', help="Weights; by default the config's load_from."
)
@click.option(
    '--videos',
    required=True,
    metavar='DIR',
    help='Folder of the video files or frame folders.',
)
@click.option(
    '--annotations',
    metavar='FILE',
    help='What lists the frames: a .json or an AVA .csv.',
)
@click.option(
    '--out',
    required=True,
    metavar='FILE',
    help='File to write, .json or .csv alike.',
)
@click.option(
    '--objects',
    metavar='FILE',
    help='File to write like OUT, for all else that touches a person.',
)
@OVERWRITE
@click.option('--batch-size', type=COUNT, default=16, help='Frames at a time.')
@click.option(
    '--score-threshold',
    type=THRESHOLD,
    default=0.05,
    help='Boxes with a lower score are left out.',
)
@DEVICE
@click.option(
    '--fps',
    type=RATE,
    default=30.0,
    help='Frame folders: frames per second, for keyframes given by time.',
)
@click.option(
    '--start-sec',
    type=Finite(0),
    default=900.0,
    help='AVA .csv: timestamp of the first frame.',
)
@STRICT
def command(
    batch_size: int, device: str | None, overwrite: bool, **options: Any
) -> None:
    """Detect the persons on the frames of a data set.

    CONFIG is that of a detector of mmdet. Without --annotations, every frame
    of every video in the folder is looked at, and named
    <video>/<frame, from 00001>.

    OUT is a JSON list of {"image_id", "bbox": [x1, y1, x2, y2] in px of the
    video, "score", "category_id"}; for AVA's CSV a CSV of
    video,timestamp,x1,y1,x2,y2,score with boxes in fractions of the frame.
    With --objects, boxes of all other classes that overlap a person are
    written in the same form, without category_id, as CropObjects reads them.
    A run that was killed goes on where it was. Under torchrun, processes share
    the videos.
    """
    from stclip.preparation.box_request import BoxRequest

    request = BoxRequest(**options)
    # Before PyTorch is imported, which takes longer than to find a typo.
    request.require_files()
    from stclip.apis.person_boxes import detect_persons

    detect_persons(request, batch_size, device, overwrite)
