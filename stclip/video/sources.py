"""Everything that is a video, or many: told apart and opened."""

from pathlib import Path
from typing import Any

from stclip.utils.errors import UserError
from stclip.video.addresses import is_served, live_address
from stclip.video.array_source import ArraySource
from stclip.video.frame_source import FrameSource
from stclip.video.listing import videos_at
from stclip.video.live_stream import LiveStream
from stclip.video.local_files import require_text_name
from stclip.video.opening import VideoPool
from stclip.video.served_files import local_video

#: A path, an address, the number of a camera, an array or tensor of frames
#: or a source that is open; or a pattern, a folder or a list of these.
Source = Any


def many_videos(source: Source) -> list[Source] | None:
    """The videos of a list, a folder or a pattern.

    Args:
        source: See :data:`Source`.

    Returns:
        Each video; None if it is one by itself.

    Raises:
        MissingFileError: If a folder or a pattern has none.
        UserError: If a list is empty.
    """
    if isinstance(source, list | tuple):
        if not source:
            raise UserError('the list of videos is empty: give at least one')
        each = [(one, many_videos(one)) for one in source]
        return [
            video
            for one, many in each
            for video in ([one] if many is None else many)
        ]
    if isinstance(source, str | Path):
        return videos_at(source)
    return None


def open_source(
    source: Source,
    pool: VideoPool,
    fps: float | None = None,
    num_kept: int = 1,
) -> FrameSource:
    """Open one video of any kind.

    Args:
        source: See :data:`Source`.
        pool: What gives it to others by its path.
        fps: Frames a second, of folders and arrays.
        num_kept: Frames of a live source that can be read at a time.

    Raises:
        MissingFileError: If it is not there.
        UserError: If it cannot be read, is of another kind, or has a name
            that is no text.
    """
    if isinstance(source, FrameSource):
        opened = source
    elif hasattr(source, 'dtype') and hasattr(source, 'shape'):
        opened = ArraySource(source, fps)
    elif (address := live_address(source)) is not None:
        opened = LiveStream(address, num_kept)
    elif is_served(source):
        return pool.open(local_video(source), None)
    elif isinstance(source, str | Path):
        require_text_name(source)
        return pool.open(source, fps)
    else:
        raise UserError(
            f'{type(source).__name__} is no video: give a path, an address, '
            'the number of a camera or an array of frames'
        )
    pool.add(opened)
    return opened
