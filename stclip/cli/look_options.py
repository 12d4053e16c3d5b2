"""Options of commands that look at videos, and what is made of them."""

import os
from typing import Any

import click

from stclip.cli.command import Values
from stclip.cli.numbers import (
    COUNT,
    IOU_THRESHOLD,
    SECONDS,
    THRESHOLD,
    BatchSize,
    Moment,
    Stride,
)
from stclip.cli.options import (
    AMP,
    CHECKPOINT,
    CHECKPOINT_CONFIG,
    CLIP,
    DEVICE,
    FPS,
    LABELS,
    OFFLINE,
    add_options,
    named_file,
    refuse_half_a_model,
)
from stclip.utils import downloads

#: What persons are scored for.
QUESTION = add_options(
    LABELS,
    click.option(
        '--background',
        default='',
        metavar='NAMES',
        help='What people do who do none of the labels, as "standing still, '
        'walking by": it wins without being shown. One label alone gets words '
        'of the package.',
    ),
    click.option(
        '--independent',
        is_flag=True,
        help='A person may do several of the labels at once.',
    ),
    click.option(
        '--templates',
        cls=Values,
        metavar='TEXT ...',
        help='Sentences that labels are read in, as "a photo of a person who '
        'is {}"; their features are averaged.',
    ),
    click.option(
        '--attributes',
        default='',
        metavar='FILE',
        help="Keywords of the labels, for DA-STI's models.",
    ),
    click.option(
        '--graphs',
        default='',
        metavar='FILE',
        help="Knowledge graphs of the labels, for STDD's models.",
    ),
)
#: What scores them.
MODELS = add_options(
    click.option(
        '--model',
        metavar='NAME',
        help='A model of the index, whose weights are downloaded once; stage '
        'is the small one for rendered scenes.',
        show_default='clip-b16',
    ),
    CHECKPOINT,
    CHECKPOINT_CONFIG,
    CLIP,
    OFFLINE,
    DEVICE,
)
#: What finds them, where and when.
LOOKING = add_options(
    click.option(
        '--detector',
        metavar='NAME',
        help='What finds persons: a name of the index, torchvision, rfdetr, a '
        'config of mmdet, or a file of boxes (csv, json, MOT).',
        show_default='the one that goes with the model',
    ),
    click.option(
        '--detector-checkpoint',
        metavar='FILE',
        help="Weights of mmdet's config or torchvision's model.",
    ),
    click.option(
        '--stride',
        type=Stride(),
        metavar='N|SECONDSs',
        default=8,
        help='Frames from keyframe to keyframe, or seconds, as 0.5s.',
    ),
    click.option(
        '--from',
        'start_sec',
        type=Moment(),
        metavar='TIME',
        help='Where to begin: seconds, mm:ss or hh:mm:ss.',
    ),
    click.option(
        '--to', 'end_sec', type=Moment(), metavar='TIME', help='Where to end.'
    ),
    click.option(
        '--batch-size',
        type=BatchSize(),
        metavar='N|auto',
        default='auto',
        help='Keyframes at a time; auto for as many as fit.',
    ),
    click.option(
        '--box-threshold',
        type=THRESHOLD,
        default=0.5,
        help='Persons with a lower score are left out.',
    ),
    click.option(
        '--track/--no-track',
        default=True,
        help='Give persons ids, the same along the video, and say from when '
        'to when each does what.',
    ),
    click.option(
        '--detect-every',
        type=COUNT,
        default=1,
        metavar='N',
        help='Look for persons on every N-th keyframe and follow them '
        'between.',
    ),
    AMP,
    FPS,
)
#: From when to when each does what.
SEGMENTS = add_options(
    click.option(
        '--smooth',
        type=SECONDS,
        metavar='SECONDS',
        help="Average each person's scores over that long; 0 for not at all.",
        show_default='1, with --track',
    ),
    click.option(
        '--threshold',
        type=IOU_THRESHOLD,
        default=0.5,
        help='Score from which on a person begins to do something.',
    ),
)


def take(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """Some of the options, which leave the others.

    Args:
        options: By name; changed.
        *names: Those that are taken.
    """
    return {name: options.pop(name) for name in names}


def refuse_contradictions(options: dict[str, Any]) -> None:
    """Refuse options of all groups that do not go together.

    Raises:
        click.UsageError: If two contradict each other, or one needs another.
    """
    _refuse_two_models(**options)
    _refuse_without_tracks(**options)
    start, end = options['start_sec'], options['end_sec']
    if end is not None and end <= (start or 0):
        raise click.UsageError('--to must be after --from, and after 0')


def go_offline(offline: bool) -> None:
    """Let nothing be downloaded, if that is asked for."""
    if offline:
        os.environ[downloads.OFFLINE] = '1'


def files_of(labels: str, options: dict[str, Any]) -> tuple[str, ...]:
    """Files that are read, but for the videos; what is no file is no input.

    Args:
        labels: Of ``--labels``.
        options: Of all groups.
    """
    names = ('attributes', 'graphs', 'checkpoint', 'config')
    names = (*names, 'detector', 'detector_checkpoint')
    given = (
        *(labels, options['background']),
        *(options.get(name) for name in names),
        *(options['clip'] or '').rpartition(':')[::2],
    )
    return tuple(file for name in given if (file := named_file(name or '')))


def asked_labels(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of :data:`QUESTION`.

    Args:
        options: Of all groups; changed.

    Returns:
        Arguments of :class:`~stclip.apis.assignment.Assignment`.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If a label or a file is faulty.
    """
    from stclip.knowledge.describe import describe
    from stclip.labels.label_question import question_from_option

    words = take(options, 'independent', 'background', 'templates')
    wanted = question_from_option(options.pop('labels'), **words)
    files = take(options, 'attributes', 'graphs')
    is_described = any(files.values())
    if is_described:
        wanted = describe(wanted, files['attributes'], files['graphs'])
    return dict(labels=wanted, is_described=is_described)


def assigned(options: dict[str, Any]) -> dict[str, Any]:
    """Arguments of :class:`~stclip.apis.assignment.Assignment`.

    Args:
        options: Of all groups.

    Raises:
        UserError: See :func:`asked_labels`.
    """
    options = dict(options)
    looked = ('stride', 'fps', 'start_sec', 'end_sec', 'track', 'detect_every')
    models = ('model', 'config', 'checkpoint', 'clip')
    return dict(
        **asked_labels(options),
        looked=take(options, *looked),
        models=take(options, *models),
        detectors=take(options, 'detector', 'detector_checkpoint'),
        segments=take(options, 'smooth', 'threshold'),
        options=options,
    )


def _refuse_two_models(
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
