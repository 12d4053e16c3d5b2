"""Keys and values of a frame and of those next to it.

Open-VCLIP, arXiv:2302.00624, and its released code. B videos, T frames, h
heads, L tokens a frame, d width of a head.
"""

from torch import Tensor
from torch.nn import functional as F


def with_neighbours(x: Tensor, num_frames: int, view: int) -> Tensor:
    """What each frame looks at: its own rows and those of its neighbours.

    Beyond the ends of the video there are zeros. They are no padding to be
    masked: a key of zeros has a logit of 0 and takes its share of the
    softmax, as in the release.

    Args:
        x: (B T, h, L, d), keys or values.
        num_frames: T.
        view: Frames that are looked at, odd: as many before as behind.

    Returns:
        (B T, h, view L, d), from the earliest frame to the latest.
    """
    reach = view // 2
    frames = x.unflatten(0, (-1, num_frames))
    padded = F.pad(frames, (0, 0) * 3 + (reach, reach))
    views = padded.unfold(1, view, 1)  # (B, T, h, L, d, view)
    return views.movedim(-1, 3).flatten(3, 4).flatten(0, 1)
