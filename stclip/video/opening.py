"""Video files and frame folders behind one interface, many at a time."""

import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from stclip.utils.errors import UserError
from stclip.video.damage import DamageLog, log_damage
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_folder import FrameFolder
from stclip.video.frame_source import FrameSource
from stclip.video.local_files import refuse_address, require_text_name
from stclip.video.video_file import VideoFile


def open_video(
    path: str | Path,
    cache: FrameCache | None = None,
    strict: bool = False,
    on_damage: Callable[[Path, str], None] | None = log_damage,
    fps: float | None = None,
) -> FrameSource:
    """Open a video file or a folder of frames.

    Args:
        path: Video file, or folder of pictures (jpg, png, webp, bmp).
        cache: Where decoded frames are kept; None for one of its own.
        strict: See :class:`FrameSource`.
        on_damage: Likewise.
        fps: Frame folders: frames a second, where it is known.

    Raises:
        FileNotFoundError: If there is nothing at ``path``.
        ValueError: If it cannot be read as a video, or ``path`` is the
            address of one.
    """
    refuse_address(path)
    if Path(path).is_dir():
        return FrameFolder(path, cache, strict, on_damage, fps)
    return VideoFile(path, cache, strict, on_damage)


def require_video(
    path: str | Path, strict: bool = False, fps: float | None = None
) -> None:
    """Refuse what cannot be shown, before a model is built for it.

    Args:
        path: Video file or folder of frames.
        strict: Whether any damage is an error; all frames are decoded then.
        fps: See :func:`open_video`.

    Raises:
        FileNotFoundError: If there is nothing at ``path``.
        ValueError: If no frame can be decoded, there is damage that is not
            to be, a rate is given for a file, or its name is no text.
    """
    require_text_name(path)
    source = open_video(path, None, strict, None, fps)
    if fps is not None and not isinstance(source, FrameFolder):
        raise UserError(
            f'{path} is a file, whose frames have times of their own: leave '
            'out --fps, which is for folders of frames'
        )
    try:
        source.read([0])
        if strict:
            source.examine()
    finally:
        source.release()


class VideoPool:
    """Videos that share one frame cache, few of them open at a time.

    Args:
        cache: Where decoded frames are kept.
        max_open: Videos whose files stay open.
        strict: See :class:`FrameSource`.

    Attributes:
        on_damage: See :class:`FrameSource`; by default each damaged video is
            logged once, in all data workers together.
    """

    def __init__(
        self,
        cache: FrameCache,
        max_open: int = 8,
        strict: bool = False,
    ) -> None:
        self.cache = cache
        self.strict = strict
        self.on_damage: Callable[[Path, str], None] | None = DamageLog()
        self.max_open = max_open
        # By path and rate. All keep their index of frames; the most recent
        # come last.
        self._sources: OrderedDict[tuple, FrameSource] = OrderedDict()
        self._pid = os.getpid()

    def add(self, source: FrameSource) -> None:
        """Give a source that is open already to who asks for its path.

        Args:
            source: One without a file.
        """
        self._sources[str(source.path), None] = source

    def open(self, path: str | Path, fps: float | None = None) -> FrameSource:
        """Return the source of ``path``, opened if it was not.

        Args:
            path: Video file or frame folder.
            fps: See :func:`open_video`.
        """
        if self._pid != os.getpid():
            # A forked worker shares the file positions of its parent.
            self._sources.clear()
            self._pid = os.getpid()
        key = str(path), fps
        if key not in self._sources:
            self._sources[key] = open_video(
                path, self.cache, self.strict, self.on_damage, fps
            )
        self._sources.move_to_end(key)
        if len(self._sources) > self.max_open:
            # The ones before it were released when they stood here.
            oldest_open = list(self._sources)[-self.max_open - 1]
            self._sources[oldest_open].release()
        return self._sources[key]
