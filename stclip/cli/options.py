"""Options that several commands share."""

import os
from collections.abc import Callable
from pathlib import Path

import click

from stclip.cli.command import Values
from stclip.cli.numbers import RATE


def add_options(*options: Callable) -> Callable:
    """One decorator for many options, listed as they are in the help."""

    def decorate(function: Callable) -> Callable:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


#: Action names in plain words.
LABELS = click.option(
    '--labels',
    required=True,
    metavar='NAMES',
    help='Action names with commas between, or a file with one a line; '
    'commas in double quotes or parentheses belong to a name.',
)
#: Folder of what a command writes.
OUT_FOLDER = click.option(
    '--out',
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar='DIR',
    help='Folder of the results.',
)
#: Forms of results, beside the JSON file and the pictures.
FORMAT = click.option(
    '--format',
    'formats',
    cls=Values,
    metavar='NAME ...',
    help='Forms that other tools take: csv, segments, jsonl, cvat, '
    'label-studio, coco-video, mot, ava, ava-persons.',
)
#: What happens to results that are there already.
OVERWRITE = click.option(
    '--overwrite',
    is_flag=True,
    help='Replace results of an earlier run; without it they are kept and '
    'nothing is done.',
)
#: Clock of a folder of frames.
FPS = click.option(
    '--fps',
    type=RATE,
    help='Frame folders: frames per second.',
    show_default='unknown',
)
#: A trained model, and what it was built from.
CHECKPOINT = click.option(
    '--checkpoint', metavar='FILE', help='Detector that stclip train saved.'
)
CHECKPOINT_CONFIG = click.option(
    '--config',
    help='Config of the checkpoint.',
    show_default='configs/zs_stage_single.py',
)
CLIP = click.option(
    '--clip',
    metavar='ARCH:WEIGHTS',
    help='Plain CLIP instead: open_clip name and tag, or files.',
)
#: Whether anything may be downloaded.
OFFLINE = click.option(
    '--offline', is_flag=True, help='Use what was downloaded before.'
)
#: What models compute in.
AMP = click.option(
    '--amp',
    is_flag=True,
    help='Score actions in mixed precision: bfloat16, several times as fast '
    'where the device computes in it.',
)
#: Where models run.
DEVICE = click.option('--device', show_default='a GPU if there is one')

STRICT = click.option(
    '--strict',
    is_flag=True,
    help='Refuse a damaged video instead of using what decodes of it.',
)


def named_file(text: str) -> str | None:
    """The file that an option names, as its readers take it; None if none.

    Args:
        text: A file, or names of something else.
    """
    path = text.strip()
    return path if os.path.isfile(path) else None


def refuse_half_a_model(
    config: str | None, checkpoint: str | None, clip: str | None
) -> None:
    """Refuse a config without its checkpoint, and a CLIP without weights."""
    if config and not checkpoint:
        raise click.UsageError(
            '--config needs the --checkpoint that was trained by it'
        )
    if clip and ':' not in clip:
        raise click.UsageError(
            '--clip wants ARCH:WEIGHTS, as ViT-B-16-quickgelu:openai'
        )
