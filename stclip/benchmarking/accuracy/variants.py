"""Variants of shipped configs: which leaf, and what differs from it."""

from typing import Any

from stclip.benchmarking.accuracy import runs
from stclip.benchmarking.accuracy.rows import Evaluation

_TEST_DATA = 'test_dataloader.dataset'


def on_split(leaf: str, split: int, weights: str = '') -> Evaluation:
    """A recogniser's test on a split of its data set.

    As that data set's config tests it: with its metrics, and with as much of
    CLIP mixed into the weights as it says.

    Args:
        leaf: Config of the data, without its split.
        split: From 1.
        weights: See :class:`Evaluation`.
    """
    data = f'{leaf}_split1'
    config = runs.read_config(data)
    overrides = {
        'test_evaluator': config.test_evaluator,
        f'{_TEST_DATA}.split': split,
    }
    if patching := config.default_hooks.get('patch_weights'):
        overrides['default_hooks.patch_weights'] = patching
    name = f'{_name(leaf)}_split{split}'
    return Evaluation(name, data, overrides, weights)


def on_part(leaf: str, part: str) -> Evaluation:
    """A test on the ``base`` or ``novel`` classes of a data set."""
    return Evaluation(
        f'{_name(leaf)}_{part}', f'{leaf}_base', {f'{_TEST_DATA}.part': part}
    )


def on_views(leaf: str, views: str) -> Evaluation:
    """A test on clips and crops, ``4x3`` say, a video at a time."""
    return Evaluation(
        f'{_name(leaf)}_{views}',
        leaf,
        {f'{_TEST_DATA}.views': views, 'test_dataloader.batch_size': 1},
    )


def with_shots(leaf: str, shots: int) -> tuple[str, dict[str, Any]]:
    """Config and overrides of a training on a few videos of each class."""
    return f'{leaf}_k2', {'train_dataloader.dataset.shots': shots}


def patched(ratio: float) -> dict[str, Any]:
    """Overrides that test a mixture with CLIP's weights."""
    return {'default_hooks.patch_weights.ratio': ratio}


def _name(leaf: str) -> str:
    return leaf.rpartition('/')[2]
