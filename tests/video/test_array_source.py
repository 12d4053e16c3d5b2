"""Frames in memory."""

import numpy as np
import pytest
import torch

from stclip.utils.errors import UserError
from stclip.video.array_source import ArraySource

FRAMES = np.random.default_rng(0).integers(0, 256, (5, 6, 8, 3), np.uint8)


@pytest.mark.parametrize(
    'frames',
    [
        FRAMES,
        FRAMES.transpose(0, 3, 1, 2),
        torch.from_numpy(FRAMES),
        torch.from_numpy(FRAMES).permute(0, 3, 1, 2),
    ],
)
def test_both_layouts(frames):
    source = ArraySource(frames, fps=10)
    assert (source.num_frames, source.frame_hw) == (5, (6, 8))
    np.testing.assert_array_equal(source.read([3, 0]), FRAMES[[3, 0]])
    assert source.time_of(3) == 0.3
    assert source.index_at(0.31) == 3


def test_a_picture_three_px_wide_has_its_channels_last():
    source = ArraySource(np.zeros((2, 3, 5, 3), np.uint8))
    assert source.frame_hw == (3, 5)
    assert source.time_of(1) is None


@pytest.mark.parametrize(
    'frames, words',
    [
        (np.zeros((2, 6, 8, 3)), 'holds float64, wanted is .*uint8 RGB'),
        (np.full((2, 6, 8, 3), np.nan), 'holds float64'),
        (torch.zeros(2, 3, 6, 8), 'holds float32'),
        (np.zeros((6, 8, 3), np.uint8), r'the shape \(6, 8, 3\), wanted'),
        (np.zeros((2, 6, 8, 4), np.uint8), r'the shape \(2, 6, 8, 4\)'),
        (np.zeros((0, 6, 8, 3), np.uint8), 'with at least one frame'),
        (np.zeros((2, 0, 8, 3), np.uint8), 'with at least one frame'),
        (np.array(['a']), 'holds <U1'),
    ],
)
def test_other_arrays_are_refused(frames, words):
    with pytest.raises(UserError, match=words):
        ArraySource(frames)
