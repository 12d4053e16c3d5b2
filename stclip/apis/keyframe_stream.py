"""Keyframes of a video as they are found, and the result they make."""

import logging
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from mmengine.logging import print_log

from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions, Keyframes
from stclip.results.video_actions import VideoActions
from stclip.video.damage import log_damage
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.keyframe_walk import KeyframeWalk
from stclip.video.live_stream import LiveStream


@dataclass(frozen=True)
class KeyframeStream(Iterator[KeyframeActions]):
    """The keyframes of a video, each found when it is asked for.

    Args:
        source: The video.
        walk: Which of its frames are keyframes.
        start_frame: The first frame of the range that is looked at.
        labels: What persons are scored for.
        keyframes: What is gone through.
        frame_hw: Height and width in px.
        background: Words that stand for none of the labels.
        warnings: Lines on what cannot be trusted.
        banners: The same in few words.
    """

    source: FrameSource
    walk: KeyframeWalk
    start_frame: int
    labels: LabelSpace
    keyframes: Generator[KeyframeActions, None, None]
    frame_hw: tuple[int, int]
    background: tuple[str, ...]
    warnings: tuple[str, ...]
    banners: tuple[str, ...]

    def __next__(self) -> KeyframeActions:
        return next(self.keyframes)

    @property
    def is_live(self) -> bool:
        """Whether what has passed cannot be looked at again."""
        return isinstance(self.source, LiveStream)

    def until_interrupted(self) -> Iterator[KeyframeActions]:
        """The keyframes; of a live source Ctrl-C is an end like others."""
        try:
            yield from self
        except KeyboardInterrupt:
            if not self.is_live:
                raise

    def first_frame(self, skip: int = 0) -> int:
        """Number of the keyframe that comes after some.

        Args:
            skip: How many of the range come before it.
        """
        return self.start_frame + skip * self.walk.step(self.source)

    def stop(self, length: int | None) -> int | None:
        """About where the range of time ends; None if that is not known.

        Args:
            length: Frames of the video as far as they are stated.
        """
        stop = self.walk.about_stop(self.source)
        return length if stop is None else min(stop, length or stop)

    def result(self, frames: Keyframes) -> VideoActions:
        """What is known of the video once its end was reached.

        Args:
            frames: The keyframes that were given, kept by the caller.
        """
        self.keyframes.close()  # before others read the video
        source = self.source
        if self.walk.end_sec is None:
            source.examine()
        num_frames = self.walk.end(source)
        if damage := source.damage:
            log_damage(source.path, f'{damage}, of {num_frames} frames')
        for note in source.notes:
            print_log(note, 'current', logging.WARNING)
        result = VideoActions(
            video=source.path,
            labels=self.labels,
            frames=frames,
            num_frames=num_frames,
            frame_hw=self.frame_hw,
            fps=source.fps,
            background=self.background,
            warnings=(*self.warnings, *source.notes),
            banners=self.banners,
            damage=damage,
            start_frame=self.start_frame,
            source=source.reopened(FrameCache(0)),
        )
        source.release()
        return result
