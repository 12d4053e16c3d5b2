"""What a table is measured on, as its configs say it: for its last line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from mmengine.config import Config

from stclip.benchmarking.accuracy import runs
from stclip.benchmarking.accuracy.rows import Run
from stclip.engine.config_options import lay_over
from stclip.labels.label_list import read_label_list
from stclip.utils.io import fill_path
from stclip.utils.resources import shipped

_LABELS = 'AddLabelSpace'
_DETECTED = 'detected'
_IN_PARTS = 'OpenVocabularyMAP'
# The data set that scores all actions unless it is told not to.
_SCORES_ALL = 'AVAKeyframeDataset'
# What stands for itself in the names of lists, with the defaults of the data.
_VARIANT = dict(split=1, part='base')


def told_videos(tests: Sequence[Run], metrics: Iterable[str]) -> str:
    """Of recognisers: lists of videos, vocabularies, metrics.

    Args:
        tests: Of one row, a column each.
        metrics: Names of what is shown.
    """
    videos, labels = [], []
    for config in map(_tested_by, tests):
        data = config.test_dataloader.dataset
        variant = {k: data.get(k, v) for k, v in _VARIANT.items()}
        files = data.ann_file
        for file in [files] if isinstance(files, str) else files:
            path = f'{data.data_root}/{file}'
            videos.append(fill_path(path, **variant))
        if 'label_split' in data:
            labels.append(f'the unseen actions of {data.label_split}')
            continue
        step = next(s for s in data.pipeline if s.type.endswith(_LABELS))
        file = fill_path(step.label_file, **variant)
        number = len(read_label_list(shipped(file)))
        labels.append(f'{file} ({number} classes)')
    return _sentence(
        {'Test videos': videos, 'vocabulary': labels, 'metric': metrics}
    )


def told_keyframes(
    tests: Sequence[Run], metrics: Iterable[str], source: str
) -> str:
    """Of detectors: keyframes, person boxes, vocabularies, metrics.

    Args:
        tests: Of one row, a column each.
        metrics: Names of what is shown.
        source: Of the boxes: ``detected``, ``ground_truth``, or ``own`` of
            detectors that find persons themselves.
    """
    keyframes, labels, boxes = [], [], []
    for config in map(_tested_by, tests):
        data = config.test_dataloader.dataset
        keyframes.append(f'{data.data_root}/{data.ann_file}')
        labels.append(_vocabulary(config))
        boxes.append(_boxes(data, source))
    return _sentence(
        {
            'Test keyframes': keyframes,
            'boxes': boxes,
            'vocabulary': labels,
            'metric': metrics,
        }
    )


def _vocabulary(config: Config) -> str:
    data, metrics = config.test_dataloader.dataset, config.test_evaluator
    if isinstance(metrics, Mapping):
        metrics = [metrics]
    if any(metric['type'] == _IN_PARTS for metric in metrics):
        return (
            f'the base or the novel actions of {data.label_split}, those of '
            "the video's part, and all where a column says so"
        )
    if data.get('score_all', data.type == _SCORES_ALL):
        return f'all actions, of which the unseen in {data.label_split} count'
    return f'the unseen actions of {data.label_split}'


def _boxes(data: Any, source: str) -> str:
    if source == _DETECTED:
        return (
            f'{data.data_root}/{data.det_file}, those above the best score of '
            f'their frame less {data.det_thr:g}'
        )
    told = dict(ground_truth='of the ground truth', own='of the method itself')
    return told[source]


def _tested_by(run: Run) -> Config:
    """The config of a run's test data, with what differs from it."""
    model, test = run.model, run.test
    config = runs.read_config(test.data or model.config)
    if not test.data:
        lay_over(config, model.overrides)
    lay_over(config, test.overrides)
    return config


def _sentence(parts: dict[str, Iterable[str]]) -> str:
    """``What: each, each; what: ...``; of equal ones, one."""
    told = '; '.join(
        f'{what}: {_together(list(dict.fromkeys(values)))}'
        for what, values in parts.items()
    )
    return f'{told}.'


def _together(values: Sequence[str]) -> str:
    """Values in a list; where they differ by one number, ``one{1,2}.txt``."""
    parts = [re.split(r'(\d+)', value) for value in values]
    # Words, number, words, number, ...: differing lengths never match.
    columns = [*zip_longest(*parts)]
    differing = [k for k, each in enumerate(columns) if len({*each}) > 1]
    if len(differing) == 1 and differing[0] % 2:
        before, (at,) = parts[0], differing
        numbers = '{' + ','.join(columns[at]) + '}'
        return ''.join([*before[:at], numbers, *before[at + 1 :]])
    return ', '.join(values)
