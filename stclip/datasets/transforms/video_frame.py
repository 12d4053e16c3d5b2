"""One frame of a video, as mmdet's transforms want a picture."""

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from stclip.registry import TRANSFORMS
from stclip.structures.keyframe import require_same_proportions
from stclip.video.frame_cache import FrameCache
from stclip.video.opening import VideoPool


@TRANSFORMS.register_module()
class LoadVideoFrame(BaseTransform):
    """Take the place of ``LoadImageFromFile`` where pictures are in videos.

    Required keys: ``img_path`` (video file or frame folder), ``frame_idx``,
    ``height`` and ``width`` of the annotation, ``instances``.

    Added: ``img`` (H, W, 3) uint8 BGR, as mmdet reads images; ``img_shape``
    and ``ori_shape``. Changed: the boxes of ``instances``, if the video has
    another size than it was annotated in.

    Args:
        cache_mb: Bound of the frame cache of a data worker, in 2**20 bytes.

    Raises:
        ValueError: When used on a video that is damaged, too short or of
            other proportions than the annotated frame.
    """

    def __init__(self, cache_mb: int = 64) -> None:
        self.videos = VideoPool(FrameCache(cache_mb * 2**20))

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the frame."""
        video = self.videos.open(results['img_path'])
        frame = video.read([results['frame_idx']])[0]
        annotated = results['height'], results['width']
        require_same_proportions(
            results['img_path'], frame.shape[:2], annotated
        )
        scale = np.divide(frame.shape[:2], annotated)[::-1]
        results['instances'] = [
            {**entry, 'bbox': list(entry['bbox'] * np.tile(scale, 2))}
            for entry in results['instances']
        ]
        results['img'] = np.ascontiguousarray(frame[..., ::-1])
        results['img_shape'] = results['ori_shape'] = frame.shape[:2]
        return results
