import pytest

from stclip.datasets.transforms.window import window_end, window_indices


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
