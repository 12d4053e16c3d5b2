"""Frames of a video file or frame folder, for mmaction's transforms."""

from typing import Any

from mmcv.transforms import BaseTransform

from stclip.registry import TRANSFORMS
from stclip.video.frame_cache import FrameCache
from stclip.video.opening import open_video


@TRANSFORMS.register_module()
class VideoInit(BaseTransform):
    """Take the place of ``DecordInit`` for folders and odd files too.

    Counts frames by decoding, since the headers of HMDB-51's files and of
    re-encoded ones are wrong.

    Required key: ``filename``, a video file or frame folder; ``fps`` may tell
    the frames a second of a folder. Added:
    ``video_reader``, ``total_frames``, ``avg_fps`` (None if unknown),
    ``start_index`` 0.

    Args:
        cache_mb: Bound of the frames kept of one video, in 2**20 bytes, so
            that counting and reading decode it once.
    """

    def __init__(self, cache_mb: int = 256) -> None:
        self.cache_mb = cache_mb

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Open and count."""
        cache = FrameCache(self.cache_mb * 2**20)
        video = open_video(results['filename'], cache, fps=results.get('fps'))
        results['video_reader'] = video
        # A file keeps what it meets while it is counted; a folder reads none.
        results['total_frames'] = video.count(keep=range(2**31))
        results['avg_fps'] = video.fps
        results['start_index'] = 0
        return results


@TRANSFORMS.register_module()
class VideoDecode(BaseTransform):
    """Take the place of ``DecordDecode`` after :class:`VideoInit`.

    Required keys: ``video_reader``, ``frame_inds``. Added: ``imgs``, a list of
    (H, W, 3) uint8 RGB; ``frame_times``, for each the seconds since the first
    frame, None if unknown; ``original_shape``, ``img_shape``.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the frames and let go of the video."""
        video = results.pop('video_reader')
        indices = results['frame_inds'].tolist()
        results['imgs'] = list(video.read(indices))
        results['frame_times'] = [video.time_of(index) for index in indices]
        results['original_shape'] = results['imgs'][0].shape[:2]
        results['img_shape'] = results['original_shape']
        video.release()
        return results
