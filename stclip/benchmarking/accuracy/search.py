"""Which schedule each row of ZS-Stage is trained by: trials and choices.

Protocol: docs/zs_stage_protocol.md, "Search".
"""

import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from stclip.benchmarking.accuracy.rows import (
    Row,
    Run,
    choose,
    with_label_split,
    with_schedule,
)
from stclip.benchmarking.accuracy.runs import Bench
from stclip.benchmarking.accuracy.schedules import (
    LENGTHENED,
    SCHEDULES,
    Choice,
    best_of,
    neighbours,
    read_choices,
    save_choices,
)
from stclip.benchmarking.accuracy.stage import (
    SPLITS,
    TRACKS,
    Track,
    track_rows,
)
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
    """What is still to be tried: a table for each schedule, by set and row.

    Args:
        track: A key of ``TRACKS``.
        wanted: Rows or ablations; empty for what always runs.
    """
    spec = TRACKS[track]
    metric = next(iter(spec.metrics))
    choices = read_choices().get(track, {})
    by_name: dict[str, dict[str, tuple[Run, ...]]] = {}
    for row in searched_rows(track, wanted):
        for name in _untried(spec, choices.get(row.title)):
            by_name.setdefault(name, {})[row.title] = tuple(
                _trial(row, track, name, dev) for dev in spec.development
            )
    return [
        Table(
            f'{spec.title}, trials {name}',
            {
                f'{name}, {dev}': (index, metric)
                for index, dev in enumerate(spec.development)
            },
            rows,
        )
        for name, rows in by_name.items()
    ]


def _untried(spec: Track, choice: Choice | None) -> list[str]:
    """Schedules that are missing, or lie beyond one that is the best so far.

    The best of an open range says little; so the search goes on until the
    next slower and the next faster one are worse.
    """
    if not choice:
        return list(spec.trials)
    wanted = dict.fromkeys((*spec.trials, *neighbours(best_of(choice.tried))))
    return [name for name in wanted if name not in choice.tried]


def _trial(row: Row, track: str, name: str, development: str) -> Run:
    """A row by a schedule on a development set."""
    split = development.rpartition('_')[2]
    on_set = with_label_split(row, f'{SPLITS}/{development}.yaml', split)
    run = with_schedule(on_set, SCHEDULES[name]).run
    changed = {**run.test.overrides, **TRACKS[track].in_search}
    return replace(run, test=replace(run.test, overrides=changed))


def best_trials(
    bench: Bench, track: str, tables: Sequence[Table]
) -> dict[str, Choice]:
    """The best trial of each row, of these and those that were tried before.

    Args:
        bench: That has run the trials.
        track: A key of ``TRACKS``.
        tables: Of :func:`search_tables`.

    Returns:
        By title, of the rows of which one trial has finished on all sets.
    """
    spec, known = TRACKS[track], read_choices().get(track, {})
    tried = {title: dict(choice.tried) for title, choice in known.items()}
    for table in tables:
        [name] = {heading.partition(',')[0] for heading in table.columns}
        for title, runs in table.rows.items():
            values = [
                bench.values(runs[index], metric)
                for index, metric in table.columns.values()
            ]
            if all(values):
                mean = statistics.mean(value for (value,) in values)
                tried.setdefault(title, {})[name] = round(100 * mean, 2)
    choices = {}
    for title, found in tried.items():
        best = best_of(found)
        chosen = LENGTHENED[best] if spec.rates_only else best
        choices[title] = Choice(chosen, found)
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


def run_trials(
    bench: Bench, tracks: Sequence[str], wanted: Sequence[str] = ()
) -> tuple[int, list[Table]]:
    """Try schedules until the best of each row lies between two others.

    Choices are written after every round.

    Args:
        bench: What trains and tests.
        tracks: Keys of ``TRACKS``.
        wanted: Rows or ablations; empty for what always runs.

    Returns:
        How many trials there were, and their tables.
    """
    count, done = 0, {}
    while True:
        new = {
            track: [
                table
                for table in search_tables(track, wanted)
                # A trial that failed is not tried twice.
                if table.title not in done
            ]
            for track in tracks
        }
        tables = [table for of_track in new.values() for table in of_track]
        if not tables:
            return count, list(done.values())
        count += bench.run(tables)
        done |= {table.title: table for table in tables}
        write_choices(
            {track: best_trials(bench, track, new[track]) for track in tracks}
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
        rows = searched_rows(track, wanted)
        wider = {
            name
            for row in rows
            if row.title in of_track
            for name in of_track[row.title].tried
        }
        names = [n for n in SCHEDULES if n in wider.union(spec.trials)]
        lines = [
            _line(row, of_track.get(row.title), names, spec.trials, always)
            for row in rows
        ]
        if lines:
            title = f'{spec.title}, search, mean {metric} of development sets'
            heads = ['method', *names, 'chosen', 'also for']
            texts.append(markdown(title, heads, lines))
    return texts


def _line(
    row: Row,
    choice: Choice | None,
    names: Sequence[str],
    trials: Collection[str],
    rows: Sequence[Row],
) -> tuple[str, ...]:
    """A row's cells: of ``names``, those of ``trials`` are every row's."""
    tried = choice.tried if choice else {}
    return (
        row.title,
        *(
            f'{tried[name]:.1f}'
            if name in tried
            else ('failed' if choice and name in trials else '-')
            for name in names
        ),
        choice.chosen if choice else "not searched: the config's",
        '; '.join(r.title for r in rows if r.schedule_of == row.title),
    )
