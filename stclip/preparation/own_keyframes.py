"""Keyframes of one's own videos, from the persons that a form tells of."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.preparation.annotation_forms.person_rows import PersonRow
from stclip.structures.box_units import seem_pixels, within_a_pixel
from stclip.structures.boxes import clip_boxes
from stclip.structures.keyframe import (
    Keyframe,
    multi_hot,
    require_same_proportions,
)
from stclip.utils.choices import nearest
from stclip.utils.errors import UserError
from stclip.video.frame_folder import list_frames
from stclip.video.frame_source import FrameSource
from stclip.video.listing import find_videos
from stclip.video.opening import open_video

#: A frame by its number from 0 (``int``) or its second (``float``).
_Moment = int | float
#: Box -> labels.
_Persons = dict[tuple[float, ...], set[str]]


class OwnVideo:
    """A video that annotations name.

    Args:
        folder: Where the videos lie.
        name: Below it, with or without suffix.
        fps: Of folders of frames.

    Raises:
        UserError: If it is not there, or leads out of the folder.
    """

    def __init__(self, folder: Path, name: str, fps: float | None) -> None:
        self.path = find_videos(folder, [name])[name]
        rate = fps if self.path.is_dir() else None
        self._source: FrameSource = open_video(self.path, fps=rate)
        self.size_hw = self._source.frame_hw

    @cached_property
    def num_frames(self) -> int:
        """Of the whole video."""
        return self._source.count()

    @cached_property
    def end_sec(self) -> float | None:
        """Until when it lasts; None if the times are not known."""
        return self._source.end_sec

    def release(self) -> None:
        """Close its file."""
        self._source.release()

    def placed(self, row: PersonRow) -> PersonRow:
        """The row with the number of its frame, where a picture tells it.

        Raises:
            UserError: If the video has no such picture.
        """
        if row.picture is None:
            return row
        if not self.path.is_dir():
            raise UserError(
                f'{row.source}: {self.path} is no folder of frames, of which '
                'pictures can be annotated; unpack it into one, or annotate '
                'the video'
            )
        pictures = self._numbers
        if row.picture not in pictures:
            raise UserError(
                f'{row.source}: {self.path} has no such picture'
                f'{nearest(row.picture, pictures)}'
            )
        return replace(row, frame_idx=pictures[row.picture])

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Number of each picture of a folder, from 0."""
        return {name: i for i, name in enumerate(list_frames(self.path))}

    def require_moment(self, row: PersonRow) -> None:
        """Make sure that a row lies within the video and fits its picture.

        Raises:
            UserError: If it does not; names the row.
        """
        if row.size_hw:
            try:
                require_same_proportions(self.path, self.size_hw, row.size_hw)
            except ValueError as error:
                raise UserError(f'{row.source}: {error}') from error
        if row.frame_idx is not None:
            if row.frame_idx >= self.num_frames:
                raise UserError(
                    f'{row.source}: frame {row.frame_idx} is beyond the end '
                    f'of {self.path}, which has {self.num_frames} frames, '
                    'counted from 0'
                )
        elif self.end_sec is None:
            raise UserError(
                f'{row.source}: gives seconds, but {self.path} is a folder '
                'of frames: give their rate with --fps'
            )
        elif row.seconds > self.end_sec:
            raise UserError(
                f'{row.source}: second {row.seconds:g} is beyond the end of '
                f'{self.path}, {self.end_sec:g} s; seconds count from its '
                'first frame'
            )


@dataclass
class _Frame:
    """A keyframe while its persons come together."""

    source: str
    size_hw: tuple[int, int]
    persons: _Persons = field(default_factory=dict)


@dataclass
class OwnKeyframes:
    """Rows of persons, gathered to keyframes.

    Args:
        labels: All labels.
        videos: By the names that rows have.
    """

    labels: LabelSpace
    videos: dict[str, OwnVideo]
    frames: dict[tuple[str, _Moment], _Frame] = field(default_factory=dict)
    _clocks: dict[str, str] = field(default_factory=dict)

    def add(self, rows: Iterable[PersonRow], fractions: bool | None) -> None:
        """Add the rows of a file.

        Args:
            rows: Persons.
            fractions: Whether boxes are fractions of the frame; None to tell
                it from the values of all of them.

        Raises:
            UserError: If a box or its labels cannot be; names the row.
        """
        rows = list(rows)
        boxes = np.array([row.box for row in rows if row.box], np.float64)
        if fractions is None:
            fractions = not seem_pixels(boxes)
        for row in rows:
            moment = (
                row.seconds if row.frame_idx is None else int(row.frame_idx)
            )
            size_hw = row.size_hw or self.videos[row.video].size_hw
            self._require_one_clock(row, moment)
            frame = self.frames.setdefault(
                (row.video, moment), _Frame(row.source, size_hw)
            )
            if row.box:
                box = _box_in_px(row, frame.size_hw, fractions)
                self._add_labels(frame.persons.setdefault(box, set()), row)

    def _require_one_clock(self, row: PersonRow, moment: _Moment) -> None:
        """Refuse frame 1 beside second 1 of a video: which is it?"""
        clock = 'frame' if isinstance(moment, int) else 'seconds'
        others = self._clocks.setdefault(row.video, clock)
        if clock != others:
            raise UserError(
                f'{row.source}: a person of {row.video} is placed by {clock}, '
                f'others by {others}; write all of a video alike'
            )

    def _add_labels(self, actions: set[str], row: PersonRow) -> None:
        actions.update(row.labels)
        rivals = [
            name
            for name, alone in zip(
                self.labels.names, self.labels.exclusive, strict=True
            )
            if alone and name in actions
        ]
        if len(rivals) > 1:
            raise UserError(
                f'{row.source}: one person does {rivals[0]!r} and '
                f'{rivals[1]!r}, which exclude each other; labels that may '
                'be true at once are named by --independent'
            )

    @property
    def num_persons(self) -> int:
        """Boxes on all keyframes."""
        return sum(len(frame.persons) for frame in self.frames.values())

    def finished(self) -> list[Keyframe]:
        """Give the keyframes by video and moment."""
        return [
            self._keyframe(video, moment, frame)
            for (video, moment), frame in sorted(
                self.frames.items(), key=lambda item: item[0]
            )
        ]

    def _keyframe(
        self, video: str, moment: _Moment, frame: _Frame
    ) -> Keyframe:
        columns = [
            {self.labels.index(name) for name in names}
            for names in frame.persons.values()
        ]
        common = dict(
            video=video,
            boxes=np.array(list(frame.persons), np.float32).reshape(-1, 4),
            labels=multi_hot(columns, len(self.labels)),
            img_shape=frame.size_hw,
        )
        if isinstance(moment, int):
            text = f'{moment + 1:05d}'
            return Keyframe(
                f'{video}/{text}', timestamp=text, frame_idx=moment, **common
            )
        # All digits, so that no two moments share an id; 2.0 is 2s.
        text = np.format_float_positional(moment, trim='-')
        return Keyframe(
            f'{video}/{text}s', timestamp=moment, seconds=moment, **common
        )


def _box_in_px(
    row: PersonRow, size_hw: tuple[int, int], fractions: bool
) -> tuple[float, ...]:
    """The box within the picture.

    Raises:
        UserError: If nothing of it is, or it is no box.
    """
    box = np.array([row.box], np.float64)
    if fractions:
        box *= [*size_hw[::-1], *size_hw[::-1]]
    elif within_a_pixel(box).all():
        raise UserError(
            f'{row.source}: box {list(row.box)} is smaller than a pixel, but '
            'boxes of this file are in px: write all of them in px'
        )
    try:
        inside = clip_boxes(box, size_hw)
    except ValueError as error:
        raise UserError(
            f'{row.source}: {error}; mend it or leave the line out'
        ) from error
    return tuple(inside[0].tolist())
