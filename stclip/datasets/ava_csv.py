"""AVA's files: CSV of annotations and excluded keyframes, list of actions."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from stclip.datasets.ava_rows import (
    BOX_FIELDS,
    AvaRow,
    Moment,
    read_ava_rows,
)
from stclip.datasets.faults import OnFault, refuse
from stclip.labels.label_space import LabelSpace
from stclip.structures.boxes import clip_boxes
from stclip.structures.keyframe import Keyframe, multi_hot
from stclip.utils.errors import UserError
from stclip.utils.text_file import read_text
from stclip.utils.values import as_whole

#: The one group of AVA's actions of which a person does exactly one.
POSE_TYPE = 'PERSON_MOVEMENT'


@dataclass
class _Persons:
    """The persons of a moment.

    Args:
        timestamp: As written.
        actions: Box and, if given, person id -> indices of the actions.
    """

    timestamp: str
    actions: dict[tuple, set[int]] = field(default_factory=dict)


def read_ava_csv(
    path: str | Path,
    column_of_id: dict[int, int],
    excluded: set[Moment],
    start_sec: float,
    on_fault: OnFault = refuse,
) -> list[Keyframe]:
    """Read annotations of persons at whole seconds.

    Args:
        path: Lines ``video,timestamp,x1,y1,x2,y2,action_id[,person_id]``,
            boxes in fractions of the frame.
        column_of_id: Index of each action id among the actions.
        excluded: Moments that are left out.
        start_sec: Timestamp of the first frame of the videos.
        on_fault: Called for each faulty line and keyframe; if it returns,
            that one is left out.

    Returns:
        Keyframes in the order in which they first occur.
    """
    moments: dict[Moment, _Persons] = {}
    for row in read_ava_rows(path, (*BOX_FIELDS, 'action_id', 'person_id')):
        try:
            moment = row.moment()
            if moment in excluded:
                continue
            person, column = _person(row, column_of_id)
            persons = moments.setdefault(moment, _Persons(row.cells[1]))
            columns = persons.actions.setdefault(person, set())
            if column in columns:
                raise row.fault('repeats an earlier line')
            columns.add(column)
        except ValueError as error:
            on_fault(error)
    keyframes = []
    for (video, second), persons in moments.items():
        try:
            keyframes.append(
                _make_keyframe(
                    video, second - start_sec, persons, len(column_of_id)
                )
            )
        except ValueError as error:
            where = f'{path}, {video},{persons.timestamp}'
            on_fault(UserError(f'{where}: {error}'))
    return keyframes


def read_excluded(path: str | Path) -> set[Moment]:
    """Read the list of moments that are left out.

    Args:
        path: Lines ``video,timestamp``.

    Raises:
        ValueError: If a line is not of that form; it is named.
    """
    moments = set()
    for row in read_ava_rows(path):
        moments.add(row.moment())
        if len(row.cells) > 2:
            raise row.fault('expected the two columns video,timestamp')
    return moments


def _make_keyframe(
    video: str, seconds: float, persons: _Persons, num_actions: int
) -> Keyframe:
    if seconds < 0:
        raise UserError(
            f'the timestamp is {-seconds:g} s before the start of the '
            'videos; start_sec is 900 for the usual cuts of 15 minutes, 0 '
            'for whole films'
        )
    return Keyframe(
        image_id=f'{video},{persons.timestamp}',
        video=video,
        timestamp=persons.timestamp,
        boxes=clip_boxes([person[:4] for person in persons.actions], (1, 1)),
        labels=multi_hot(persons.actions.values(), num_actions),
        seconds=seconds,
    )


def read_label_map(path: str | Path) -> tuple[LabelSpace, dict[int, int]]:
    """Read AVA's list of actions.

    Args:
        path: Protobuf text of ``label { name: "..." label_id: 1
            label_type: PERSON_MOVEMENT }`` blocks.

    Returns:
        The actions in file order, poses exclusive, and the index of each
        label id in it.

    Raises:
        ValueError: If a block lacks one of the three or an id is repeated.
    """
    text = read_text(path)
    names, exclusive, columns = [], [], {}
    for block in re.findall(r'\{(.*?)\}', text, flags=re.DOTALL):
        name = re.search(r'\bname:\s*"([^"]*)"', block)
        label_id = re.search(r'\blabel_id:\s*([^\s}]+)', block)
        label_type = re.search(r'\blabel_type:\s*(\w+)', block)
        if not (name and label_id and label_type):
            raise UserError(
                f'{path}: expected name, label_id and label_type in '
                f'{{{block}}}; ava_action_list_v2.2.pbtxt has them all'
            )
        number = as_whole(label_id[1], f'{path}, {name[1]}: label_id', 0)
        if number in columns:
            raise UserError(f'{path}: label_id {number} appears twice')
        columns[number] = len(names)
        names.append(name[1])
        exclusive.append(label_type[1] == POSE_TYPE)
    try:
        return LabelSpace(tuple(names), tuple(exclusive)), columns
    except ValueError as error:
        raise UserError(f'{path}: {error}') from error


def _person(
    row: AvaRow, column_of_id: dict[int, int]
) -> tuple[tuple[float, ...], int]:
    """Who a line is about (boxes of one person_id are one), and the action."""
    person = row.box()
    action = row.number(6, 'action_id', int)
    if len(row.cells) > 7:
        person += (row.number(7, 'person_id', int),)
    if len(row.cells) > len(row.fields):
        raise row.fault(
            f'expected {",".join(row.fields)}, got {len(row.cells)} columns'
        )
    if action not in column_of_id:
        raise row.fault(
            f'action id {action} is unknown; the list of actions has '
            f'{min(column_of_id)} to {max(column_of_id)}'
        )
    return person, column_of_id[action]
