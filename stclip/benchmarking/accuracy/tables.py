"""Tables of runs: rows, columns, published figures, and their Markdown."""

import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from stclip.benchmarking.accuracy.rows import Run
from stclip.evaluation.functional.recognition import harmonic_mean
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write
from stclip.utils.resources import shipped
from stclip.utils.text_file import read_text, read_yaml

#: Metric of a test -> heading of its column or table.
BOXES = {
    'detected/frame_mAP@0.5': 'detected boxes',
    'ground_truth/frame_mAP@0.5': 'ground-truth boxes',
}
VOTED = {
    'detected/voted/frame_mAP@0.5': 'detected, soft voting',
    'ground_truth/voted/frame_mAP@0.5': 'ground truth, soft voting',
}
#: A row's values: of each column those of all seeds, as fractions.
Columns = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Summary:
    """A last column, made of the others.

    Args:
        heading: Of the column.
        cell: From the values of a row to what is shown.
    """

    heading: str
    cell: Callable[[Columns], str]


@dataclass(frozen=True)
class Table:
    """A table of a paper or of ours.

    Args:
        title: Heading.
        columns: Heading -> index of the row's run, and metric.
        rows: Our rows by title, each with its runs.
        published: Cells of a paper's rows by title; they come first, ours
            after those of the same title.
        summary: The last column, if there is one.
        data: A line below the table, what it is measured on.
        note: Another one, what it cannot be trusted for; both empty for none.
        remarks: What is said of published rows, by title, in a column behind
            all others; empty for no such column.
    """

    title: str
    columns: dict[str, tuple[int, str]]
    rows: dict[str, tuple[Run, ...]]
    published: dict[str, tuple[str, ...]] = field(default_factory=dict)
    summary: Summary | None = None
    data: str = ''
    note: str = ''
    remarks: dict[str, str] = field(default_factory=dict)

    def markdown(self, values: dict[str, dict[str, list[float]]]) -> str:
        """The table under its heading.

        Args:
            values: Of all seeds, as fractions, by row and column.
        """
        heads = ['method', *self.columns]
        if self.summary:
            heads.append(self.summary.heading)
        if self.remarks:
            heads.append('remark')
        text = markdown(self.title, heads, list(self._lines(values)))
        return with_note(text, self.below)

    @property
    def below(self) -> str:
        """What is said below the table, and below what is made of it."""
        return f'{self.data} {self.note}'.strip()

    def _lines(
        self, values: dict[str, dict[str, list[float]]]
    ) -> Iterator[tuple[str, ...]]:
        for title in dict.fromkeys((*self.published, *self.rows)):
            if title in self.published:
                remark = self.remarks.get(title, '')
                yield self._line(
                    f'{title}, paper', self.published[title], remark
                )
            if title in self.rows:
                columns = list(values[title].values())
                cells = tuple(map(cell, columns))
                if self.summary:
                    cells += (self.summary.cell(columns),)
                yield self._line(title, cells)

    def _line(
        self, title: str, cells: Sequence[str], remark: str = ''
    ) -> tuple[str, ...]:
        return (title, *cells, *((remark,) if self.remarks else ()))


def runs_of(tables: Sequence[Table]) -> Iterator[Run]:
    """Every run of some tables."""
    for table in tables:
        for runs in table.rows.values():
            yield from runs


def cell(values: Sequence[float]) -> str:
    """Fractions -> percent, with the sample deviation where there is one."""
    if not values:
        return 'failed'
    percent = [100 * value for value in values]
    mean = statistics.mean(percent)
    if len(percent) == 1:
        return f'{mean:.2f}'
    return f'{mean:.2f} +- {statistics.stdev(percent):.2f}'


def _seed_by_seed(
    reduce: Callable[[Sequence[float]], float], columns: Columns
) -> list[float]:
    """Reduce the columns of each seed; nothing if a run is missing."""
    if not all(columns) or len(set(map(len, columns))) > 1:
        return []
    return [reduce(values) for values in zip(*columns, strict=True)]


def _mean_and_deviation(columns: Columns) -> str:
    """Mean and deviation (ddof 0) over columns, of the means over seeds."""
    if not all(columns):
        return 'failed'
    percent = [100 * statistics.mean(values) for values in columns]
    mean = statistics.mean(percent)
    return f'{mean:.2f} +- {statistics.pstdev(percent):.2f}'


#: Over splits, seed by seed.
MEAN = Summary('mean', lambda c: cell(_seed_by_seed(statistics.mean, c)))
#: Over splits.
MEAN_AND_DEVIATION = Summary('mean +- std', _mean_and_deviation)
#: Of base and novel classes, seed by seed.
HARMONIC_MEAN = Summary(
    'harmonic mean',
    lambda c: cell(_seed_by_seed(lambda v: harmonic_mean(*v), c)),
)


def published(name: str, *keys: str) -> dict[str, Any]:
    """Figures of data/published/NAME.yaml by the title of their row.

    Each file is read once, as every table asks for some.

    Args:
        name: Of the file.
        *keys: Where they are in it.
    """
    figures = _all_published(shipped(f'data/published/{name}.yaml'))
    for key in keys:
        figures = figures.get(key, {})
    return {str(title): values for title, values in figures.items()}


@cache
def _all_published(path: Path) -> dict[str, Any]:
    return read_yaml(path)


def with_note(text: str, note: str) -> str:
    """A table with a line below it, if there is something to say."""
    return f'{text}\n{note}\n' if note else text


def markdown(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> str:
    """A table under a heading."""
    return f'### {title}\n\n{markdown_rows(heads, rows)}'


def markdown_rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, each line of it ended."""
    lines = [
        f'| {" | ".join(heads)} |',
        '|---' * len(heads) + '|',
        *(f'| {" | ".join(row)} |' for row in rows),
    ]
    return '\n'.join(lines) + '\n'


def fill_page(page: Path, name: str, text: str) -> None:
    """Put a table between the marks of a page.

    Raises:
        UserError: If the page is missing or has no marks.
    """
    start, end = f'<!-- {name}: start -->', f'<!-- {name}: end -->'
    pattern = re.compile(f'{start}.*{end}', re.DOTALL)
    old = read_text(page, 'Run this in a checkout.')
    if not pattern.search(old):
        raise UserError(f'{page} has no marks {start} and {end}')
    with atomic_write(page) as file:
        file.write(pattern.sub(lambda _: f'{start}\n\n{text}\n{end}', old))
