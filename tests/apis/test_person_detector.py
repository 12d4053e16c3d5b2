"""Persons as mmdet itself finds them, and frames that it cannot take."""

import cv2
import numpy as np
import pytest
import stand_ins
from detection_operators import KINDS, use_operators
from mmdet.apis import inference_detector, init_detector
from mmengine.registry import DefaultScope

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
            str(resolve(TINY.config)), str(TINY.weights.place), None,
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
