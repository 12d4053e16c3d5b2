"""``stclip infer``."""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.look_options import (
    LOOKING,
    MODELS,
    QUESTION,
    SEGMENTS,
    assigned,
    files_of,
    go_offline,
    refuse_contradictions,
)
from stclip.cli.numbers import THRESHOLD, Finite
from stclip.cli.options import FORMAT, OUT_FOLDER, OVERWRITE, STRICT


@click.command('infer', cls=Command)
@click.argument('videos', nargs=-1, required=True, metavar='VIDEO...')
@QUESTION
@OUT_FOLDER
@FORMAT
@OVERWRITE
@click.option(
    '--resume',
    is_flag=True,
    help='Go on where an interrupted run with the same options has ended.',
)
@MODELS
@LOOKING
@click.option(
    '--max-seconds',
    type=Finite(0, min_open=True),
    help='Instead of --to: how long to look, at a camera above all.',
)
@SEGMENTS
@click.option(
    '--show-from',
    type=THRESHOLD,
    default=0.1,
    help='Score from which on labels that exclude each other are drawn.',
)
@STRICT
def command(
    videos: tuple[str, ...],
    labels: str,
    out: Path,
    formats: tuple[str, ...],
    overwrite: bool,
    resume: bool,
    offline: bool,
    show_from: float,
    strict: bool,
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
    if overwrite and resume:
        raise click.UsageError('--overwrite starts anew: leave out --resume')
    refuse_contradictions(options)
    options['end_sec'] = _end_of(max_seconds, **options)
    go_offline(offline)
    from stclip.cli.infer_run import InferRun

    run = InferRun(
        assigned=dict(assigned(dict(options, labels=labels)), strict=strict),
        out=out,
        formats=formats,
        inputs=files_of(labels, options),
        overwrite=overwrite,
        resume=resume,
        show_from=show_from,
    )
    click.echo(run.all(videos))


def _end_of(
    max_seconds: float | None,
    start_sec: float | None,
    end_sec: float | None,
    **_: Any,
) -> float | None:
    """When the range of time ends."""
    if end_sec is not None and max_seconds is not None:
        raise click.UsageError('--to and --max-seconds are two ends: give one')
    if max_seconds is None:
        return end_sec
    return (start_sec or 0) + max_seconds
