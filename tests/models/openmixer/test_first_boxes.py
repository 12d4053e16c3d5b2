import torch
from torch.nn import functional as F

from stclip.models.openmixer.first_boxes import (
    around_map,
    given_boxes,
    whole_picture,
)

SIZE = torch.tensor([24.0, 16.0, 24.0, 16.0])
WHOLE = [0, 0, 24, 16]


def test_the_lowest_pixels_are_centres():
    torch.manual_seed(0)
    cosines = torch.randn(2, 4, 6)
    found = around_map(cosines, SIZE, 5)
    for row in range(2):
        pixels = F.interpolate(
            cosines[row][None, None], (16, 24), mode='bilinear'
        )[0, 0]
        heat = (pixels - pixels.min()) / (pixels.max() - pixels.min())
        order = sorted(
            (
                (1 - heat[y, x].item(), x, y)
                for y in range(16)
                for x in range(24)
            ),
            reverse=True,
        )
        expected = [
            [max(0, x - 12), max(0, y - 8), min(24, x + 12), min(16, y + 8)]
            for _, x, y in order[:5]
        ]
        assert sorted(found[row].tolist()) == sorted(expected)


def test_a_flat_map_points_nowhere():
    """No pixel lies above the median: the whole picture, again and again."""
    found = around_map(torch.ones(1, 4, 6), SIZE, 3)
    assert found.tolist() == [[WHOLE] * 3]


def test_few_pixels_stand_out():
    cosines = torch.ones(1, 16, 24)
    cosines[0, 5, 7] = -1
    found = around_map(cosines, SIZE, 3)[0].tolist()
    assert found == [[0, 0, 19, 13], WHOLE, WHOLE]


def test_given_boxes_take_turns():
    boxes = [
        torch.tensor([[1.0, 2, 3, 4], [5, 6, 9, 9]]),
        torch.zeros(0, 4),
        torch.tensor([[1.0, 1, 1, 1.5]]),
    ]
    found = given_boxes(boxes, SIZE, 3).tolist()
    assert found[0] == [[1, 2, 3, 4], [5, 6, 9, 9], [1, 2, 3, 4]]
    assert found[1] == [WHOLE] * 3
    assert found[2] == [[1, 1, 2, 2]] * 3
    assert whole_picture(SIZE, 2).tolist() == [WHOLE] * 2
