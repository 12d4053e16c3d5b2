"""Persons as mmdet itself finds them, and frames that it cannot take."""

import cv2
import numpy as np
import pytest
import stand_ins
import torch
from detection_operators import KINDS, use_operators
from mmdet.apis import inference_detector, init_detector
from mmengine.registry import DefaultScope
from mmengine.structures import InstanceData

from stclip.apis.model_index import person_detectors
from stclip.apis.person_detectors import person_detector
from stclip.utils.resources import resolve

TINY = person_detectors()['stage']


@pytest.fixture(scope='module')
def frames():
    """Rendered RGB frames of a man who runs, and one of nothing."""
    images, _, _ = stand_ins.render('single', 'run', 'test', 0, frames=2)
    return [*images, np.zeros_like(images[0])]


@pytest.fixture(scope='module')
def theirs():
    """Detect in a picture file as mmdet does, without our detector."""
    with DefaultScope.overwrite_default_scope('mmdet'):
        model = init_detector(
            str(resolve(TINY.config)), str(TINY.weights), None,
            'cpu',
        )  # fmt: skip

    def detect(path):
        with DefaultScope.overwrite_default_scope('mmdet'):
            found = inference_detector(model, str(path)).pred_instances
        found = found[found.scores >= 0.05]
        return found[found.scores.argsort(descending=True)]

    return detect


@pytest.mark.parametrize('kind', KINDS)
def test_equals_mmdet_that_reads_the_picture_itself(
    kind, frames, theirs, tmp_path, monkeypatch
):
    """The order of the colours too: boxes move where red and blue change."""
    use_operators(kind, monkeypatch)
    detector = person_detector('stage', device='cpu')
    for number, (frame, found) in enumerate(
        zip(frames, detector(frames), strict=True)
    ):
        path = tmp_path / f'{number}.png'
        cv2.imwrite(str(path), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
        expected = theirs(path)
        np.testing.assert_allclose(
            found.boxes_xyxy, expected.bboxes.numpy(), atol=1e-2
        )
        np.testing.assert_allclose(
            found.scores, expected.scores.numpy(), atol=1e-4
        )
        assert (len(found.scores) > 0) == (number < 2)
    # The test sees colours in the wrong order.
    turned = detector([frames[0][..., ::-1]])[0]
    boxes = detector(frames[:1])[0].boxes_xyxy
    gap = np.abs(turned.boxes_xyxy[:, None] - boxes).max(axis=-1)
    assert gap.min(axis=1).max() > 1


def test_mmdets_own_functions_take_the_config(frames, theirs, tmp_path):
    """Plain names are then looked up in our scope, which the config names."""
    picture = cv2.cvtColor(frames[0], cv2.COLOR_RGB2BGR)
    path = tmp_path / 'frame.png'
    cv2.imwrite(str(path), picture)
    expected = theirs(path)
    with DefaultScope.overwrite_default_scope('stclip'):
        model = init_detector(
            str(resolve(TINY.config)), str(TINY.weights), None, 'cpu'
        )
        results = [
            inference_detector(model, given).pred_instances
            for given in (str(path), picture)
        ]
    for found in results:
        kept = found[found.scores >= 0.05]
        kept = kept[kept.scores.argsort(descending=True)]
        assert len(kept) > 0
        torch.testing.assert_close(kept.bboxes, expected.bboxes)
        torch.testing.assert_close(kept.scores, expected.scores)


def test_batches_and_the_threshold(frames):
    """In order, whatever the batch; boxes below the threshold are dropped."""
    whole = person_detector('stage', device='cpu')
    expected = whole(frames)
    whole.batch_size = 2
    seen = []

    def read():
        for frame in frames:
            seen.append(frame)
            yield frame

    found = whole.stream(read())
    first = next(found)
    assert len(seen) == 2
    for ours, theirs in zip([first, *found], expected, strict=True):
        np.testing.assert_allclose(
            ours.boxes_xyxy, theirs.boxes_xyxy, atol=1e-2
        )
        assert list(ours.scores) == sorted(ours.scores, reverse=True)
    scores = expected[0].scores
    assert len(scores) == 4 and scores[0] > scores[1]
    whole.score_threshold = float(scores[0])
    assert len(whole(frames[:1])[0].scores) == 1


@pytest.mark.parametrize('height, width', [(1, 3000), (3000, 1)])
def test_frame_that_the_config_scales_to_nothing(height, width):
    detector = person_detector('stage', device='cpu')
    frame = np.zeros((height, width, 3), np.uint8)
    with pytest.raises(ValueError, match=f'{width} x {height} px is too nar'):
        detector([frame])


def test_objects_that_touch_a_person(frames, monkeypatch):
    """All other classes, above the threshold, with an overlap; best first."""
    detector = person_detector('stage', device='cpu')
    person = detector.person_idx
    rows = [
        # x1, y1, x2, y2, score, class
        (10, 10, 20, 30, 0.9, person),
        (50, 10, 60, 30, 0.01, person),  # below the threshold
        (18, 28, 40, 40, 0.3, person + 1),
        (0, 0, 11, 11, 0.8, person + 2),
        (20, 10, 30, 30, 0.95, person + 1),  # only a side in common
        (52, 12, 58, 20, 0.9, person + 1),
        (12, 12, 15, 15, 0.04, person + 3),
    ]
    table = torch.tensor(rows)
    found = InstanceData(
        bboxes=table[:, :4], scores=table[:, 4], labels=table[:, 5].long()
    )
    monkeypatch.setattr(
        detector, '_detect', lambda batch: [found] * len(batch)
    )
    [(persons, objects)] = detector.stream_with_objects(frames[:1])
    assert persons.boxes_xyxy.tolist() == [[10, 10, 20, 30]]
    np.testing.assert_array_equal(
        objects.boxes_xyxy, [[0, 0, 11, 11], [18, 28, 40, 40]]
    )
    np.testing.assert_allclose(objects.scores, [0.8, 0.3])
    [alone] = detector(frames[:1])
    assert alone.boxes_xyxy.tolist() == persons.boxes_xyxy.tolist()
