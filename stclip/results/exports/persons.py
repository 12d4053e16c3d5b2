"""The persons of a result one by one, as most forms have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.results.answers import answers
from stclip.results.keyframe_actions import KeyframeActions
from stclip.utils.errors import UserError

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions


@dataclass(frozen=True)
class Person:
    """One person on one keyframe; K labels.

    Args:
        frame_idx: 0-based.
        time_sec: Since the first frame; None if unknown.
        track_id: From 1 on; None if nobody was followed.
        box_xyxy: Four numbers, px of the frame.
        box_score: In [0, 1].
        probs: (K,) in [0, 1].
        none_prob: That it is none of the labels; None where nothing stood
            against them.
        answers: Indices of the labels that it is said to do, likeliest
            first.
    """

    frame_idx: int
    time_sec: float | None
    track_id: int | None
    box_xyxy: tuple[float, float, float, float]
    box_score: float
    probs: np.ndarray
    none_prob: float | None
    answers: tuple[int, ...]

    @property
    def best(self) -> int | None:
        """Index of the likeliest answer; None if there is none."""
        return self.answers[0] if self.answers else None

    @property
    def score(self) -> float | None:
        """Probability of the likeliest answer; None if there is none."""
        return None if self.best is None else float(self.probs[self.best])

    @property
    def certainty(self) -> float:
        """Of the likeliest answer, or else of none, in [0, 1]."""
        if self.score is not None:
            return self.score
        if self.none_prob is not None:
            return self.none_prob
        return 1 - float(self.probs.max())

    @property
    def box_xywh(self) -> list[float]:
        """Left, top, width and height, in hundredths of a px."""
        x1, y1, x2, y2 = self.box_xyxy
        return [round(value, 2) for value in (x1, y1, x2 - x1, y2 - y1)]


def persons_of(result: 'VideoActions') -> Iterator[Person]:
    """Give all persons, keyframe after keyframe."""
    for frame in result.frames:
        yield from persons_on(frame, result.labels)


def persons_on(frame: KeyframeActions, labels: LabelSpace) -> Iterator[Person]:
    """Give the persons of one keyframe."""
    for row, box in enumerate(frame.boxes_xyxy.tolist()):
        none = frame.none_probs
        none_prob = None if none is None else float(none[row])
        ids = frame.track_ids
        probs = frame.action_probs[row]
        yield Person(
            frame_idx=frame.frame_idx,
            time_sec=frame.time_sec,
            track_id=None if ids is None else int(ids[row]),
            box_xyxy=tuple(box),
            box_score=float(frame.box_scores[row]),
            probs=probs,
            none_prob=none_prob,
            answers=tuple(answers(probs, none_prob, labels)),
        )


def require_tracks(result: 'VideoActions', form: str) -> None:
    """Refuse a result whose persons were not followed.

    Args:
        result: The result.
        form: What it was to be written as, for the message.

    Raises:
        UserError: If a person has no id.
    """
    for frame in result.frames:
        if len(frame) and frame.track_ids is None:
            raise UserError(
                f'{form} has persons with ids, but in the results of '
                f'{result.video} nobody was followed; run stclip infer '
                'with --track'
            )


def require_clock(result: 'VideoActions', form: str) -> None:
    """Refuse a result that does not know its times.

    Args:
        result: The result.
        form: What it was to be written as, for the message.

    Raises:
        UserError: If times are unknown.
    """
    for frame in result.frames:
        if result.fps is None or frame.time_sec is None:
            raise UserError(
                f'{form} has times, but those of {result.video} are not '
                'known; give --fps to stclip infer'
            )
