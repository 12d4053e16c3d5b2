"""First frames of segments: against the formula, frame by frame."""

import math

import numpy as np
import pytest
from mmaction.datasets.transforms import UniformSample

from stclip.datasets.transforms import SegmentStartSample

VIDEOS = [1, 7, 8, 9, 63, 64, 97, 250, 301]


def sample(step, frames, start=0):
    video = step(dict(total_frames=frames, start_index=start))
    assert video['num_clips'] == step.num_clips
    return video['frame_inds'].reshape(step.num_clips, step.clip_len).tolist()


@pytest.mark.parametrize('length', [1, 3, 8, 16, 32])
@pytest.mark.parametrize('frames', VIDEOS)
def test_one_clip_starts_with_the_first_frame(frames, length):
    step = SegmentStartSample(clip_len=length, test_mode=True)
    expected = [i * frames // length for i in range(length)]
    assert sample(step, frames) == [expected]
    assert sample(step, frames, 1) == [[i + 1 for i in expected]]


@pytest.mark.parametrize('clips', [2, 3, 4])
@pytest.mark.parametrize('frames', VIDEOS)
def test_clips_start_evenly_within_the_first_segment(frames, clips):
    step = SegmentStartSample(clip_len=8, num_clips=clips, test_mode=True)
    found = sample(step, frames)
    last = max(frames / 8 - 1, 0)
    for clip, inds in enumerate(found):
        start = math.floor(last * clip / (clips - 1))
        assert inds == [start + i * frames // 8 for i in range(8)]
        assert inds == sorted(inds) and inds[-1] < frames


def test_training_is_that_of_uniform_sample():
    found = []
    for kind in (SegmentStartSample, UniformSample):
        np.random.seed(0)
        found += [[sample(kind(clip_len=8), frames) for frames in VIDEOS]]
    assert found[0] == found[1]
