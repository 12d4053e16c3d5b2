"""Averages along tracks, beside a plain loop."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from followed_actions import keyframe, random_frames

from stclip.tracking.smoothing import smooth_stream, smoothed


class _InFile:
    """Keyframes that are read one by one."""

    def __init__(self, frames):
        self.frames = frames

    def __len__(self):
        return len(self.frames)

    def __iter__(self):
        return iter(self.frames)


def by_plain_loops(frames, window):
    """Means of a person's values within half a window, one after another."""
    result = []
    for number, frame in enumerate(frames):
        rows, nones = [], []
        for track_id in frame.track_ids:
            near = []
            for other_number, other in enumerate(frames):
                apart = abs(other_number - number)
                if frame.time_sec is not None:
                    apart = abs(other.time_sec - frame.time_sec)
                if apart > window / 2:
                    continue
                for row, other_id in enumerate(other.track_ids):
                    if other_id == track_id:
                        near.append((other, row))
            rows.append(
                np.mean([f.action_probs[r] for f, r in near], 0, np.float64)
            )
            nones.append(np.mean([f.none_probs[r] for f, r in near]))
        result.append((rows, nones))
    return result


@pytest.mark.parametrize('timed', [True, False])
@pytest.mark.parametrize('window', [0.3, 1.0, 4.0, 1000.0])
def test_means_are_those_of_plain_loops(window, timed):
    frames = random_frames(1, timed=timed)
    view = smoothed(_InFile(frames), window)
    assert len(view) == len(frames)
    for _ in range(2):  # it can be gone through again
        expected = by_plain_loops(frames, window)
        for frame, same, (probs, nones) in zip(
            view, frames, expected, strict=True
        ):
            assert frame.frame_idx == same.frame_idx
            np.testing.assert_array_equal(frame.track_ids, same.track_ids)
            np.testing.assert_array_equal(frame.box_scores, same.box_scores)
            if len(frame):
                np.testing.assert_allclose(
                    frame.action_probs, probs, atol=1e-6
                )
                np.testing.assert_allclose(frame.none_probs, nones, atol=1e-6)
            assert frame.action_probs.dtype == np.float32


def test_values_by_hand():
    frames = [
        keyframe(0, {1: [0.0, 1.0], 2: [0.5, 0.5]}, 0.0),
        keyframe(5, {2: [0.75, 0.25], 1: [0.5, 0.5]}, 0.5),
        keyframe(10, {1: [1.0, 0.0]}, 1.0),
        keyframe(20, {1: [0.25, 0.75]}, 2.0),
    ]
    given = list(smoothed(frames, 1.0))
    assert given[0].action_probs.tolist() == [[0.25, 0.75], [0.625, 0.375]]
    assert given[1].action_probs.tolist() == [[0.625, 0.375], [0.5, 0.5]]
    assert given[2].action_probs.tolist() == [[0.75, 0.25]]
    assert given[3].action_probs.tolist() == [[0.25, 0.75]]


def test_what_is_in_memory_stays_there():
    frames = random_frames(1)
    given = smoothed(frames, 1.0)
    view = smoothed(_InFile(frames), 1.0)
    assert len(given) == len(frames) and given[7].frame_idx == 21
    for frame, same in zip(given, view, strict=True):
        np.testing.assert_array_equal(frame.action_probs, same.action_probs)


def test_no_window_and_nobody_followed_change_nothing():
    frames = random_frames(2)
    assert smoothed(frames, 0.0) is frames
    nameless = [replace(frame, track_ids=None) for frame in frames]
    for frame, same in zip(smoothed(nameless, 3.0), nameless, strict=True):
        assert frame is same


def test_no_frames_and_frames_without_persons():
    assert list(smoothed([], 1.0)) == []
    empty = [keyframe(k, {}, float(k)) for k in range(3)]
    given = list(smoothed(empty, 9.0))
    assert [len(frame) for frame in given] == [0, 0, 0]


def test_nothing_is_read_further_ahead_than_the_window():
    reached = []

    def live():
        for number in range(100):
            reached.append(number)
            yield keyframe(number, {1: [0.5]}, 0.5 * number)

    for number, frame in enumerate(smooth_stream(live(), 4.0)):
        assert frame.frame_idx == number
        # Two seconds are four keyframes; the one after tells that they are
        # over.
        assert reached[-1] <= min(number + 5, 99)


def test_nothing_is_kept_behind_the_window():
    given = []

    def live():
        for number in range(300):
            frame = keyframe(number, {1: [0.5]}, 0.5 * number)
            given.append(weakref.ref(frame))
            yield frame

    for number, _ in enumerate(smooth_stream(live(), 4.0)):
        if number % 100 == 99:
            gc.collect()
            assert sum(frame() is not None for frame in given) <= 12
