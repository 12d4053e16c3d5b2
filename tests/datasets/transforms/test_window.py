import pytest

from stclip.datasets.transforms.window import (
    repeated_window,
    window_end,
    window_indices,
)


def by_sliding(keyframe, num_frames, length, stride):
    """Move a centred window one frame at a time until it fits."""
    offset = length // 2 * stride
    frames = [keyframe - offset + k * stride for k in range(length)]
    while frames[-1] > num_frames - 1:
        frames = [frame - 1 for frame in frames]
    while frames[0] < 0:
        frames = [frame + 1 for frame in frames]
    return [frame for frame in frames if frame < num_frames]


@pytest.mark.parametrize('length', [1, 3, 9])
@pytest.mark.parametrize('stride', [1, 2, 3])
def test_window_slides_at_the_borders(length, stride):
    for num_frames in range(1, 40):
        for keyframe in range(num_frames):
            case = keyframe, num_frames, length, stride
            expected = by_sliding(*case)
            assert window_indices(*case) == expected, case
            seen = min(num_frames, window_end(keyframe, length, stride))
            assert window_indices(keyframe, seen, length, stride) == expected


@pytest.mark.parametrize(
    'keyframe, num_frames, length, stride, message',
    [
        (5, 5, 9, 1, 'keyframe 5 is not among the 5'),
        (-1, 5, 9, 1, 'not among'),
        (0, 5, 8, 1, 'odd length, got 8'),
        (0, 5, 9, 0, 'stride must be positive'),
    ],
)
def test_refuses(keyframe, num_frames, length, stride, message):
    with pytest.raises(ValueError, match=message):
        window_indices(keyframe, num_frames, length, stride)


@pytest.mark.parametrize('length', [1, 4, 9, 16])
@pytest.mark.parametrize('stride', [1, 2, 3])
def test_ends_of_the_video_are_repeated(length, stride):
    before = (length + 1) // 2 - 1
    for num_frames in range(1, 30):
        # A video that stands still before its start and after its end.
        still = [0] * 99 + [*range(num_frames)] + [num_frames - 1] * 99
        for keyframe in range(num_frames):
            case = keyframe, num_frames, length, stride
            start = 99 + keyframe - before * stride
            expected = still[start:][::stride][:length]
            assert repeated_window(*case) == expected, case
            seen = min(num_frames, window_end(keyframe, length, stride))
            assert repeated_window(keyframe, seen, length, stride) == expected


def test_a_repeated_window_refuses():
    for case, message in [
        ((5, 5, 8), 'keyframe 5 is not among the 5'),
        ((0, 5, 0), 'needs a frame, got 0'),
        ((0, 5, 8, 0), 'stride must be positive'),
    ]:
        with pytest.raises(ValueError, match=message):
            repeated_window(*case)
