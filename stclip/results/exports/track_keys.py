"""Tracks by their keys: the few keyframes between which lines are drawn."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from stclip.results.exports.persons import Person, persons_on

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions

#: How far a side may lie from where it was seen: part of the mean side of
#: the box, and px.
_PART, _LEAST_PX = 0.02, 1.0

#: What a person does, in the words of a form: one value for each question.
Said = tuple[str, ...]


@dataclass(frozen=True)
class TrackKey:
    """A keyframe of a track at which something changes.

    Args:
        track_id: Whose.
        frame_idx: 0-based.
        time_sec: Since the first frame; None if unknown.
        box_xyxy: Four numbers, px of the frame.
        said: What the person does from here to the next key.
        outside: Whether the person is no more to be seen, from here on.
    """

    track_id: int
    frame_idx: int
    time_sec: float | None
    box_xyxy: tuple[float, ...]
    said: Said
    outside: bool = False


def track_keys(
    result: 'VideoActions', say: Callable[[Person], Said]
) -> Iterator[TrackKey]:
    """Give the keys of all tracks, those of each track in order.

    Between two keys a box is found on the straight line; it is nowhere
    further from where it was seen than 2 % of its size, or a pixel. What a
    person does changes at keys alone.

    Args:
        result: Tracked persons; read once, keyframe after keyframe.
        say: What a person does, in the words of a form.
    """
    lines: dict[int, _Line] = {}
    for frame in result.frames:
        persons = {p.track_id: p for p in persons_on(frame, result.labels)}
        for track_id in [each for each in lines if each not in persons]:
            yield from lines.pop(track_id).left(
                frame.frame_idx, frame.time_sec
            )
        for track_id, person in persons.items():
            seen = TrackKey(
                track_id,
                frame.frame_idx,
                frame.time_sec,
                person.box_xyxy,
                say(person),
            )
            if track_id in lines:
                yield from lines[track_id].goes_on(seen)
            else:
                lines[track_id] = _Line(seen)
                yield seen
    for line in lines.values():
        yield from line.rest()


@dataclass
class _Line:
    """The straight line that a track has followed since its last key.

    All that was seen lies near it as long as the speed of each side stays
    between two bounds, which each keyframe narrows: nothing else has to be
    remembered.
    """

    key: TrackKey
    last: TrackKey | None = None
    # (4,) px per frame.
    slowest: np.ndarray = field(init=False)
    fastest: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self._start(self.key)

    def goes_on(self, seen: TrackKey) -> Iterator[TrackKey]:
        """Give the keys that what is seen next makes necessary."""
        if self.last and not self._is_straight(seen):
            yield self.last
            self._start(self.last)
        if seen.said != self.key.said:
            yield seen
            self._start(seen)
            return
        steps = seen.frame_idx - self.key.frame_idx
        speed = self._speed(seen)
        x1, y1, x2, y2 = seen.box_xyxy
        gap = max(_PART * (x2 - x1 + y2 - y1) / 2, _LEAST_PX) / steps
        self.slowest = np.maximum(self.slowest, speed - gap)
        self.fastest = np.minimum(self.fastest, speed + gap)
        self.last = seen

    def left(
        self, frame_idx: int, time_sec: float | None
    ) -> Iterator[TrackKey]:
        """Give the keys of an end: the last one seen, and one outside."""
        yield from self.rest()
        seen = self.last or self.key
        yield TrackKey(
            seen.track_id, frame_idx, time_sec, seen.box_xyxy, seen.said, True
        )

    def rest(self) -> Iterator[TrackKey]:
        """Give the last one seen, if that is no key yet."""
        if self.last:
            yield self.last

    def _start(self, key: TrackKey) -> None:
        self.key, self.last = key, None
        self.slowest = np.full(4, -np.inf)
        self.fastest = np.full(4, np.inf)

    def _speed(self, seen: TrackKey) -> np.ndarray:
        way = np.subtract(seen.box_xyxy, self.key.box_xyxy)
        return way / (seen.frame_idx - self.key.frame_idx)

    def _is_straight(self, seen: TrackKey) -> bool:
        speed = self._speed(seen)
        return bool(
            (self.slowest <= speed).all() and (speed <= self.fastest).all()
        )


def by_track(
    keys: Iterable[TrackKey],
) -> Iterator[tuple[int, Iterator[TrackKey]]]:
    """Give track after track, each with its keys.

    Args:
        keys: Of all tracks; they are sorted in a file, not in memory.
    """
    # A data base without a name is a file that goes with its connection.
    with closing(sqlite3.connect('')) as table:
        table.execute('CREATE TABLE keys (track, frame, value)')
        table.executemany('INSERT INTO keys VALUES (?, ?, ?)', _rows(keys))
        rows = table.execute('SELECT * FROM keys ORDER BY track, frame')
        for track_id, group in groupby(rows, key=lambda row: row[0]):
            yield track_id, (_key(*row) for row in group)


def _rows(keys: Iterable[TrackKey]) -> Iterator[tuple[int, int, str]]:
    for key in keys:
        value = (key.time_sec, key.box_xyxy, key.said, key.outside)
        yield key.track_id, key.frame_idx, json.dumps(value)


def _key(track_id: int, frame_idx: int, value: str) -> TrackKey:
    time_sec, box, said, outside = json.loads(value)
    return TrackKey(
        track_id, frame_idx, time_sec, tuple(box), tuple(said), outside
    )
