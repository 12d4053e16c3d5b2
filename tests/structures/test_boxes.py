import numpy as np
import pytest

from stclip.structures.boxes import (
    are_inverted,
    box_area,
    box_iou,
    clip_boxes,
    paired_box_iou,
)


def iou_by_hand(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    area_a = (a[2] - a[0]) * (a[3] - a[1])
    area_b = (b[2] - b[0]) * (b[3] - b[1])
    return both / (area_a + area_b - both)


def random_boxes(number, seed):
    corners = np.random.default_rng(seed).integers(0, 20, (number, 2, 2))
    boxes = np.concatenate([corners.min(1), corners.max(1)], axis=1)
    return boxes.astype(np.float64)


def test_iou_equals_the_loop():
    a, b = random_boxes(40, 0), random_boxes(30, 1)
    expected = [[iou_by_hand(x, y) for y in b] for x in a]
    np.testing.assert_allclose(box_iou(a, b), expected, rtol=1e-12)
    np.testing.assert_allclose(
        paired_box_iou(a[:30], b), np.diagonal(expected), rtol=1e-12
    )


def test_iou_has_no_plus_one():
    # 10 x 10 pixels shifted by half: 50 of 150.
    assert box_iou([[0, 0, 10, 10]], [[5, 0, 15, 10]]) == 50 / 150


@pytest.mark.parametrize('shape', [(0, 3), (3, 0), (0, 0)])
def test_iou_of_no_boxes(shape):
    a, b = (random_boxes(number, 0) for number in shape)
    assert box_iou(a, b).shape == shape


def test_boxes_without_area():
    flat = [[3, 3, 3, 9]]
    assert box_iou(flat, flat) == 0
    assert box_area(flat) == 0
    assert box_area([[4, 4, 2, 2]]) == 0


def test_clip_cuts_off_what_leaves_the_frame():
    boxes = clip_boxes([[-3, 2, 5, 9], [1, 1, 400, 250]], (240, 320))
    assert boxes.dtype == np.float32
    assert boxes.tolist() == [[0, 2, 5, 9], [1, 1, 320, 240]]


def test_clip_of_no_boxes():
    assert clip_boxes([], (240, 320)).shape == (0, 4)


@pytest.mark.parametrize(
    'box, message',
    [
        ([5, 2, 4, 9], 'is inverted'),
        ([1, 9, 4, 8], 'is inverted'),
        ([1, 1, 1, 8], 'has no area'),
        ([float('nan'), 1, 1, 8], 'is not finite'),
        ([0, 1, float('inf'), 8], 'is not finite'),
        ([320, 1, 330, 8], 'lies outside the frame of 320 x 240'),
        ([-5, -5, 0, 0], 'lies outside the frame'),
    ],
)
def test_clip_refuses(box, message):
    with pytest.raises(ValueError, match=message):
        clip_boxes([[0, 0, 9, 9], box], (240, 320))


def test_boxes_without_area_pass_where_allowed():
    flat = [[5, 0, 5, 10], [320, 4, 320, 9]]
    assert clip_boxes(flat, (240, 320), empty_ok=True).tolist() == flat


def test_boxes_without_area_are_not_inverted():
    boxes = [[1, 1, 4, 4], [4, 1, 1, 4], [1, 4, 4, 1], [2, 2, 2, 2]]
    assert are_inverted(boxes).tolist() == [False, True, True, False]
    assert are_inverted([]).tolist() == []
