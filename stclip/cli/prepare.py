"""``stclip prepare``: data sets, lists of videos, and ZS-Stage."""

import os
from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command, Values
from stclip.cli.numbers import COUNT
from stclip.cli.options import DEVICE, STRICT, add_options

_FOLDER = click.Path(file_okay=False, path_type=Path)
_ROOT = click.option(
    '--root',
    type=_FOLDER,
    required=True,
    metavar='DIR',
    help='Folder of the download.',
)
_SEED = click.option(
    '--seed', type=int, default=0, help='Of everything that is drawn.'
)
# Lists and annotations that these commands wrote are made anew unasked.
_OVERWRITE = click.option(
    '--overwrite',
    is_flag=True,
    help='Replace files of the same names that this command did not write.',
)

group = click.Group(
    'prepare',
    no_args_is_help=False,
    context_settings=dict(help_option_names=['-h', '--help']),
    help='Check a downloaded data set and write its annotations, or render '
    'ZS-Stage.\n\nWhat goes where: docs/how_to/prepare_data.md and '
    'prepare_recognition.md.',
)


_download_options = add_options(
    _ROOT,
    click.option(
        '--media', help='Folder of videos or frame folders, below the root.'
    ),
    click.option(
        '--workers',
        type=COUNT,
        default=os.cpu_count(),
        help='Processes that look into the videos.',
    ),
    click.option(
        '--allow-missing',
        is_flag=True,
        help='Leave out videos that are missing or unreadable.',
    ),
    click.option(
        '--annotations-only', is_flag=True, help='Do not look at the videos.'
    ),
    click.option(
        '--max-train-videos',
        type=COUNT,
        metavar='N',
        help='Draw N of the training videos of each label split at random, '
        'into ROOT/annotations/splits/.',
    ),
    _SEED,
    STRICT,
    _OVERWRITE,
)


def _prepare(data_set: str, **options: Any) -> None:
    from stclip.preparation.prepare import Preparation

    Preparation(data_set, **options).run()


@group.command('jhmdb', cls=Command)
@_download_options
def jhmdb(**options: Any) -> None:
    """J-HMDB: check what was downloaded and write the annotations.

    Every video file is read to its end once, of frame folders the list and
    the first frame; a run that was killed goes on. Faults are listed with
    what to do about them, in DIR/annotations/faults.txt in full.
    """
    _prepare('jhmdb', **options)


@group.command('ucf24', cls=Command)
@_download_options
def ucf24(**options: Any) -> None:
    """UCF101-24: check what was downloaded and write the annotations.

    As for jhmdb.
    """
    _prepare('ucf24', **options)


@group.command('ava', cls=Command)
@_download_options
def ava(**options: Any) -> None:
    """AVA 2.2: check what was downloaded and write the annotations.

    As for jhmdb.
    """
    _prepare('ava', **options)


@group.command('video-lists', cls=Command)
@click.argument(
    'data_set',
    type=click.Choice(['ucf101', 'hmdb51', 'kinetics400', 'kinetics600']),
)
@_ROOT
@click.option(
    '--shots',
    cls=Values,
    type=COUNT,
    metavar='K ...',
    help='Also draw K training videos of each class of split 1.',
)
@click.option(
    '--base-to-novel',
    type=COUNT,
    metavar='K',
    help='Also draw K training videos of each base class, and list the test '
    'videos of base and novel classes.',
)
@_SEED
@click.option(
    '--allow-missing',
    is_flag=True,
    help='Leave out missing videos of UCF-101 and HMDB-51.',
)
@_OVERWRITE
def video_lists(**options: Any) -> None:
    """Annotation lists of a recognition data set, as mmaction2 reads them.

    Every video is looked for; DIR/annotations/missing.txt names those that
    are not there. Of UCF-101 and HMDB-51 nothing else is written then, unless
    --allow-missing; of Kinetics, which loses videos every day, the lists have
    what is there.
    """
    from stclip.preparation.recognition_lists import RecognitionLists

    RecognitionLists(**options).run()


@group.command('features', cls=Command)
@click.argument('config', type=click.Path(dir_okay=False))
@click.option(
    '--out',
    type=_FOLDER,
    required=True,
    metavar='DIR',
    help='Folder of the features.',
)
@click.option(
    '--crops',
    is_flag=True,
    help='Of a detector: also of persons and objects.',
)
@DEVICE
def features(config: str, out: Path, crops: bool, device: str | None) -> None:
    """Encode all frames of CONFIG's videos once, where its CLIP is frozen.

    Training and testing then read features in place of pictures. Of a
    detector on CLIP the keyframes alone are encoded. A run that was
    interrupted goes on.
    """
    from stclip.apis.frame_features import write_frame_features
    from stclip.apis.loading import choose_device, load_config

    cfg, device = load_config(config), choose_device(device)
    number = write_frame_features(cfg, out, device, crops)
    click.echo(f'{out}: {number} videos encoded')


@group.command('zs-stage', cls=Command)
@click.option(
    '--out', type=_FOLDER, default='data/zs_stage', help='Folder to render to.'
)
@click.option(
    '--tracks',
    cls=Values,
    type=click.Choice(['single', 'multi', 'idle']),
    default=['single', 'multi', 'idle'],
    help='What to render; "idle" is of people who do none of the actions.',
)
@click.option(
    '--size',
    type=click.Choice(['tiny', 'demo', 'full']),
    default='full',
    help='"demo" has what the first fold of the single-action track needs.',
)
@click.option(
    '--format',
    'video_format',
    type=click.Choice(['frames', 'video']),
    default='frames',
    help='Folders of JPEG files or mp4 files; annotations for person '
    'detectors are written for frames of the track "idle" only.',
)
@click.option('--workers', type=COUNT, default=2, help='Processes.')
def zs_stage(**options: Any) -> None:
    """ZS-Stage, the miniature benchmark: render its videos.

    Run again, it goes on where it stopped; finished videos stay.
    """
    from stclip.zs_stage.rendering import render_stage

    render_stage(**options)


@group.command('fetch', cls=Command)
@click.argument('source', metavar='ADDRESS')
@click.argument('folder', type=_FOLDER)
@click.option(
    '--workers', type=COUNT, default=8, help='Files fetched at a time.'
)
def fetch(**options: Any) -> None:
    r"""Lay out data of object storage on this machine's disk.

    ADDRESS is that of a folder, of a file, or a pattern in quotes, of any kind
    that fsspec reads (s3://, gs://, ...). Shards (.tar, .tar.gz, .tgz) are
    unpacked on the way; other files keep their place below ADDRESS. Run again,
    it fetches what is missing.

    \b
    Examples:
      stclip prepare fetch s3://bucket/jhmdb data/jhmdb
      stclip prepare fetch "gs://bucket/k400/train-*.tar" data/kinetics400
    """
    from stclip.preparation.fetch import Fetch

    Fetch(**options).run()
