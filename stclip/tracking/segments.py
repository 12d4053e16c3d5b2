"""What each person does from when to when, by hysteresis."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.tracks import ActionSegment
from stclip.tracking.clock import clocked
from stclip.utils.errors import UserError

#: A segment that has begun goes on at this part of the starting threshold.
END_RATIO = 0.7
#: Two segments that are no further apart are one; in s.
GAP_SEC = 1.0


def find_segments(
    frames: Iterable[KeyframeActions],
    labels: Sequence[str],
    start_threshold: float = 0.5,
    end_threshold: float | None = None,
    gap: float = GAP_SEC,
) -> tuple[ActionSegment, ...]:
    """Find from when to when each person does each action.

    A segment begins on a keyframe where the probability reaches
    ``start_threshold``, and goes on while it stays at ``end_threshold``. A
    person out of sight for longer than ``gap`` does nothing there. Then
    segments of a person and an action that are at most ``gap`` apart become
    one.

    Args:
        frames: Gone through once, none is kept; persons without an id are
            passed over.
        labels: Names of the K labels.
        start_threshold: In (0, 1].
        end_threshold: In (0, ``start_threshold``]; ``None`` for
            :data:`END_RATIO` of that.
        gap: In s; in keyframes where no times are known. Neighbouring
            keyframes, however far apart, are no gap.

    Returns:
        By first frame, then person.

    Raises:
        UserError: If the thresholds are not as said.
    """
    if end_threshold is None:
        end_threshold = END_RATIO * start_threshold
    if not 0 < end_threshold <= start_threshold <= 1:
        raise UserError(
            'thresholds of segments must be 0 < end <= start <= 1, got start '
            f'{start_threshold} and end {end_threshold}'
        )
    book = _Book(start_threshold, end_threshold, gap)
    for number, (now, frame) in enumerate(clocked(frames)):
        if frame.track_ids is not None:
            book.note(
                _Moment(number, now, frame.frame_idx, frame.time_sec),
                frame.track_ids.tolist(),
                frame.action_probs,
            )
    found = [
        ActionSegment(
            track_id=track_id,
            label=labels[label],
            first_frame=run.first.frame_idx,
            last_frame=run.last.frame_idx,
            start_sec=run.first.time_sec,
            end_sec=run.last.time_sec,
            score=run.total / run.count,
        )
        for track_id, label, run in book.all_runs()
    ]
    return tuple(sorted(found, key=lambda s: (s.first_frame, s.track_id)))


class _Moment(NamedTuple):
    """A keyframe: which one, at which time of the clock, and its frame."""

    number: int
    clock: float
    frame_idx: int
    time_sec: float | None


@dataclass
class _Run:
    """A segment of which the end may still be to come.

    Args:
        first: Its first keyframe.
        last: Its last one so far on which the probability was high enough.
        total: Sum of the probabilities up to there.
        count: Number of them.
        is_on: Whether nothing lower came after it.
        later: Probabilities after it, in case it goes on.
    """

    first: _Moment
    last: _Moment
    total: float = 0.0
    count: int = 0
    is_on: bool = False
    later: list[float] = field(default_factory=list)

    def note(self, moment: _Moment, prob: float, least: float) -> None:
        """Take in one more keyframe of the person."""
        self.later.append(prob)
        self.is_on = prob >= least
        if self.is_on:
            self.last = moment
            self.total += sum(self.later)
            self.count += len(self.later)
            self.later.clear()


class _Book:
    """Segments of all persons so far.

    Args:
        start: Least probability of a first keyframe.
        end: Least probability of the others.
        gap: See :func:`.find_segments`.
    """

    def __init__(self, start: float, end: float, gap: float) -> None:
        self._start, self._end, self._gap = start, end, gap
        # By person, then by label.
        self._open: dict[int, dict[int, _Run]] = {}
        self._closed: list[tuple[int, int, _Run]] = []

    def note(
        self, moment: _Moment, track_ids: list[int], probs: np.ndarray
    ) -> None:
        """Take in one keyframe.

        Args:
            moment: Which.
            track_ids: Of N persons.
            probs: (N, K).
        """
        starts = probs >= self._start
        for track_id, theirs, begins in zip(
            track_ids, probs, starts, strict=True
        ):
            runs = self._open.setdefault(track_id, {})
            for label, run in tuple(runs.items()):
                if self._is_gap(run.last, moment):
                    self._closed.append((track_id, label, runs.pop(label)))
            for label in np.flatnonzero(begins).tolist():
                runs.setdefault(label, _Run(moment, moment))
            for label, run in runs.items():
                least = self._end if run.is_on else self._start
                run.note(moment, float(theirs[label]), least)

    def all_runs(self) -> Iterator[tuple[int, int, _Run]]:
        """Person, label and segment, once the last keyframe was noted."""
        yield from self._closed
        for track_id, runs in self._open.items():
            for label, run in runs.items():
                yield track_id, label, run

    def _is_gap(self, last: _Moment, now: _Moment) -> bool:
        """Whether keyframes are missing in between, for too long a time."""
        apart = now.number - last.number > 1
        return apart and now.clock - last.clock > self._gap
