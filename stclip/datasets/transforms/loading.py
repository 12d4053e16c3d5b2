"""Pictures of an annotated keyframe and of its window."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform
from mmengine.logging import print_log

from stclip.datasets.transforms.clip_resize import (
    INTERPOLATIONS,
    PAD_COLOUR,
    RESIZE_MODES,
    clip_resize,
)
from stclip.datasets.transforms.window import WINDOWS, window_end
from stclip.registry import TRANSFORMS
from stclip.structures.keyframe import require_same_proportions
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.opening import VideoPool


@TRANSFORMS.register_module()
class LoadKeyframe(BaseTransform):
    """Read the keyframe and its window, resized as CLIP wants them.

    Required keys: ``video_path``, ``frame_idx`` or ``seconds`` (and ``fps``
    for frame folders), ``img_shape`` (None if boxes are fractions of the
    frame), ``gt_boxes``, ``boxes``.

    Added: ``image`` (H, W, 3), ``keyframe`` (3, S, S) and ``context``
    (T, 3, S, S), all uint8 RGB; ``source``, the open video, and ``window``,
    the numbers of the T frames; ``beyond_end``; ``cut``, an empty dict in
    which other steps keep what they cut out of these frames. Pictures and
    ``cut`` are the same ones for the next test sample if it is of the same
    keyframe. Changed: ``frame_idx``;
    where ``img_shape`` is None, it and the boxes, to pixels.

    Each data worker has a cache of its own, in which both decoded and
    resized frames are kept for the keyframes next to this one.

    Args:
        size: Side S of the pictures.
        num_frames: Length T of the window.
        stride: Distance of the frames of the window.
        mode: See :func:`clip_resize`.
        beyond_end: What to do with a keyframe after the last frame:
            ``'error'``, or ``'skip'`` to yield it without person boxes to
            score (its ground truth counts as missed) and say so.
        cache_mb: Bound of the cache, in 2**20 bytes.
        interpolation: See :func:`clip_resize`.
        pad_colour: Likewise.
        strict: Whether a damaged video is an error, instead of giving what
            decodes of it and saying so.
        at_end: Where the video ends within the window, ``'shift'`` it, so
            that short videos give fewer frames (T must be odd), or
            ``'repeat'`` the last frame.

    Raises:
        ValueError: When built with an unknown option; when used on a video
            that cannot be read, is too short or of other proportions than
            the annotated frame.
    """

    def __init__(
        self,
        size: int,
        num_frames: int = 9,
        stride: int = 1,
        mode: str = 'crop',
        beyond_end: str = 'error',
        cache_mb: int = 256,
        interpolation: str = 'bicubic',
        pad_colour: Sequence[int] = PAD_COLOUR,
        strict: bool = False,
        at_end: str = 'shift',
    ) -> None:
        require_choice('mode', mode, RESIZE_MODES)
        require_choice('interpolation', interpolation, tuple(INTERPOLATIONS))
        require_choice('beyond_end', beyond_end, ('error', 'skip'))
        require_choice('at_end', at_end, tuple(WINDOWS))
        self.window = WINDOWS[at_end]
        self.window(0, 1, num_frames, stride)  # refuses what it cannot do
        self.size = size
        self.num_frames = num_frames
        self.stride = stride
        self.geometry = size, mode, interpolation, tuple(pad_colour)
        self.beyond_end = beyond_end
        half = cache_mb * 2**19
        self.videos = VideoPool(FrameCache(half), strict=strict)
        self._resized = FrameCache(half)
        self._told: set[str] = set()
        # What the keyframe before showed, for boxes of another source.
        self._last: tuple[FrameSource | None, int, dict] = None, 0, {}

    @property
    def reach(self) -> int:
        """Frames from the first to the last one of a window."""
        return (self.num_frames - 1) * self.stride

    def forget(self, video: FrameSource, before: int) -> None:
        """Let go of pictures that nobody will ask for again.

        Args:
            video: Whose.
            before: Number of the first frame that may be asked for.
        """
        for cache in (self.videos.cache, self._resized):
            cache.drop_before(str(video.path), before)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the pictures of one keyframe."""
        video = self.videos.open(results['video_path'], results.get('fps'))
        frame_idx = self._frame_idx(results, video)
        end = window_end(frame_idx, self.num_frames, self.stride)
        known = video.count(end, self._around(frame_idx))
        results['frame_idx'] = frame_idx
        results['beyond_end'] = frame_idx >= known
        if results['beyond_end']:
            self._note_beyond_end(results, video)
            frame_idx = known - 1
        # In training the steps that follow may change pictures at random.
        is_trained = results.get('box_labels') is not None
        if is_trained or self._last[:2] != (video, frame_idx):
            window = self.window(
                frame_idx, known, self.num_frames, self.stride
            )
            self._last = video, frame_idx, self._look(video, frame_idx, window)
        results['source'] = video
        results.update(self._last[2])
        fit_boxes(results, results['image'].shape[:2])
        return results

    def _look(
        self, video: FrameSource, frame_idx: int, window: list[int]
    ) -> dict[str, Any]:
        """Pictures of a keyframe, and room for what is cut out of them."""
        return dict(
            image=video.read([frame_idx])[0],
            keyframe=self._resize(video, frame_idx),
            context=np.stack([self._resize(video, k) for k in window]),
            window=window,
            cut={},
        )

    def _frame_idx(self, results: dict[str, Any], video: FrameSource) -> int:
        """The number of the keyframe, that after the last one if beyond."""
        if results['frame_idx'] is not None:
            return results['frame_idx']
        seconds = results['seconds']
        # At a constant rate the frames there are the ones to be read.
        keep = self._around(round(seconds * (video.fps or 0)))
        index = video.index_at(seconds, keep)
        return video.num_frames if index is None else index

    def _around(self, frame_idx: int) -> set[int]:
        """A keyframe and the frames that its window may have."""
        end = window_end(frame_idx, self.num_frames, self.stride)
        first = end - 1 - self.reach
        return {frame_idx, *range(first, end, self.stride)}

    def _resize(self, video: FrameSource, index: int) -> np.ndarray:
        key = str(video.path), index
        resized = self._resized.get(key)
        if resized is None:
            frame = video.read([index])[0]
            resized = clip_resize(frame, *self.geometry)
            self._resized.put(key, resized)
        return resized

    def _note_beyond_end(
        self, results: dict[str, Any], video: FrameSource
    ) -> None:
        message = (
            f'keyframe {results["image_id"]} is frame {results["frame_idx"]} '
            f'(counted from 0), but {video.path} ends after '
            f'{video.num_frames} frames'
        )
        if self.beyond_end == 'error':
            raise UserError(
                f"{message}; beyond_end='skip' leaves such keyframes out"
            )
        if results['video_path'] not in self._told:
            self._told.add(results['video_path'])
            print_log(
                f'{message}: it and those after it are left out',
                'current',
                logging.WARNING,
            )
        without_persons(results)


def without_persons(results: dict[str, Any]) -> None:
    """Leave out the persons to score of a keyframe.

    Args:
        results: Changed.
    """
    for key in ('boxes', 'box_scores', 'box_labels'):
        if results[key] is not None:
            results[key] = results[key][:0]


def fit_boxes(results: dict[str, Any], frame_hw: Sequence[int]) -> None:
    """Put boxes to pixels, or check the size they were annotated in.

    Args:
        results: Changed.
        frame_hw: Height and width of the frame.

    Raises:
        UserError: If the frame has other proportions than annotated.
    """
    height, width = frame_hw
    if results['img_shape'] is None:
        results['img_shape'] = height, width
        scale = np.array([width, height] * 2, dtype=np.float32)
        results['boxes'] = results['boxes'] * scale
        results['gt_boxes'] = results['gt_boxes'] * scale
        return
    require_same_proportions(
        results['video_path'], (height, width), results['img_shape']
    )
