"""Trials see so many keyframes whatever the size; figures are of all."""

import numpy as np
import pytest

from stclip.evaluation.functional.frame_map import frame_map
from stclip.evaluation.likely_causes import diagnose
from stclip.evaluation.loose_file import Annotated, Place, Predicted
from stclip.evaluation.mends import samples, search
from stclip.evaluation.mends.case import Case
from stclip.evaluation.mends.samples import (
    of_all_keyframes,
    of_every_video,
    of_shared_videos,
)

VIDEOS, TIMES, BOXES = 60, 30, 10
FEW = 2000


def places(shift=0, suffix=''):
    return [
        Place(f'v{video}{suffix},{time + shift:04d}', '', '')
        for video in range(VIDEOS)
        for time in range(TIMES)
    ]


@pytest.fixture(autouse=True)
def small_samples(monkeypatch):
    monkeypatch.setattr(samples, '_BOXES', FEW)


@pytest.fixture(scope='module')
def files():
    """One person and ten boxes on each of 1800 keyframes."""
    rng = np.random.default_rng(0)
    count = VIDEOS * TIMES
    corner = rng.uniform(0, 200, (count, BOXES, 2))
    boxes = np.concatenate([corner, corner + 60], axis=2)
    classes = rng.integers(0, 3, count)
    scores = rng.uniform(0, 0.6, (count, BOXES, 3))
    scores[np.arange(count), 0, classes] += 0.35
    truth = Annotated(
        ['a', 'b', 'c'], [0, 1, 2], places(), boxes[:, 0], classes
    )
    entry = np.repeat(np.arange(count), BOXES)
    return truth, Predicted(
        [], places(), entry, boxes.reshape(-1, 4), scores.reshape(-1, 3)
    )


def test_samples_have_one_size_and_are_seeded(files):
    case = Case.of(*files)
    few = of_shared_videos(case).annotated_only()
    assert FEW <= len(few.found.boxes) < 1.1 * FEW
    assert len(np.unique(few.true_at.video)) == 50
    again = of_shared_videos(case).annotated_only()
    np.testing.assert_array_equal(few.found.boxes, again.found.boxes)
    # What was drawn is as it was: the first box of a keyframe is its person.
    first = np.searchsorted(few.found.entry, np.arange(len(few.truth.boxes)))
    np.testing.assert_array_equal(few.found.boxes[first], few.truth.boxes)
    every = of_every_video(case)
    assert len(every.truth.boxes) == 25 * VIDEOS
    true, found = of_all_keyframes(case)
    assert FEW <= found.sum() * BOXES < 1.1 * FEW
    np.testing.assert_array_equal(true, found)


def test_figures_are_of_all(files, monkeypatch):
    """And no trial has more boxes than a sample."""
    truth, found = files
    good = frame_map(*Case.of(truth, found).tables()).mean
    sizes = []

    def counted(detections, ground_truth, iou_thr):
        sizes.append(len(detections.boxes))
        return frame_map(detections, ground_truth, iou_thr)

    monkeypatch.setattr(search, 'frame_map', counted)
    late = Predicted(
        [], places(1, '.mp4'), found.entry, found.boxes, found.scores
    )
    result = diagnose(truth, late)
    names, time = result.causes
    assert (names.name, time.name) == ('video_names', 'time_off_by_one')
    assert time.mean_after == pytest.approx(good)
    assert 0 < max(sizes) < 1.1 * FEW
    assert len(sizes) < 40
