"""Variants of shipped configs: which leaf, and what differs from it."""

from typing import Any

from stclip.benchmarking.accuracy.rows import Evaluation

_TEST_DATA = 'test_dataloader.dataset'


def on_split(leaf: str, split: int) -> Evaluation:
    """A recogniser's test on a split of its data set.

    Args:
        leaf: Config of the data, without its split.
        split: From 1.
    """
    return Evaluation(
        f'{_name(leaf)}_split{split}',
        f'{leaf}_split1',
        {f'{_TEST_DATA}.split': split},
    )


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
