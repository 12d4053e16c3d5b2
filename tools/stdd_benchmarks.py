"""STDD's tables for tools/run_benchmark.py.

Its paper's figures are not known here: no row stands beside ours.
"""

from collections.abc import Sequence

from experiments import Method, SecondTest
from recognition_runs import Run, Table

_TOP1 = 'acc/top1'
_TITLES = dict(
    k400='Kinetics-400', ucf101='UCF-101', hmdb51='HMDB-51', k600='K-600'
)
_CONFIG = 'stdd/stdd_vit-b16_8f'
_DATA = dict(k400='kinetics400', ucf101='ucf101', hmdb51='hmdb51')
_CLIP = Method('CLIP, names', 'ablation/stdd_clip', trained=False)
# Name of a row -> config and CLIP's share in its patched weights.
_MODELS = {
    'STDD (ViT-B/16, 8 frames)': (f'{_CONFIG}_k400', 0.5),
    'STDD (ViT-L/14, 8 frames)': ('stdd/stdd_vit-l14_8f_k400', 0.6),
}
_WEIGHTS = 'averaged.pth'


def _tests(patch: float) -> dict[str, SecondTest]:
    """Of the weights averaged over the epochs, and half way to CLIP."""
    share = (f'custom_hooks.0.ratio={patch}',)
    return {
        'averaged': SecondTest('averaged', _WEIGHTS),
        'averaged and patched': SecondTest('patched', _WEIGHTS, share),
    }


def zero_shot(data: str, splits: Sequence[int]) -> Table:
    """Trained on Kinetics-400, tested on all classes of another data set."""
    configs = [f'{_CONFIG}_zs_{data}_split{split}' for split in splits]
    rows = {_CLIP.name: tuple(Run(_CLIP, config) for config in configs)}
    for name, (config, patch) in _MODELS.items():
        method = Method(name, config)
        for kind, test in _tests(patch).items():
            rows[f'{name}, {kind}'] = tuple(
                Run(method, config, test=test) for config in configs
            )
    columns = {f'split {s}': (i, _TOP1) for i, s in enumerate(splits)}
    title = f'STDD, zero-shot on {_TITLES[data]}'
    return Table(title, (), columns, rows, over_splits=True)


def base_to_novel(data: str) -> Table:
    """Trained on 16 videos of each base class, tested on both halves."""
    halves = [f'{_CONFIG}_b2n_{data}_{half}' for half in ('base', 'novel')]
    lists = f'data/{_DATA[data]}/annotations/base_to_novel'
    draw = f'train_dataloader.dataset.ann_file={lists}/base_k16_seed{{seed}}'
    name = 'STDD (ViT-B/16, 8 frames)'
    method = Method(name, halves[0], options=(f'{draw}.txt',))
    rows = {_CLIP.name: tuple(Run(_CLIP, config) for config in halves)}
    for kind, test in _tests(0.5).items():
        rows[f'{name}, {kind}'] = tuple(
            Run(method, config, test=test) for config in halves
        )
    columns = {half: (i, _TOP1) for i, half in enumerate(('base', 'novel'))}
    title = f'STDD, base-to-novel on {_TITLES[data]}'
    return Table(title, (), columns, rows, harmonic=True)


#: Benchmark -> data set of zero-shot testing, or of base-to-novel.
ZERO_SHOT = {f'stdd_zs_{data}': data for data in ('ucf101', 'hmdb51', 'k600')}
BASE_TO_NOVEL = {f'stdd_b2n_{data}': data for data in _DATA}


def table_of(benchmark: str, splits: Sequence[int]) -> Table:
    """The table of a benchmark.

    Args:
        benchmark: A key of ``ZERO_SHOT`` or ``BASE_TO_NOVEL``.
        splits: Of zero-shot testing.
    """
    if benchmark in ZERO_SHOT:
        return zero_shot(ZERO_SHOT[benchmark], splits)
    return base_to_novel(BASE_TO_NOVEL[benchmark])
