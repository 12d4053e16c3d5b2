"""How many runs tables need, and how long the unfinished ones may take."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stclip.benchmarking.accuracy.rows import Model, Run
from stclip.benchmarking.accuracy.runs import (
    METRICS_FILE,
    TRAINED_FILE,
    Bench,
    seconds_of,
)
from stclip.benchmarking.accuracy.tables import Table, runs_of


@dataclass(frozen=True)
class Work:
    """A training or a test.

    Args:
        task: ``train`` or ``test``.
        model: That is trained or tested.
        finished: Whether it is.
        seconds: That it took; ``None`` if not known.
    """

    task: str
    model: Model
    finished: bool
    seconds: float | None


def work_of(bench: Bench, tables: Sequence[Table]) -> list[Work]:
    """Everything that tables need, each once; nothing is run.

    Args:
        bench: That would run it.
        tables: Any.
    """
    found: dict[Path, Work] = {}
    for run in runs_of(tables):
        for seed in bench.seeds_of(run.model):
            found |= _of_run(bench, run, seed)
    return list(found.values())


def _of_run(bench: Bench, run: Run, seed: int) -> Iterator[tuple[Path, Work]]:
    """By the file that is there in the end.

    Of a test that was kept without its training, nobody needs that.
    """
    test = bench.test_folder(run, seed) / METRICS_FILE
    files = [('test', run.model, test)]
    model = run.model if run.model.trained else None
    while model:
        trained = bench.train_folder(model, seed) / TRAINED_FILE
        if trained.is_file() or not test.is_file():
            files.append(('train', model, trained))
        model = model.start
    for task, model, file in files:
        seconds = seconds_of(file.parent, task)
        yield file, Work(task, model, file.is_file(), seconds)


def counted(works: Sequence[Work]) -> str:
    """What there is to do, in two lines.

    Args:
        works: Of :func:`work_of`.
    """
    counts = []
    for task, word in (('train', 'trainings'), ('test', 'tests')):
        of_task = [work for work in works if work.task == task]
        done = sum(work.finished for work in of_task)
        counts.append(f'{len(of_task)} {word}, {done} finished')
    return f'{"; ".join(counts)}\n{_time(works)}'


def _time(works: Sequence[Work]) -> str:
    left = [work for work in works if not work.finished]
    if not left:
        return 'nothing is left to do'
    known = _known(works)
    guesses = [_guess(work, known) for work in left]
    if None in guesses:
        return 'how long it takes can be told once some have finished'
    minutes = round(sum(guesses) / 60)
    return (
        f'about {minutes // 60} h {minutes % 60} min left, if all take as '
        'long as those that have finished'
    )


def _known(works: Sequence[Work]) -> Mapping[tuple, list[float]]:
    known: dict[tuple, list[float]] = {}
    for work in works:
        if work.finished and work.seconds is not None:
            for key in _keys(work):
                known.setdefault(key, []).append(work.seconds)
    return known


def _guess(work: Work, known: Mapping[tuple, list[float]]) -> float | None:
    """The median of what is most alike."""
    for key in _keys(work):
        if key in known:
            return statistics.median(known[key])
    return None


def _keys(work: Work) -> list[tuple]:
    """What takes about as long, the most alike first."""
    model, schedule = work.model, work.model.schedule
    length = schedule.iterations if schedule else None
    return [
        (work.task, model.config, str(model.overrides), length),
        (work.task, model.config, length),
        (work.task, model.config),
        (work.task,),
    ]
