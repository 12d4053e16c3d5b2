import numpy as np
import pytest
import torch

from stclip.datasets.transforms import PackKeyframe
from stclip.labels.label_space import LabelSpace


def results(num_persons, training):
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, (num_persons, 2)).astype(np.float32)
    return dict(
        context=generator.integers(0, 256, (9, 3, 8, 8), dtype=np.uint8),
        keyframe=generator.integers(0, 256, (3, 8, 8), dtype=np.uint8),
        crops=np.zeros((num_persons, 3, 8, 8), np.uint8),
        boxes=generator.random((num_persons, 4), dtype=np.float32),
        box_scores=generator.random(num_persons, dtype=np.float32),
        box_labels=labels if training else None,
        gt_boxes=np.array([[1, 2, 3, 4]], np.float32),
        gt_labels=np.array([[0, 1]], np.float32),
        image_id='v,0902',
        video='v',
        frame_idx=4,
        timestamp='0902',
        img_shape=(24, 32),
        label_space=LabelSpace(('sit', 'run')),
        box_source='detected',
        beyond_end=False,
    )


@pytest.mark.parametrize('num_persons', [0, 3])
@pytest.mark.parametrize('training', [False, True])
def test_packed_as_the_models_expect(num_persons, training):
    given = results(num_persons, training)
    packed = PackKeyframe()(given)
    for key in ('context', 'keyframe', 'crops'):
        tensor = packed['inputs'][key]
        assert tensor.dtype == torch.uint8
        np.testing.assert_array_equal(tensor, given[key])
    sample = packed['data_samples']
    proposals = sample.proposals
    np.testing.assert_array_equal(proposals.bboxes, given['boxes'])
    np.testing.assert_array_equal(proposals.scores, given['box_scores'])
    assert ('labels' in proposals) == training
    if training:
        np.testing.assert_array_equal(proposals.labels, given['box_labels'])
    assert sample.gt_instances.bboxes.tolist() == [[1, 2, 3, 4]]
    assert sample.gt_instances.labels.tolist() == [[0, 1]]
    assert sample.image_id == 'v,0902'
    assert sample.label_space == LabelSpace(('sit', 'run'))
    assert sample.metainfo.keys() == {
        'image_id',
        'video',
        'frame_idx',
        'timestamp',
        'img_shape',
        'label_space',
        'box_source',
        'beyond_end',
    }


def test_tensors_do_not_share_the_cached_arrays():
    given = results(1, False)
    packed = PackKeyframe()(given)
    packed['inputs']['context'].zero_()
    assert given['context'].any()


def test_pictures_of_persons_may_be_missing():
    """Detectors that find persons themselves have none cut out."""
    given = results(2, True)
    del given['crops']
    packed = PackKeyframe()(given)
    assert set(packed['inputs']) == {'context', 'keyframe'}
    assert len(packed['data_samples'].proposals) == 2
