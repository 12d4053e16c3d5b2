"""AVA's CSV: persons at whole seconds, with the numbers of actions."""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stclip.labels.label_space import LabelSpace
from stclip.results.exports.persons import (
    Person,
    persons_on,
    require_clock,
    require_tracks,
)
from stclip.results.keyframe_actions import KeyframeActions
from stclip.utils.io import atomic_write
from stclip.utils.outputs import stem_of_video

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions

# AVA's actions that exclude each other, and the others.
_POSE, _OTHER = 'PERSON_MOVEMENT', 'PERSON_INTERACTION'


def write_ava(result: 'VideoActions', path: Path, beside: Path) -> None:
    """Write a line for each box and action, with the score of both.

    Args:
        result: The result.
        path: CSV file, ``video,second,x1,y1,x2,y2,action_id,score``.
        beside: List of the actions, pbtxt.

    Raises:
        UserError: If times are unknown.
    """

    def rows(person: Person) -> Iterator[tuple[int, Any]]:
        scores = person.box_score * person.probs
        for index, score in enumerate(scores.tolist()):
            yield index, f'{score:.5f}'

    _write(result, path, beside, rows)


def write_ava_persons(
    result: 'VideoActions', path: Path, beside: Path
) -> None:
    """Write what persons are said to do, as AVA's annotations have it.

    Args:
        result: Tracked persons.
        path: CSV file, ``video,second,x1,y1,x2,y2,action_id,person_id``.
        beside: List of the actions, pbtxt.

    Raises:
        UserError: If times are unknown, or nobody was followed.
    """
    require_tracks(result, "AVA's annotations")

    def rows(person: Person) -> Iterator[tuple[int, Any]]:
        for index in person.answers:
            yield index, person.track_id

    _write(result, path, beside, rows)


def _write(
    result: 'VideoActions', path: Path, beside: Path, rows: Any
) -> None:
    require_clock(result, 'AVA')
    height, width = result.frame_hw
    video = stem_of_video(result.video)
    with atomic_write(beside) as file:
        file.writelines(_label_map(result.labels))
    with atomic_write(path) as file:
        writer = csv.writer(file, lineterminator='\n')
        for second, frame in _whole_seconds(result):
            for person in persons_on(frame, result.labels):
                sides = zip(
                    person.box_xyxy,
                    (width, height, width, height),
                    strict=True,
                )
                box = [f'{px / side:.4f}' for px, side in sides]
                for index, last in rows(person):
                    writer.writerow(
                        [video, f'{second:04d}', *box, index + 1, last]
                    )


def _whole_seconds(
    result: 'VideoActions',
) -> Iterator[tuple[int, KeyframeActions]]:
    """Give for each second the keyframe nearest to it, within half of one."""

    def second(frame: KeyframeActions) -> int:
        return int(frame.time_sec + 0.5)

    def distance(frame: KeyframeActions) -> float:
        return abs(frame.time_sec - second(frame))

    for at, frames in groupby(result.frames, second):
        yield at, min(frames, key=distance)


def _label_map(labels: LabelSpace) -> Iterator[str]:
    """Blocks of protobuf text; names are on one line, without its quotes."""
    for index, name in enumerate(labels.names):
        kind = _POSE if labels.exclusive[index] else _OTHER
        name = ' '.join(name.replace('"', "'").split())
        yield (
            f'label {{\n  name: "{name}"\n  label_id: {index + 1}\n'
            f'  label_type: {kind}\n}}\n'
        )
