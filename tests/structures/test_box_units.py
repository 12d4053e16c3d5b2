import numpy as np
import pytest

from stclip.structures.box_units import (
    describe_beyond,
    require_fractions,
    require_pixels,
    seem_fractions,
    seem_pixels,
    within_a_pixel,
)
from stclip.utils.errors import UserError

NONE = np.zeros((0, 4))
# The last one leaves the frame.
FRACTIONS = np.array([[0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], [-0.2, 0, 0.5, 1.3]])
# Detectors write boxes without area.
PIXELS = np.array([[4, 6, 16, 18], [7, 0, 7, 12], [9, 9, 9, 9]])


def test_units_are_told_apart():
    assert (seem_fractions(FRACTIONS[:2]), seem_pixels(FRACTIONS)) == (1, 0)
    assert (seem_fractions(PIXELS), seem_pixels(PIXELS)) == (0, 1)
    assert (seem_fractions(NONE), seem_pixels(NONE)) == (0, 0)
    assert within_a_pixel(PIXELS).tolist() == [False, False, True]


def test_fractions_where_pixels_are_wanted():
    whole = FRACTIONS[:1]
    for boxes in (NONE, PIXELS, whole, np.concatenate([FRACTIONS, PIXELS])):
        require_pixels(boxes)
    with pytest.raises(UserError, match=r'all 2 .* \[0.0, 0.0, 1.0, 1.0\], s'):
        require_pixels(FRACTIONS[:2])


def test_pixels_where_fractions_are_wanted():
    for boxes in (NONE, FRACTIONS):
        require_fractions(boxes.tolist())
    for wrong in ([0, 0, 300, 200], [-40, 0, 1, 1], [0, 0, 1, 2.1]):
        with pytest.raises(UserError) as error:
            require_fractions([*FRACTIONS.tolist(), wrong])
        assert f'box {wrong} seems to be in px' in str(error.value)


WITHIN, LEAVES = [4, 6, 16, 18], [-3, -2, 35, 26]
BEYOND, BEFORE = [4, 6, 40, 18], [4, -9, 16, 18]


@pytest.mark.parametrize(
    'frames, told',
    [
        ([], ''),
        ([[WITHIN], [], [LEAVES, LEAVES]], ''),
        ([[BEYOND], [WITHIN], [WITHIN]], ''),
        ([[BEYOND]], 'on 1 of 1 frames'),
        ([[BEYOND], [WITHIN, BEFORE], [WITHIN]], 'on 2 of 3 frames'),
        ([[BEYOND]] * 3 + [[WITHIN]] * 90, ''),
        ([[WITHIN, BEYOND]] * 4 + [[WITHIN]] * 90, 'on 4 of 94 frames'),
    ],
)
def test_boxes_of_a_larger_picture(frames, told):
    boxes = [np.reshape(frame, (-1, 4)) for frame in frames]
    found = describe_beyond(boxes, [(24, 32)] * len(boxes))
    assert found.startswith(told) and bool(found) == bool(told)
    if told:
        assert 'such as [4, 6, 40, 18] of 32 x 24. They seem' in found
