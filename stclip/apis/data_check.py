"""The data that a config names, looked at before any training."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.registry import DefaultScope

from stclip.apis.box_recall import recall_of
from stclip.datasets.ava_keyframe_dataset import AVAKeyframeDataset
from stclip.datasets.keyframe_dataset import KeyframeDataset
from stclip.datasets.proposals import find_all_detections, read_detections
from stclip.engine.configs import import_custom_modules
from stclip.engine.launch import run_config
from stclip.engine.preflight import data_sets
from stclip.engine.type_check import check_types
from stclip.evaluation.doubts import FEW_BOXES
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import LabelSplit, read_label_split
from stclip.labels.seen_warnings import told_alike
from stclip.preparation.media_faults import missing_videos, usable_videos
from stclip.preparation.media_glance import Glance, glance_at
from stclip.preparation.records import Findings
from stclip.registry import DATASETS, DEFAULT_SCOPE
from stclip.structures.keyframe import Keyframe
from stclip.utils.config_types import is_a
from stclip.utils.errors import MissingFileError, UserError
from stclip.video.listing import look_for_videos

_TASKS = 'train', 'val', 'test'
_PREPARE = 'docs/how_to/prepare_data.md tells what to prepare'
_LEAST_RECALL = 0.5
# AVA annotates these seconds of a film.
_AVA_FIRST, _AVA_LAST = 900, 1799
_SHOWN = 3


@dataclass
class CheckedSet:
    """One data set of a config, and what was found.

    Args:
        task: ``'train'``, ``'val'`` or ``'test'``.
        dataset: Built without its samples.
        faults: What is wrong.
        notes: What to know.
        labels: All actions; None if they cannot be read.
        split: The label split; None likewise.
        annotated: All keyframes.
        used: Those to train on or to test.
        glances: What was seen of each video that is there.
        recall: Part of the annotated boxes that detected boxes find, by
            action and for ``'all'``.
    """

    task: str
    dataset: KeyframeDataset
    faults: Findings = field(default_factory=Findings)
    notes: Findings = field(default_factory=Findings)
    labels: LabelSpace | None = None
    split: LabelSplit | None = None
    annotated: list[Keyframe] = field(default_factory=list)
    used: list[Keyframe] = field(default_factory=list)
    glances: dict[str, Glance] = field(default_factory=dict)
    recall: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Actions to train on or to average over."""
        if self.split is None:
            return ()
        return getattr(self.split, self.dataset.subset)

    def counts(self) -> dict[str, dict[str, int]]:
        """Boxes, keyframes and videos of each action, as used."""
        if self.labels is None:
            return {}
        boxes = np.zeros(len(self.labels), int)
        keyframes = np.zeros(len(self.labels), int)
        shown: dict[str, np.ndarray] = {}
        for keyframe in self.used:
            of_each = keyframe.labels.sum(axis=0, dtype=int)
            there = of_each > 0
            boxes += of_each
            keyframes += there
            seen = shown.setdefault(keyframe.video, there)
            seen |= there
        videos = sum(shown.values(), np.zeros(len(self.labels), int))
        rows = zip(boxes.tolist(), keyframes.tolist(), videos.tolist(),
                   strict=True)  # fmt: skip
        found = {
            name: dict(boxes=b, keyframes=k, videos=v)
            for name, (b, k, v) in zip(self.labels.names, rows, strict=True)
        }
        return {name: found[name] for name in self.names if name in found}


def checked_sets(
    config: str, cfg_options: Sequence[str] = (), iou_thr: float = 0.5
) -> list[CheckedSet]:
    """Read and check the data sets of keyframes that a config names.

    Args:
        config: Config file.
        cfg_options: Values that differ, ``KEY=VALUE`` each.
        iou_thr: Least IoU of a box that finds a person.

    Raises:
        MissingFileError: If nothing of the data is there.
        UserError: If the config has another kind of data.
    """
    cfg = run_config(config, cfg_options=cfg_options)
    import_custom_modules(cfg)
    checked = [
        CheckedSet(task, dataset) for task, dataset in _built(cfg, config)
    ]
    missing = [
        [path for path in _files(each) if not Path(path).is_file()]
        for each in checked
    ]
    if all(
        each.dataset.ann_file in m
        for each, m in zip(checked, missing, strict=True)
    ):
        paths = list(dict.fromkeys(p for part in missing for p in part))
        more = len(paths) - _SHOWN
        raise MissingFileError(
            f'the data of {config} is not there: {", ".join(paths[:_SHOWN])}'
            + (f' and {more} more' if more > 0 else '')
            + f' do not exist; {_PREPARE}, and --cfg-options '
            'test_dataloader.dataset.data_root=DIR says where it lies'
        )
    for each, paths in zip(checked, missing, strict=True):
        for path in paths:
            each.faults.add('missing file', path, f'{_PREPARE}.')
        if _read(each):
            _look_at_videos(each)
            _look_at_classes(each)
            _look_at_boxes(each, iou_thr)
    _compare(checked)
    return checked


def _built(
    cfg: Mapping[str, Any], config: str
) -> Iterator[tuple[str, KeyframeDataset]]:
    others, known = [], []
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        for task in _TASKS:
            loader = cfg.get(f'{task}_dataloader') or {}
            key = f'{task}_dataloader.dataset'
            for where, part in data_sets(loader.get('dataset'), key):
                kind = part.get('type')
                if not isinstance(kind, type):
                    kind = DATASETS.get(str(kind))
                if is_a(kind, KeyframeDataset):
                    if part not in known:  # validated on what is tested
                        check_types(cfg, task)
                        known.append(part)
                        yield task, DATASETS.build(dict(part, lazy_init=True))
                elif 'dataset' not in part and 'datasets' not in part:
                    others.append(f'{where} is {part.get("type")}')
    if not known:
        raise UserError(
            f'{config} has no data set of action detection '
            f'({"; ".join(others) or "it has no data set at all"}): give a '
            'config with AVAKeyframeDataset or CocoKeyframeDataset; '
            'tools/data/make_video_lists.py makes and checks the lists of '
            'recognition'
        )


def _files(checked: CheckedSet) -> list[str]:
    """Files of a set, with the number of its label split in their names."""
    dataset = checked.dataset
    split = read_label_split(dataset.label_split_file).split
    return [path.replace('{split}', str(split)) for path in dataset.files()]


def _read(checked: CheckedSet) -> bool:
    """Read the annotations; False if there is nothing to look at."""
    dataset = checked.dataset

    def note(error: ValueError) -> None:
        checked.faults.add(
            'faulty annotation (it would end the training)',
            str(error),
            f'Correct it in {dataset.ann_file}, or leave it out.',
        )

    try:
        checked.labels, checked.annotated = dataset.read_keyframes(note)
        checked.split = read_label_split(dataset.label_split_file)
        checked.used = dataset.select(
            checked.split, checked.labels, checked.annotated
        )
    except FileNotFoundError:
        return False  # named as missing
    except ValueError as error:
        hint = 'The message says what to correct.'
        checked.faults.add('unusable annotations', str(error), hint)
    return bool(checked.used)


def _look_at_videos(checked: CheckedSet) -> None:
    dataset, faults = checked.dataset, checked.faults
    folder = Path(dataset.data_prefix['video'])
    by_video: dict[str, list[Keyframe]] = {}
    for keyframe in checked.used:
        by_video.setdefault(keyframe.video, []).append(keyframe)
    try:
        paths = look_for_videos(folder, by_video)
    except (FileNotFoundError, ValueError) as error:
        faults.add('unusable folder of videos', str(error), f'{_PREPARE}.')
        return
    missing_videos(paths, folder, faults)
    checked.glances = {
        name: glance_at(path, by_video[name], dataset.fps)
        for name, path in paths.items()
        if path is not None
    }
    facts = {name: glance.facts for name, glance in checked.glances.items()}
    shown = [k for k in checked.used if k.video in facts]
    usable_videos(facts, shown, faults)
    for name, glance in checked.glances.items():
        seconds = [k.seconds for k in by_video[name] if k.seconds is not None]
        if seconds and glance.fps is None and not glance.facts.fault:
            faults.add(
                'folder of frames without a rate',
                name,
                'Its keyframes are given by seconds: set fps of the data set.',
            )
    if isinstance(dataset, AVAKeyframeDataset):
        _look_at_seconds(checked)


def _look_at_seconds(checked: CheckedSet) -> None:
    start = checked.dataset.start_sec
    for keyframe in checked.annotated if start == _AVA_FIRST else ():
        if keyframe.seconds + start > _AVA_LAST:
            checked.faults.add(
                f'keyframe outside the seconds {_AVA_FIRST} to {_AVA_LAST} '
                'that AVA annotates',
                f'{keyframe.video},{keyframe.timestamp}',
                'Count from the start of the film; films that are not cut '
                'want start_sec=0.',
            )


def _look_at_classes(checked: CheckedSet) -> None:
    for name, row in checked.counts().items():
        if not row['boxes']:
            checked.faults.add(
                'class without a box',
                name,
                'Nothing is learnt of it, and means leave it out: check its '
                'name and the annotations, or take it out of the label split.',
            )
        elif row['boxes'] < FEW_BOXES:
            checked.notes.add(
                f'class with fewer than {FEW_BOXES} boxes',
                f'{name} ({row["boxes"]})',
                'One box more or less moves its AP far.',
            )


def _look_at_boxes(checked: CheckedSet, iou_thr: float) -> None:
    dataset = checked.dataset
    if 'detected' not in dataset.box_sources:
        return
    path = dataset.det_file.replace('{split}', str(checked.split.split))
    if not any(len(k.boxes) for k in checked.used):
        return
    try:
        boxes = find_all_detections(read_detections(path), checked.used, path)
    except FileNotFoundError:
        return  # named as missing
    except ValueError as error:
        hint = 'The message says what to correct.'
        checked.faults.add('unusable person boxes', str(error), hint)
        return
    checked.recall = recall_of(
        checked.labels.names, checked.used, boxes, iou_thr, dataset.det_thr
    )
    kept = checked.recall['all']['kept']
    if not any(boxes):
        checked.faults.add(
            'person boxes of other keyframes',
            path,
            'Detect persons on these annotations (stclip detect-persons).',
        )
    elif kept < _LEAST_RECALL:
        checked.faults.add(
            'weak person boxes',
            f'{path} finds {kept:.1%} of the annotated boxes',
            'Take another detector, or a larger det_thr.',
        )


def _compare(checked: Sequence[CheckedSet]) -> None:
    """Look at what training and test have in common."""
    trained = [each for each in checked if each.task == 'train']
    for tested in (each for each in checked if each.task != 'train'):
        if tested.split is None:
            continue
        split, file = tested.split, tested.dataset.label_split_file
        for line in told_alike(split, file, ()):
            tested.faults.add('labels alike', line, 'See the message.')
        if seen := split.seen_of(split.test):
            tested.notes.add(
                'tested action that is trained on',
                ', '.join(seen),
                'Their AP is no zero-shot result.',
            )
        for other in trained:
            _compare_with(tested, other)


def _compare_with(tested: CheckedSet, trained: CheckedSet) -> None:
    if tested.labels and trained.labels and tested.labels != trained.labels:
        tested.faults.add(
            'other actions than those of the training annotations',
            tested.dataset.label_source(),
            'Write both with the same list of actions.',
        )
    folders = [
        Path(each.dataset.data_prefix['video']).resolve()
        for each in (tested, trained)
    ]
    if folders[0] != folders[1]:
        return
    both = {k.video for k in tested.used} & {k.video for k in trained.used}
    for name in sorted(both):
        tested.faults.add(
            'video that is trained on and tested',
            name,
            'Leave it out of one of the annotations.',
        )
