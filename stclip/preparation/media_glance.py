"""A first look at a video: headers, and one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stclip.preparation.media_check import MediaFacts
from stclip.structures.keyframe import Keyframe
from stclip.video.opening import open_video


@dataclass(frozen=True)
class Glance:
    """What a first look at a video tells.

    Args:
        facts: Frames are those that the file states, unless a keyframe seems
            to lie beyond them: then they were counted.
        fps: Frames a second; None if unknown.
        is_folder: Whether it is a folder of frames.
    """

    facts: MediaFacts
    fps: float | None
    is_folder: bool


def glance_at(
    path: Path, keyframes: Sequence[Keyframe], fps: float | None
) -> Glance:
    """Look at a video, and to its end only where keyframes lie beyond it.

    Args:
        path: Video file or folder of frames.
        keyframes: Those that are annotated in it.
        fps: Rate of a folder.
    """
    is_folder = path.is_dir()
    try:
        source = open_video(
            path, None, False, None, fps if is_folder else None
        )
        size_hw, number = source.frame_hw, source.stated_frames
        end_sec = None
        if number and source.fps:
            end_sec = (number - 0.5) / source.fps
        last = max((k.frame_idx or 0 for k in keyframes), default=0)
        last_sec = max((k.seconds or 0 for k in keyframes), default=0)
        if not number or last >= number or (end_sec or last_sec) < last_sec:
            number, end_sec = source.num_frames, source.end_sec
        rate = source.fps
        source.release()
    except (OSError, ValueError) as error:
        return Glance(MediaFacts(fault=str(error)), None, is_folder)
    facts = MediaFacts(number, tuple(size_hw), end_sec)
    return Glance(facts, rate, is_folder)
