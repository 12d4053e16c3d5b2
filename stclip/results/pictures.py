"""Pictures of a result: frames with boxes, a timeline, a contact sheet."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.results.answers import likeliest
from stclip.results.keyframe_actions import KeyframeActions
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.visualization import (
    ActionLabel,
    PersonMark,
    Span,
    TimelineRow,
    annotate,
    class_colour,
    contact_sheet,
    drawn_hw,
    person_colour,
    timeline_strip,
    warn_of_missing_letters,
    with_banner,
    with_now,
)
from stclip.visualization.annotators import MAX_SIDE_PX
from stclip.visualization.contact_sheet import TILE_WIDTH_PX

if TYPE_CHECKING:
    from stclip.results.video_actions import VideoActions

# Smaller frames are enlarged to this before anything is drawn on them.
_MIN_SIDE_PX = 360
# Persons on a timeline; those who do most come first.
_MAX_ROWS = 8
_GREY = (110, 110, 110)


class Pictures:
    """What is drawn of a result.

    Persons have a colour each, and their id, if they were followed; else a
    box has the colour of the likeliest label.

    Args:
        result: The result.
        top: Labels shown per person of each group that exclude each other.
        least: Probability from which on they are shown.
    """

    def __init__(self, result: 'VideoActions', top: int, least: float) -> None:
        self.result, self.top, self.least = result, top, least
        self._names = tuple(map(shown_name, result.labels.names))
        self._rows = self._timeline()
        warn_of_missing_letters(self._names)

    def frames(self) -> Iterator[tuple[np.ndarray, float | None]]:
        """Give every frame with the boxes of the keyframe nearest to it.

        Below it lies the timeline, if there are segments and room.

        Yields:
            (H, W, 3) uint8 RGB, small frames enlarged; seconds since the
            first frame, None if unknown.
        """
        result = self.result
        height, width = drawn_hw(result.frame_hw, _MIN_SIDE_PX)
        letter_px = max(12, min(height, width) // 30)
        strip = timeline_strip(self._rows, width, letter_px)
        if height + len(strip) > MAX_SIDE_PX:
            strip = strip[:0]
        source = self._open()
        try:
            nearest = self._nearest_keyframes()
            for index, keyframe in enumerate(nearest, result.start_frame):
                image = source.read([index])[0]
                time_sec = source.time_of(index)
                image = self._draw(image, keyframe, stamp(index, time_sec))
                if len(strip):
                    now = (index + 0.5) / result.num_frames
                    foot = with_now(strip, self._rows, letter_px, now)
                    image = np.concatenate([image, foot])
                yield image, time_sec
        finally:
            source.release()

    def keyframes(
        self, num_images: int, width_px: int | None = None
    ) -> tuple[list[np.ndarray], list[str]]:
        """Give keyframes spread evenly over the video, the middle for one.

        Args:
            num_images: Most keyframes given.
            width_px: Of each, for labels of a size that fits it; None for
                that of the video, small ones enlarged.

        Returns:
            (H, W, 3) uint8 RGB images; captions that tell frame, time and
            number of persons.
        """
        frames = self.result.frames
        count = min(num_images, len(frames))
        centres = (np.arange(count) + 0.5) * len(frames) / max(count, 1)
        wanted = set(centres.astype(int).tolist())
        chosen = [f for idx, f in enumerate(frames) if idx in wanted]
        source = self._open()
        try:
            images = [
                self._draw(
                    source.read([frame.frame_idx])[0], frame, width_px=width_px
                )
                for frame in chosen
            ]
        finally:
            source.release()
        return images, [_caption(frame) for frame in chosen]

    def sheet(self, num_images: int) -> np.ndarray:
        """(H, W, 3) uint8 RGB: keyframes in a grid, the timeline below."""
        height, width = self.result.frame_hw
        # Very high frames are shown smaller than a tile is wide.
        width_px = TILE_WIDTH_PX if height <= 3 * width else None
        images, captions = self.keyframes(num_images, width_px)
        return contact_sheet(
            images,
            captions,
            banners=self.result.banners,
            timeline=self._rows,
        )

    def _open(self) -> FrameSource:
        # Each frame is read once: the cache holds no more.
        height, width = self.result.frame_hw
        return self.result.opened(FrameCache(height * width * 3))

    def _nearest_keyframes(self) -> Iterator[KeyframeActions]:
        """For every frame of the video its keyframe; ties to the earlier."""
        keyframes = iter(self.result.frames)
        current, later = next(keyframes), next(keyframes, None)
        stop = self.result.num_frames
        for frame_idx in range(self.result.start_frame, stop):
            if later is not None and (
                later.frame_idx - frame_idx < frame_idx - current.frame_idx
            ):
                current, later = later, next(keyframes, None)
            yield current

    def _draw(
        self,
        image: np.ndarray,
        frame: KeyframeActions,
        stamp: str = '',
        width_px: int | None = None,
    ) -> np.ndarray:
        marks = [self.mark(frame, row) for row in range(len(frame))]
        drawn = annotate(image, marks, _MIN_SIDE_PX, width_px, stamp)
        return with_banner(drawn, self.result.banners)

    def mark(self, frame: KeyframeActions, row: int) -> PersonMark:
        """What is drawn of one person of a keyframe.

        Args:
            frame: The keyframe.
            row: Which of its persons.
        """
        probs = frame.action_probs[row]
        none = frame.none_probs
        shown = shown_labels(
            probs,
            self.result.labels,
            self.top,
            self.least,
            None if none is None else none[row],
        )
        lines = [
            ActionLabel(
                self._names[label], float(probs[label]), class_colour(label)
            )
            for label in shown
        ]
        colour = class_colour(int(np.argmax(probs)))
        if frame.track_ids is not None:
            track_id = int(frame.track_ids[row])
            colour = person_colour(track_id)
            lines.insert(0, ActionLabel(f'#{track_id}', None, colour))
        elif not shown and none is not None:
            colour = _GREY
        return PersonMark(frame.boxes_xyxy[row], tuple(lines), colour)

    def _timeline(self) -> list[TimelineRow]:
        """A row for each person who does something, in the order of ids."""
        spans = spans_by_person(self.result)

        def busy(track_id: int) -> float:
            return sum(span.end - span.start for span in spans[track_id])

        chosen = sorted(spans, key=busy, reverse=True)[:_MAX_ROWS]
        return [
            TimelineRow(f'#{i}', person_colour(i), tuple(spans[i]))
            for i in sorted(chosen)
        ]


def spans_by_person(result: 'VideoActions') -> dict[int, list[Span]]:
    """What each person does, as bars of a timeline, by the person's id.

    Args:
        result: Its segments and the times between keyframes.
    """
    labels, length = result.labels, result.num_frames
    # A keyframe stands for what is nearer to it than to others.
    first = [f.frame_idx for f in islice(result.frames, 2)]
    half = (first[1] - first[0]) / 2 if len(first) == 2 else 0.5
    spans: dict[int, list[Span]] = {}
    for each in result.segments:
        label = labels.index(each.label)
        span = Span(
            max(each.first_frame - half, 0) / length,
            min(each.last_frame + half, length) / length,
            shown_name(each.label),
            class_colour(label),
        )
        spans.setdefault(each.track_id, []).append(span)
    return spans


def shown_name(name: str) -> str:
    """A label as it is written on pictures."""
    return name.replace('_', ' ')


def shown_labels(
    probs: np.ndarray,
    labels: LabelSpace,
    top: int,
    least: float = 0.0,
    none_prob: float | None = None,
) -> list[int]:
    """Choose the labels that are written next to a person.

    Args:
        probs: (K,) in [0, 1].
        labels: The K labels.
        top: How many of the labels of a group that exclude each other.
        least: Probability that each of these has at least.
        none_prob: That it is none of the labels: what is not likelier is not
            shown. None where nothing stood against them.

    Returns:
        Label indices, likeliest first: the best exclusive ones, then the
        independent ones from one half on.
    """
    chosen = likeliest(probs, none_prob, labels, top, least)
    return sorted(chosen, key=lambda label: not labels.exclusive[label])


def stamp(frame_idx: int, time_sec: float | None) -> str:
    """Time of a frame, ``1:02:03.4``, or its number where that is unknown."""
    if time_sec is None:
        return f'frame {frame_idx}'
    tenths = int(time_sec * 10 + 1e-6)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    seconds = f'{tenths // 10:02d}.{tenths % 10}'
    if hours:
        return f'{hours}:{minutes:02d}:{seconds}'
    return f'{minutes}:{seconds}'


def _caption(frame: KeyframeActions) -> str:
    num_persons = len(frame.boxes_xyxy)
    who = '1 person' if num_persons == 1 else f'{num_persons} persons'
    if frame.time_sec is None:
        return f'frame {frame.frame_idx}: {who}'
    return f'frame {frame.frame_idx}, {frame.time_sec:.1f} s: {who}'
