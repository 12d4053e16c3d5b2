"""Tables of tools/run_benchmark.py in Markdown."""

import json
import re
import statistics
from collections.abc import Sequence
from pathlib import Path

import yaml
from experiments import ROOT, Method

from stclip.utils.io import atomic_write

#: Metric of a test run -> heading of its column or table.
BOXES = {
    'detected/frame_mAP@0.5': 'detected boxes',
    'ground_truth/frame_mAP@0.5': 'ground-truth boxes',
}
VOTED = {
    'detected/voted/frame_mAP@0.5': 'detected, soft voting',
    'ground_truth/voted/frame_mAP@0.5': 'ground truth, soft voting',
}


def run_folder(out: Path, method: Method, seed: int, split: int = 0) -> Path:
    """Where a run keeps its files; 0 for benchmarks without splits."""
    name = Path(method.config).name
    if split:
        name = f'{name.removesuffix("_split1")}_split{split}'
    folder = out / name / f'seed{seed}'
    return folder / method.test.name if method.test else folder


def values_of(
    out: Path,
    method: Method,
    seeds: Sequence[int],
    metric: str,
    split: int = 0,
) -> list[float]:
    """A metric of all seeds of a method that have finished."""
    seeds = seeds if method.trained else seeds[:1]
    files = [
        run_folder(out, method, seed, split) / 'metrics.json' for seed in seeds
    ]
    return [
        json.loads(file.read_text())[metric]
        for file in files
        if file.is_file()
    ]


def metric_table(
    title: str,
    methods: Sequence[Method],
    columns: dict[str, str],
    out: Path,
    seeds: Sequence[int],
) -> str:
    """A column for each metric: mean +- standard deviation over seeds."""
    rows = [
        [
            method.name,
            *(cell(values_of(out, method, seeds, key)) for key in columns),
        ]
        for method in methods
    ]
    return markdown(title, ['method', *columns.values()], rows)


def split_tables(
    name: str,
    methods: Sequence[Method],
    metrics: dict[str, str],
    splits: Sequence[int],
    out: Path,
    seeds: Sequence[int],
) -> str:
    """A table for each metric: a column for each split, and their mean.

    The paper's row stands beside ours; methods that only the paper has come
    first.
    """
    path = ROOT / 'data' / 'published' / 'st_clip.yaml'
    published = yaml.safe_load(path.read_text(encoding='utf-8'))[name]
    parts = []
    for metric, title in metrics.items():
        source = metric.split('/frame_mAP')[0].replace('/', ', ')
        paper = published.get(source, {})
        ours = {method.name: method for method in methods}
        rows = []
        for row in dict.fromkeys((*paper, *ours)):
            if row in paper:
                numbers = [paper[row][split - 1] for split in splits]
                shown = [f'{number:.2f}' for number in numbers]
                mean = f'{statistics.mean(numbers):.2f}'
                rows.append([f'{row}, paper', *shown, mean])
            if row in ours:
                runs = [
                    values_of(out, ours[row], seeds, metric, split)
                    for split in splits
                ]
                rows.append([row, *map(cell, runs), cell(_over_splits(runs))])
        heads = ['method', *(f'split {split}' for split in splits), 'mean']
        parts.append(markdown(f'{name}, {title}', heads, rows))
    return '\n'.join(parts)


def _over_splits(runs: list[list[float]]) -> list[float]:
    """Mean over splits of each seed; nothing if a run is missing."""
    if not all(runs) or len({len(values) for values in runs}) > 1:
        return []
    return [statistics.mean(values) for values in zip(*runs, strict=True)]


def cell(values: list[float]) -> str:
    """Fractions -> percent, with the sample deviation where there is one."""
    if not values:
        return 'failed'
    percent = [100 * value for value in values]
    mean = statistics.mean(percent)
    if len(percent) == 1:
        return f'{mean:.2f}'
    return f'{mean:.2f} +- {statistics.stdev(percent):.2f}'


def markdown(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> str:
    """A table under a heading."""
    lines = [
        f'### {title}',
        '',
        f'| {" | ".join(heads)} |',
        '|---' * len(heads) + '|',
        *(f'| {" | ".join(row)} |' for row in rows),
        '',
    ]
    return '\n'.join(lines)


def fill_page(page: Path, name: str, text: str) -> None:
    """Put the tables between the marks of a page."""
    start, end = f'<!-- {name}: start -->', f'<!-- {name}: end -->'
    pattern = re.compile(f'{start}.*{end}', re.DOTALL)
    old = page.read_text(encoding='utf-8')
    if not pattern.search(old):
        raise SystemExit(f'{page} has no marks {start} and {end}')
    with atomic_write(page) as file:
        file.write(pattern.sub(f'{start}\n\n{text}\n{end}', old))
