"""DA-STI's tables for tools/run_benchmark.py.

A model is trained on Kinetics-400 and tested on every split of every data set
that a table asks for.
"""

from collections.abc import Sequence
from pathlib import Path

from experiments import Method
from recognition_runs import Run, Table

TOP1, TOP5 = 'acc/top1', 'acc/top5'
SPLITS = (1, 2, 3)
SHOTS = (2, 4, 8, 16)
FEW_SHOT_SETS = ('ucf101', 'hmdb51')
_TITLES = dict(ucf101='UCF-101', hmdb51='HMDB-51', k600='Kinetics-600')


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
