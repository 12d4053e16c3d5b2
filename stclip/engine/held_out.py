"""Whether what is tested was kept out of the training."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.registry import DefaultScope

from stclip.datasets import KeyframeDataset, SplitVideoDataset
from stclip.engine.preflight import data_sets
from stclip.engine.type_check import check_types
from stclip.labels.label_split import read_label_split
from stclip.registry import DATASETS, DEFAULT_SCOPE
from stclip.utils.errors import MissingFileError, UserError


def check_held_out(cfg: Mapping[str, Any]) -> None:
    """Refuse to test seen actions on the videos that they are trained on.

    Where a label split shares no action between training and test, no video
    can serve both, and no annotations are read here.

    Args:
        cfg: The whole config.

    Raises:
        UserError: If videos are trained on and tested.
    """
    try:
        if not any(map(_shares_actions, _split_data_sets(cfg, 'test'))):
            return
        both = _videos(cfg, 'train') & _videos(cfg, 'test')
    except MissingFileError:
        # Files of the other task need not be here; those of this one are
        # asked for when it starts.
        return
    if both:
        raise UserError(
            f'{len(both)} videos would be trained on and tested, such as '
            f'{min(both)}: train and test of the label split share actions, '
            'so give test_dataloader.dataset.ann_file videos of its own'
        )


def _split_data_sets(
    cfg: Mapping[str, Any], task: str
) -> list[Mapping[str, Any]]:
    """Configs of the data sets that a label split chooses from."""
    loader = cfg.get(f'{task}_dataloader') or {}
    parts = data_sets(loader.get('dataset'), task)
    return [part for _, part in parts if _names_split(part)]


def _names_split(part: Mapping[str, Any]) -> bool:
    name = part.get('label_split')
    return isinstance(name, str) and name != ''


def _shares_actions(part: Mapping[str, Any]) -> bool:
    split = read_label_split(part['label_split'])
    return bool(split.seen_of(split.test))


def _videos(cfg: Mapping[str, Any], task: str) -> set[Path]:
    check_types(cfg, task)
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        built = [
            DATASETS.build(dict(part, lazy_init=True))
            for part in _split_data_sets(cfg, task)
        ]
    return {
        video
        for dataset in built
        if isinstance(dataset, (KeyframeDataset, SplitVideoDataset))
        for video in dataset.videos()
    }
