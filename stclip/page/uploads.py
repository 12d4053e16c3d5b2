"""Videos that come from outside: their names and what they may be."""

import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import av

from stclip.page.limits import Limits
from stclip.utils.errors import UserError
from stclip.video.listing import VIDEO_SUFFIXES
from stclip.video.local_files import ffmpeg_url
from stclip.video.opening import open_video

# Containers of FFmpeg that hold what they show. Others name files or
# addresses that it would open (concat, hls, dash, sdp), or one picture.
_CONTAINERS = (
    *('mov', 'mp4', 'm4a', '3gp', '3g2', 'mj2', 'matroska', 'webm', 'avi'),
    *('mpegts', 'mpeg', 'mpegvideo', 'flv', 'asf', 'ogg', 'gif', 'mxf'),
    *('h264', 'hevc', 'm4v', 'dv', 'rm', 'wtv', 'nut', 'ivf'),
)
_MAX_NAME = 40


def safe_name(name: str) -> str:
    """The name of a file that is called after an upload.

    Args:
        name: As a browser tells it; anything at all.

    Returns:
        Letters, digits, ``-``, ``_``, ``.``, and a suffix of videos.

    Raises:
        UserError: If the suffix is none of a video.
    """
    last = re.split(r'[/\\\0]', name)[-1].strip()
    stem, dot, suffix = last.rpartition('.')
    if dot + suffix.lower() not in VIDEO_SUFFIXES:
        raise UserError(
            f'{last[:_MAX_NAME]!r} is named like no video: wanted is a file '
            f'that ends in {", ".join(VIDEO_SUFFIXES)}'
        )
    stem = re.sub(r'[^\w.-]+', '_', stem[:_MAX_NAME]).strip('._-')
    return f'{stem or "video"}.{suffix.lower()}'


@dataclass(frozen=True)
class VideoFacts:
    """What is told of a video on the page.

    Args:
        name: Of the file.
        seconds: Length as far as it is stated; None if unknown.
        frames: Likewise.
        frame_hw: Height and width in px.
        fps: None if unknown.
    """

    name: str
    seconds: float | None
    frames: int | None
    frame_hw: tuple[int, int]
    fps: float | None


def require_video(path: Path, limits: Limits) -> VideoFacts:
    """Look at the head and the first frame of an upload.

    Args:
        path: The file.
        limits: What it may be.

    Raises:
        UserError: If it is no video, or too large or long as it states.
    """
    try:
        with closing(_open(path)) as container:
            stream = next(iter(container.streams.video), None)
            if stream is None:
                raise UserError(f'{path.name} holds no video frame')
            size = stream.codec_context.width, stream.codec_context.height
    except (av.FFmpegError, OSError) as error:
        raise UserError(
            f'{path.name} is no video that can be read: save it as mp4, mkv, '
            'webm, mov or avi'
        ) from error
    require_size(path.name, size[::-1], limits)
    source = open_video(path, on_damage=None)
    try:
        hw = source.frame_hw
        frames, fps = source.stated_frames, source.fps
    except UserError as error:
        raise UserError(str(error).replace(str(path), path.name)) from error
    finally:
        source.release()
    require_size(path.name, hw, limits)
    seconds = frames / fps if frames and fps else None
    require_length(path.name, frames or 0, seconds, limits)
    return VideoFacts(path.name, seconds, frames, hw, fps)


def require_size(name: str, hw: tuple[int, int], limits: Limits) -> None:
    """Refuse frames that are too large.

    Raises:
        UserError: If they are.
    """
    if hw[0] * hw[1] > limits.max_megapixels * 10**6:
        raise UserError(
            f'{name} has frames of {hw[1]} x {hw[0]} px, more than '
            f'{limits.max_megapixels:g} megapixels: make it smaller'
        )


def require_length(
    name: str, frames: int, seconds: float | None, limits: Limits
) -> None:
    """Refuse a video that is too long.

    Raises:
        UserError: If it is.
    """
    if seconds is not None and seconds > limits.max_seconds:
        raise UserError(
            f'{name} is longer than {limits.max_seconds:g} s: cut out the '
            'part that matters'
        )
    if frames > limits.max_frames:
        raise UserError(
            f'{name} has more than {limits.max_frames} frames: cut out the '
            'part that matters'
        )


def _open(path: Path) -> av.container.InputContainer:
    return av.open(
        ffmpeg_url(path), options=dict(format_whitelist=','.join(_CONTAINERS))
    )
