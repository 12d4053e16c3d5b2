"""Which schedule each row of ZS-Stage is trained by: trials and choices.

Protocol: docs/zs_stage_protocol.md, "Search".
"""

import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from stclip.benchmarking.accuracy.detection import on_split
from stclip.benchmarking.accuracy.rows import Row, Run, choose, with_schedule
from stclip.benchmarking.accuracy.runs import Bench
from stclip.benchmarking.accuracy.schedules import (
    LENGTHENED,
    TRIALS,
    Choice,
    read_choices,
    save_choices,
)
from stclip.benchmarking.accuracy.stage import SPLITS, TRACKS, track_rows
from stclip.benchmarking.accuracy.tables import Table, markdown


def searched_rows(track: str, wanted: Sequence[str] = ()) -> list[Row]:
    """Rows whose schedule has to be searched for some rows to be trained.

    Args:
        track: A key of ``TRACKS``.
        wanted: Rows or ablations; empty for what always runs.
    """
    rows = track_rows([track])
    titles = {row.schedule_of or row.title for row in choose(rows, wanted)}
    return [
        row for row in rows if row.title in titles and row.run.model.trained
    ]


def search_tables(track: str, wanted: Sequence[str] = ()) -> list[Table]:
    """Every trial of every row on every development set, if there is a row.

    Args:
        track: A key of ``TRACKS``.
        wanted: Rows or ablations; empty for what always runs.
    """
    spec = TRACKS[track]
    metric = next(iter(spec.metrics))
    keys = [(name, dev) for name in spec.trials for dev in spec.development]
    rows = {
        row.title: tuple(_trial(row, track, name, dev) for name, dev in keys)
        for row in searched_rows(track, wanted)
    }
    columns = {
        f'{name}, {dev}': (index, metric)
        for index, (name, dev) in enumerate(keys)
    }
    return [Table(f'{spec.title}, trials', columns, rows)] if rows else []


def _trial(row: Row, track: str, name: str, development: str) -> Run:
    """A row by a schedule of ``TRIALS`` on a development set."""
    split = development.rpartition('_')[2]
    on_set = on_split(row, f'{SPLITS}/{development}.yaml', split)
    run = with_schedule(on_set, TRIALS[name]).run
    changed = {**run.test.overrides, **TRACKS[track].in_search}
    return replace(run, test=replace(run.test, overrides=changed))


def best_trials(bench: Bench, track: str, table: Table) -> dict[str, Choice]:
    """The best trial of each row of which one has finished on all sets.

    Args:
        bench: That has run the trials.
        track: A key of ``TRACKS``.
        table: Of :func:`search_tables`.
    """
    spec, choices = TRACKS[track], {}
    for title, runs in table.rows.items():
        found = {name: [] for name in spec.trials}
        for heading, (index, metric) in table.columns.items():
            name = heading.partition(',')[0]
            found[name].append(bench.values(runs[index], metric))
        tried = {
            name: round(100 * statistics.mean(v for (v,) in values), 2)
            for name, values in found.items()
            if all(values)
        }
        if tried:
            best = max(tried, key=tried.get)
            chosen = LENGTHENED[best] if spec.rates_only else best
            choices[title] = Choice(chosen, tried)
    return choices


def write_choices(new: Mapping[str, Mapping[str, Choice]]) -> None:
    """Write choices where the folds' runs read them, beside older ones.

    Args:
        new: By track and title of the row.
    """
    old = read_choices()
    content = {}
    for track in TRACKS:
        known = {**old.get(track, {}), **new.get(track, {})}
        content[track] = {
            row.title: known[row.title]
            for row in searched_rows(
                track, [each.title for each in track_rows([track])]
            )
            if row.title in known
        }
    save_choices(content)


def choose_trials(
    bench: Bench, tracks: Sequence[str], wanted: Sequence[str] = ()
) -> None:
    """Write the choices of rows whose trials have been run.

    Args:
        bench: That has run them.
        tracks: Keys of ``TRACKS``.
        wanted: Rows or ablations; empty for what always runs.
    """
    write_choices(
        {
            track: best_trials(bench, track, table)
            for track in tracks
            for table in search_tables(track, wanted)
        }
    )


def search_texts(
    tracks: Sequence[str], wanted: Sequence[str] = ()
) -> list[str]:
    """A table for each track: what was tried for each row, and the choice.

    Args:
        tracks: Keys of ``TRACKS``.
        wanted: Rows or ablations; empty for what always runs.
    """
    choices = read_choices()
    texts = []
    for track in tracks:
        spec, of_track = TRACKS[track], choices.get(track, {})
        metric = next(iter(spec.metrics.values()))
        always = choose(track_rows([track]), ())
        lines = [
            _line(row, of_track.get(row.title), spec.trials, always)
            for row in searched_rows(track, wanted)
        ]
        if lines:
            title = f'{spec.title}, search, mean {metric} of development sets'
            heads = ['method', *spec.trials, 'chosen', 'also for']
            texts.append(markdown(title, heads, lines))
    return texts


def _line(
    row: Row,
    choice: Choice | None,
    trials: Collection[str],
    rows: Sequence[Row],
) -> tuple[str, ...]:
    tried = choice.tried if choice else {}
    missing = 'failed' if choice else '-'
    return (
        row.title,
        *(f'{tried[k]:.1f}' if k in tried else missing for k in trials),
        choice.chosen if choice else "not searched: the config's",
        '; '.join(r.title for r in rows if r.schedule_of == row.title),
    )
