"""Frames of the whole video: which, what they look like, how often read."""

import numpy as np
import pytest
from decoded_frames import note_decoded
from synthetic_media import write_frames, write_video

from stclip.datasets.transforms import (
    LoadKeyframe,
    LoadWholeVideo,
    clip_resize,
)
from stclip.datasets.transforms.whole_video import segment_frames
from stclip.video.video_file import VideoFile


def keyframe_of(path, frame_idx, load):
    boxes = np.array([[2, 3, 9, 20]], dtype=np.float32)
    return load(
        {
            'image_id': 7,
            'video_path': str(path),
            'frame_idx': frame_idx,
            'seconds': None,
            'img_shape': (24, 32),
            'gt_boxes': boxes,
            'boxes': boxes,
            'box_scores': np.ones(1, np.float32),
            'box_labels': None,
        }
    )


@pytest.mark.parametrize('length', [1, 3, 8, 16])
@pytest.mark.parametrize('num_frames', [1, 2, 7, 8, 9, 30, 301])
def test_middle_of_each_segment(num_frames, length):
    """By whole numbers: (2 i + 1) F // (2 n)."""
    expected = [
        (2 * i + 1) * num_frames // (2 * length) for i in range(length)
    ]
    assert segment_frames(num_frames, length) == expected


@pytest.mark.parametrize('num_frames', [1, 5, 8, 17, 40])
def test_random_frames_lie_in_their_segments(num_frames):
    """All frames of a segment are drawn."""
    rng = np.random.default_rng(0)
    drawn = [segment_frames(num_frames, 8, rng.random(8)) for _ in range(500)]
    for i, found in enumerate(zip(*drawn, strict=True)):
        first = i * num_frames // 8
        last = -(-(i + 1) * num_frames // 8) - 1
        assert set(found) == set(range(first, last + 1))
    nearly = np.nextafter(1.0, 0.0)
    assert segment_frames(num_frames, 8, nearly)[-1] == num_frames - 1


def test_pictures_are_those_of_the_video(clip, frames):
    load = LoadKeyframe(16, num_frames=1)
    video = LoadWholeVideo(16, 8, test_mode=True, mode='squash')
    found = video(keyframe_of(clip, 11, load))
    window = segment_frames(30, 8)
    assert found['window'] == window
    expected = [clip_resize(frames[i], 16, 'squash') for i in window]
    np.testing.assert_array_equal(found['context'], np.stack(expected))
    np.testing.assert_array_equal(found['image'], frames[11])


def test_a_video_is_read_once_in_testing(clip, frames, tmp_path, monkeypatch):
    """For all of its keyframes; another one is another video."""
    other = write_frames(tmp_path / 'b', frames[::-1][:9])
    load = LoadKeyframe(16, num_frames=1)
    video = LoadWholeVideo(16, 4, test_mode=True)
    read, contexts = [], {}
    own = LoadWholeVideo.read
    monkeypatch.setattr(
        LoadWholeVideo,
        'read',
        lambda self, source, window: (
            read.append(source.path) or own(self, source, window)
        ),
    )
    for path in (clip, other):
        for number in (0, 4, 8):
            found = video(keyframe_of(path, number, load))
            contexts.setdefault(path, []).append(found['context'])
    assert read == [clip, other]
    for same in contexts.values():
        assert all(np.array_equal(each, same[0]) for each in same)
    assert not np.array_equal(contexts[clip][0], contexts[other][0])


@pytest.mark.parametrize('test_mode', [False, True])
@pytest.mark.parametrize(
    'stated, is_once', [(30, True), (17, False), (None, False)]
)
def test_a_file_that_states_its_length_is_decoded_once(
    frames, tmp_path, monkeypatch, test_mode, stated, is_once
):
    """A wrong number costs decoding, and changes no picture."""
    path = write_video(tmp_path / 'a.mkv', frames, 'ffv1', fps=10)
    assert VideoFile(path).stated_frames == 30
    monkeypatch.setattr(VideoFile, 'stated_frames', stated)
    decoded = note_decoded(monkeypatch)
    np.random.seed(3)
    video = LoadWholeVideo(16, 8, test_mode=test_mode)
    found = video(keyframe_of(path, 0, LoadKeyframe(16, num_frames=1)))
    np.random.seed(3)
    places = 0.5 if test_mode else np.random.random(8)
    window = segment_frames(30, 8, places)
    assert found['window'] == window
    expected = [clip_resize(frames[i], 16) for i in window]
    np.testing.assert_array_equal(found['context'], np.stack(expected))
    assert (len(decoded) == 30) == is_once


def test_training_draws_anew(clip, frames):
    """From NumPy's generator, which the loader seeds by the sample."""
    load = LoadKeyframe(16, num_frames=1)
    video = LoadWholeVideo(16, 8)
    windows = []
    for seed in (0, 1, 0):
        np.random.seed(seed)
        found = video(keyframe_of(clip, 3, load))
        windows.append(found['window'])
        expected = [clip_resize(frames[i], 16) for i in found['window']]
        np.testing.assert_array_equal(found['context'], np.stack(expected))
    assert windows[0] == windows[2] != windows[1]


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(num_frames=0), 'num_frames must be positive: 0'),
        (dict(num_frames=8, mode='stretch'), "mode must be .*'stretch'"),
        (dict(num_frames=8, interpolation='best'), 'interpolation must be'),
    ],
)
def test_what_cannot_be_is_said(options, message):
    with pytest.raises(ValueError, match=message):
        LoadWholeVideo(16, **options)
