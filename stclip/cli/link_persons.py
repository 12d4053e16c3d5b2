"""``stclip link-persons``."""

from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.numbers import RATE, THRESHOLD, Finite
from stclip.cli.options import OVERWRITE

_EXAMPLE = """\b
Examples:
  stclip link-persons --annotations data/ava/annotations/ava_val_v2.2.csv \\
      --boxes data/ava/detections/test.csv \\
      --out data/ava/tracklets/test_detected.csv
  stclip link-persons --annotations data/ava/annotations/ava_val_v2.2.csv \\
      --out data/ava/tracklets/test.csv
"""


@click.command('link-persons', cls=Command, epilog=_EXAMPLE)
@click.option(
    '--annotations',
    required=True,
    metavar='FILE',
    help='Annotations of the data set: a .json or an AVA .csv.',
)
@click.option(
    '--boxes',
    metavar='FILE',
    help='Detected person boxes; without it the annotated ones are linked.',
)
@click.option(
    '--out', required=True, metavar='FILE', help='File to write, a .csv.'
)
@OVERWRITE
@click.option(
    '--det-thr',
    type=THRESHOLD,
    default=0.7,
    help="The data set's: of a frame, detected boxes further below the best "
    'are left out.',
)
@click.option(
    '--fps',
    type=RATE,
    default=25.0,
    help='Frames per second, for keyframes given by number.',
)
@click.option(
    '--start-sec',
    type=Finite(0),
    default=900.0,
    help='AVA .csv: timestamp of the first frame.',
)
def command(overwrite: bool, **options: Any) -> None:
    """Tell who is who in the person boxes of a data set.

    Each video's boxes are linked from keyframe to keyframe by the tracker of
    stclip infer. Annotated persons keep the ids of the annotation, if it has
    them (AVA).

    OUT is a CSV of video, frame (from 1) or seconds, x1, y1, x2, y2 in
    fractions of the frame, track_id, which the transform CropTracklets reads.
    """
    from stclip.preparation.link_request import LinkRequest

    request = LinkRequest(**options)
    # Before the tracker is imported, which takes longer than to find a typo.
    request.require_files()
    from stclip.apis.person_links import link_persons

    link_persons(request, overwrite)
