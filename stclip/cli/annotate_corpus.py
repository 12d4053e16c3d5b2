"""``stclip annotate-corpus``."""

from pathlib import Path
from typing import Any

import click

from stclip.cli.command import Command
from stclip.cli.corpus_options import (
    DETECTIONS,
    ENGINE,
    RETRY_FAILED,
    engine_of,
)
from stclip.cli.look_options import (
    LOOKING,
    MODELS,
    QUESTION,
    SEGMENTS,
    assigned,
    go_offline,
    refuse_contradictions,
)
from stclip.cli.options import OUT_FOLDER


@click.command('annotate-corpus', cls=Command)
@click.argument('paths', nargs=-1, metavar='[PATH]...')
@click.option(
    '--list',
    'listed',
    metavar='FILE',
    help='Text file with one path or address a line.',
)
@QUESTION
@OUT_FOLDER
@ENGINE
@click.option(
    '--keep-features',
    is_flag=True,
    help='Keep what plain CLIP saw of each person: stclip score-corpus takes '
    'other labels from it without the videos.',
)
@RETRY_FAILED
@DETECTIONS
@MODELS
@LOOKING
@SEGMENTS
def command(
    paths: tuple[str, ...],
    listed: str | None,
    labels: str,
    out: Path,
    engine: str,
    actors: int | None,
    actor_cores: int,
    keep_features: bool,
    retry_failed: bool,
    detections: bool,
    offline: bool,
    **options: Any,
) -> None:
    r"""Find who does what in many videos, each looked at once.

    PATH is a file, a pattern in quotes, an address (http, s3, gs and what
    else fsspec reads) or a folder, of which all videos are taken. Each video
    leaves one file in DIR, whatever comes of it; the same command goes on
    where it was stopped or killed. At the end DIR/summary and DIR/detections
    hold tables for pandas and DuckDB (docs/how_to/corpora.md).

    \b
    Examples:
      stclip annotate-corpus videos/ --labels labels.txt --out corpus/
      stclip annotate-corpus --list videos.txt --labels "wave, sit"
        --out corpus/ --engine ray --keep-features
    """
    refuse_contradictions(options)
    go_offline(offline)
    from stclip.corpora.tasks import list_tasks
    from stclip.utils.outputs import require_apart, require_writable_folder

    tasks = list_tasks(paths, listed)
    # What comes into a folder of frames makes it another version of itself.
    require_apart([out / 'corpus.json', out], [task.path for task in tasks])
    require_writable_folder(out)
    asked = assigned(dict(options, labels=labels))
    from stclip.corpora.folder import CorpusFolder
    from stclip.corpora.questions import look_question
    from stclip.corpora.run import Corpus

    chosen = engine_of(engine, actors, actor_cores)
    corpus = Corpus(CorpusFolder(out), tasks, retry_failed, detections)
    job, about = look_question(asked, out, keep_features)
    click.echo(corpus.do(job, chosen, about))
