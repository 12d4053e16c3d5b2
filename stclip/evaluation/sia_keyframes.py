"""Which frames SiA's protocols evaluate.

Source: SiA, open-vocabulary action detection; the rules are those of the data
sets in its code. Its clips have nine frames, and the middle one is evaluated.
"""

from collections.abc import Sequence

import numpy as np

from stclip.structures.tubes import Tube

NUM_FRAMES = 9
_MIDDLE = NUM_FRAMES // 2
#: Frames from one of a clip of UCF101-24 to the next.
UCF_STRIDE = 7


def jhmdb_keyframe(num_frames: int) -> int:
    """The one keyframe of a video of J-HMDB.

    A video is one clip, its frames floor(F / 9) apart from the first on.

    Args:
        num_frames: F.

    Returns:
        Frame index from 0.
    """
    return _MIDDLE * (num_frames // NUM_FRAMES)


def ucf_keyframes(tubes: Sequence[Tube]) -> np.ndarray:
    """Keyframes of a video of UCF101-24.

    Clips are 63 frames and begin at every frame; one counts if each tube has
    all of its frames or none, and some tube has all.

    Args:
        tubes: All annotated tubes of the video, at least one.

    Returns:
        (K,) frame indices from 0, ascending.
    """
    length = UCF_STRIDE * NUM_FRAMES
    frames = [tube.frames for tube in tubes]
    starts = np.unique(np.concatenate(frames))
    count = np.array(
        [
            np.searchsorted(of, starts + length) - np.searchsorted(of, starts)
            for of in frames
        ]
    )
    whole = count == length
    wanted = (whole | (count == 0)).all(axis=0) & whole.any(axis=0)
    return starts[wanted] + _MIDDLE * UCF_STRIDE
