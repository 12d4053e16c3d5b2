import math

import pytest
import torch

from stclip.models.openmixer.boxes import (
    covered,
    from_corners,
    generalised_iou,
    moved,
    sides,
    sine_encoding,
    to_corners,
)

CORNERS = torch.tensor(
    [
        [10.0, 20.0, 26.0, 84.0],
        [0.0, 0.0, 64.0, 64.0],
        [30.0, 10.0, 40.0, 15.0],
        [12.0, 30.0, 20.0, 50.0],
    ]
)


def test_a_box_in_numbers():
    found = from_corners(CORNERS[:1])
    # 16 wide and 64 high: as large as a square of 32, 4 times higher.
    torch.testing.assert_close(found, torch.tensor([[18.0, 52, 5, 2]]))
    torch.testing.assert_close(sides(found), torch.tensor([[16.0, 64.0]]))


def test_there_and_back():
    torch.testing.assert_close(to_corners(from_corners(CORNERS)), CORNERS)


def test_a_move_is_in_units_of_the_box():
    xyzr = from_corners(CORNERS[:1])
    found = moved(xyzr, torch.tensor([[0.5, -1, 1, -2]]))
    torch.testing.assert_close(found, torch.tensor([[34.0, 20, 6, 0]]))
    torch.testing.assert_close(
        to_corners(found), torch.tensor([[2.0, -12, 66, 52]])
    )


def pixels(box):
    x1, y1, x2, y2 = (int(value) for value in box)
    return {(x, y) for x in range(x1, x2) for y in range(y1, y2)}


@pytest.mark.parametrize('row', range(4))
@pytest.mark.parametrize('column', range(4))
def test_overlaps_by_counting_pixels(row, column):
    a, b = pixels(CORNERS[row]), pixels(CORNERS[column])
    assert covered(CORNERS[None])[0, row, column].item() == pytest.approx(
        len(a & b) / len(a)
    )
    low = torch.minimum(CORNERS[row], CORNERS[column])[:2]
    high = torch.maximum(CORNERS[row], CORNERS[column])[2:]
    hull = pixels(torch.cat([low, high]))
    expected = len(a & b) / len(a | b) - len(hull - a - b) / len(hull)
    found = generalised_iou(CORNERS[row], CORNERS[column]).item()
    assert found == pytest.approx(expected, abs=1e-6)


def test_boxes_far_apart_repel_more():
    one = torch.tensor([0.0, 0, 1, 1])
    values = [
        generalised_iou(one, one + shift).item() for shift in (0, 1, 10, 1e3)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] == 1 and values[-1] == pytest.approx(-1, abs=1e-5)


def test_sines_one_by_one():
    xyzr = torch.tensor([[[40.0, 70.0, 5.5, -0.3]]])
    found = sine_encoding(xyzr, 32)[0, 0]
    expected = []
    for value, scale in zip(xyzr[0, 0], (1000, 1000, 1, 1), strict=True):
        for pair in range(4):
            phase = value.item() / scale / 10000 ** (2 * pair / 8)
            expected += [math.sin(phase), math.cos(phase)]
    torch.testing.assert_close(found, torch.tensor(expected))
