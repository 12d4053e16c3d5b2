"""Forest plots: colours say on which side of zero an interval lies."""

import cv2
import numpy as np
import pytest

from stclip.visualization import forest


def pixels_of(picture, colour):
    wanted = np.array([int(colour[k : k + 2], 16) for k in (5, 3, 1)])
    return (np.abs(picture.astype(int) - wanted).max(-1) < 8).sum()


@pytest.mark.parametrize(
    ('low', 'high', 'colour'),
    [
        (1.0, 5.0, forest._ABOVE),
        (-5.0, -1.0, forest._BELOW),
        (-1.0, 4.0, forest._OPEN),
        (0.0, 4.0, forest._OPEN),
    ],
)
def test_colour_of_an_interval(tmp_path, low, high, colour):
    path = tmp_path / 'forest.png'
    line = ('ours, $p$ < 1', (low + high) / 2, low, high)
    forest.save_forest(path, [line], 'points', 'on minus off')
    picture = cv2.imread(str(path))
    counts = {
        each: pixels_of(picture, each)
        for each in (forest._ABOVE, forest._BELOW, forest._OPEN)
    }
    assert max(counts, key=counts.get) == colour
    assert counts[colour] > 100


def test_every_line_adds_to_the_height(tmp_path):
    heights = []
    for count in (1, 11):
        path = tmp_path / f'{count}.png'
        lines = [(f'row {k}', 1.0, 0.5, 2.0) for k in range(count)]
        forest.save_forest(path, lines, 'points')
        heights.append(cv2.imread(str(path)).shape[0])
    assert heights[1] - heights[0] == pytest.approx(10 * 28, abs=2)
