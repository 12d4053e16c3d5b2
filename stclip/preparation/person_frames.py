"""The frames of a data set in which persons are to be detected."""

from dataclasses import dataclass

from stclip.datasets.ava_rows import (
    ANYTHING,
    BOX_FIELDS,
    Moment,
    read_ava_rows,
)
from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.utils.errors import UserError
from stclip.video.listing import list_videos
from stclip.video.local_files import require_text_name


@dataclass(frozen=True)
class Frame:
    """A frame to look at.

    Args:
        key: Image id (JSON) or timestamp as written (CSV).
        frame_idx: 0-based, or None if given by time.
        seconds: Time since the first frame.
        size_hw: What the annotated boxes refer to; None to write boxes as
            they come, in px of the video.
    """

    key: int | str
    frame_idx: int | None = None
    seconds: float | None = None
    size_hw: tuple[int, int] | None = None


def frames_of(
    videos: str, annotations: str | None, start_sec: float
) -> dict[str, list[Frame]]:
    """List the frames to look at by video; none stands for all frames.

    Args:
        videos: Folder of the videos.
        annotations: What lists the frames, a .json or an AVA .csv; ``None``
            for all frames of all videos.
        start_sec: AVA .csv: timestamp of the first frame.

    Raises:
        FileNotFoundError: If the file or the folder is missing.
        ValueError: If the file is faulty or lists nothing.
    """
    if not annotations:
        names = list_videos(videos)
        for name in names:
            require_text_name(name)
        return {name: [] for name in names}
    if annotations.lower().endswith('.csv'):
        frames = _read_ava_frames(annotations, start_sec)
    else:
        frames = _read_keyframes(annotations)
    if not frames:
        raise UserError(
            f'{annotations} lists no frame. Give the annotations of a data '
            'set, or none to look at every frame.'
        )
    return frames


def _read_keyframes(path: str) -> dict[str, list[Frame]]:
    frames: dict[str, list[Frame]] = {}
    _, keyframes = read_keyframe_file(path)
    for keyframe in keyframes:
        frames.setdefault(keyframe.video, []).append(
            Frame(
                keyframe.image_id,
                keyframe.frame_idx,
                keyframe.seconds,
                keyframe.img_shape,
            )
        )
    return frames


def _read_ava_frames(path: str, start_sec: float) -> dict[str, list[Frame]]:
    moments: dict[Moment, Frame] = {}
    for row in read_ava_rows(path, (*BOX_FIELDS, ANYTHING)):
        video, second = row.moment()
        seconds = second - start_sec
        if seconds < 0:
            raise row.fault(
                f'{row.cells[1]} is no moment from second {start_sec:g} on; '
                'see --start-sec'
            )
        # One moment may be spelt in two ways, 0902 and 902.
        frame = Frame(row.cells[1], seconds=seconds)
        moments.setdefault((video, seconds), frame)
    frames: dict[str, list[Frame]] = {}
    for (video, _), frame in moments.items():
        frames.setdefault(video, []).append(frame)
    return frames
