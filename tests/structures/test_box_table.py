"""Tables of boxes; test_frame_map.py has the messages of each fault."""

import pickle

import numpy as np
import pytest

from stclip.structures.box_table import (
    BoxTable,
    Detections,
    GroundTruth,
    PersonBoxes,
)

BOX = (0, 0, 10, 10)


def test_arrays_are_converted():
    detections = Detections([4, 9], [BOX, BOX], [[1], [0]])
    assert detections.keyframe_idx.dtype == np.int64
    assert detections.boxes.dtype == detections.scores.dtype == np.float64
    assert detections.boxes.tolist() == [list(BOX)] * 2
    # What computes in single precision stays there.
    assert Detections([4], [BOX], np.float32([[1]])).scores.dtype == np.float32


def test_empty_tables():
    empty = np.zeros((0, 4))
    assert BoxTable([], empty).keyframe_idx.shape == (0,)
    assert Detections([], empty, np.zeros((0, 3))).num_classes == 3
    rows, labels = GroundTruth([], empty, []).instances(3)
    assert (rows.tolist(), labels.tolist()) == ([], [])


def test_a_row_is_named_by_what_it_is():
    swapped = [(30, 30, 10, 40)]
    for make, name in (
        (lambda: BoxTable([7], swapped), r'^box 0 \(keyframe 7\) is'),
        (lambda: Detections([7], swapped, [[1.0]]), r'^detection 0 \(key'),
        (lambda: GroundTruth([7], swapped, [0]), r'^ground-truth box 0 \('),
    ):
        with pytest.raises(ValueError, match=name):
            make()


def test_person_boxes_unpack_and_survive_pickling():
    persons = PersonBoxes([BOX, BOX], [0.5, 0.25])
    boxes, scores = pickle.loads(pickle.dumps(persons))
    assert boxes.tolist() == [list(BOX)] * 2
    assert scores.tolist() == [0.5, 0.25]
    assert boxes.dtype == scores.dtype == np.float32
    assert [array.shape for array in PersonBoxes.none()] == [(0, 4), (0,)]


@pytest.mark.parametrize(
    'boxes, scores', [([BOX], [0.5, 0.5]), ([BOX], [[0.5]]), ([], [])]
)
def test_person_boxes_of_other_shapes_are_refused(boxes, scores):
    with pytest.raises(ValueError, match=r'must be \(N, 4\) .* got'):
        PersonBoxes(boxes, scores)
