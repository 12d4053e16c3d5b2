import numpy as np
import pytest

from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import Keyframe
from stclip.structures.keyframe_sample import keyframe_sample, with_labels

BOXES = np.float32([[1, 2, 3, 4], [5, 6, 7, 8]])
LABELS = np.array([[True, False, False], [True, False, True]])
KEYFRAME = Keyframe(
    image_id='v/00003',
    video='v',
    timestamp='00003',
    boxes=BOXES,
    labels=LABELS,
    img_shape=(24, 32),
    frame_idx=2,
)
PLACED = dict(
    image_id='v/00003',
    video='v',
    video_path='videos/v.mp4',
    frame_idx=2,
    seconds=None,
    timestamp='00003',
    img_shape=(24, 32),
)


def plain(sample):
    return {
        key: value.tolist() if isinstance(value, np.ndarray) else value
        for key, value in sample.items()
    }


@pytest.mark.parametrize('training', [True, False])
def test_annotated_persons(training):
    sample = keyframe_sample(KEYFRAME, 'videos/v.mp4', training=training)
    labels = [[1, 0, 0], [1, 0, 1]]
    assert plain(sample) == PLACED | dict(
        gt_boxes=BOXES.tolist(),
        gt_labels=labels,
        boxes=BOXES.tolist(),
        box_scores=[1, 1],
        box_labels=labels if training else None,
        box_source='ground_truth',
    )
    floats = ('gt_boxes', 'gt_labels', 'boxes', 'box_scores')
    assert {sample[key].dtype for key in floats} == {np.dtype('float32')}


def test_detected_persons():
    persons = PersonBoxes([[0, 0, 9, 9]], [0.75])
    sample = keyframe_sample(KEYFRAME, 'videos/v.mp4', persons)
    assert plain(sample) == PLACED | dict(
        gt_boxes=BOXES.tolist(),
        gt_labels=[[1, 0, 0], [1, 0, 1]],
        boxes=[[0, 0, 9, 9]],
        box_scores=[0.75],
        box_labels=None,
        box_source='detected',
    )


def test_what_all_samples_share():
    sample = keyframe_sample(KEYFRAME, 'v.mp4', PersonBoxes.none())
    whole = with_labels(sample, ('run', 'sit', 'hug'), fps=30)
    assert whole['label_space'] == ('run', 'sit', 'hug')
    assert whole['fps'] == 30
    assert whole.keys() - sample.keys() == {'label_space', 'fps'}
    assert whole['boxes'].shape == (0, 4)
