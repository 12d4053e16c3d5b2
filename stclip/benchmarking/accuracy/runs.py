"""Trainings and tests of tables: each once, in a process of its own."""

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mmengine.config import Config

from stclip.benchmarking.accuracy import process
from stclip.benchmarking.accuracy.changed_config import changed_keys
from stclip.benchmarking.accuracy.rows import Model, Run, fill
from stclip.benchmarking.accuracy.tables import Table, runs_of
from stclip.engine.config_options import lay_over, parse_options
from stclip.utils.checkpoints import LAST_CHECKPOINT, last_checkpoint
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, read_json, require_file, write_json
from stclip.utils.resources import shipped

#: Of a test, in its folder.
METRICS_FILE = 'metrics.json'
#: Of a training that has finished.
TRAINED_FILE = 'trained.json'


@dataclass
class Bench:
    """What trains and tests what is missing, and reads the results.

    Args:
        out: Absolute folder of the runs.
        seeds: Of the training.
        options: ``KEY=VALUE`` each, for every run.
        num_gpus: Processes of a training or test, which share the batch that
            the config's learning rate is for; ``None`` for one process with
            the config's own batch.
        failed: Folders of the tests that did not work.
        untrained: Folder of a training that did not -> why; it is not tried
            again.
    """

    out: Path
    seeds: Sequence[int]
    options: Sequence[str] = ()
    num_gpus: int | None = None
    failed: list[Path] = field(default_factory=list)
    untrained: dict[Path, str] = field(default_factory=dict)

    def run(self, tables: Sequence[Table]) -> int:
        """Do all runs of the tables; one that fails loses no other.

        Returns:
            Their number.
        """
        runs = {
            self.test_folder(run, seed): (run, seed)
            for run in runs_of(tables)
            for seed in self.seeds_of(run.model)
        }
        for index, (folder, (run, seed)) in enumerate(runs.items(), 1):
            print(f'[{index}/{len(runs)}] {folder}', flush=True)
            if (folder / METRICS_FILE).is_file():
                self.compare(run, seed)
                continue
            start = time.monotonic()
            try:
                self.test(run, seed)
            except UserError as error:
                self.failed.append(folder)
                print(f'    FAILED: {error}', flush=True)
                for line in getattr(error, 'tail', ()):
                    print(f'      | {line}', flush=True)
            else:
                print(f'    {time.monotonic() - start:.0f} s', flush=True)
        return len(runs)

    def has_finished(self, run: Run) -> bool:
        """Whether a row's test is there for every seed."""
        return all(
            (self.test_folder(run, seed) / METRICS_FILE).is_file()
            for seed in self.seeds_of(run.model)
        )

    def values(self, run: Run, metric: str) -> list[float]:
        """A metric of all seeds that have finished and measured it.

        Raises:
            UserError: If a test has no such metric.
        """
        values = []
        for seed in self.seeds_of(run.model):
            file = self.test_folder(run, seed) / METRICS_FILE
            if not file.is_file():
                continue
            metrics = read_json(file)
            if metric not in metrics:
                raise UserError(
                    f'{file} has no {metric!r} but {sorted(metrics)}; delete '
                    'it to test again'
                )
            values.append(metrics[metric])
        return [value for value in values if value is not None]

    def train_folder(self, model: Model, seed: int) -> Path:
        """Where a training leaves its files."""
        return self.out / model.name / f'seed{seed}'

    def test_folder(self, run: Run, seed: int) -> Path:
        """Where a test leaves its files."""
        return self.train_folder(run.model, seed) / run.test.name

    def seeds_of(self, model: Model) -> Sequence[int]:
        """All seeds, or one where nothing is drawn."""
        return self.seeds if model.trained else self.seeds[:1]

    def test(self, run: Run, seed: int) -> None:
        """Test a model, trained first if it was not.

        Raises:
            UserError: If that fails.
        """
        folder = self.test_folder(run, seed)
        words = []
        if run.model.trained:
            checkpoint = self.checkpoint(run.model, seed)
            if run.test.weights:
                checkpoint = require_file(
                    self.train_folder(run.model, seed) / run.test.weights,
                    'The config of the training makes it.',
                )
            words.append(str(checkpoint))
        cfg = self.test_config_of(run, seed)
        hook = dict(type='MetricsFileHook', path=str(folder / METRICS_FILE))
        cfg.merge_from_dict({'default_hooks.metrics_file': hook})
        title = f'testing {run.model.name}'
        if run.test.data:
            title = f'testing {run.test.name}'
        self.call('test', cfg, folder, seed, words, title)

    def checkpoint(self, model: Model, seed: int) -> str:
        """Checkpoint of a model, trained now if it was not.

        Raises:
            UserError: If the training fails, or did before.
        """
        folder = self.train_folder(model, seed)
        record = folder / TRAINED_FILE
        if folder in self.untrained:
            raise UserError(f'not trained: {self.untrained[folder]}')
        if record.is_file():
            return str(folder / read_json(record)['checkpoint'])
        try:
            self.train(model, seed, folder)
        except UserError as error:
            self.untrained[folder] = str(error)
            raise
        checkpoint = last_checkpoint(
            folder, 'Give the work dir of a training.'
        )
        # Its name alone: a folder of runs may be moved.
        write_json(record, dict(checkpoint=Path(checkpoint).name))
        return checkpoint

    def train(self, model: Model, seed: int, folder: Path) -> None:
        """Train, on from the last checkpoint if there is one."""
        cfg = self.config_of(model, seed)
        if self.num_gpus:
            size = batch_of(model) // self.num_gpus
            cfg.train_dataloader.batch_size = size
        words = ['--resume']
        if model.start:
            cfg.load_from = self.checkpoint(model.start, seed)
            # What has not begun has nothing to go on from but the start.
            if not (folder / LAST_CHECKPOINT).is_file():
                words = ['--overwrite']
        title = f'training {model.name}'
        self.call('train', cfg, folder, seed, words, title)

    def config_of(self, model: Model, seed: int) -> Config:
        """The config of a model with its overrides."""
        cfg = read_config(model.config)
        values = {k: fill(v, seed) for k, v in model.overrides.items()}
        lay_over(cfg, values)
        if model.schedule:
            model.schedule.apply(cfg)
        return cfg

    def test_config_of(self, run: Run, seed: int) -> Config:
        """The config of a test with all overrides."""
        cfg = self.config_of(run.model, seed)
        if run.test.data:
            # The model as it was trained, on the data of another config.
            cfg.test_dataloader = read_config(run.test.data).test_dataloader
        lay_over(cfg, run.test.overrides)
        return cfg

    def compare(self, run: Run, seed: int) -> None:
        """Say which values a finished test had other than now.

        A folder is known by the row's name, which stays when its values, a
        config or ``options`` change.
        """
        folder = self.test_folder(run, seed)
        file = folder / 'config.py'
        # Kept runs have none.
        if file.is_file():
            cfg = self.test_config_of(run, seed)
            cfg.merge_from_dict(parse_options(self.options))
            if keys := changed_keys(Config.fromfile(file), cfg):
                print(
                    f'    other {", ".join(keys)} than now: delete '
                    f'{folder.parent} to run it again',
                    flush=True,
                )

    def call(
        self,
        task: str,
        cfg: Config,
        folder: Path,
        seed: int,
        words: Sequence[str],
        title: str,
    ) -> None:
        """Write the whole config into the folder and run a command by it."""
        cfg.merge_from_dict(parse_options(self.options))
        progress = folder / f'{task}_progress.jsonl'
        hook = dict(type='ProgressHook', path=str(progress))
        cfg.merge_from_dict({'default_hooks.progress': hook})
        with atomic_write(folder / 'config.py') as file:
            file.write(cfg.pretty_text)
        command = process.stclip_command(
            (
                *(task, str(folder / 'config.py'), *words),
                *('--work-dir', str(folder), '--seed', str(seed)),
            ),
            self.num_gpus or 1,
        )
        start = time.monotonic()
        process.call(command, folder / f'{task}.log', title, progress)
        seconds = round(time.monotonic() - start, 1)
        write_json(took_file(folder, task), dict(seconds=seconds))


def newest_record(folder: Path, name: str) -> Path | None:
    """What a test has written beside its log, the last time it was done.

    Args:
        folder: Of the test.
        name: Of the file.
    """
    found = sorted(folder.glob(f'*/{name}'))
    return found[-1] if found else None


def seconds_of(folder: Path, task: str) -> float | None:
    """How long a training or test took; ``None`` if none has finished.

    Args:
        folder: Of the training or test.
        task: ``train`` or ``test``.
    """
    file = took_file(folder, task)
    return read_json(file)['seconds'] if file.is_file() else None


def took_file(folder: Path, task: str) -> Path:
    """Where it stands how long a training or test took.

    Args:
        folder: Of the training or test.
        task: ``train`` or ``test``.
    """
    return folder / f'{task}_took.json'


def read_config(name: str) -> Config:
    """A shipped config by its path below configs/, without suffix.

    Each file is read once, as tables ask for some a hundred times.

    Raises:
        MissingFileError: If there is none.
    """
    return copy.deepcopy(_shipped_config(name))


@cache
def _shipped_config(name: str) -> Config:
    path = shipped(f'configs/{name}.py')
    return Config.fromfile(require_file(path, 'A table names it.'))


def batch_of(model: Model) -> int:
    """Samples of a training step, all GPUs together."""
    return read_config(model.config).auto_scale_lr.base_batch_size


def require_divisible(tables: Sequence[Table], num_gpus: int) -> None:
    """See that the processes can share every batch.

    Raises:
        UserError: If they cannot.
    """
    models = {run.model.config: run.model for run in runs_of(tables)}
    for model in models.values():
        if model.trained and batch_of(model) % num_gpus:
            raise UserError(
                f'--gpus must divide the batch of {batch_of(model)}, got '
                f'{num_gpus}'
            )


def raw_values(bench: Bench, table: Table) -> dict[str, dict[str, Any]]:
    """Values of all seeds by row and column."""
    return {
        row: {
            heading: bench.values(runs[index], metric)
            for heading, (index, metric) in table.columns.items()
        }
        for row, runs in table.rows.items()
    }
