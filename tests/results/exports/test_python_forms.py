"""Detections of supervision, and a sample of FiftyOne."""

import builtins
import dataclasses
import sys
import types

import numpy as np
import pytest
import supervision as sv
from followed_persons import HEIGHT, LABELS, WIDTH, box_of, keyframe

from stclip.results.exports.detections import to_detections
from stclip.results.exports.fiftyone_sample import to_fiftyone
from stclip.results.keyframe_actions import KeyframeActions
from stclip.utils.errors import UserError


def test_detections_of_a_keyframe():
    found = to_detections(keyframe(8), LABELS)
    assert isinstance(found, sv.Detections)
    np.testing.assert_array_equal(found.xyxy, [box_of(2, 8), box_of(1, 8)])
    assert found.tracker_id.tolist() == [2, 1]
    assert found.class_id.tolist() == [3, 0]
    assert found['class_name'].tolist() == ['none', 'walk']
    assert found.confidence.tolist() == [0.5 * 0.625, 0.5 * 0.75]
    # What the library does with them.
    (one,) = found[found.class_id == 0]['action_probs'].tolist()
    assert one == [0.75, 0.125, 0.25]
    drawn = sv.BoxAnnotator().annotate(
        np.zeros((HEIGHT, WIDTH, 3), np.uint8), found
    )
    assert drawn.any()


def test_detections_without_ids_or_persons():
    found = to_detections(keyframe(0, tracked=False), LABELS)
    assert found.tracker_id is None and len(found) == 2
    empty = KeyframeActions(0, np.zeros((0, 4)), np.zeros(0), np.zeros((0, 3)))
    assert to_detections(empty, LABELS).is_empty()


class Noted:
    """Any class of FiftyOne: it keeps what it was given."""

    def __init__(self, **given):
        self.given, self.frames = given, {}

    def __setitem__(self, key, value):
        self.given[key] = value


@pytest.fixture
def fiftyone(monkeypatch):
    """In place of the package, which needs a data base."""
    module = types.ModuleType('fiftyone')
    for name in (
        *('Sample', 'Frame', 'Detection', 'Detections'),
        *('TemporalDetection', 'TemporalDetections'),
    ):
        setattr(module, name, type(name, (Noted,), {}))
    monkeypatch.setitem(sys.modules, 'fiftyone', module)


def test_sample_of_fiftyone(fiftyone, followed):
    sample = to_fiftyone(followed)
    assert sample.given['filepath'] == str(followed.video)
    assert sample.given['labels'] == list(LABELS.names)
    assert list(sample.frames) == list(range(1, 44, 4))
    detections = sample.frames[9].given['actions'].given['detections']
    second, first = (each.given for each in detections)
    assert (first['label'], first['index']) == ('walk', 1)
    assert (second['label'], second['index']) == ('none', 2)
    x1, y1, x2, y2 = np.divide(box_of(1, 8), (WIDTH, HEIGHT) * 2)
    assert first['bounding_box'] == pytest.approx([x1, y1, x2 - x1, y2 - y1])
    assert first['confidence'] == 0.375
    assert first['action_probs'] == [0.75, 0.125, 0.25]
    segment = sample.given['segments'].given['detections'][0].given
    assert segment == dict(
        label='walk', support=[1, 9], confidence=0.75, track_id=1
    )


def test_sample_without_segments(fiftyone, followed):
    sample = to_fiftyone(dataclasses.replace(followed, segments=()))
    assert 'segments' not in sample.given


def test_fiftyone_is_asked_for(followed, monkeypatch):
    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name == 'fiftyone':
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, '__import__', missing)
    with pytest.raises(UserError, match='pip install fiftyone'):
        to_fiftyone(followed)


def test_fiftyone_has_no_videos_of_frames(fiftyone, followed, tmp_path):
    folder = dataclasses.replace(followed, video=tmp_path)
    with pytest.raises(UserError, match='is a folder of frames'):
        to_fiftyone(folder)
