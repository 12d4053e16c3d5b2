"""Person detectors of other libraries."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import supervision as sv
import torch
from torchvision import models
from torchvision.ops import box_iou

from stclip.apis.person_detectors import person_detector
from stclip.utils.errors import UserError

FRAMES = np.random.default_rng(0).integers(
    0, 256, (3, 64, 80, 3), dtype=np.uint8
)
LIGHT = 'ssdlite320_mobilenet_v3_large'


def slow_nms(boxes, scores, groups, threshold):
    """In place of torchvision's, which does not load beside each torch."""
    kept = []
    for row in scores.argsort(descending=True)[:40].tolist():
        overlaps = box_iou(boxes[row, None], boxes[kept])[0]
        same = groups[kept] == groups[row]
        if not (same & (overlaps > threshold)).any():
            kept.append(row)
    return torch.tensor(kept, dtype=torch.long)


def test_torchvisions_detectors(tmp_path, monkeypatch):
    """Persons of a plain call, the surest first."""
    monkeypatch.setattr('torchvision.ops.nms', lambda *_: None)
    monkeypatch.setattr('torchvision.ops.boxes.batched_nms', slow_nms)
    torch.manual_seed(0)
    model = models.get_model(LIGHT, weights=None, weights_backbone=None)
    # Random weights are sure of nothing, but persons here.
    head = model.head.classification_head
    for layer in head.module_list:
        layer[-1].bias.data.view(-1, head.num_columns)[:, 1] += 2
    torch.save(model.state_dict(), tmp_path / 'a.pth')
    detect = person_detector(f'torchvision:{LIGHT}', tmp_path / 'a.pth', 'cpu')
    detect.batch_size = 2
    found = detect(FRAMES)
    images = torch.from_numpy(FRAMES).permute(0, 3, 1, 2).float() / 255
    with torch.inference_mode():
        expected = model.eval()(list(images))
    assert sum(len(each.scores) for each in found) > 0
    for persons, other in zip(found, expected, strict=True):
        keep = (other['labels'] == 1) & (other['scores'] >= 0.05)
        np.testing.assert_allclose(
            persons.boxes_xyxy, other['boxes'][keep].numpy(), atol=1e-3
        )
        assert (np.diff(persons.scores) <= 0).all()


def test_operators_that_do_not_load_are_told_of(monkeypatch):
    def fail(*_):
        raise RuntimeError("Couldn't load custom C++ ops.")

    monkeypatch.setattr('torchvision.ops.nms', fail)
    with pytest.raises(UserError, match='operators do not load'):
        person_detector('torchvision', device='cpu')


class Medium:
    """In place of RF-DETR, whose weights are not here."""

    def __init__(self, device, pretrain_weights='own'):
        self.weights = pretrain_weights

    def predict(self, images, threshold):
        assert threshold == 0.05
        found = [
            sv.Detections(
                xyxy=np.array([[1, 2, 30, 40], [0, 0, 9, 9], [5, 5, 8, 8]])
                + k,
                confidence=np.array([0.3, 0.9, 0.8]),
                class_id=np.array([1, 17, 1]),
            )
            for k in range(len(images))
        ]
        return found if len(found) > 1 else found[0]


@pytest.mark.parametrize('count', [0, 1, 3])
def test_rf_detr(monkeypatch, tmp_path, count):
    monkeypatch.setitem(
        sys.modules, 'rfdetr', SimpleNamespace(RFDETRMedium=Medium)
    )
    detect = person_detector('rfdetr', device='cpu')
    assert detect.model.weights == 'own'
    found = detect(FRAMES[:count])
    assert len(found) == count
    for k, persons in enumerate(found):
        expected = [
            [5 + k, 5 + k, 8 + k, 8 + k],
            [1 + k, 2 + k, 30 + k, 40 + k],
        ]
        np.testing.assert_array_equal(persons.boxes_xyxy, expected)
        np.testing.assert_allclose(persons.scores, [0.8, 0.3])
    with pytest.raises(UserError, match="no model 'huge'"):
        person_detector('rfdetr:huge', device='cpu')
