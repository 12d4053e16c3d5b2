"""Ids of persons who cross, hide, leave and come back."""

import numpy as np
import pytest

from stclip.structures.box_table import PersonBoxes
from stclip.tracking.person_tracker import PersonTracker

FPS, STRIDE = 25, 5
STEP_SEC = STRIDE / FPS


def box(left, top=20, width=20, height=60):
    return (left, top, left + width, top + height)


def persons(*boxes, scores=None):
    return PersonBoxes(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(scores or [0.9] * len(boxes), np.float32),
    )


def follow(frames, tracker=None, timed=True):
    """Ids of the persons of each keyframe; a keyframe is a list of boxes."""
    tracker = tracker or PersonTracker(FPS, STRIDE)
    return [
        tracker.update(
            persons(*boxes), number * STEP_SEC if timed else None
        ).tolist()
        for number, boxes in enumerate(frames)
    ]


def test_those_who_cross_keep_their_ids():
    frames = [[box(10 + 8 * k), box(150 - 8 * k, 30)] for k in range(18)]
    assert follow(frames) == [[1, 2]] * 18


def test_the_order_of_the_boxes_does_not_count():
    frames = [[box(10 + 2 * k), box(90 - k)] for k in range(8)]
    turned = [boxes[:: -1 if k % 2 else 1] for k, boxes in enumerate(frames)]
    assert follow(turned) == [[1, 2], [2, 1]] * 4


@pytest.mark.parametrize('timed', [True, False])
@pytest.mark.parametrize(
    'missed, known', [(0, True), (1, True), (9, True), (10, False)]
)
def test_the_same_person_after_less_than_two_seconds(missed, known, timed):
    # The tenth keyframe without it ends 2.2 s after it was last seen.
    frames = [[box(30)]] * 4 + [[]] * missed + [[box(30)]]
    ids = follow(frames, timed=timed)
    assert ids == [[1]] * 4 + [[]] * missed + [[1 if known else 2]]


def test_who_walks_behind_a_post_goes_on_behind_it():
    frames = [[box(10 + 6 * k)] for k in range(16)]
    frames[8:11] = [[]] * 3
    assert follow(frames) == [[1]] * 8 + [[]] * 3 + [[1]] * 5


def test_a_rare_keyframe_is_no_long_absence():
    tracker = PersonTracker(FPS, stride=250)
    ids = [tracker.update(persons(box(30)), 10.0 * k) for k in range(4)]
    assert np.concatenate(ids).tolist() == [1, 1, 1, 1]
    # Nor is one that shows nobody.
    assert tracker.update(persons(), 40.0).tolist() == []
    assert tracker.update(persons(box(30)), 50.0).tolist() == [1]


def test_the_clock_of_a_video_may_begin_late():
    tracker = PersonTracker(FPS, STRIDE)
    for time_sec in (100.0, 100.2):
        assert tracker.update(persons(box(30)), time_sec).tolist() == [1]


def test_weak_boxes_have_ids_and_keep_them():
    tracker = PersonTracker(FPS, STRIDE)
    for k in range(5):
        ids = tracker.update(
            persons(box(10 + k), box(100 + k), scores=[0.9, 0.1]), k * STEP_SEC
        )
        assert ids.tolist() == [1, 2]


def test_empty_keyframes_and_one_person():
    assert follow([[], [], [box(10)], [], [box(11)]]) == [[], [], [1], [], [1]]
    ids = PersonTracker(FPS, STRIDE).update(persons(), 0.0)
    assert (ids.shape, ids.dtype) == ((0,), np.int64)


def test_each_video_starts_at_one():
    frames = [[box(10), box(80)], [box(12), box(80), box(140)]]
    first = follow(frames)
    assert first == follow(frames) == [[1, 2], [1, 2, 3]]


def test_two_trackers_do_not_share_anything():
    one, other = PersonTracker(FPS, STRIDE), PersonTracker(FPS, STRIDE)
    for k in range(3):
        assert one.update(persons(box(10), box(80)), k).tolist() == [1, 2]
        assert other.update(persons(box(80)), k).tolist() == [1]


def test_clocks_that_stand_still_or_go_back():
    tracker = PersonTracker(FPS, STRIDE)
    for time_sec in (0.0, 0.0, 0.4, 0.2, 0.2, 0.6):
        ids = tracker.update(persons(box(10), box(80)), time_sec)
        assert ids.tolist() == [1, 2]


def test_predicted_boxes_go_on_as_they_moved():
    tracker = PersonTracker(FPS, STRIDE, detect_every=3)
    for k in range(12):
        true = [box(10 + 4 * k), box(150 - 2 * k, 40)]
        if k % 3 == 0:
            ids = tracker.update(
                persons(*true, scores=[0.5, 0.75]), k * STEP_SEC
            )
            assert ids.tolist() == [1, 2]
            continue
        boxes, ids = tracker.predict(k * STEP_SEC)
        # Best first.
        assert ids.tolist() == [2, 1]
        assert boxes.scores.tolist() == [0.75, 0.5]
        if k > 6:
            np.testing.assert_allclose(boxes.boxes_xyxy, true[::-1], atol=1)


def test_who_was_missed_is_not_predicted():
    tracker = PersonTracker(FPS, STRIDE, detect_every=2)
    tracker.update(persons(box(10), box(80)), 0.0)
    assert sorted(tracker.predict(0.2)[1].tolist()) == [1, 2]
    tracker.update(persons(box(10)), 0.4)
    assert tracker.predict(0.6)[1].tolist() == [1]
    # But it is known again.
    assert tracker.update(persons(box(80)), 0.8).tolist() == [2]


def test_nobody_to_predict():
    boxes, ids = PersonTracker(FPS, STRIDE, 2).predict(0.0)
    assert boxes.boxes_xyxy.shape == (0, 4) and ids.shape == (0,)


def test_rounded_boxes_have_the_same_ids(rng=np.random.default_rng(3)):
    """What a file of keyframes keeps is enough to go on."""
    exact, rounded = PersonTracker(FPS, STRIDE), PersonTracker(FPS, STRIDE)
    for k in range(200):
        corners = rng.uniform(0, 60, (6, 2))
        boxes = np.concatenate([corners, corners + 25], axis=1)
        scores = rng.uniform(0.55, 0.65, 6)
        boxes, scores = boxes.astype(np.float32), scores.astype(np.float32)
        kept = PersonBoxes(
            [[round(float(side), 2) for side in each] for each in boxes],
            [round(float(score), 5) for score in scores],
        )
        ids = exact.update(PersonBoxes(boxes, scores), k * STEP_SEC)
        assert (ids >= 1).all() and len(set(ids)) == 6
        again = rounded.update(kept, round(k * STEP_SEC, 4))
        np.testing.assert_array_equal(ids, again)
