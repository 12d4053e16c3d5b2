"""Results of an inferencer: JSON, annotated video and contact sheet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stclip.labels.label_space import LabelSpace
from stclip.results.exports.formats import format_of, write_as
from stclip.results.keyframe_actions import KeyframeActions, Keyframes
from stclip.results.tracks import ActionSegment
from stclip.utils.io import write_long_json
from stclip.utils.outputs import require_apart
from stclip.video import VideoWriter, save_image
from stclip.video.damage import Damage
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.opening import open_video
from stclip.visualization import (
    ActionLabel,
    PersonMark,
    annotate,
    class_colour,
    contact_sheet,
    with_banner,
)

# Smaller frames are enlarged to this before anything is drawn on them.
_MIN_SIDE_PX = 360
# Independent labels are shown from this probability on.
_SHOWN_PROB = 0.5
# Forms that the class writes by itself.
_OWN_SUFFIXES = {
    '.json': 'json',
    '.mp4': 'video',
    '.png': 'contact-sheet',
    '.jpg': 'contact-sheet',
}
# Frame folders do not tell their rate.
_FALLBACK_FPS = 25.0


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

    @property
    def num_persons(self) -> int:
        """Boxes on all keyframes together."""
        return sum(len(frame.boxes_xyxy) for frame in self.frames)

    def summary(self) -> dict[str, Any]:
        """All plain values but those of the keyframes."""
        return dict(
            video=str(self.video),
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
        on_frame: Callable[[int], None] | None = None,
    ) -> None:
        """Write the whole video with boxes, names and scores drawn in.

        Args:
            path: mp4 file, written atomically.
            top: Exclusive labels shown per person, best first. Independent
                labels are shown when more likely than not.
            on_frame: Called with the number of frames written so far.

        Raises:
            UserError: For the video itself, or a file among its frames.
        """
        require_apart([Path(path)], [self.video])
        fps = self.fps or _FALLBACK_FPS
        with VideoWriter(path, fps) as writer:
            frames = self.annotated_frames(top)
            for count, (image, time_sec) in enumerate(frames, 1):
                writer.write(image, time_sec)
                if on_frame:
                    on_frame(count)

    def annotated_frames(
        self, top: int = 2
    ) -> Iterator[tuple[np.ndarray, float | None]]:
        """Give every frame with the boxes of the keyframe nearest to it.

        Args:
            top: As in :meth:`save_video`.

        Yields:
            (H, W, 3) uint8 RGB, small frames enlarged; seconds since the
            first frame, None if unknown.
        """
        height, width = self.frame_hw
        # Each frame is read once: the cache holds no more.
        source = self._open(FrameCache(height * width * 3))
        try:
            for index, keyframe in enumerate(self._nearest_keyframes()):
                image = self._draw(source.read([index])[0], keyframe, top)
                yield image, source.time_of(index)
        finally:
            source.release()

    def save_contact_sheet(
        self, path: str | Path, num_images: int = 12, top: int = 2
    ) -> None:
        """Write one picture with keyframes spread evenly over the video.

        Args:
            path: png or jpg file, written atomically.
            num_images: Most keyframes shown.
            top: As in :meth:`save_video`.

        Raises:
            UserError: For the video itself, or a file among its frames.
        """
        require_apart([Path(path)], [self.video])
        images, captions = self.annotated_keyframes(num_images, top)
        sheet = contact_sheet(images, captions, banners=self.banners)
        save_image(path, sheet)

    def annotated_keyframes(
        self, num_images: int, top: int = 2
    ) -> tuple[list[np.ndarray], list[str]]:
        """Give keyframes spread evenly over the video, the middle for one.

        Args:
            num_images: Most keyframes given.
            top: As in :meth:`save_video`.

        Returns:
            (H, W, 3) uint8 RGB images, small ones enlarged; captions that
            tell frame, time and number of persons.
        """
        count = min(num_images, len(self.frames))
        centres = (np.arange(count) + 0.5) * len(self.frames) / max(count, 1)
        wanted = set(centres.astype(int).tolist())
        chosen = [f for idx, f in enumerate(self.frames) if idx in wanted]
        source = self._open()
        images = [
            self._draw(source.read([f.frame_idx])[0], f, top) for f in chosen
        ]
        source.release()
        return images, [self._caption(frame) for frame in chosen]

    def _open(self, cache: FrameCache | None = None) -> FrameSource:
        """The video once more; what is lost of it was told."""
        return open_video(self.video, cache, on_damage=None, fps=self.fps)

    def _nearest_keyframes(self) -> Iterator[KeyframeActions]:
        """For every frame of the video its keyframe; ties to the earlier."""
        keyframes = iter(self.frames)
        current, later = next(keyframes), next(keyframes, None)
        for frame_idx in range(self.num_frames):
            if later is not None and (
                later.frame_idx - frame_idx < frame_idx - current.frame_idx
            ):
                current, later = later, next(keyframes, None)
            yield current

    def _draw(
        self, image: np.ndarray, frame: KeyframeActions, top: int
    ) -> np.ndarray:
        marks = [
            self._mark(box, probs, top)
            for box, probs in zip(
                frame.boxes_xyxy, frame.action_probs, strict=True
            )
        ]
        drawn = annotate(image, marks, min_side_px=_MIN_SIDE_PX)
        return with_banner(drawn, self.banners)

    def _mark(
        self, box: np.ndarray, probs: np.ndarray, top: int
    ) -> PersonMark:
        shown = shown_labels(probs, self.labels, top)
        lines = tuple(
            ActionLabel(
                self.labels.names[label].replace('_', ' '),
                float(probs[label]),
                class_colour(label),
            )
            for label in shown
        )
        best = int(np.argmax(probs))
        return PersonMark(box, lines, class_colour(best))

    def _caption(self, frame: KeyframeActions) -> str:
        num_persons = len(frame.boxes_xyxy)
        who = '1 person' if num_persons == 1 else f'{num_persons} persons'
        if frame.time_sec is None:
            return f'frame {frame.frame_idx}: {who}'
        return f'frame {frame.frame_idx}, {frame.time_sec:.1f} s: {who}'


def shown_labels(probs: np.ndarray, labels: LabelSpace, top: int) -> list[int]:
    """Choose the labels that are written next to a person.

    Args:
        probs: (K,) in [0, 1].
        labels: The K labels.
        top: How many of the labels that exclude each other.

    Returns:
        Label indices, likeliest first: the ``top`` best exclusive ones, then
        the independent ones above one half.
    """
    order = np.argsort(-probs, kind='stable').tolist()
    exclusive = [idx for idx in order if labels.exclusive[idx]]
    independent = [
        idx
        for idx in order
        if not labels.exclusive[idx] and probs[idx] >= _SHOWN_PROB
    ]
    return exclusive[:top] + independent
