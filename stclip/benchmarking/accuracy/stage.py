"""ZS-Stage's tables: every row on every fold, compared with controls.

Protocol: docs/zs_stage_protocol.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap
from typing import Any

from stclip.benchmarking.accuracy.answers import read_answers
from stclip.benchmarking.accuracy.claims import (
    claims_table,
    read_claims,
    verdicts,
)
from stclip.benchmarking.accuracy.differences import (
    Comparison,
    FoldReader,
    Method,
    read_detections,
)
from stclip.benchmarking.accuracy.intervals import Interval
from stclip.benchmarking.accuracy.rows import (
    Row,
    Run,
    choose,
    read_rows,
    with_label_split,
    with_schedule,
)
from stclip.benchmarking.accuracy.runs import Bench, newest_record
from stclip.benchmarking.accuracy.schedules import (
    FIRST_RATES,
    SCHEDULES,
    TRIALS,
    read_choices,
)
from stclip.benchmarking.accuracy.tables import (
    BOXES,
    MEAN,
    Table,
    markdown,
    with_note,
)
from stclip.benchmarking.accuracy.told_data import told_keyframes, told_videos
from stclip.visualization.forest import save_forest
from stclip.zs_stage.classes import FOLDS, PAIRS

_OVER, _POINTS = 'points over the best control, 95 %', 'points, 95 %'
# What fits above a plot.
_PLOT_CHARS = 64
#: Forest plots of a track -> what they show.
PLOTS = {
    'differences': 'Each method over the best control, with 95 % intervals',
    'claims': 'The difference of each claim, with 95 % intervals',
}
#: Folder of the label splits.
SPLITS = 'data/splits/zs_stage'
_TOPS = {'acc/top1': 'top-1', 'acc/top5': 'top-5'}


@dataclass(frozen=True)
class Track:
    """A table of ZS-Stage.

    Args:
        title: Heading.
        metrics: Of a test, with their headings; the first one is that which
            is compared.
        splits: Name of the label splits, without number.
        development: Names of those that schedules are chosen on.
        record: File of a test that tells its answers one by one.
        read: Reads it.
        in_search: Values that a trial's test has in place of the config's, by
            dotted key.
        rates_only: Whether a search tries rates alone, by short trainings;
            the folds are trained for longer.
    """

    title: str
    metrics: dict[str, str]
    splits: str
    development: tuple[str, ...]
    record: str
    read: FoldReader
    in_search: Mapping[str, Any] = field(default_factory=dict)
    rates_only: bool = False

    @property
    def trials(self) -> Sequence[str]:
        """Names of the schedules that are tried for every row."""
        return FIRST_RATES if self.rates_only else TRIALS

    @property
    def heading(self) -> str:
        """How the headings of its tables begin."""
        return f'### {self.title}, '


_SINGLE = dict(
    splits='single_split',
    development=('single_dev1', 'single_dev2', 'single_dev3'),
)
_CLIPS = dict(
    metrics=_TOPS,
    **_SINGLE,
    record='recognition.json',
    read=read_answers,
    rates_only=True,
)
_BOXES = dict(
    # The claims are about ground-truth boxes.
    metrics=dict(reversed(BOXES.items())),
    record='detections_ground_truth.json',
    read=read_detections,
    # Schedules are chosen by the first metric, and detected boxes are most.
    in_search={'test_dataloader.dataset.box_sources': ['ground_truth']},
)
TRACKS = {
    'single': Track('Single-action track', **_SINGLE, **_BOXES),
    'multi': Track(
        'Multi-action track',
        splits='multi_split',
        development=('multi_dev1',),
        rates_only=True,
        **_BOXES,
    ),
    'clips': Track('Clips of the single-action track', **_CLIPS),
    'stdd': Track('STDD on the same clips', **_CLIPS),
    'methods': Track('Methods side by side', **_CLIPS),
    'towers': Track('ST-CLIP on other towers', **_SINGLE, **_BOXES),
}
#: Kinds of pairs -> their classes, reported apart.
KINDS = {
    f'{kind} pairs': tuple(name for pair in PAIRS[kind] for name in pair)
    for kind in ('motion', 'object', 'partner')
}


def track_rows(tracks: Sequence[str]) -> tuple[Row, ...]:
    """All rows of tracks."""
    rows = read_rows('zs_stage')
    return tuple(row for track in tracks for row in rows[track])


def track_tables(
    track: str, wanted: Sequence[str] = (), folds: Sequence[int] = tuple(FOLDS)
) -> list[Table]:
    """A table for each metric: a column for each fold, and their mean.

    Args:
        track: A key of ``TRACKS``.
        wanted: Rows or ablations; empty for what always runs.
        folds: Numbers of folds.
    """
    spec = TRACKS[track]
    rows = choose(track_rows([track]), wanted)
    choices = read_choices().get(track, {})
    runs = {}
    for row in rows:
        choice = choices.get(row.schedule_of or row.title)
        on_folds = [
            with_label_split(row, *split_of(spec, fold)) for fold in folds
        ]
        if choice and row.run.model.trained:
            chosen = SCHEDULES[choice.chosen]
            on_folds = [with_schedule(each, chosen) for each in on_folds]
        runs[row.title] = tuple(each.run for each in on_folds)
    if not runs:
        return []
    return [
        Table(
            f'{spec.title}, {heading}',
            {f'fold {fold}': (k, metric) for k, fold in enumerate(folds)},
            runs,
            summary=MEAN,
            data=told(next(iter(runs.values())), metric),
        )
        for metric, heading in spec.metrics.items()
    ]


def told(tests: Sequence[Run], metric: str) -> str:
    """What tests are measured on.

    Args:
        tests: Of a row, one on each fold.
        metric: One of their track's.
    """
    if metric in _TOPS:
        return told_videos(tests, [metric])
    return told_keyframes(tests, [metric], metric.partition('/')[0])


def has_table(track: str, tables: Sequence[Table]) -> bool:
    """Whether one of the tables is a track's.

    Args:
        track: A key of ``TRACKS``.
        tables: Of any tracks.
    """
    title = TRACKS[track].title
    return any(table.title.startswith(f'{title}, ') for table in tables)


def split_of(track: Track, fold: int) -> tuple[str, str]:
    """File of a fold, and what its runs are called by."""
    return f'{SPLITS}/{track.splits}{fold}.yaml', f'split{fold}'


def comparison(bench: Bench, track: str, table: Table) -> Comparison | None:
    """Compare the rows of a table whose runs have all finished.

    Args:
        bench: That has run them.
        track: A key of ``TRACKS``.
        table: One of the track's.

    Returns:
        None if no control has finished.
    """
    spec = TRACKS[track]
    controls = {row.title for row in track_rows([track]) if row.control}
    methods = []
    for title, runs in table.rows.items():
        files = {
            seed: [
                record_of(bench.test_folder(run, seed), track) for run in runs
            ]
            for seed in bench.seeds_of(runs[0].model)
        }
        if all(path for paths in files.values() for path in paths):
            methods.append(Method(title, files, title in controls))
    if not any(method.control for method in methods):
        return None
    return Comparison(methods, spec.read, KINDS)


def comparisons(
    bench: Bench, tracks: Sequence[str], tables: Sequence[Table]
) -> list[str]:
    """Tables of differences, and a forest plot of each beside the runs.

    Args:
        bench: That has run the tables.
        tracks: Keys of ``TRACKS``; empty for all.
        tables: Of these tracks.
    """
    return [
        text
        for track in tracks or TRACKS
        for table in tables
        if table.title == _compared_title(track)
        for text in _compare(bench, track, table)
    ]


def _compared_title(track: str) -> str:
    spec = TRACKS[track]
    return f'{spec.title}, {next(iter(spec.metrics.values()))}'


def _compare(bench: Bench, track: str, table: Table) -> Iterator[str]:
    """Draw and tell what is compared, if a control has finished."""
    compared = comparison(bench, track, table)
    if compared is None:
        return
    # What a result cannot be trusted for stands on the picture, too.
    shown = '\n'.join([table.title, *wrap(table.note, _PLOT_CHARS)])
    yield with_note(compared_table(compared, table.title), table.below)
    gains = {row.title: row.gain for row in compared.table()}
    _draw(plot_of(bench.out, 'differences', track), gains, _OVER, shown)
    claims = read_claims(track)
    if tested := verdicts(compared, claims):
        yield with_note(claims_table(claims, tested, table.title), table.below)
        gains = {name: gain for name, (gain, _) in tested.items()}
        _draw(plot_of(bench.out, 'claims', track), gains, _POINTS, shown)


def plot_of(folder: Path, name: str, track: str) -> Path:
    """File of a forest plot.

    Args:
        folder: Of the runs.
        name: A key of :data:`PLOTS`.
        track: A key of ``TRACKS``.
    """
    return folder / f'{name}_{track}.png'


def _draw(
    plot: Path,
    gains: Mapping[str, Interval | None],
    label: str,
    title: str,
) -> None:
    lines = [
        (row, gain.mean, gain.low, gain.high)
        for row, gain in gains.items()
        if gain
    ]
    save_forest(plot, lines, label, title)


def record_of(folder: Path, track: str) -> Path | None:
    """The newest record below the folder of a test.

    Args:
        folder: Of the test.
        track: A key of ``TRACKS``.
    """
    return newest_record(folder, TRACKS[track].record)


def compared_table(compared: Comparison, title: str) -> str:
    """Means, and differences to the best control, with 95 % intervals.

    Args:
        compared: Rows.
        title: Heading.
    """
    kinds = compared.kinds_there
    whole = compared.table()
    apart = {kind: compared.table(kind) for kind in kinds}
    heads = ['method', 'mean', 'over the best control', *kinds]
    rows = [
        (
            row.title,
            f'{row.mean.mean:.1f} ({row.mean.low:.1f} to {row.mean.high:.1f})',
            _gain(row.gain),
            *(_gain(apart[kind][k].gain) for kind in kinds),
        )
        for k, row in enumerate(whole)
    ]
    return markdown(f'{title}, with 95 % intervals', heads, rows)


def _gain(gain: Interval | None) -> str:
    return 'best control' if gain is None else str(gain)
