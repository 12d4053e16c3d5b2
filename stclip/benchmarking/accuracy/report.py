"""Benchmarks by name: what is run, and the pages that are written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stclip.benchmarking.accuracy import (
    da_sti,
    detection,
    ovad,
    search,
    stage,
    stdd,
)
from stclip.benchmarking.accuracy.costs import costs_text
from stclip.benchmarking.accuracy.counting import counted, work_of
from stclip.benchmarking.accuracy.rows import Row, require_rows
from stclip.benchmarking.accuracy.runs import (
    Bench,
    raw_values,
    require_divisible,
)
from stclip.benchmarking.accuracy.schedules import require_writable_choices
from stclip.benchmarking.accuracy.tables import Table, fill_page
from stclip.benchmarking.zs_stage_data import prepare, steps_of
from stclip.engine.config_options import parse_options
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, write_json
from stclip.utils.outputs import own_folder, require_own
from stclip.zs_stage.classes import FOLDS

_PAGE = 'docs/zs_stage.md'
_IMAGES = 'images'
_RECOGNITION_SPLITS = 3
# The track whose rows are methods, so that what they cost is said as well.
_METHODS = 'methods'


@dataclass(frozen=True)
class Request:
    """What is asked of a benchmark.

    Args:
        name: Of the benchmark.
        rows: Titles of rows, or ablations; empty for the usual ones.
        splits: Label splits, by number or, of OVAD, by name; empty for the
            usual ones.
        tracks: Of ZS-Stage; empty for all.
        tables: Numbers of DA-STI's tables; empty for all.
        label_splits: Folder of ``split1.yaml``, ...; empty for the shipped
            ones.
        search: Whether schedules of ZS-Stage are chosen on its development
            sets, in place of the folds.
        finished: Whether nothing is run, and rows that have not finished are
            left out.

    Raises:
        UserError: If the benchmark has no such row, split or table.
    """

    name: str
    rows: tuple[str, ...] = ()
    splits: tuple[int | str, ...] = ()
    tracks: tuple[str, ...] = ()
    tables: tuple[int, ...] = ()
    label_splits: str = ''
    search: bool = False
    finished: bool = False

    def __post_init__(self) -> None:
        known = {
            'label splits': (self.splits, self._all_splits()),
            'tables': (self.tables, da_sti.TABLES.get(self.name, ())),
        }
        for what, (given, allowed) in known.items():
            if not set(given) <= set(allowed):
                raise UserError(
                    f'{self.name} has no such {what}: got {given}, there are '
                    f'{tuple(allowed)}'
                )
        if self.search and self.splits:
            raise UserError(
                '--search is done on development sets: leave out --splits'
            )
        if self.search and self.finished:
            raise UserError(
                '--search runs what is missing: leave --finished out'
            )
        require_rows(self._all_rows(), self.rows)

    @property
    def all_tracks(self) -> tuple[str, ...]:
        """Those that are wanted."""
        return self.tracks or tuple(stage.TRACKS)

    def bench(self, given: Bench) -> Bench:
        """What runs it: a search takes the first seed alone."""
        return replace(given, seeds=given.seeds[:1]) if self.search else given

    def make_tables(self) -> list[Table]:
        """The tables that are wanted."""
        splits = self.splits or self._all_splits()
        if self.name == 'zs_stage':
            by_track = [
                search.search_tables(track, self.rows)
                if self.search
                else stage.track_tables(track, self.rows, splits)
                for track in self.all_tracks
            ]
            return [table for tables in by_track for table in tables]
        if self.name in detection.SPLIT_BENCHMARKS:
            return detection.split_tables(
                self.name, splits, self.label_splits, self.rows
            )
        if self.name in ovad.DATA:
            return ovad.tables_of(self.name, self.rows, self.splits)
        if self.name in da_sti.TABLES:
            table_ids = self.tables or da_sti.TABLES[self.name]
            return da_sti.tables_of(self.name, table_ids, splits, self.rows)
        return [stdd.table_of(self.name, splits, self.rows)]

    def _all_splits(self) -> Sequence[int | str]:
        if self.name == 'zs_stage':
            return tuple(FOLDS)
        if self.name in detection.SPLIT_BENCHMARKS:
            return range(1, detection.SPLIT_BENCHMARKS[self.name][0] + 1)
        if self.name in ovad.DATA:
            return ovad.LABEL_SPLITS
        dasti = self.name in da_sti.TABLES and self.name.startswith('zs_')
        if dasti or self.name in stdd.ZERO_SHOT:
            return range(1, _RECOGNITION_SPLITS + 1)
        return ()

    def _all_rows(self) -> Sequence[Row]:
        if self.name == 'zs_stage':
            return stage.track_rows(self.all_tracks)
        if self.name in detection.SPLIT_BENCHMARKS:
            return detection.split_rows(self.name)
        if self.name in ovad.DATA:
            return ovad.rows_of(self.name)
        if self.name in da_sti.TABLES:
            return da_sti.rows_of(self.tables or da_sti.TABLES[self.name])
        return stdd.rows_of(self.name)


def count(request: Request, bench: Bench) -> None:
    """Say how many runs a benchmark has, and what is left; run nothing.

    Args:
        request: What is wanted.
        bench: What would train and test.
    """
    print(counted(work_of(request.bench(bench), request.make_tables())))


def run(request: Request, bench: Bench, write_docs: bool = False) -> None:
    """Run what is missing, then write the tables of what has finished.

    They go to ``table.md`` of the runs' folder (of recognisers' benchmarks,
    which share one, to ``NAME.md``), all values to ``NAME.json``. A search
    writes what it has chosen for the folds, and ``search.md``.

    Args:
        request: What is wanted.
        bench: What trains and tests.
        write_docs: Whether to fill ZS-Stage's page as well.

    Raises:
        UserError: If an option does not fit, and at last if runs failed.
    """
    if write_docs:
        for what, option, given in (
            ('all rows', '--rows', request.rows),
            ('the folds', '--search', request.search),
            ('all folds', '--splits', request.splits),
            ("the rows' own values", '--cfg-options', bench.options),
        ):
            if given:
                raise UserError(
                    f'--write-docs wants {what}: leave out {option}'
                )
    parse_options(bench.options)  # refuses what is none before any run
    bench = request.bench(bench)
    if request.search:
        require_writable_choices()
    tables = request.make_tables()
    if bench.num_gpus:
        require_divisible(tables, bench.num_gpus)
    if request.finished:
        tables = finished_rows(bench, tables)
    if request.name == 'zs_stage' and len(bench.seeds) == 1:
        told = f'Trained with seed {bench.seeds[0]} alone.'
        tables = [_noted(table, told) for table in tables]
    if bench.options:
        # The line below a table tells the rows' own data, boxes and labels.
        told = f'With {" ".join(bench.options)} in every run.'
        tables = [_noted(table, told) for table in tables]
    with own_folder(bench.out, '--out'):
        count, texts = _run(request, bench, tables)
    print('\n'.join(texts))
    if write_docs:
        _fill_docs(texts, bench.out)
    if bench.failed:
        raise UserError(f'{len(bench.failed)} of {count} runs failed')


def _run(
    request: Request, bench: Bench, tables: Sequence[Table]
) -> tuple[int, list[str]]:
    """Run, and write the tables; return how many runs, and the tables."""
    name = 'search' if request.search else request.name
    record = bench.out / f'{name}.json'
    shared = request.search or name in (*da_sti.TABLES, *stdd.NAMES)
    page = bench.out / f'{name if shared else "table"}.md'
    require_own([page], record, 'give another --out')
    if request.name == 'zs_stage' and not request.finished:
        prepare(steps_of(request.all_tracks), bench.out)
    if request.search:
        count, tables = search.run_trials(
            bench, request.all_tracks, request.rows
        )
    else:
        count = bench.run(tables)
    values = {table.title: raw_values(bench, table) for table in tables}
    texts = []
    if not request.search:
        texts += [table.markdown(values[table.title]) for table in tables]
        if request.name == 'zs_stage':
            texts += stage.comparisons(bench, request.tracks, tables)
        if request.tracks == (_METHODS,):
            texts.append(costs_text(bench, _METHODS, tables[0]))
    if request.name == 'zs_stage':
        tracks = request.all_tracks
        if request.finished:
            tracks = [t for t in tracks if stage.has_table(t, tables)]
        texts += search.search_texts(tracks, request.rows)
    write_json(record, values, indent=2)
    with atomic_write(page) as file:
        file.write('\n'.join(texts))
    return count, texts


def finished_rows(bench: Bench, tables: Sequence[Table]) -> list[Table]:
    """Tables of the rows whose runs have all finished; others by name below.

    Args:
        bench: That has run them.
        tables: Any; those without such a row are left out.

    Raises:
        UserError: If none has one.
    """
    found = []
    for table in tables:
        rows = {
            title: runs
            for title, runs in table.rows.items()
            if all(map(bench.has_finished, runs))
        }
        missing = [title for title in table.rows if title not in rows]
        note = f'Not run yet: {"; ".join(missing)}.' if missing else ''
        if rows:
            found.append(_noted(replace(table, rows=rows), note))
    if not found:
        raise UserError(f'no row has finished in {bench.out}')
    return found


def _noted(table: Table, note: str) -> Table:
    """A table with one more sentence below it."""
    return replace(table, note=f'{table.note} {note}'.strip())


def _fill_docs(texts: Sequence[str], out: Path) -> None:
    for track, spec in stage.TRACKS.items():
        of_track = [text for text in texts if text.startswith(spec.heading)]
        if of_track:
            of_track += _shown(track, out)
            fill_page(Path(_PAGE), f'zs_stage_{track}', '\n'.join(of_track))


def _shown(track: str, out: Path) -> Iterator[str]:
    """Put a track's forest plots beside the page; how it shows them."""
    for name, told in stage.PLOTS.items():
        plot = stage.plot_of(out, name, track)
        if plot.is_file():
            shown = f'{_IMAGES}/zs_stage_{plot.name}'
            with atomic_write(Path(_PAGE).parent / shown, 'wb') as file:
                file.write(plot.read_bytes())
            yield f'![{told}]({shown})\n'
