"""An answer as plain values: what a page draws, and what it asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.pictures import Pictures, shown_name, spans_by_person
from stclip.results.video_actions import SHOWN_FROM, VideoActions
from stclip.utils.errors import UserError
from stclip.video.writer import FALLBACK_FPS
from stclip.visualization import class_colour, person_colour

# Exclusive labels beside a box, as in annotated videos.
_TOP = 2
# Labels that are listed for a moment.
_MOST_LISTED = 12


@dataclass(frozen=True)
class Moment:
    """A person on a keyframe.

    Args:
        frame: The keyframe.
        row: Which of its persons.
    """

    frame: KeyframeActions
    row: int


class Answer:
    """A result and its plain values.

    Args:
        result: Smoothed, with segments; its keyframes are in memory.
        version: Number of the answer.
        seconds: How long it took.
        told: See :class:`~stclip.page.look.Look`.
    """

    def __init__(
        self, result: VideoActions, version: int, seconds: float, told: str
    ) -> None:
        self.result, self.version = result, version
        self.seconds, self.told = seconds, told

    @cached_property
    def _moments(self) -> dict[int, list[Moment]]:
        """By person, ascending in time."""
        found: dict[int, list[Moment]] = {}
        for frame in self.result.frames:
            for row, track_id in enumerate(frame.track_ids.tolist()):
                found.setdefault(track_id, []).append(Moment(frame, row))
        return found

    def to_json(self) -> dict[str, Any]:
        """All that is drawn at once."""
        result = self.result
        return dict(
            version=self.version,
            seconds=round(self.seconds, 2),
            told=self.told,
            labels=[
                dict(name=shown_name(name), colour=_css(class_colour(index)))
                for index, name in enumerate(result.labels.names)
            ],
            background=list(result.background),
            warnings=list(result.warnings),
            banners=list(result.banners),
            damage=str(result.damage) if result.damage else '',
            num_frames=result.num_frames,
            fps=result.fps,
            smoothed_over=result.smoothed_over,
            persons=self._persons(),
            keyframes=list(self._keyframes()),
        )

    def _persons(self) -> list[dict[str, Any]]:
        """The rows of the timeline."""
        spans = spans_by_person(self.result)
        length = self.result.num_frames
        return [
            dict(
                id=track_id,
                colour=_css(person_colour(track_id)),
                first=moments[0].frame.frame_idx / length,
                last=min(1, (moments[-1].frame.frame_idx + 1) / length),
                spans=[
                    dict(
                        start=span.start,
                        end=span.end,
                        name=span.name,
                        colour=_css(span.colour),
                    )
                    for span in spans.get(track_id, [])
                ],
            )
            for track_id, moments in sorted(self._moments.items())
        ]

    def _keyframes(self) -> Iterator[dict[str, Any]]:
        """Boxes, as parts of the frame, and what stands beside them."""
        pictures = Pictures(self.result, _TOP, SHOWN_FROM)
        height, width = self.result.frame_hw
        scale = np.array([width, height] * 2)
        for frame in self.result.frames:
            marks = [pictures.mark(frame, row) for row in range(len(frame))]
            ids = frame.track_ids.tolist()
            yield dict(
                frame=frame.frame_idx,
                time=self._time(frame),
                persons=[
                    dict(
                        id=track_id,
                        box=[round(v, 5) for v in (box / scale).tolist()],
                        colour=_css(mark.colour),
                        labels=[
                            dict(name=line.name, prob=round(line.score, 4))
                            for line in mark.labels
                            if line.score is not None
                        ],
                    )
                    for track_id, box, mark in zip(
                        ids, frame.boxes_xyxy, marks, strict=True
                    )
                ],
            )

    def moment(self, track_id: int, part: float) -> Moment:
        """The keyframe of a person that is nearest to a moment.

        Args:
            track_id: Who.
            part: When, as part of the video's frames, in [0, 1].

        Raises:
            UserError: If there is no such person.
        """
        if track_id not in self._moments:
            raise UserError(f'there is no person #{track_id}')
        wanted = part * self.result.num_frames
        return min(
            self._moments[track_id],
            key=lambda moment: abs(moment.frame.frame_idx + 0.5 - wanted),
        )

    def moment_to_json(self, moment: Moment) -> dict[str, Any]:
        """What a person does at a moment, the likeliest first.

        Args:
            moment: From :meth:`moment`.
        """
        frame, row = moment.frame, moment.row
        probs = frame.action_probs[row]
        names: Sequence[str] = self.result.labels.names
        order = np.argsort(-probs, kind='stable')[:_MOST_LISTED].tolist()
        none = frame.none_probs
        return dict(
            frame=frame.frame_idx,
            time=self._time(frame),
            box_score=round(float(frame.box_scores[row]), 3),
            none=None if none is None else round(float(none[row]), 4),
            actions=[
                dict(
                    label=names[index],
                    name=shown_name(names[index]),
                    prob=round(float(probs[index]), 4),
                    colour=_css(class_colour(index)),
                )
                for index in order
            ],
        )

    def _time(self, frame: KeyframeActions) -> float:
        if frame.time_sec is not None:
            return round(frame.time_sec, 4)
        return frame.frame_idx / (self.result.fps or FALLBACK_FPS)


def _css(colour: tuple[int, int, int]) -> str:
    return f'#{bytes(colour).hex()}'
