"""``stclip infer``."""

import os
from typing import Any

import click

from stclip.cli.command import Command, Values
from stclip.cli.numbers import (
    COUNT,
    IOU_THRESHOLD,
    SECONDS,
    THRESHOLD,
    BatchSize,
    Finite,
    Moment,
    Stride,
)
from stclip.cli.options import (
    CHECKPOINT,
    CHECKPOINT_CONFIG,
    CLIP,
    DEVICE,
    FORMAT,
    FPS,
    LABELS,
    OFFLINE,
    OUT_FOLDER,
    OVERWRITE,
    STRICT,
    refuse_half_a_model,
)
from stclip.utils import downloads


@click.command('infer', cls=Command)
@click.argument('videos', nargs=-1, required=True, metavar='VIDEO...')
@LABELS
@click.option(
    '--background',
    default='',
    metavar='NAMES',
    help='What people do who do none of the labels, as "standing still, '
    'walking by": it wins without being shown. One label alone gets words '
    'of the package.',
)
@click.option(
    '--independent',
    is_flag=True,
    help='A person may do several of the labels at once.',
)
@click.option(
    '--templates',
    cls=Values,
    metavar='TEXT ...',
    help='Sentences that labels are read in, as "a photo of a person who is '
    '{}"; their features are averaged.',
)
@OUT_FOLDER
@FORMAT
@OVERWRITE
@click.option(
    '--resume',
    is_flag=True,
    help='Go on where an interrupted run with the same options has ended.',
)
@click.option(
    '--attributes',
    default='',
    metavar='FILE',
    help="Keywords of the labels, for DA-STI's models.",
)
@click.option(
    '--graphs',
    default='',
    metavar='FILE',
    help="Knowledge graphs of the labels, for STDD's models.",
)
@click.option(
    '--model',
    metavar='NAME',
    help='A model of the index, whose weights are downloaded once; stage is '
    'the small one for rendered scenes.',
    show_default='clip-b16',
)
@CHECKPOINT
@CHECKPOINT_CONFIG
@CLIP
@click.option(
    '--detector',
    metavar='NAME',
    help='What finds persons: a name of the index, torchvision, rfdetr, a '
    'config of mmdet, or a file of boxes (csv, json, MOT).',
    show_default='the one that goes with the model',
)
@click.option(
    '--detector-checkpoint',
    metavar='FILE',
    help="Weights of mmdet's config or torchvision's model.",
)
@OFFLINE
@click.option(
    '--stride',
    type=Stride(),
    metavar='N|SECONDSs',
    default=8,
    help='Frames from keyframe to keyframe, or seconds, as 0.5s.',
)
@click.option(
    '--from',
    'start_sec',
    type=Moment(),
    metavar='TIME',
    help='Where to begin: seconds, mm:ss or hh:mm:ss.',
)
@click.option(
    '--to', 'end_sec', type=Moment(), metavar='TIME', help='Where to end.'
)
@click.option(
    '--max-seconds',
    type=Finite(0, min_open=True),
    help='Instead of --to: how long to look, at a camera above all.',
)
@click.option(
    '--batch-size',
    type=BatchSize(),
    metavar='N|auto',
    default='auto',
    help='Keyframes at a time; auto for as many as fit.',
)
@click.option(
    '--box-threshold',
    type=THRESHOLD,
    default=0.5,
    help='Persons with a lower score are left out.',
)
@click.option(
    '--track/--no-track',
    default=True,
    help='Give persons ids, the same along the video, and say from when to '
    'when each does what.',
)
@click.option(
    '--detect-every',
    type=COUNT,
    default=1,
    metavar='N',
    help='Look for persons on every N-th keyframe and follow them between.',
)
@click.option(
    '--smooth',
    type=SECONDS,
    metavar='SECONDS',
    help="Average each person's scores over that long; 0 for not at all.",
    show_default='1, with --track',
)
@click.option(
    '--threshold',
    type=IOU_THRESHOLD,
    default=0.5,
    help='Score from which on a person begins to do something.',
)
@click.option(
    '--show-from',
    type=THRESHOLD,
    default=0.1,
    help='Score from which on labels that exclude each other are drawn.',
)
@DEVICE
@FPS
@STRICT
def command(
    videos: tuple[str, ...],
    labels: str,
    attributes: str,
    graphs: str,
    offline: bool,
    start_sec: float | None,
    end_sec: float | None,
    max_seconds: float | None,
    **options: Any,
) -> None:
    r"""Find who does what, where and when in VIDEO, for labels in plain words.

    VIDEO is a file, a folder of frames, the address of a file or of a live
    stream (rtsp, http), or the number of a camera. Several, a folder of
    videos and a pattern in quotes are looked at one after the other.

    Writes an annotated mp4, a contact sheet and a JSON file (described in
    docs/how_to/annotate_a_video.md). Plain CLIP ViT-B/16 looks at each
    person and the whole frame; its weights, and those of a person detector,
    are downloaded once. --model stage needs no download, but knows rendered
    people only.

    \b
    Examples:
      stclip infer VIDEO --labels "wave, sit, drink" --out out/
      stclip infer VIDEO --labels labels.txt --out out/ --model clip-l14
        --background "standing still, walking by"
      stclip infer "day1/*.mp4" --labels labels.txt --out out/ --resume
      stclip infer rtsp://host/stream --labels "wave, sit" --out out/
        --stride 0.5s --max-seconds 60
      stclip infer VIDEO --labels "wave, sit, drink" --out out/
        --config configs/zs_jhmdb_split1.py --checkpoint iter_3000.pth
    """
    if options['overwrite'] and options['resume']:
        raise click.UsageError('--overwrite starts anew: leave out --resume')
    _refuse_contradictions(**options)
    _refuse_without_tracks(**options)
    end_sec = _end_of(start_sec, end_sec, max_seconds)
    if offline:
        os.environ[downloads.OFFLINE] = '1'
    from stclip.cli.infer_run import InferRun
    from stclip.knowledge.describe import describe
    from stclip.labels.label_question import question_from_option

    wanted = question_from_option(
        labels, **_taken(options, 'independent', 'background', 'templates')
    )
    if attributes or graphs:
        wanted = describe(wanted, attributes, graphs)
    names = labels if os.path.isfile(labels) else None
    looked = _taken(options, 'stride', 'fps', 'track', 'detect_every')
    kept = _taken(
        options,
        *('out', 'formats', 'overwrite', 'resume', 'strict', 'show_from'),
    )
    inputs = names, attributes, graphs, *_files_of(**options)
    models = ('model', 'config', 'checkpoint', 'clip')
    run = InferRun(
        labels=wanted,
        is_described=bool(attributes or graphs),
        inputs=inputs,
        models=_taken(options, *models),
        detectors=_taken(options, 'detector', 'detector_checkpoint'),
        looked=dict(looked, start_sec=start_sec, end_sec=end_sec),
        segments=_taken(options, 'smooth', 'threshold'),
        options=options,
        **kept,
    )
    click.echo(run.all(videos))


def _taken(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """Some of the options, which leave the others."""
    return {name: options.pop(name) for name in names}


def _end_of(
    start_sec: float | None, end_sec: float | None, max_seconds: float | None
) -> float | None:
    """When the range of time ends."""
    if end_sec is not None and max_seconds is not None:
        raise click.UsageError('--to and --max-seconds are two ends: give one')
    if end_sec is not None and end_sec <= (start_sec or 0):
        raise click.UsageError('--to must be after --from, and after 0')
    if max_seconds is None:
        return end_sec
    return (start_sec or 0) + max_seconds


def _files_of(
    model: str | None,
    checkpoint: str | None,
    config: str | None,
    clip: str | None,
    detector: str | None,
    detector_checkpoint: str | None,
    **_: Any,
) -> tuple[str | None, ...]:
    """Where models come from; what is no file is no input."""
    files = (clip or '').rpartition(':')[::2]
    return (checkpoint, config, detector, detector_checkpoint, *files)


def _refuse_contradictions(
    model: str | None,
    checkpoint: str | None,
    config: str | None,
    clip: str | None,
    detector: str | None,
    detector_checkpoint: str | None,
    **_: Any,
) -> None:
    if clip and (checkpoint or config):
        raise click.UsageError(
            '--clip is plain CLIP: leave out --checkpoint, --config'
        )
    if model and (checkpoint or config or clip):
        raise click.UsageError(
            '--model has weights of its own: leave out --checkpoint, '
            '--config, --clip'
        )
    refuse_half_a_model(config, checkpoint, clip)
    if detector_checkpoint and not detector:
        raise click.UsageError('--detector-checkpoint needs its --detector')


def _refuse_without_tracks(
    track: bool, detect_every: int, smooth: float | None, **_: Any
) -> None:
    if not track and smooth:
        raise click.UsageError(
            '--smooth averages along tracks: leave out --no-track'
        )
    if not track and detect_every > 1:
        raise click.UsageError(
            '--detect-every needs persons who are followed in between: leave '
            'out --no-track'
        )
