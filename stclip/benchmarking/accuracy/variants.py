"""Variants of shipped configs: which leaf, and what differs from it."""

from typing import Any

from stclip.benchmarking.accuracy.rows import Evaluation


def on_split(leaf: str, split: int) -> Evaluation:
    """A recogniser's test on a split of its data set.

    Args:
        leaf: Config of the data, without its split.
        split: From 1.
    """
    return _test(f'{leaf}_split{split}')


def on_part(leaf: str, part: str) -> Evaluation:
    """A test on the ``base`` or ``novel`` classes of a data set."""
    return _test(f'{leaf}_{part}')


def on_views(leaf: str, views: str) -> Evaluation:
    """A test on clips and crops, ``4x3`` say."""
    return _test(f'{leaf}_{views}')


def with_shots(leaf: str, shots: int) -> tuple[str, dict[str, Any]]:
    """Config and overrides of a training on a few videos of each class."""
    return f'{leaf}_k{shots}', {}


def patched(ratio: float) -> dict[str, Any]:
    """Overrides that test a mixture with CLIP's weights."""
    return {'custom_hooks.0.ratio': ratio}


def _test(leaf: str, **overrides: Any) -> Evaluation:
    return Evaluation(leaf.rpartition('/')[2], leaf, overrides)
