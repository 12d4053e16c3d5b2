"""Keys and values of a frame and of those next to it.

Open-VCLIP, arXiv:2302.00624, and its released code. B videos, T frames, h
heads, L tokens a frame, d width of a head.
"""

from torch import Tensor


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
    frames = x.unflatten(0, (-1, num_frames))
    # Written once, where attention reads it: padding would copy all of it.
    seen = frames.new_empty(*frames.shape[:3], view, *frames.shape[3:])
    for place in range(view):
        shift = place - view // 2
        first = min(max(0, -shift), num_frames)
        last = max(first, min(num_frames, num_frames - shift))
        neighbours = frames[:, first + shift : last + shift]
        seen[:, first:last, :, place] = neighbours
        seen[:, :first, :, place] = 0
        seen[:, last:, :, place] = 0
    return seen.flatten(3, 4).flatten(0, 1)
