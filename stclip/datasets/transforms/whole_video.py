"""Frames spread over the whole video of a keyframe."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from stclip.datasets.transforms.clip_resize import (
    INTERPOLATIONS,
    PAD_COLOUR,
    RESIZE_MODES,
    clip_resize,
)
from stclip.datasets.transforms.frame_features import (
    open_frame_features,
    require_store,
)
from stclip.datasets.transforms.loading import without_persons
from stclip.datasets.transforms.window import require_frames
from stclip.registry import TRANSFORMS
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.video.frame_source import FrameSource


def segment_frames(
    num_frames: int, length: int, places: np.ndarray | float = 0.5
) -> list[int]:
    """One frame of each equal segment of a video.

    Args:
        num_frames: Frames of the video, at least one.
        length: n, segments.
        places: Where in its segment each frame lies, (n,) or one for all, in
            [0, 1); the middle by default.

    Returns:
        n frame numbers in order; a video of fewer frames repeats some.
    """
    starts = (np.arange(length) + places) * num_frames / length
    return np.minimum(starts.astype(int), num_frames - 1).tolist()


@TRANSFORMS.register_module()
class LoadWholeVideo(BaseTransform):
    """Put frames of the whole video in the place of the window.

    Source: ST-CLIP, arXiv:2408.15996v1, as it compares with classifiers of
    videos: a random frame of each segment in training, the middle one in
    testing.

    Required key: ``source``, of :class:`LoadKeyframe`. Changed: ``context``
    (n, 3, S, S) uint8 RGB and ``window``, the numbers of the n frames.

    Draws from NumPy's global generator, which the training loader seeds by
    the number of the sample. In testing the pictures are kept for the other
    keyframes of the video.

    Args:
        size: Side S of the pictures.
        num_frames: n.
        test_mode: Whether the middle of each segment is taken.
        mode: See :func:`clip_resize`.
        interpolation: Likewise.
        pad_colour: Likewise.
    """

    def __init__(
        self,
        size: int,
        num_frames: int,
        test_mode: bool = False,
        mode: str = 'crop',
        interpolation: str = 'bicubic',
        pad_colour: Sequence[int] = PAD_COLOUR,
    ) -> None:
        require_choice('mode', mode, RESIZE_MODES)
        require_choice('interpolation', interpolation, tuple(INTERPOLATIONS))
        require_frames(num_frames)
        self.num_frames = num_frames
        self.test_mode = test_mode
        self.geometry = size, mode, interpolation, tuple(pad_colour)
        # Video, frame numbers and pictures.
        self._last: tuple[FrameSource, list[int], np.ndarray] | None = None

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the frames of one keyframe's video."""
        video = results['source']
        if not self.test_mode:
            places = np.random.random(self.num_frames)
            results['window'] = self._window(video, places)
            results['context'] = self.read(video, results['window'])
            return results
        if self._last is None or self._last[0] is not video:
            window = self._window(video)
            self._last = video, window, self.read(video, window)
        _, results['window'], results['context'] = self._last
        return results

    def _window(
        self, video: FrameSource, places: np.ndarray | float = 0.5
    ) -> list[int]:
        """See :func:`segment_frames`; what a file states saves decoding."""
        # A file is decoded to be counted. Most state the right number: then
        # the frames that it leads to are met on the way, and kept.
        stated, likely = video.stated_frames, []
        if stated is not None:
            likely = segment_frames(stated, self.num_frames, places)
        num_frames = video.count(keep=set(likely))
        return segment_frames(num_frames, self.num_frames, places)

    def read(self, video: FrameSource, window: Sequence[int]) -> np.ndarray:
        """Frames of a video as CLIP wants them.

        Args:
            video: Whose.
            window: n frame numbers.

        Returns:
            (n, 3, S, S) uint8 RGB.
        """
        frames = video.read(window)
        return np.stack([clip_resize(each, *self.geometry) for each in frames])


@TRANSFORMS.register_module()
class LoadWholeVideoFeatures(BaseTransform):
    """Take the place of the pictures where every frame was encoded.

    That is of :class:`LoadKeyframe`, :class:`LoadWholeVideo` and
    :class:`CropPersons`, for a detector that looks at whole videos alone; no
    video is opened. Required keys: those of :class:`LoadKeyframe`, with
    keyframes given by number and boxes in pixels. Added: ``context`` (n, Dt)
    float32 and ``window``, of the frames that :class:`LoadWholeVideo` takes;
    ``keyframe`` (Dt,) and ``crops`` (P, Dt) of zeros, at which nobody looks;
    ``beyond_end``. Of a keyframe after the last frame the persons to score
    are left out.

    Args:
        folder: Store of a config that reads whole videos, made by ``stclip
            prepare features``.
        clip: The recogniser's ``arch`` and ``pretrained``, which have to be
            those of the store.
        num_frames: n.
        test_mode: See :class:`LoadWholeVideo`.

    Raises:
        MissingFileError: If there is no store, or in it no such video.
        UserError: If the store is another CLIP's, or keyframes are given by
            time.
    """

    def __init__(
        self,
        folder: str,
        clip: Mapping[str, Any],
        num_frames: int,
        test_mode: bool = False,
    ) -> None:
        require_store(folder, clip)
        require_frames(num_frames)
        self.folder = folder
        self.num_frames = num_frames
        self.test_mode = test_mode

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Look up the frames of one keyframe's video."""
        if results['frame_idx'] is None or results['img_shape'] is None:
            raise UserError(
                f'keyframe {results["image_id"]} has no number of a frame, or '
                'boxes without the size of the frame: take LoadKeyframe and '
                'LoadWholeVideo'
            )
        features = open_frame_features(self.folder, results['video_path'])
        results['beyond_end'] = results['frame_idx'] >= len(features)
        if results['beyond_end']:
            without_persons(results)
        places = 0.5 if self.test_mode else np.random.random(self.num_frames)
        window = segment_frames(len(features), self.num_frames, places)
        nobody_looks = np.zeros(features.shape[1], np.float32)
        results['window'] = window
        results['context'] = np.asarray(features[window], np.float32)
        results['keyframe'] = nobody_looks
        results['crops'] = np.tile(nobody_looks, (len(results['boxes']), 1))
        return results
