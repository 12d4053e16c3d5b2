"""The measures of ids and smoothing, by hand and on a few rendered videos."""

import re

import numpy as np
import pytest
from followed_actions import keyframe

from stclip.apis.annotation import load_inferencer
from stclip.benchmarking import found_segments, tracks
from stclip.benchmarking.accuracy import intervals
from stclip.benchmarking.accuracy.intervals import Interval
from stclip.benchmarking.followed_videos import (
    FollowedVideo,
    TrueKeyframe,
    label_space,
    spliced,
)
from stclip.benchmarking.rendered_truth import read_truth
from stclip.tracking.id_measures import NamedBoxes, id_measures
from stclip.utils.io import read_json
from stclip.zs_stage.classes import FOLDS
from stclip.zs_stage.crowd_classes import CROWD_FOLDS
from stclip.zs_stage.tracks import VideoPlan, render_video


def named(**boxes):
    """Boxes by what they are called, each at a distance of its own."""
    corners = [(10 * left, 0, 10 * left + 8, 8) for left in boxes.values()]
    ids = [int(name[1:]) for name in boxes]
    return NamedBoxes(np.array(corners, float).reshape(-1, 4), np.array(ids))


def test_ids_that_are_kept():
    truth = [named(p0=0, p1=1), named(p0=0, p1=1), named(p0=0)]
    found = [named(p7=1, p5=0), named(p5=0, p7=1), named(p5=0)]
    measures = id_measures([(truth, found)])
    assert (measures.switches, measures.idf1, measures.hota) == (0, 1, 1)
    assert (measures.recall, measures.precision) == (1, 1)


def test_ids_that_change():
    truth = [named(p0=0)] * 4
    found = [named(p1=0), named(p1=0), named(p1=0), named(p2=0)]
    other = [named(p1=0)] * 4
    measures = id_measures([(truth, found), (truth, other)])
    assert measures.switches == 1
    # Of eight boxes on each side, seven have the id of their person.
    assert measures.idf1 == pytest.approx(7 / 8)
    assert 0.8 < measures.hota < 1
    assert (measures.recall, measures.precision) == (1, 1)


def test_persons_who_are_missed_and_boxes_of_nobody():
    truth = [named(p0=0, p1=1)] * 2
    found = [named(p1=0, p2=5), named(p1=0)]
    measures = id_measures([(truth, found)])
    assert measures.recall == pytest.approx(2 / 4)
    assert measures.precision == pytest.approx(2 / 3)
    assert measures.idf1 == pytest.approx(2 * 2 / (4 + 3))


def test_nobody_at_all():
    measures = id_measures([([named()] * 2, [named()] * 2)])
    assert measures.switches == 0
    assert np.isfinite([measures.idf1, measures.hota]).all()


def scored(*probs, right):
    """A video of one person, one keyframe per probability of two labels."""
    frames = tuple(
        keyframe(k, {1: [prob, 1 - prob]}, 0.5 * k)
        for k, prob in enumerate(probs)
    )
    truth = TrueKeyframe(
        frames[0].boxes_xyxy,
        np.array([[right == 0, right == 1]]),
        np.array([0]),
    )
    return FollowedVideo(frames, [truth] * len(frames))


def test_frame_map_of_videos_one_of_them_twice():
    videos = [scored(0.75, 0.5, right=0), scored(0.875, 0.25, right=1)]
    tables = [tracks._arrays(video, [0, 1]) for video in videos]
    # Of label 0 by score: .875 wrong, .75 right, .5 right, .25 wrong: recall
    # 1/2 at precision 1/2, then 1 at 2/3; of label 1: .75 right, .5 wrong,
    # .25 wrong, .125 right.
    expected = np.mean([2 / 3, (1 + 1 / 2) / 2])
    both = tracks._mean_ap(tables, np.array([0, 1]))
    assert both == pytest.approx(expected)
    twice = tracks._mean_ap(tables, np.array([0, 1, 0, 1]))
    assert 0 < twice < 1
    assert tracks._mean_ap(tables, np.array([0, 0])) == 1


def test_spliced_videos_change_in_the_middle():
    videos = [scored(0.75, 0.5, right=0), scored(0.875, 0.25, right=1)]
    first, second = spliced(videos)
    given = [frame.action_probs[0, 0] for frame in first.frames]
    assert given == [0.75, 0.25]
    assert [each.does.argmax() for each in first.truth] == [0, 1]
    assert [each.does.argmax() for each in second.truth] == [1, 0]


NAMES = ('run', 'sit')


def test_segments_are_right_where_and_when_they_are_true():
    """Of eight keyframes the segment has five: tube IoU 5/8."""
    video = scored(0.2, 0.2, 0.2, 0.9, 0.9, 0.9, 0.9, 0.9, right=0)
    how = found_segments.Setting(smooth=0.0)
    truth = found_segments.true_tubes(video, NAMES, ['run'])
    found = found_segments.found_tubes(video, NAMES, ['run'], how)
    assert [tube.frames.tolist() for tube in truth] == [list(range(8))]
    assert [tube.frames.tolist() for tube in found] == [[3, 4, 5, 6, 7]]
    assert found_segments._counts(found, truth) == (1, 1, 1)
    # The other label is found at first, where nobody does it.
    found = found_segments.found_tubes(video, NAMES, NAMES, how)
    assert found_segments._counts(found, truth) == (1, 2, 1)
    # Of three of eight keyframes none would be right.
    assert found_segments._counts(found[:1], truth) == (0, 1, 1)


def test_what_is_done_twice_is_two_segments():
    runs, sits = scored(*[0.9] * 4, right=0), scored(*[0.1] * 4, right=1)
    truth = [*runs.truth[:2], *sits.truth[:1], *runs.truth[:1]]
    video = FollowedVideo(runs.frames, truth)
    tubes = found_segments.true_tubes(video, NAMES, NAMES)
    assert [(tube.action, tube.frames.tolist()) for tube in tubes] == [
        ('run', [0, 1]),
        ('run', [3]),
        ('sit', [2]),
    ]


def test_settings_are_compared_with_the_default():
    """0.45 is found from a threshold of 0.4 on only."""
    videos = [
        scored(*[0.9] * 4, right=0),
        scored(*[0.45] * 4, right=0),
        scored(*[0.45] * 4, right=0),
    ]
    rows = dict(found_segments.segment_measures(videos, NAMES, ['run']))
    default = rows[found_segments.DEFAULT]
    assert (default.precision, default.recall) == (1, pytest.approx(1 / 3))
    assert default.gain == Interval(0, 0, 0)
    lower = rows[found_segments.Setting(start=0.4)]
    assert (lower.precision, lower.recall) == (1, 1)
    gain = lower.gain
    assert gain.mean == pytest.approx(1 - 2 * 1 / (1 + 3))
    assert 0 <= gain.low < gain.mean < gain.high <= 1


@pytest.fixture(scope='module')
def stage(tmp_path_factory):
    """Two test videos of each track, of 12 frames."""
    folder = tmp_path_factory.mktemp('stage')
    for track, actions in (
        ('single', FOLDS[1][:2]),
        ('multi', CROWD_FOLDS[1][:2]),
    ):
        for action in actions:
            index = actions.index(action)
            plan = VideoPlan(track, 'test', action, index, 12)
            render_video(plan, folder, 'frames')
    return folder


def test_who_is_there_is_read(stage):
    truth = read_truth(stage, 'multi')
    assert truth.scored == CROWD_FOLDS[1]
    assert sorted(name for group in truth.labels for name in group) == sorted(
        name for name in label_space(truth).names
    )
    assert sum(label_space(truth).exclusive) == len(truth.labels[0])
    for video in truth.videos:
        record = read_json(stage / f'multi/records/{video.path.name}.json')
        assert len(video.persons) == len(record['boxes']) == 12
        for persons, boxes in zip(video.persons, record['boxes'], strict=True):
            for box, idx in zip(persons.boxes_xyxy, persons.ids, strict=True):
                assert box.tolist() == boxes[idx]
        assert [set(each) for each in record['labels']] == list(video.labels)


def test_the_tables(stage, monkeypatch):
    monkeypatch.setattr(intervals, '_SAMPLES', 20)
    infer = load_inferencer('stage', device='cpu')
    text = tracks.run(infer, stage, ('single', 'multi'))
    ids, scores, segments = text.split('\n\n')
    rows = [line.strip('| ').split(' | ') for line in ids.splitlines()[2:]]
    assert len(rows) == 2 * len(tracks.PACES)
    assert [int(row[1]) for row in rows[:7]] == [p[0] for p in tracks.PACES]
    for row in rows:
        assert int(row[3]) >= 0
        assert all(0 <= float(cell) <= 100 for cell in row[4:])
    # People who stand about for a second and a half are not confused.
    assert float(rows[0][4]) > 50
    found = re.findall(
        r'([\d.]+) \| ([\d.]+) \| ([-+.\d]+) \(([-+.\d]+) to ([-+.\d]+)\)',
        scores,
    )
    assert len(found) == 2 * 2 * len(tracks.WINDOWS)
    for before, after, gain, low, high in np.array(found, float):
        assert gain == pytest.approx(after - before, abs=0.11)
        assert low <= high
    rows = [line.strip('| ').split(' | ') for line in segments.splitlines()]
    assert len(rows[2:]) == 2 * 2 * len(found_segments.SETTINGS)
    for row in rows[2:]:
        precision, recall, f1 = map(float, row[6:9])
        assert min(precision, recall) <= f1 <= max(precision, recall)
