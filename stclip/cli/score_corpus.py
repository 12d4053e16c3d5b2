"""``stclip score-corpus``."""

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
    MODELS,
    QUESTION,
    SEGMENTS,
    asked_labels,
    go_offline,
    take,
)
from stclip.cli.options import OUT_FOLDER, refuse_half_a_model


@click.command('score-corpus', cls=Command)
@click.argument('store', type=click.Path(path_type=Path))
@QUESTION
@OUT_FOLDER
@ENGINE
@RETRY_FAILED
@DETECTIONS
@MODELS
@SEGMENTS
def command(
    store: Path,
    out: Path,
    engine: str,
    actors: int | None,
    actor_cores: int,
    retry_failed: bool,
    detections: bool,
    offline: bool,
    device: str | None,
    **options: Any,
) -> None:
    r"""Score other labels over a corpus, without touching its videos.

    STORE is the folder of stclip annotate-corpus --keep-features. The model
    is the one that has looked; another one is refused. DIR is filled as by
    that command, with the same scores that it would find.

    \b
    Example:
      stclip score-corpus corpus/ --labels "pour, stir" --out pouring/
    """
    models = take(options, 'model', 'config', 'checkpoint', 'clip')
    refuse_half_a_model(models['config'], models['checkpoint'], models['clip'])
    go_offline(offline)
    from stclip.utils.outputs import require_apart, require_writable_folder

    require_writable_folder(out)
    require_apart([out / 'corpus.json'], [store])
    asked = dict(
        **asked_labels(options),
        models=models,
        detectors={},
        looked={},
        segments=take(options, 'smooth', 'threshold'),
        options=dict(device=device),
    )
    from stclip.corpora.folder import CorpusFolder
    from stclip.corpora.questions import score_question
    from stclip.corpora.run import Corpus

    chosen = engine_of(engine, actors, actor_cores)
    job, about, tasks = score_question(asked, store)
    corpus = Corpus(CorpusFolder(out), tasks, retry_failed, detections)
    click.echo(corpus.do(job, chosen, about))
