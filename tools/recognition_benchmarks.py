"""DA-STI's tables for tools/run_benchmark.py: trained once, tested often.

A model is trained on Kinetics-400 and tested on every split of every data set
that a table asks for.
"""

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import experiments
import yaml
from benchmark_tables import cell, markdown
from experiments import ROOT, Method, keep_metrics, tool_options
from mmengine.config import Config

from stclip.utils.io import read_json, write_json

TOP1, TOP5 = 'acc/top1', 'acc/top5'
#: Videos of a training step, all GPUs together (paper, section 4.1.2).
BATCH = 64
SPLITS = (1, 2, 3)
SHOTS = (2, 4, 8, 16)
FEW_SHOT_SETS = ('ucf101', 'hmdb51')
_TITLES = dict(ucf101='UCF-101', hmdb51='HMDB-51', k600='Kinetics-600')


@dataclass(frozen=True)
class Run:
    """A model and what it is tested on.

    Args:
        method: How it is trained.
        data: Config in configs/ whose test data it gets.
        start: Whose checkpoint the training starts from; ``None`` for CLIP.
    """

    method: Method
    data: str
    start: Method | None = None


@dataclass(frozen=True)
class Table:
    """One table of the paper, or a column of it.

    Args:
        title: Heading.
        published: Where its rows are in data/published/da_sti.yaml.
        columns: Heading -> number of the row's run, and metric.
        rows: Our rows by the paper's name; others come after them.
        over_splits: Whether the columns are splits: the last column has their
            mean and deviation, and the paper's row has only that.
    """

    title: str
    published: tuple[str, ...]
    columns: dict[str, tuple[int, str]]
    rows: dict[str, tuple[Run, ...]]
    over_splits: bool = False


_BASE = Method('DA-STI (ViT-B/16, 16 frames)', 'da_sti/dasti_vit-b16_16f_k400')
_LARGE = Method('DA-STI (ViT-L/14, 8 frames)', 'da_sti/dasti_vit-l14_8f_k400')
_CLIP = Method('CLIP, mean of 16 frames', 'ablation/dasti_clip', trained=False)
_BOTH_TOPS = {'top-1': (0, TOP1), 'top-5': (0, TOP5)}


def _ablation(name: str) -> Method:
    return Method(name.replace('_', ' '), f'ablation/dasti_{name}')


# Number of the table -> what it is about, and its rows.
_ABLATIONS = {
    4: (
        'interaction',
        {
            'neither': _ablation('interaction_none'),
            'spatial': _ablation('interaction_spatial'),
            'temporal': _ablation('interaction_temporal'),
            'both': _BASE,
        },
    ),
    5: (
        'number of attributes',
        {
            str(n): _BASE if n == 8 else _ablation(f'attributes_{n}')
            for n in (0, 2, 4, 8, 16)
        },
    ),
}
_FUSIONS = {
    'Co-attention': _ablation('coattention'),
    'Co-attention + ST': _ablation('coattention_st'),
    'ST': _BASE,
}


def _tested(
    method: Method,
    data: str,
    splits: Sequence[int],
    model: str = 'vit-b16_16f',
) -> tuple[Run, ...]:
    config = f'da_sti/dasti_{model}_zs_{data}_split'
    return tuple(Run(method, f'{config}{split}') for split in splits)


def zero_shot(data: str, splits: Sequence[int]) -> dict[int, Table]:
    """Tables 1, 4, 5 and 6, as far as they are about one data set."""
    title = f'zero-shot on {_TITLES[data]}'
    found = {
        1: Table(
            f'Table 1, {title}',
            ('table1', data),
            {f'split {s}': (i, TOP1) for i, s in enumerate(splits)},
            {
                _CLIP.name: _tested(_CLIP, data, splits),
                _BASE.name: _tested(_BASE, data, splits),
                _LARGE.name: _tested(_LARGE, data, splits, 'vit-l14_8f'),
            },
            over_splits=True,
        )
    }
    for number, (what, methods) in _ABLATIONS.items():
        found[number] = Table(
            f'Table {number}, {what}, {title}, split 1',
            (f'table{number}', data),
            {'top-1': (0, TOP1)},
            {name: _tested(m, data, (1,)) for name, m in methods.items()},
        )
    if data == 'ucf101':
        found[6] = Table(
            f'Table 6, fusion, {title}, split 1',
            ('table6',),
            _BOTH_TOPS,
            {
                name: _tested(method, data, (1,))
                for name, method in _FUSIONS.items()
            },
        )
    return found


def few_shot() -> dict[int, tuple[Table, ...]]:
    """Table 2: from the checkpoint of Kinetics-400, and from CLIP."""
    starts = {'Kinetics-400': _BASE, 'CLIP': None}
    tables = []
    for data in FEW_SHOT_SETS:
        rows = {}
        for origin, start in starts.items():
            configs = [
                f'da_sti/dasti_vit-b16_16f_few_shot_{data}_k{number}'
                for number in SHOTS
            ]
            rows[f'DA-STI (ViT-B/16), from {origin}'] = tuple(
                Run(Method(Path(config).name, config), config, start)
                for config in configs
            )
        columns = {f'K = {n}': (i, TOP1) for i, n in enumerate(SHOTS)}
        title = f'Table 2, few-shot on {_TITLES[data]}, split 1'
        tables.append(Table(title, ('table2', data), columns, rows))
    return {2: tuple(tables)}


def kinetics400() -> dict[int, Table]:
    """Table 3, with 4 clips x 3 crops."""
    rows = {}
    for size, name in (
        ('8 x 224', 'vit-l14_8f'),
        ('16 x 224', 'vit-l14_16f'),
        ('32 x 336', 'vit-l14-336_32f'),
    ):
        config = f'da_sti/dasti_{name}_k400'
        title = f'DA-STI, ViT-L/14 ({size}, 4 x 3)'
        rows[title] = (Run(Method(title, config), f'{config}_4x3'),)
    title = 'Table 3, Kinetics-400, supervised'
    return {3: Table(title, ('table3',), _BOTH_TOPS, rows)}


#: Benchmark -> numbers of the paper's tables.
BENCHMARKS = {
    'zs_ucf101': (1, 4, 5, 6),
    'zs_hmdb51': (1, 4, 5),
    'zs_k600': (1, 4, 5),
    'few_shot': (2,),
    'k400': (3,),
}


def tables_of(
    benchmark: str, numbers: Sequence[int], splits: Sequence[int]
) -> list[Table]:
    """The tables that are wanted.

    Args:
        benchmark: A key of ``BENCHMARKS``.
        numbers: Of the paper's tables.
        splits: Of Table 1.
    """
    if benchmark == 'few_shot':
        return list(few_shot()[2])
    found = (
        kinetics400()
        if benchmark == 'k400'
        else zero_shot(benchmark.removeprefix('zs_'), splits)
    )
    return [found[number] for number in numbers]


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
        return self.train_folder(run, seed) / Path(run.data).name

    def _seeds(self, run: Run) -> Sequence[int]:
        return self.seeds if run.method.trained else self.seeds[:1]

    def _test(self, run: Run, seed: int, folder: Path) -> bool:
        checkpoint = ()
        if run.method.trained:
            path = self._trained(run, seed)
            if not path:
                return False
            checkpoint = (path,)
        # The model as it was trained, on the data of another config.
        config = Config.fromfile(ROOT / 'configs' / f'{run.method.config}.py')
        data = Config.fromfile(ROOT / 'configs' / f'{run.data}.py')
        config.test_dataloader = data.test_dataloader
        folder.mkdir(parents=True, exist_ok=True)
        config.dump(folder / 'config.py')
        command = ('tools/test.py', str(folder / 'config.py'), *checkpoint)
        options = tool_options(folder, seed, self.options)
        title = f'testing {Path(run.data).name}'
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
        options = (f'train_dataloader.batch_size={BATCH // self.gpus}',)
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


def write_tables(bench: Bench, benchmark: str, tables: Sequence[Table]) -> str:
    """Markdown of the tables; the raw values go to ``<benchmark>.json``."""
    path = ROOT / 'data' / 'published' / 'da_sti.yaml'
    published = yaml.safe_load(path.read_text(encoding='utf-8'))
    raw, parts = {}, []
    for table in tables:
        rows = published
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
            yield [name, *shown]


def over_splits(columns: Sequence[Sequence[float]]) -> str:
    """Mean and deviation (ddof 0) over the splits, of the means over seeds."""
    if not all(columns):
        return 'failed'
    percent = [100 * statistics.mean(values) for values in columns]
    mean = statistics.mean(percent)
    return f'{mean:.2f} +- {statistics.pstdev(percent):.2f}'
