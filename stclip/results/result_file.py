"""Reading of the JSON file that an inferencer's result was kept in."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.tracks import ActionSegment
from stclip.results.video_actions import VideoActions
from stclip.utils.errors import UserError
from stclip.utils.long_json import iter_long_json, read_long_json
from stclip.utils.rates import MAX_RATE, MIN_RATE
from stclip.utils.values import (
    MAX_FRAMES,
    MAX_SIDE,
    as_flag,
    as_list,
    as_name,
    as_number,
    as_seconds,
    as_whole,
)
from stclip.video.damage import Damage

_KEY = 'keyframes'
_HINT = 'Wanted is the JSON file of stclip infer.'
# What values of another kind than is wanted raise.
_FAULTS = (LookupError, TypeError, ValueError, AttributeError)


def read_result(path: str | Path) -> VideoActions:
    """Read what :meth:`.VideoActions.save_json` has written.

    Args:
        path: JSON file of ``stclip infer``.

    Returns:
        The result; its keyframes are read from the file whenever they are
        gone through. What is only for pictures (banners) is not in the file.

    Raises:
        FileNotFoundError: If the file is missing.
        UserError: If it is something else, or damaged; names the key or the
            keyframe.
    """
    path = Path(path)
    head = read_long_json(path, _KEY, _HINT)
    try:
        result = _result_of(path, head)
    except KeyError as error:
        raise UserError(
            f'{path} has no key {error.args[0]}. {_HINT}'
        ) from error
    except _FAULTS as error:
        raise UserError(f'{path}: {error}. {_HINT}') from error
    for _ in result.frames.checked(result.num_frames):
        pass
    return result


class KeyframesOfFile:
    """The keyframes of a JSON file, read one by one.

    Args:
        path: The file.
        labels: What persons are scored for.
        count: How many there are.
    """

    def __init__(self, path: Path, labels: LabelSpace, count: int) -> None:
        self.path, self.labels, self.count = path, labels, count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[KeyframeActions]:
        for value in iter_long_json(self.path, _KEY):
            yield KeyframeActions.from_json(value, self.labels.names)

    def checked(self, num_frames: int) -> Iterator[KeyframeActions]:
        """Give them, each looked at.

        Args:
            num_frames: Of the video.

        Raises:
            UserError: For a faulty one; it is named.
        """
        last = -1
        for index, value in enumerate(iter_long_json(self.path, _KEY)):
            where = f'{self.path}, {_KEY}[{index}]'
            try:
                frame = KeyframeActions.from_json(value, self.labels.names)
                _check(frame, last, num_frames)
            except KeyError as error:
                raise UserError(f'{where} has no key {error}') from error
            except _FAULTS as error:
                raise UserError(f'{where}: {error}') from error
            last = frame.frame_idx
            yield frame


def _check(frame: KeyframeActions, last: int, num_frames: int) -> None:
    as_whole(frame.frame_idx, 'frame_idx', last + 1, num_frames - 1)
    if not np.isfinite(frame.boxes_xyxy).all():
        raise UserError('bbox is not finite')
    parts = dict(
        box_score=frame.box_scores,
        actions=frame.action_probs,
        none=frame.none_probs,
    )
    for name, values in parts.items():
        if values is not None and not ((values >= 0) & (values <= 1)).all():
            raise UserError(f'{name} must be numbers from 0 to 1')
    ids = frame.track_ids
    if ids is not None and (ids.min() < 1 or len(set(ids)) < len(ids)):
        raise UserError('track_id must be whole numbers from 1 on, each once')


def _result_of(path: Path, head: Mapping[str, Any]) -> VideoActions:
    names = tuple(
        as_name(n, 'labels') for n in as_list(head['labels'], 'labels')
    )
    labels = LabelSpace(
        names,
        tuple(as_flag(value, 'exclusive') for value in head['exclusive']),
        groups=tuple(as_whole(n, 'groups', 0) for n in head.get('groups', ())),
    )
    fps = head['fps']
    if fps is not None:
        fps = as_number(fps, 'fps', MIN_RATE, MAX_RATE)
    return VideoActions(
        video=Path(as_name(head['video'], 'video')),
        labels=labels,
        frames=KeyframesOfFile(path, labels, head[_KEY]),
        num_frames=as_whole(head['num_frames'], 'num_frames', 1, MAX_FRAMES),
        frame_hw=tuple(
            as_whole(head[side], side, 1, MAX_SIDE)
            for side in ('height', 'width')
        ),
        fps=fps,
        background=tuple(head.get('background', ())),
        warnings=tuple(head.get('warnings', ())),
        damage=Damage.from_json(head['damage']),
        segments=tuple(
            _segment_of(value, labels) for value in head.get('segments', ())
        ),
        smoothed_over=as_number(
            head.get('smoothed_over', 0), 'smoothed_over', 0
        ),
        request=dict(head.get('request', {})),
    )


def _segment_of(value: Mapping[str, Any], labels: LabelSpace) -> ActionSegment:
    labels.index(value['label'])
    first = as_whole(value['first_frame'], 'segments: first_frame', 0)
    return ActionSegment(
        track_id=as_whole(value['track_id'], 'segments: track_id', 1),
        label=value['label'],
        first_frame=first,
        last_frame=as_whole(
            value['last_frame'], 'segments: last_frame', first
        ),
        start_sec=as_seconds(value['start_sec'], 'segments: start_sec'),
        end_sec=as_seconds(value['end_sec'], 'segments: end_sec'),
        score=as_number(value['score'], 'segments: score', 0, 1),
    )
