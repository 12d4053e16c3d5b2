"""Frames of a video file.

Frames are numbered from 0 in the order they are shown, and counted by
decoding: the counts that containers state are wrong on too many files.
"""

import logging
from bisect import bisect_right
from collections.abc import Container
from pathlib import Path
from typing import Any

import av
import numpy as np
from mmengine.logging import print_log

from stclip.utils.errors import MissingFileError, UserError
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource


class VideoFile(FrameSource):
    """The first video stream of a file, read by PyAV.

    Reading onwards decodes each frame once. Reading back starts at the last
    key frame before, among those already met; where the stream's time stamps
    are missing or out of order it starts from the beginning.

    Args:
        path: Video file.
        cache: See :class:`FrameSource`.
        stop_at_damage: Whether a damaged file counts as ending where the
            damage starts, instead of being an error; it is logged.
    """

    def __init__(
        self,
        path: str | Path,
        cache: FrameCache | None = None,
        stop_at_damage: bool = False,
    ) -> None:
        super().__init__(path, cache)
        self._stop_at_damage = stop_at_damage
        if not self.path.is_file():
            raise MissingFileError(f'video {self.path} does not exist')
        # Frames 0 .. _known - 1 have been met; no others exist if _complete.
        self._known = 0
        self._complete = False
        # Key frames met so far: index and time stamp, both ascending.
        self._key_indices: list[int] = []
        self._key_pts: list[int] = []
        self._last_pts: int | None = None
        self._seekable = True
        self._container = None
        self._restart()
        rate = self._stream.average_rate or self._stream.guessed_rate
        self.fps = float(rate) if rate else None

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        for name in ('_container', '_stream', '_frames', '_pending'):
            state[name] = None
        return state

    def count(
        self, limit: int | None = None, keep: Container[int] = ()
    ) -> int:
        """See :meth:`FrameSource.count`."""
        if not self._enough(limit):
            self._go_to(self._known)
            while not self._enough(limit):
                frame = self._next()
                if frame is not None and self._position - 1 in keep:
                    self._store(self._position - 1, frame)
        if self._known == 0:
            raise UserError(f'{self.path} holds no video frame')
        return self._known if limit is None else min(limit, self._known)

    def release(self) -> None:
        """See :meth:`FrameSource.release`."""
        if self._container is not None:
            self._container.close()
        self._container = self._stream = self._frames = self._pending = None

    def _enough(self, limit: int | None) -> bool:
        return self._complete or (limit is not None and self._known >= limit)

    def _load(self, indices: list[int]) -> dict[int, np.ndarray]:
        loaded = {}
        for index in indices:
            self._go_to(index)
            while self._position <= index:
                frame = self._next()
                if frame is None:
                    raise UserError(f'{self.path} changed while it was read')
            loaded[index] = self._store(index, frame)
        return loaded

    def _store(self, index: int, frame: av.VideoFrame) -> np.ndarray:
        image = frame.to_ndarray(format='rgb24')
        if frame.rotation and frame.rotation % 90 == 0:
            # Phones store a turned picture and the angle to show it at.
            turned = np.rot90(image, frame.rotation // 90)
            image = np.ascontiguousarray(turned)
        self._cache.put(self._key(index), image)
        return image

    def _go_to(self, index: int) -> None:
        """Place the decoder so that frame ``index`` is still ahead of it."""
        key_idx = bisect_right(self._key_indices, index) - 1
        usable = self._seekable and key_idx >= 0
        nearest = self._key_indices[key_idx] if usable else 0
        is_open = self._container is not None
        if is_open and nearest <= self._position <= index:
            return
        if nearest == 0 or not self._seek(nearest, self._key_pts[key_idx]):
            self._restart()

    def _restart(self) -> None:
        self.release()
        try:
            # Tags in other encodings than UTF-8 must not stop us.
            self._container = av.open(str(self.path), metadata_errors='ignore')
        except av.FFmpegError as error:
            raise UserError(
                f'{self.path} cannot be opened as a video: {error}'
            ) from error
        if not self._container.streams.video:
            raise UserError(f'{self.path} has no video stream')
        self._stream = self._container.streams.video[0]
        self._frames = self._container.decode(self._stream)
        self._position = 0

    def _seek(self, index: int, pts: int) -> bool:
        """Place the decoder at a key frame; False if the file forbids it."""
        if self._container is None:
            self._restart()
        try:
            self._container.seek(pts, stream=self._stream)
            self._frames = self._container.decode(self._stream)
            # Frames shown before the key frame may still come out first.
            frame = next(
                (f for f in self._frames if f.pts is None or f.pts >= pts),
                None,
            )
        except av.FFmpegError:
            # Not every stream can be entered midway. The caller then reads
            # from the start, where damage is reported.
            frame = None
        self._seekable = frame is not None and frame.pts == pts
        self._pending, self._position = frame, index
        return self._seekable

    def _next(self) -> av.VideoFrame | None:
        """The next frame; None at the end, which it takes note of."""
        frame, self._pending = self._pending, None
        if frame is None:
            try:
                frame = next(self._frames, None)
            except av.FFmpegError as error:
                self.release()
                message = (
                    f'{self.path} is damaged: nothing can be decoded after '
                    f'frame {self._position - 1} ({error})'
                )
                if not self._stop_at_damage or self._position < self._known:
                    raise UserError(message) from error
                print_log(message, 'current', logging.WARNING)
        if frame is None:
            self._complete = True
            return None
        if self._position == self._known:
            self._note(frame)
        self._position += 1
        return frame

    def _note(self, frame: av.VideoFrame) -> None:
        """Enter a frame that was not met before into the index."""
        self._known += 1
        last, self._last_pts = self._last_pts, frame.pts
        if frame.pts is None or (last is not None and frame.pts <= last):
            self._seekable = False
        elif self._seekable and frame.key_frame:
            self._key_indices.append(self._position)
            self._key_pts.append(frame.pts)
