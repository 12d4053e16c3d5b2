"""Recognisers' tables for tools/run_benchmark.py: trained once, tested often.

A model is trained on one data set and tested on every list that a table asks
for.
"""

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import experiments
import yaml
from benchmark_tables import cell, markdown
from experiments import ROOT, Method, SecondTest, keep_metrics, tool_options
from mmengine.config import Config

from stclip.utils.io import read_json, require_file, write_json


@dataclass(frozen=True)
class Run:
    """A model and what it is tested on.

    Args:
        method: How it is trained.
        data: Config in configs/ whose test data it gets.
        start: Whose checkpoint the training starts from; ``None`` for CLIP.
        test: Weights and options of the test, if they are not those of the
            last checkpoint and the method.
    """

    method: Method
    data: str
    start: Method | None = None
    test: SecondTest | None = None


@dataclass(frozen=True)
class Table:
    """One table of the paper, or a column of it.

    Args:
        title: Heading.
        published: Where its rows are in data/published/da_sti.yaml; empty if
            there are none.
        columns: Heading -> number of the row's run, and metric.
        rows: Our rows by the paper's name; others come after them.
        over_splits: Whether the columns are splits: the last column has their
            mean and deviation, and the paper's row has only that.
        harmonic: Whether the last column is the harmonic mean of the others.
    """

    title: str
    published: tuple[str, ...]
    columns: dict[str, tuple[int, str]]
    rows: dict[str, tuple[Run, ...]]
    over_splits: bool = False
    harmonic: bool = False


@dataclass
class Bench:
    """Trains and tests what is missing, and reads the results.

    Args:
        out: Folder of all benchmarks, which share trained models.
        seeds: Of the training.
        options: Values that differ from the configs, in every run.
        gpus: Processes of a training or test, which share its batch.
        failed: Folders of the tests that did not work.
        untrained: Folders of trainings that did not; not tried again.
    """

    out: Path
    seeds: Sequence[int]
    options: tuple[str, ...] = ()
    gpus: int = 1
    failed: list[Path] = field(default_factory=list)
    untrained: set[Path] = field(default_factory=set)

    def run(self, tables: Sequence[Table]) -> int:
        """Do all runs of the tables; one that fails loses no other.

        Returns:
            Their number.
        """
        runs = dict.fromkeys(
            (run, seed)
            for table in tables
            for row in table.rows.values()
            for run in row
            for seed in self._seeds(run)
        )
        for number, (run, seed) in enumerate(runs, 1):
            folder = self.test_folder(run, seed)
            print(f'[{number}/{len(runs)}] {folder}', flush=True)
            if (folder / 'metrics.json').is_file():
                continue
            if not self._test(run, seed, folder):
                print(f'    FAILED, see the logs in {folder}', flush=True)
                self.failed.append(folder)
        return len(runs)

    def values(self, run: Run, metric: str) -> list[float]:
        """A metric of all seeds that have finished."""
        files = [
            self.test_folder(run, seed) / 'metrics.json'
            for seed in self._seeds(run)
        ]
        return [
            json.loads(file.read_text())[metric]
            for file in files
            if file.is_file()
        ]

    def train_folder(self, run: Run, seed: int) -> Path:
        """Where a training keeps its files."""
        name = Path(run.method.config).name
        if run.start:
            name += '_from_k400'
        return self.out / name / f'seed{seed}'

    def test_folder(self, run: Run, seed: int) -> Path:
        """Where a test keeps its files."""
        name = Path(run.data).name
        if run.test:
            name += f'_{run.test.name}'
        return self.train_folder(run, seed) / name

    def _seeds(self, run: Run) -> Sequence[int]:
        return self.seeds if run.method.trained else self.seeds[:1]

    def _test(self, run: Run, seed: int, folder: Path) -> bool:
        checkpoint = ()
        test = run.test or SecondTest('')
        if run.method.trained:
            path = self._trained(run, seed)
            if not path:
                return False
            if test.weights:
                path = self.train_folder(run, seed) / test.weights
                require_file(path, 'The config of the training makes it.')
            checkpoint = (str(path),)
        # The model as it was trained, on the data of another config.
        config = Config.fromfile(ROOT / 'configs' / f'{run.method.config}.py')
        data = Config.fromfile(ROOT / 'configs' / f'{run.data}.py')
        config.test_dataloader = data.test_dataloader
        folder.mkdir(parents=True, exist_ok=True)
        config.dump(folder / 'config.py')
        command = ('tools/test.py', str(folder / 'config.py'), *checkpoint)
        options = tool_options(folder, seed, (*test.options, *self.options))
        title = f'testing {folder.name}'
        if not self._call((*command, *options), folder / 'test.log', title):
            return False
        keep_metrics(folder)
        return True

    def _trained(self, run: Run, seed: int) -> str | None:
        """Checkpoint of a model, trained now if it was not; None: failed."""
        folder = self.train_folder(run, seed)
        record = folder / 'trained.json'
        if folder in self.untrained:
            return None
        if record.is_file():
            return read_json(record)['checkpoint']
        size = batch_of(run.method) // self.gpus
        options = (f'train_dataloader.batch_size={size}',)
        # Some draw their training videos with the seed.
        options += tuple(o.format(seed=seed) for o in run.method.options)
        resume = ('--resume',)
        if run.start:
            start = self._trained(Run(run.start, run.data), seed)
            if not start:
                return None
            options += (f'load_from={start}',)
            # What has not begun has nothing to go on from but the start.
            if not (folder / 'last_checkpoint').is_file():
                resume = ()
        config = f'configs/{run.method.config}.py'
        options = tool_options(folder, seed, (*options, *self.options))
        command = ('tools/train.py', config, *resume, *options)
        title = f'training {folder.parent.name}'
        if not self._call(command, folder / 'train.log', title):
            self.untrained.add(folder)
            return None
        checkpoint = experiments.last_checkpoint(folder)
        write_json(record, dict(checkpoint=checkpoint))
        return checkpoint

    def _call(self, command: tuple[str, ...], log: Path, title: str) -> bool:
        if self.gpus > 1:
            launch = ('-m', 'torch.distributed.run', '--standalone')
            launch += (f'--nproc_per_node={self.gpus}', command[0])
            command = (*launch, '--launcher', 'pytorch', *command[1:])
        return experiments.call(command, log, title)


def batch_of(method: Method) -> int:
    """Videos of a training step, all GPUs together."""
    config = Config.fromfile(ROOT / 'configs' / f'{method.config}.py')
    return config.auto_scale_lr.base_batch_size


def batches_of(tables: Sequence[Table]) -> set[int]:
    """Those of all methods that are trained."""
    methods = {
        run.method
        for table in tables
        for row in table.rows.values()
        for run in row
        if run.method.trained
    }
    return set(map(batch_of, methods))


def write_tables(bench: Bench, benchmark: str, tables: Sequence[Table]) -> str:
    """Markdown of the tables; the raw values go to ``<benchmark>.json``."""
    path = ROOT / 'data' / 'published' / 'da_sti.yaml'
    published = yaml.safe_load(path.read_text(encoding='utf-8'))
    raw, parts = {}, []
    for table in tables:
        rows = published if table.published else {}
        for key in table.published:
            rows = rows[key]
        raw[table.title] = {
            name: {
                head: bench.values(runs[place], metric)
                for head, (place, metric) in table.columns.items()
            }
            for name, runs in table.rows.items()
        }
        heads = ['method', *table.columns]
        if table.over_splits:
            heads.append('mean +- std')
        if table.harmonic:
            heads.append('harmonic mean')
        lines = _lines(table, rows, raw[table.title])
        parts.append(markdown(table.title, heads, list(lines)))
    write_json(bench.out / f'{benchmark}.json', raw, indent=2)
    return '\n'.join(parts)


def _lines(
    table: Table, paper: dict, ours: dict[str, dict[str, list[float]]]
) -> Iterator[list[str]]:
    """The paper's rows, with ours after those of the same name."""
    paper = {str(name): numbers for name, numbers in paper.items()}
    for name in dict.fromkeys((*paper, *ours)):
        if name in paper:
            numbers = paper[name]
            numbers = numbers if isinstance(numbers, list) else [numbers]
            shown = ['-' if n is None else f'{n:.1f}' for n in numbers]
            if table.over_splits:
                shown = ['-'] * len(table.columns) + [' +- '.join(shown)]
            yield [f'{name}, paper', *shown]
        if name in ours:
            columns = list(ours[name].values())
            shown = [cell(values) for values in columns]
            if table.over_splits:
                shown.append(over_splits(columns))
            if table.harmonic:
                shown.append(cell(harmonic_means(columns)))
            yield [name, *shown]


def over_splits(columns: Sequence[Sequence[float]]) -> str:
    """Mean and deviation (ddof 0) over the splits, of the means over seeds."""
    if not all(columns):
        return 'failed'
    percent = [100 * statistics.mean(values) for values in columns]
    mean = statistics.mean(percent)
    return f'{mean:.2f} +- {statistics.pstdev(percent):.2f}'


def harmonic_means(columns: Sequence[Sequence[float]]) -> list[float]:
    """Of each seed over the columns; nothing if a run is missing."""
    if len(set(map(len, columns))) > 1:
        return []
    return [
        statistics.harmonic_mean(values)
        for values in zip(*columns, strict=True)
    ]
