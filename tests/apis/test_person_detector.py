"""Frames that a person detector of mmdet cannot take."""

import numpy as np
import pytest

from stclip.apis.person_detector import default_person_detector


@pytest.mark.parametrize('height, width', [(1, 3000), (3000, 1)])
def test_frame_that_the_config_scales_to_nothing(height, width):
    detector = default_person_detector('cpu')
    frame = np.zeros((height, width, 3), np.uint8)
    with pytest.raises(ValueError, match=f'{width} x {height} px is too nar'):
        detector([frame])
