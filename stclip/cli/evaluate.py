"""``stclip eval``: measures of detections and boxes in files."""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.numbers import COUNT, IOU_THRESHOLD, THRESHOLD, Finite
from stclip.cli.options import OVERWRITE, add_options

_JSON = add_options(
    click.option(
        '--json',
        'out',
        type=click.Path(path_type=Path),
        metavar='OUT',
        help='Also write the result to this file.',
    ),
    OVERWRITE,
)

group = click.Group(
    'eval',
    no_args_is_help=False,
    context_settings=dict(help_option_names=['-h', '--help']),
    help='Evaluate detections or person boxes in a file.\n\ndocs/formats.md '
    'describes the files.',
)


@group.command('frame-map', cls=Command)
@click.option(
    '--gt', required=True, metavar='FILE', help='Labels and ground truth.'
)
@click.option('--pred', required=True, metavar='FILE', help='Detections.')
@_JSON
@click.option(
    '--iou-thr',
    type=IOU_THRESHOLD,
    default=0.5,
    help='Least IoU of a true positive.',
)
@click.option(
    '--soft-voting',
    is_flag=True,
    help='Give all boxes of a video its mean class probabilities, scores / '
    'det_scores; for videos of one action.',
)
def frame_map(out: Path | None, overwrite: bool, **options: Any) -> None:
    """Frame mAP of detections in a file.

    --gt and --pred may name the same one.
    """
    from stclip.evaluation import files

    files.show(files.frame_map_of_files, out, overwrite, **options)


@group.command('video-map', cls=Command)
@click.option(
    '--tubes', required=True, metavar='FILE', help='Annotated tubes.'
)
@click.option('--pred', required=True, metavar='FILE', help='Frame-mAP file.')
@click.option(
    '--soft-voting',
    is_flag=True,
    help='Give all boxes of a video its mean class probabilities.',
)
@_JSON
@click.option(
    '--nms-iou',
    type=THRESHOLD,
    default=0.3,
    help='Linking: IoU above which the worse of two boxes goes.',
)
@click.option(
    '--top-k',
    type=COUNT,
    default=10,
    help='Linking: boxes of a frame that stay.',
)
@click.option(
    '--link-iou',
    type=THRESHOLD,
    default=0.2,
    help='Linking: least IoU of a box with the last one of its tube.',
)
@click.option(
    '--min-length',
    type=COUNT,
    default=15,
    help='Linking: shorter tubes are dropped, in frames.',
)
@click.option(
    '--min-score',
    type=THRESHOLD,
    default=0.005,
    help='Linking: tubes with a lower mean score are dropped.',
)
def video_map(out: Path | None, overwrite: bool, **options: Any) -> None:
    """Video mAP of the detections of a test run.

    Links the boxes of each action to tubes and compares these with the
    annotated ones. PRED is the frame-mAP file of a test run; its keyframes
    are every frame of their videos, numbered by `timestamp`. Averaged over
    its `eval_labels`, and over the videos it has.
    """
    from stclip.evaluation import files

    files.show(files.video_map_of_files, out, overwrite, **options)


@group.command('person-boxes', cls=Command)
@click.option(
    '--annotations', required=True, metavar='FILE', help='A .json file.'
)
@click.option(
    '--label-file', default='', metavar='FILE', help='Names of the actions.'
)
@click.option(
    '--boxes', required=True, metavar='FILE', help='.json, .csv or .pkl.'
)
@click.option(
    '--iou-thr',
    type=IOU_THRESHOLD,
    default=0.5,
    help='Least IoU of a box that finds a person.',
)
@click.option(
    '--det-thr',
    type=THRESHOLD,
    default=0.001,
    help='How far below the best of its frame a box may be.',
)
@_JSON
def person_boxes(out: Path | None, overwrite: bool, **options: Any) -> None:
    """How many annotated persons a box file finds, per action.

    Three columns: found by any box of the frame, by those that --det-thr
    keeps (the best of the frame, score S, and all above S - det_thr), by the
    best alone.
    """
    from stclip.apis.box_recall import recall_of_files
    from stclip.evaluation import files

    files.show(recall_of_files, out, overwrite, **options)


@group.command('ovad', cls=Command)
@click.option(
    '--gt', required=True, metavar='FILE', help='Vocabulary, annotated tubes.'
)
@click.option('--pred', required=True, metavar='FILE', help='Scored boxes.')
@_JSON
def ovad(out: Path | None, overwrite: bool, **options: Any) -> None:
    """Open-vocabulary video and frame mAP, as OpenMixer prints them.

    Base, novel and mean, with time measured as in its release and by frames;
    beside it the harder row, where every video is scored among all actions.
    --gt and --pred may name the same file.
    """
    from stclip.evaluation import files, ovad_report

    files.show(ovad_report.ovad_of_files, out, overwrite, **options)


@group.command('coco-map', cls=Command)
@click.option(
    '--gt', required=True, metavar='FILE', help='Labels and ground truth.'
)
@click.option('--pred', required=True, metavar='FILE', help='Detections.')
@_JSON
@click.option(
    '--protocol',
    type=click.Choice(['all', 'sia-jhmdb', 'sia-ucf']),
    default='all',
    help="Keyframes to evaluate: all of the file, or those of SiA's "
    'evaluation of J-HMDB or UCF101-24.',
)
@click.option(
    '--tubes', metavar='FILE', help='Annotated tubes, for sia-ucf alone.'
)
@click.option(
    '--score-thr',
    type=Finite(),
    help='Least score of a class for which a box is kept.',
    show_default='none',
)
@click.option(
    '--iou-thr',
    type=IOU_THRESHOLD,
    default=0.5,
    help='Least IoU of a true positive.',
)
@click.option(
    '--max-boxes',
    type=COUNT,
    default=100,
    help='Best boxes of a keyframe and class that count.',
)
def coco_map(out: Path | None, overwrite: bool, **options: Any) -> None:
    """COCO-style frame mAP (101 points), as SiA prints it.

    Reads frame-mAP files. SiA drops keyframes without any kept box together
    with their ground truth; both ways of counting stand side by side, and
    what the dropped frames are worth. --gt and --pred may name the same file.
    """
    from stclip.evaluation import coco_files, files

    files.show(coco_files.coco_map_of_files, out, overwrite, **options)
