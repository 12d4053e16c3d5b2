"""AVA's annotation files: AVA, ZS-Stage (multi)."""

import csv
import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from stclip.datasets.keyframe_dataset import Keyframe, KeyframeDataset
from stclip.datasets.proposals import Detections, read_detections_ava
from stclip.registry import DATASETS
from stclip.structures.boxes import clip_boxes
from stclip.text.label_space import LabelSpace

#: The one group of AVA's actions of which a person does exactly one.
POSE_TYPE = 'PERSON_MOVEMENT'

Moment = tuple[str, float]


@DATASETS.register_module()
class AVAKeyframeDataset(KeyframeDataset):
    """Keyframes at whole seconds, persons with several actions each.

    All keyframes of the annotation file are tested and all actions scored;
    ``metainfo['eval_classes']`` holds the unseen ones, over which the metric
    averages.

    Args:
        *args: See :class:`KeyframeDataset`.
        label_map: Protobuf text with name, ``label_id`` and ``label_type``
            of each action. Poses exclude each other.
        exclude_file: CSV of (video, timestamp) that are left out.
        start_sec: Timestamp of the first frame of the videos: 0 for whole
            films, 900 for the usual cuts of 15 minutes.
        fps: Frames per second of frame folders; video files know theirs.
        **kwargs: See :class:`KeyframeDataset`.
    """

    def __init__(
        self,
        *args: Any,
        label_map: str,
        exclude_file: str = '',
        start_sec: float = 900,
        fps: float = 30,
        **kwargs: Any,
    ) -> None:
        self.label_map = label_map
        self.exclude_file = exclude_file
        self.start_sec = start_sec
        self.fps = fps
        super().__init__(*args, **kwargs)

    def _join_prefix(self) -> None:
        super()._join_prefix()
        self.label_map = self._below_root(self.label_map)
        self.exclude_file = self._below_root(self.exclude_file)

    def _files(self) -> list[str]:
        excluded = [self.exclude_file] * bool(self.exclude_file)
        return [*super()._files(), self.label_map, *excluded]

    def get_data_info(self, idx: int) -> dict[str, Any]:
        """See :meth:`KeyframeDataset.get_data_info`."""
        return dict(super().get_data_info(idx), fps=self.fps)

    def _read_keyframes(self) -> tuple[LabelSpace, list[Keyframe]]:
        labels, column_of_id = read_label_map(self.label_map)
        excluded = set()
        if self.exclude_file:
            rows = _rows(self.exclude_file)
            excluded = {_moment(row, where) for row, where in rows}
        moments: dict[Moment, dict[tuple, set[int]]] = {}
        written: dict[Moment, str] = {}
        for row, where in _rows(self.ann_file):
            moment = _moment(row, where)
            if moment in excluded:
                continue
            written.setdefault(moment, row[1])
            persons = moments.setdefault(moment, {})
            _add_person(persons, row, where, column_of_id)
        keyframes = [
            self._make_keyframe(moment, written[moment], persons, len(labels))
            for moment, persons in moments.items()
        ]
        return labels, keyframes

    def _make_keyframe(
        self,
        moment: Moment,
        timestamp: str,
        persons: dict[tuple, set[int]],
        num_actions: int,
    ) -> Keyframe:
        video, second = moment
        labels = np.zeros((len(persons), num_actions), dtype=bool)
        for row, actions in enumerate(persons.values()):
            labels[row, list(actions)] = True
        if second < self.start_sec:
            raise ValueError(
                f'{self.ann_file}: {video} has timestamp {timestamp}, but '
                f'videos start at start_sec={self.start_sec}'
            )
        try:
            boxes = clip_boxes([person[:4] for person in persons], (1, 1))
        except ValueError as error:
            raise ValueError(
                f'{self.ann_file}, {video},{timestamp}: {error}'
            ) from error
        return Keyframe(
            image_id=f'{video},{timestamp}',
            video=video,
            timestamp=timestamp,
            boxes=boxes,
            labels=labels,
            seconds=second - self.start_sec,
        )

    def _read_detections(self) -> Detections:
        return read_detections_ava(self.det_file)

    def _detection_key(self, keyframe: Keyframe) -> Hashable:
        return keyframe.video, float(keyframe.timestamp)

    def _test_names(
        self, labels: LabelSpace, unseen: tuple[str, ...]
    ) -> tuple[str, ...]:
        return labels.names

    def _select_test(
        self, keyframes: list[Keyframe], unseen: list[int]
    ) -> list[Keyframe]:
        return keyframes


def read_label_map(path: str | Path) -> tuple[LabelSpace, dict[int, int]]:
    """Read AVA's list of actions.

    Args:
        path: Protobuf text of ``label { name: "..." label_id: 1
            label_type: PERSON_MOVEMENT }`` blocks.

    Returns:
        The actions in file order, poses exclusive, and the place of each
        label id in it.

    Raises:
        ValueError: If a block lacks one of the three or an id is repeated.
    """
    text = Path(path).read_text(encoding='utf-8')
    names, exclusive, columns = [], [], {}
    for block in re.findall(r'\{(.*?)\}', text, flags=re.DOTALL):
        name = re.search(r'\bname:\s*"([^"]*)"', block)
        label_id = re.search(r'\blabel_id:\s*(\d+)', block)
        label_type = re.search(r'\blabel_type:\s*(\w+)', block)
        if not (name and label_id and label_type):
            raise ValueError(
                f'{path}: expected name, label_id and label_type in '
                f'{{{block}}}; ava_action_list_v2.2.pbtxt has them all'
            )
        if int(label_id[1]) in columns:
            raise ValueError(f'{path}: label_id {label_id[1]} appears twice')
        columns[int(label_id[1])] = len(names)
        names.append(name[1])
        exclusive.append(label_type[1] == POSE_TYPE)
    try:
        return LabelSpace(tuple(names), tuple(exclusive)), columns
    except ValueError as error:
        raise ValueError(f'{path}: {error}') from error


def _rows(path: str) -> Iterator[tuple[list[str], str]]:
    """Rows of a CSV file, each with its place for error messages."""
    with open(path, newline='', encoding='utf-8') as file:
        for number, row in enumerate(csv.reader(file), 1):
            if row:
                yield row, f'{path}, line {number} ({",".join(row)})'


def _moment(row: list[str], where: str) -> Moment:
    try:
        return row[0], float(row[1])
    except (IndexError, ValueError) as error:
        raise ValueError(f'{where}: expected video,timestamp') from error


def _add_person(
    persons: dict[tuple, set[int]],
    row: list[str],
    where: str,
    column_of_id: dict[int, int],
) -> None:
    """Enter the action of a row; boxes of one person_id are one person."""
    try:
        person = (*(float(value) for value in row[2:6]), *row[7:8])
        action = int(row[6])
    except (IndexError, ValueError) as error:
        raise ValueError(
            f'{where}: expected video,timestamp,x1,y1,x2,y2,action_id,'
            'person_id'
        ) from error
    if action not in column_of_id:
        raise ValueError(f'{where}: action id {action} is unknown')
    actions = persons.setdefault(person, set())
    if column_of_id[action] in actions:
        raise ValueError(f'{where}: repeats an earlier line')
    actions.add(column_of_id[action])
