"""NMS through mmcv equals the plain loop."""

import pytest
import torch
from mmcv.ops import batched_nms, nms
from plain_detection_ops import nms_loop

pytestmark = pytest.mark.usefixtures('operators')


def draw_boxes(count: int, extent: int = 300) -> torch.Tensor:
    """Boxes of whole pixels: their IoUs are exact enough to compare."""
    corner = torch.randint(extent, (count, 2))
    size = torch.randint(1, 90, (count, 2))
    return torch.cat((corner, corner + size), dim=1).float()


def expected(boxes, scores, threshold, offset=0):
    return nms_loop(boxes.tolist(), scores.tolist(), threshold, offset)


@pytest.mark.parametrize('offset', [0, 1])
@pytest.mark.parametrize('threshold', [0.0, 0.3, 0.5, 0.9])
@pytest.mark.parametrize('count', [1, 2, 60, 1300])
def test_equals_loop(count: int, threshold: float, offset: int) -> None:
    # 1300 boxes are three blocks.
    boxes, scores = draw_boxes(count), torch.rand(count)
    dets, kept = nms(boxes, scores, threshold, offset=offset)
    assert kept.tolist() == expected(boxes, scores, threshold, offset)
    torch.testing.assert_close(
        dets, torch.cat((boxes, scores[:, None]), dim=1)[kept]
    )


@pytest.mark.parametrize('offset', [0, 1])
def test_ties_keep_input_order(offset: int) -> None:
    boxes = draw_boxes(40, extent=60).repeat(20, 1)
    scores = torch.randint(4, (800,)).float()
    kept = nms(boxes, scores, 0.4, offset=offset)[1]
    assert kept.tolist() == expected(boxes, scores, 0.4, offset)


def test_overlap_equal_to_threshold_is_kept() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 5]])
    scores = torch.tensor([0.9, 0.8])
    assert nms(boxes, scores, 0.5)[1].tolist() == [0, 1]
    assert nms(boxes, scores, 0.499)[1].tolist() == [0]


def test_long_chain_of_suppression() -> None:
    # Each box overlaps its neighbours only: every second one stays.
    x = torch.arange(900.0) * 4
    boxes = torch.stack((x, x * 0, x + 10, x * 0 + 10), dim=1)
    kept = nms(boxes, -x, 0.4)[1]
    assert kept.tolist() == list(range(0, 900, 2))


def test_empty_and_without_area() -> None:
    nothing = nms(torch.zeros(0, 4), torch.zeros(0), 0.5)
    assert nothing[0].shape == (0, 5)
    assert nothing[1].dtype == torch.int64
    points = torch.tensor([[3.0, 3, 3, 3]]).repeat(3, 1)
    # The IoU of two points is not a number: neither suppresses the other.
    assert nms(points, torch.ones(3), 0.5)[1].tolist() == [0, 1, 2]
    assert nms(points, torch.ones(3), 0.5, offset=1)[1].tolist() == [0]


def test_limits_and_classes_of_mmcv() -> None:
    boxes, scores = draw_boxes(200), torch.rand(200)
    kept = nms(boxes, scores, 0.5, score_threshold=0.4, max_num=9)[1]
    above = (scores > 0.4).nonzero().squeeze(1)
    loop = expected(boxes[above], scores[above], 0.5)
    assert kept.tolist() == above[loop].tolist()[:9]

    classes = torch.randint(3, (200,))
    kept = batched_nms(
        boxes, scores, classes, {'type': 'nms', 'iou_threshold': 0.5}
    )[1]
    parts = []
    for c in range(3):
        members = (classes == c).nonzero().squeeze(1)
        parts += members[
            expected(boxes[members], scores[members], 0.5)
        ].tolist()
    assert sorted(kept.tolist()) == sorted(parts)


def test_half_precision_boxes() -> None:
    boxes, scores = draw_boxes(100).half(), torch.rand(100).half()
    kept = nms(boxes, scores, 0.5)[1]
    assert kept.tolist() == expected(boxes, scores, 0.5)
