"""Rows of tables: models, what trains them, and what tests them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from stclip.benchmarking.accuracy.schedules import Schedule
from stclip.utils.errors import UserError
from stclip.utils.resources import shipped
from stclip.utils.text_file import read_yaml


@dataclass(frozen=True)
class Model:
    """A model and how it is trained.

    Args:
        name: Of its folder; what has the same one is trained once.
        config: Below configs/, without its suffix.
        overrides: Values that differ from the config's, by dotted key;
            ``{seed}`` in them is the run's.
        trained: Whether there is something to train, once per seed.
        start: Whose checkpoint the training starts from; ``None`` for CLIP.
        schedule: In place of the config's; ``None`` for that.
    """

    name: str
    config: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    trained: bool = True
    start: 'Model | None' = None
    schedule: Schedule | None = None


@dataclass(frozen=True)
class Evaluation:
    """A test of a model.

    Args:
        name: Of its folder, below the model's.
        data: Config whose test data it gets; empty for the model's own.
        overrides: Values that differ from the config's, by dotted key.
        weights: File that the training leaves; empty for the last checkpoint.
    """

    name: str = 'test'
    data: str = ''
    overrides: Mapping[str, Any] = field(default_factory=dict)
    weights: str = ''


@dataclass(frozen=True)
class Run:
    """A model and a test of it, one value of each metric per seed."""

    model: Model
    test: Evaluation = field(default_factory=Evaluation)


@dataclass(frozen=True)
class Row:
    """A row of a table, as configs/benchmarks/*.yaml says it.

    Args:
        title: As the table shows it.
        run: What is run for it.
        ablation: Group of rows that are run when asked for; empty for a row
            that always is.
        control: Whether methods are compared with it.
        schedule_of: Title of the row whose chosen schedule it is trained
            with; empty for its own.
    """

    title: str
    run: Run
    ablation: str = ''
    control: bool = False
    schedule_of: str = ''


_KEYS = {
    *('id', 'config', 'set', 'trained', 'ablation', 'test', 'control'),
    *('schedule_of', 'start'),
}
_TEST_KEYS = {'name', 'set', 'weights'}


def read_rows(file: str) -> dict[str, tuple[Row, ...]]:
    """Rows of configs/benchmarks/FILE.yaml by the table they are of.

    Each file is read once, as a search asks for its rows at every trial.

    Raises:
        UserError: If a row has an unknown key.
    """
    return dict(_rows_of(shipped(f'configs/benchmarks/{file}.yaml')))


@cache
def _rows_of(path: Path) -> dict[str, tuple[Row, ...]]:
    tables = read_yaml(path)
    return {
        table: tuple(
            _row(f'{path}, {table}', str(title), values)
            for title, values in rows.items()
        )
        for table, rows in tables.items()
    }


def _row(where: str, title: str, values: dict) -> Row:
    test = values.get('test', {})
    for known, given in ((_KEYS, values), (_TEST_KEYS, test)):
        if unknown := set(given) - known:
            raise UserError(
                f'{where}, {title!r}: unknown {sorted(unknown)}; rows have '
                f'{sorted(known)}'
            )
    config = values['config']
    model = Model(
        values.get('id', config.rpartition('/')[2]),
        config,
        values.get('set', {}),
        values.get('trained', True),
        _started(values),
    )
    run = Run(
        model,
        Evaluation(
            test.get('name', 'test'),
            overrides=test.get('set', {}),
            weights=test.get('weights', ''),
        ),
    )
    ablation, control = values.get('ablation', ''), values.get('control')
    schedule_of = str(values.get('schedule_of', ''))
    return Row(title, run, str(ablation), bool(control), schedule_of)


def _started(values: dict) -> Model | None:
    config = values.get('start')
    return Model(config.rpartition('/')[2], config) if config else None


def choose(rows: Sequence[Row], wanted: Sequence[str]) -> tuple[Row, ...]:
    """Rows by title or by ablation; without any, those that always run.

    Args:
        rows: Of one table.
        wanted: Titles, or names of ablations.
    """
    if not wanted:
        return tuple(row for row in rows if not row.ablation)
    return tuple(row for row in rows if {row.title, row.ablation} & {*wanted})


def with_schedule(row: Row, schedule: Schedule) -> Row:
    """A row's model in a folder of its own, trained by a schedule."""
    model = row.run.model
    name = f'{model.name}_{schedule.name}'
    model = replace(model, name=name, schedule=schedule)
    return replace(row, run=replace(row.run, model=model))


def with_label_split(row: Row, file: str, split: str) -> Row:
    """A row's model on the seen and unseen actions of a label split.

    Args:
        row: On the split of its config.
        file: Of the label split.
        split: What its runs are called by, as ``split1``.
    """
    model = row.run.model
    name = f'{model.name.removesuffix("_split1")}_{split}'
    overrides = {
        **model.overrides,
        'train_dataloader.dataset.label_split': file,
        'test_dataloader.dataset.label_split': file,
    }
    model = replace(model, name=name, overrides=overrides)
    return replace(row, run=replace(row.run, model=model))


def require_rows(rows: Sequence[Row], wanted: Sequence[str]) -> None:
    """See that every name means a row.

    Raises:
        UserError: If one does not, with the names there are.
    """
    titles = [row.title for row in rows]
    ablations = sorted({row.ablation for row in rows if row.ablation})
    for name in wanted:
        if name not in (*titles, *ablations):
            raise UserError(
                f'--rows: no row {name!r}; there are '
                + ', '.join(map(repr, dict.fromkeys((*titles, *ablations))))
            )


def fill(value: Any, seed: int) -> Any:
    """An override with the seed of a run in place of ``{seed}``."""
    if isinstance(value, str):
        return re.sub(r'\{seed\}', str(seed), value)
    return value
