"""Keyframes of a video as they are found, and the result they make."""

from collections.abc import Iterator
from dataclasses import dataclass

from stclip.labels.label_space import LabelSpace
from stclip.results.keyframe_actions import KeyframeActions, Keyframes
from stclip.results.video_actions import VideoActions
from stclip.video.damage import log_damage
from stclip.video.frame_source import FrameSource


@dataclass(frozen=True)
class KeyframeStream(Iterator[KeyframeActions]):
    """The keyframes of a video, each found when it is asked for.

    Args:
        source: The video.
        labels: What persons are scored for.
        keyframes: What is gone through.
        frame_hw: Height and width in px.
        background: Words that stand for none of the labels.
        warnings: Lines on what cannot be trusted.
        banners: The same in few words.
    """

    source: FrameSource
    labels: LabelSpace
    keyframes: Iterator[KeyframeActions]
    frame_hw: tuple[int, int]
    background: tuple[str, ...]
    warnings: tuple[str, ...]
    banners: tuple[str, ...]

    def __next__(self) -> KeyframeActions:
        return next(self.keyframes)

    def result(self, frames: Keyframes) -> VideoActions:
        """What is known of the video once its end was reached.

        Args:
            frames: The keyframes that were given, kept by the caller.
        """
        self.source.examine()
        if damage := self.source.damage:
            told = f'{damage}, of {self.source.num_frames} frames'
            log_damage(self.source.path, told)
        result = VideoActions(
            video=self.source.path,
            labels=self.labels,
            frames=frames,
            num_frames=self.source.num_frames,
            frame_hw=self.frame_hw,
            fps=self.source.fps,
            background=self.background,
            warnings=self.warnings,
            banners=self.banners,
            damage=damage,
        )
        self.source.release()
        return result
