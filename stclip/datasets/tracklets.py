"""Files that say which boxes of a video are one person's, over its time.

A CSV, boxes in fractions of the frame. Times are those of the data set's
keyframes: numbers of frames (from 1), or seconds since the first frame.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from stclip.datasets.ava_rows import BOX_FIELDS, AvaRow
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write
from stclip.utils.text_file import read_csv

#: What the second column may be: how the data set places its keyframes.
CLOCKS = ('frame', 'seconds')
#: Time (frames from 0), x1, y1, x2, y2 and the person's id.
TrackletRow = tuple[float, float, float, float, float, int]

_HINT = '`stclip link-persons` writes it.'
# Corners that differ by less are those of one box: files round them.
_SAME_BOX = 1e-4
# Keyframes are further apart, by either clock.
_SAME_TIME = 1e-3
_BOX_DIGITS = 6


@dataclass(frozen=True)
class Tracklet:
    """Boxes of one person.

    Args:
        times: (n,) float64 by the clock of the file, ascending, n >= 1.
        boxes: (n, 4) float64 xyxy, fractions of the frame.
    """

    times: np.ndarray
    boxes: np.ndarray

    def boxes_at(self, times: Sequence[float]) -> np.ndarray:
        """Boxes of other moments, linear in between: (T,) -> (T, 4).

        Before the first and after the last one the person stands still.
        """
        sides = [np.interp(times, self.times, side) for side in self.boxes.T]
        return np.stack(sides, axis=1)


class VideoTracklets:
    """The tracklets of one video.

    Args:
        rows: In any order; an id may be there twice at one time, where the
            first box is the tracklet's.
    """

    def __init__(self, rows: Iterable[TrackletRow]) -> None:
        table = np.array(list(rows), np.float64).reshape(-1, 6)
        table = table[np.argsort(table[:, 0], kind='stable')]
        self._times, self._boxes = table[:, 0], table[:, 1:5]
        self._ids = table[:, 5].astype(np.int64)

    @cached_property
    def tracklets(self) -> dict[int, Tracklet]:
        """By the person's id."""
        order = np.argsort(self._ids, kind='stable')
        ids, starts = np.unique(self._ids[order], return_index=True)
        tracklets = {}
        for idx, rows in zip(
            ids.tolist(), np.split(order, starts[1:]), strict=True
        ):
            times, first = np.unique(self._times[rows], return_index=True)
            tracklets[idx] = Tracklet(times, self._boxes[rows[first]])
        return tracklets

    def find(self, time: float, boxes: np.ndarray) -> list[int | None]:
        """Ids of the persons of a keyframe, told by their boxes.

        Args:
            time: Of the keyframe, by the clock of the file.
            boxes: (P, 4) xyxy, fractions of the frame. Equal boxes are equal
                rows of the file in their order.

        Returns:
            P ids; ``None`` for a box that is not in the file.
        """
        near = np.searchsorted(
            self._times, (time - _SAME_TIME, time + _SAME_TIME)
        )
        rows = np.arange(*near)
        gaps = np.abs(boxes[:, None] - self._boxes[rows]).max(
            axis=2, initial=0.0
        )
        found: list[int | None] = []
        for gap in gaps:
            best = int(gap.argmin()) if len(gap) else None
            if best is None or gap[best] > _SAME_BOX:
                found.append(None)
                continue
            found.append(int(self._ids[rows[best]]))
            gaps[:, best] = np.inf  # a row is one person's
        return found


@dataclass(frozen=True)
class TrackletFile:
    """What a file holds.

    Args:
        path: Where it lies, for messages.
        clock: One of :data:`CLOCKS`; frames count from 0 here.
        videos: By the name of the video.
    """

    path: Path
    clock: str
    videos: dict[str, VideoTracklets]

    def of_video(self, video: str) -> VideoTracklets:
        """The tracklets of a video.

        Raises:
            UserError: If the file knows no such video.
        """
        if video not in self.videos:
            raise UserError(
                f'{self.path} has no persons of the video {video!r}, but of '
                f'{len(self.videos)} others: make it by `stclip link-persons` '
                'from the boxes that the data set uses'
            )
        return self.videos[video]


def read_tracklets(path: str | Path) -> TrackletFile:
    """Read a file that :func:`write_tracklets` wrote.

    Args:
        path: CSV with the headings video, frame (from 1) or seconds, x1, y1,
            x2, y2, track_id.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If a line is faulty; it is named.
    """
    lines = read_csv(path, _HINT)
    _, headings = next(lines, (1, []))
    clock = _clock_of(path, [cell.strip() for cell in headings])
    fields = _headings(clock)
    rows: dict[str, list[TrackletRow]] = {}
    for line, cells in lines:
        video, row = _read_row(
            AvaRow(cells, f'{path}, line {line}', fields), clock
        )
        rows.setdefault(video, []).append(row)
    if not rows:
        raise UserError(f'{path} holds no person; {_HINT}')
    videos = {video: VideoTracklets(theirs) for video, theirs in rows.items()}
    return TrackletFile(Path(path), clock, videos)


def write_tracklets(
    path: str | Path,
    clock: str,
    rows: Iterable[tuple[str, Iterable[TrackletRow]]],
) -> None:
    """Write tracklets, atomically.

    Args:
        path: CSV file.
        clock: One of :data:`CLOCKS`.
        rows: Of each video, asked for one after the other; frames from 0.
    """
    require_choice('clock', clock, CLOCKS)
    with atomic_write(path) as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(_headings(clock))
        for video, theirs in rows:
            writer.writerows(_cells(video, row, clock) for row in theirs)


def _headings(clock: str) -> tuple[str, ...]:
    return 'video', clock, *BOX_FIELDS, 'track_id'


def _cells(video: str, row: TrackletRow, clock: str) -> Iterator[object]:
    time, *box, idx = row
    yield video
    yield int(time) + 1 if clock == 'frame' else time
    yield from (round(float(side), _BOX_DIGITS) for side in box)
    yield int(idx)


def _clock_of(path: str | Path, headings: Sequence[str]) -> str:
    for clock in CLOCKS:
        if tuple(headings) == _headings(clock):
            return clock
    raise UserError(
        f'{path}, line 1: expected the headings '
        f'{",".join(_headings("frame"))}, or seconds in place of frame, got '
        f'{",".join(headings)!r:.120}; {_HINT}'
    )


def _read_row(row: AvaRow, clock: str) -> tuple[str, TrackletRow]:
    video, time = row.moment()
    if len(row.cells) > len(row.fields):
        raise row.fault(f'expected {",".join(row.fields)} and nothing more')
    if clock == 'frame':
        time = row.number(1, 'frame', int) - 1
        if time < 0:
            raise row.fault('frames count from 1')
    return video, (time, *row.box(), row.number(6, 'track_id', int))
