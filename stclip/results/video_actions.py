"""Results of an inferencer: JSON, annotated video and contact sheet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.results.exports.formats import format_of, write_as
from stclip.results.keyframe_actions import Keyframes
from stclip.results.pictures import Pictures
from stclip.results.tracks import ActionSegment, PersonTrack, tracks_of
from stclip.utils.io import write_long_json
from stclip.utils.outputs import require_apart
from stclip.utils.read_ahead import ReadAhead
from stclip.video import VideoWriter, save_image
from stclip.video.damage import Damage
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.opening import open_video
from stclip.video.writer import FALLBACK_FPS

#: Exclusive labels are shown on pictures from this probability on.
SHOWN_FROM = 0.1
#: Forms that the class writes by itself -> suffix.
OWN_FORMS = {'json': '.json', 'contact-sheet': '.png', 'video': '.mp4'}
_OWN_SUFFIXES = {
    **{suffix: form for form, suffix in OWN_FORMS.items()},
    '.jpg': 'contact-sheet',
}


@dataclass(frozen=True)
class VideoActions:
    """Actions on the keyframes of a video.

    Args:
        video: File or frame folder.
        labels: What the K columns of the keyframes stand for.
        frames: The keyframes, ascending; from a file they are read one by
            one, each time they are gone through.
        num_frames: Of the video.
        frame_hw: Height and width in px.
        fps: As the file states, on average, or as given for a folder; None
            if unknown.
        background: Words that competed with the labels, and are no answer.
        warnings: Lines on what cannot be trusted in it.
        banners: The same in few words, drawn on every picture.
        damage: What of the video was lost.
        segments: What each person did from when to when.
        smoothed_over: Length of the window over which the probabilities were
            averaged along each track, in s; 0 for none.
        start_frame: The first frame of the range that was looked at, whose
            end ``num_frames`` is.
        source: Where pictures come from: what is no file, or a file with what
            the look has met of its frames; None to open ``video`` anew.
        request: Plain values that tell runs apart whose results may differ,
            as ``stclip infer`` compares them; empty if nobody has kept them.
    """

    video: Path
    labels: LabelSpace
    frames: Keyframes
    num_frames: int
    frame_hw: tuple[int, int]
    fps: float | None
    background: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    banners: tuple[str, ...] = ()
    damage: Damage = field(default_factory=Damage)
    segments: tuple[ActionSegment, ...] = ()
    smoothed_over: float = 0.0
    start_frame: int = 0
    source: FrameSource | None = field(default=None, repr=False, compare=False)
    request: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        names = ', '.join(self.labels.names[:3])
        more = len(self.labels) - 3
        return (
            f'VideoActions({self.video}, {len(self.frames)} keyframes of '
            f'{self.num_frames} frames, labels: {names}'
            f'{f" and {more} more" if more > 0 else ""}, segments: '
            f'{len(self.segments)})'
        )

    @property
    def num_persons(self) -> int:
        """Boxes on all keyframes together."""
        return sum(len(frame.boxes_xyxy) for frame in self.frames)

    @property
    def tracks(self) -> tuple[PersonTrack, ...]:
        """Each person on its keyframes, by id; all in memory."""
        return tracks_of(self.frames)

    def opened(self, cache: FrameCache | None = None) -> FrameSource:
        """The video once more; what is lost of it was told.

        Args:
            cache: Where decoded frames are kept; None for one of its own.

        Raises:
            UserError: If it is not there any more, or cannot be read.
        """
        if self.source is not None:
            return self.source.reopened(cache)
        return open_video(self.video, cache, on_damage=None, fps=self.fps)

    def summary(self) -> dict[str, Any]:
        """All plain values but those of the keyframes."""
        return dict(
            video=str(self.video),
            start_frame=self.start_frame,
            num_frames=self.num_frames,
            height=self.frame_hw[0],
            width=self.frame_hw[1],
            fps=self.fps,
            damage=self.damage.to_json(),
            labels=list(self.labels.names),
            exclusive=list(self.labels.exclusive),
            groups=list(self.labels.groups),
            background=list(self.background),
            warnings=list(self.warnings),
            smoothed_over=self.smoothed_over,
            segments=[segment.to_json() for segment in self.segments],
            request=dict(self.request),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values, described in docs/how_to/annotate_a_video.md."""
        return dict(self.summary(), keyframes=list(self._keyframes_to_json()))

    def _keyframes_to_json(self) -> Iterator[dict[str, Any]]:
        return (frame.to_json(self.labels.names) for frame in self.frames)

    def save(self, path: str | Path, format: str | None = None) -> None:
        """Write the result in one of the forms that docs/formats.md lists.

        Args:
            path: The file; what a form needs beside it goes with it.
            format: ``json``, ``video``, ``contact-sheet`` or a key of
                :data:`stclip.results.exports.formats.FORMATS`. ``None`` for
                what the name of the file tells.

        Raises:
            UserError: For an unknown format, over the video itself, or if
                the format needs ids or times that are not known.
        """
        own = {
            'json': self.save_json,
            'video': self.save_video,
            'contact-sheet': self.save_contact_sheet,
        }
        name = format or format_of(path, _OWN_SUFFIXES)
        if name in own:
            own[name](path)
        else:
            write_as(self, path, name)

    def save_json(self, path: str | Path) -> None:
        """Write :meth:`to_json` to a file, atomically.

        Raises:
            UserError: For the video itself, or a file among its frames.
        """
        require_apart([Path(path)], [self.video])
        keyframes = self._keyframes_to_json()
        write_long_json(path, self.summary(), 'keyframes', keyframes)

    def save_video(
        self,
        path: str | Path,
        top: int = 2,
        least: float = SHOWN_FROM,
        on_frame: Callable[[int], None] | None = None,
    ) -> None:
        """Write the whole video with boxes, names and scores drawn in.

        Args:
            path: mp4 file, written atomically.
            top: Exclusive labels shown per person, best first. Independent
                labels are shown when more likely than not.
            least: Probability from which on exclusive labels are shown.
            on_frame: Called with the number of frames written so far.

        Raises:
            UserError: For the video itself, or a file among its frames.
        """
        require_apart([Path(path)], [self.video])
        fps = self.fps or FALLBACK_FPS
        drawn = self.annotated_frames(top, least)
        with VideoWriter(path, fps) as writer, ReadAhead(drawn, 2) as frames:
            for count, (image, time_sec) in enumerate(frames, 1):
                writer.write(image, time_sec)
                if on_frame:
                    on_frame(count)

    def annotated_frames(
        self, top: int = 2, least: float = SHOWN_FROM
    ) -> Iterator[tuple[np.ndarray, float | None]]:
        """Give every frame with the boxes of the keyframe nearest to it.

        Args:
            top: As in :meth:`save_video`.
            least: As there.

        Yields:
            (H, W, 3) uint8 RGB, small frames enlarged; seconds since the
            first frame, None if unknown.
        """
        yield from Pictures(self, top, least).frames()

    def save_contact_sheet(
        self,
        path: str | Path,
        num_images: int = 12,
        top: int = 2,
        least: float = SHOWN_FROM,
    ) -> None:
        """Write one picture with keyframes spread evenly over the video.

        Args:
            path: png or jpg file, written atomically.
            num_images: Most keyframes shown.
            top: As in :meth:`save_video`.
            least: As there.

        Raises:
            UserError: For the video itself, or a file among its frames.
        """
        require_apart([Path(path)], [self.video])
        save_image(path, Pictures(self, top, least).sheet(num_images))

    def annotated_keyframes(
        self, num_images: int, top: int = 2, least: float = SHOWN_FROM
    ) -> tuple[list[np.ndarray], list[str]]:
        """Give keyframes spread evenly over the video, the middle for one.

        Args:
            num_images: Most keyframes given.
            top: As in :meth:`save_video`.
            least: As there.

        Returns:
            (H, W, 3) uint8 RGB images, small ones enlarged; captions that
            tell frame, time and number of persons.
        """
        return Pictures(self, top, least).keyframes(num_images)
