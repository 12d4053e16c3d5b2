"""COCO-style action annotations: J-HMDB, UCF101-24, ZS-Stage (single)."""

from collections.abc import Hashable
from typing import Any

import numpy as np

from stclip.datasets.keyframe_dataset import (
    Keyframe,
    KeyframeDataset,
    videos_with,
)
from stclip.datasets.proposals import Detections, read_detections_json
from stclip.registry import DATASETS
from stclip.structures.boxes import clip_boxes
from stclip.text.label_space import LabelSpace
from stclip.utils.io import read_json


@DATASETS.register_module()
class CocoKeyframeDataset(KeyframeDataset):
    """Keyframes of a JSON file as ST-CLIP releases it for J-HMDB.

    ``images`` have ``id``, ``movie``, ``timestamp`` (1-based frame number),
    ``height`` and ``width``; ``annotations`` have ``image_id``, ``bbox``
    (x1, y1, x2, y2 in pixels) and ``action_ids`` (1-based). All else is
    ignored, ``area`` among it. All actions exclude each other.

    Tested are the videos that show an unseen action, with the unseen actions
    only: the setting of ZS-JHMDB and ZS-UCF.

    Args:
        *args: See :class:`KeyframeDataset`.
        label_file: Names of all actions, one a line, in the order of their
            ids; empty to take ``action_categories`` of the annotations.
        **kwargs: See :class:`KeyframeDataset`.
    """

    def __init__(
        self, *args: Any, label_file: str = '', **kwargs: Any
    ) -> None:
        self.label_file = label_file
        super().__init__(*args, **kwargs)

    def _join_prefix(self) -> None:
        super()._join_prefix()
        self.label_file = self._below_root(self.label_file)

    def _files(self) -> list[str]:
        return super()._files() + [self.label_file] * bool(self.label_file)

    def _read_keyframes(self) -> tuple[LabelSpace, list[Keyframe]]:
        content = read_json(self.ann_file)
        try:
            labels = LabelSpace(self._read_names(content))
            persons = _read_persons(content['annotations'], len(labels))
            keyframes = [
                _make_keyframe(
                    image, persons.pop(image['id'], {}), len(labels)
                )
                for image in content['images']
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f'{self.ann_file}: {_say(error)}') from error
        if persons:
            raise ValueError(
                f'{self.ann_file}: annotations name the image '
                f'{next(iter(persons))}, which is not among its images or '
                'is there twice'
            )
        self._check_unique(keyframes)
        return labels, keyframes

    def _read_names(self, content: dict) -> tuple[str, ...]:
        if self.label_file:
            with open(self.label_file, encoding='utf-8') as file:
                return tuple(line.strip() for line in file if line.strip())
        if 'action_categories' not in content:
            raise ValueError('no action_categories: set label_file')
        actions = sorted(content['action_categories'], key=lambda a: a['id'])
        ids = [action['id'] for action in actions]
        if ids != list(range(1, len(ids) + 1)):
            raise ValueError(f'action ids must be 1, 2, ..., got {ids}')
        return tuple(action['name'] for action in actions)

    def _check_unique(self, keyframes: list[Keyframe]) -> None:
        for what in (
            lambda k: k.image_id,
            lambda k: (k.video, k.frame_idx),
        ):
            seen: set[Hashable] = set()
            for keyframe in keyframes:
                if what(keyframe) in seen:
                    raise ValueError(
                        f'{self.ann_file}: image {what(keyframe)} is listed '
                        'twice'
                    )
                seen.add(what(keyframe))

    def _read_detections(self) -> Detections:
        return read_detections_json(self.det_file)

    def _test_names(
        self, labels: LabelSpace, unseen: tuple[str, ...]
    ) -> tuple[str, ...]:
        return unseen

    def _select_test(
        self, keyframes: list[Keyframe], unseen: list[int]
    ) -> list[Keyframe]:
        tested = videos_with(keyframes, unseen)
        return [k for k in keyframes if k.video in tested]


def _read_persons(
    annotations: list[dict], num_actions: int
) -> dict[Hashable, dict[tuple, set[int]]]:
    """Image id -> box -> 0-based actions; equal boxes are one person."""
    persons: dict[Hashable, dict[tuple, set[int]]] = {}
    for number, annotation in enumerate(annotations):
        where = f'annotation {annotation.get("id", f"at {number}")}'
        try:
            box = tuple(float(value) for value in annotation['bbox'])
            actions = [int(i) - 1 for i in annotation['action_ids']]
            image_id = annotation['image_id']
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f'{where}: {_say(error)}') from error
        if len(box) != 4:
            raise ValueError(f'{where}: bbox needs 4 numbers, got {box}')
        labels = persons.setdefault(image_id, {}).setdefault(box, set())
        for action in actions:
            if not 0 <= action < num_actions:
                raise ValueError(
                    f'{where}: action id {action + 1} is unknown; there are '
                    f'{num_actions} actions'
                )
            if action in labels:
                raise ValueError(
                    f'{where}: repeats box {list(box)} with action id '
                    f'{action + 1} on image {image_id}'
                )
            labels.add(action)
    return persons


def _make_keyframe(
    image: dict, persons: dict[tuple, set[int]], num_actions: int
) -> Keyframe:
    shape = int(image['height']), int(image['width'])
    number = int(image['timestamp'])
    if number < 1:
        raise ValueError(
            f'image {image["id"]}: frames count from 1, got '
            f'{image["timestamp"]!r}'
        )
    labels = np.zeros((len(persons), num_actions), dtype=bool)
    for row, actions in enumerate(persons.values()):
        labels[row, list(actions)] = True
    try:
        boxes = clip_boxes(list(persons), shape)
    except ValueError as error:
        raise ValueError(f'image {image["id"]}: {error}') from error
    return Keyframe(
        image_id=image['id'],
        video=image['movie'],
        timestamp=image['timestamp'],
        boxes=boxes,
        labels=labels,
        img_shape=shape,
        frame_idx=number - 1,
    )


def _say(error: Exception) -> str:
    return f'lacks {error}' if isinstance(error, KeyError) else str(error)
