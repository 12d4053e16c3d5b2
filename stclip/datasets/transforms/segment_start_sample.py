"""Frames of a video as BIKE and Text4Vis test on them."""

import numpy as np
from mmaction.datasets.transforms import UniformSample

from stclip.datasets.transforms.whole_video import segment_frames
from stclip.registry import TRANSFORMS


@TRANSFORMS.register_module()
class SegmentStartSample(UniformSample):
    """mmaction's ``UniformSample``, but for the frames that are tested.

    Source: the released code of BIKE, arXiv:2301.00182, and of Text4Vis. In
    testing a clip has the first frame of each of T equal segments, where
    ``UniformSample`` takes one from the middle: floor(i F / T) of F frames,
    for i from 0. Of several clips the first begins with frame 0 and the last
    a segment less one frame later, the others evenly between. Differs: of
    videos with fewer than T frames all clips are alike.
    """

    def _get_sample_clips(self, num_frames: int) -> np.ndarray:
        """Frame numbers from 0, (clips * T,), a clip after the other."""
        if not self.test_mode:
            return super()._get_sample_clips(num_frames)
        last = max(num_frames / self.clip_len - 1, 0)
        starts = np.linspace(0, last, self.num_clips).astype(int)
        first_clip = segment_frames(num_frames, self.clip_len, 0)
        return (starts[:, None] + first_clip).ravel()
