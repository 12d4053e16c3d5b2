"""The window of frames around a keyframe."""

from stclip.utils.errors import UserError


def require_frames(num_frames: int) -> None:
    """UserError for a window of no frames."""
    if num_frames < 1:
        raise UserError(f'num_frames must be positive: {num_frames}')


def window_indices(
    keyframe: int, num_frames: int, length: int, stride: int = 1
) -> list[int]:
    """Choose the frames of the window around a keyframe.

    Near the start or the end of the video the window is shifted, not padded,
    so that it still holds ``length`` frames; a video too short for that
    gives all its frames (every ``stride``-th).

    Source: the released ZS-JHMDB code of ST-CLIP, arXiv:2408.15996.

    Args:
        keyframe: 0-based frame index.
        num_frames: Frames of the video.
        length: Odd number of frames, 2 m + 1.
        stride: Distance of neighbouring frames.

    Returns:
        Ascending 0-based frame numbers, at most ``length``.

    Raises:
        ValueError: If the keyframe is not in the video, or ``length`` is
            even or not positive, or the stride is not positive.
    """
    if length < 1 or length % 2 == 0:
        raise UserError(f'the window must have an odd length, got {length}')
    _require_inside(keyframe, num_frames, length, stride)
    reach = (length - 1) * stride
    first = max(0, min(keyframe - reach // 2, num_frames - 1 - reach))
    last = min(first + reach, num_frames - 1)
    return list(range(first, last + 1, stride))


def repeated_window(
    keyframe: int, num_frames: int, length: int, stride: int = 1
) -> list[int]:
    """Choose the frames of a window whose middle is the keyframe.

    Near the start or the end of the video its first or last frame is
    repeated. Of an even number of frames one more lies after the keyframe
    than before.

    Args:
        keyframe: 0-based frame index.
        num_frames: Frames of the video.
        length: Number of frames.
        stride: Distance of neighbouring frames.

    Returns:
        0-based frame numbers, ``length`` of them.

    Raises:
        ValueError: If the keyframe is not in the video, or the length or the
            stride is not positive.
    """
    _require_inside(keyframe, num_frames, length, stride)
    first = keyframe - (length - 1) // 2 * stride
    wanted = range(first, first + length * stride, stride)
    return [min(max(0, index), num_frames - 1) for index in wanted]


#: What is done where a video ends within the window.
WINDOWS = dict(shift=window_indices, repeat=repeated_window)


def _require_inside(
    keyframe: int, num_frames: int, length: int, stride: int
) -> None:
    if length < 1:
        raise UserError(f'a window needs a frame, got {length}')
    if stride < 1:
        raise UserError(f'stride must be positive, got {stride}')
    if not 0 <= keyframe < num_frames:
        raise UserError(
            f'keyframe {keyframe} is not among the {num_frames} frames'
        )


def window_end(keyframe: int, length: int, stride: int = 1) -> int:
    """Number of frames from which on the window no longer depends on it.

    Whether a video has that many is cheaper to find out than how many.
    """
    before, reach = (length - 1) // 2 * stride, (length - 1) * stride
    return max(0, keyframe - before) + reach + 1
