"""Random parts of stills, and where what is in them."""

import numpy as np
import pytest

from stclip.zs_stage import views
from stclip.zs_stage.sights import SIGHTS
from stclip.zs_stage.views import STILL_SIZE, middle_views, random_views


def pictures_of_places(side):
    """Red and green say where a pixel was, blue which picture it is of."""
    y, x = np.mgrid[:side, :side]
    return np.stack(
        [np.stack([y, x, np.full_like(y, 100 + k)], -1) for k in range(40)]
    ).astype(np.uint8)


def test_views_cut_mirror_and_expose(monkeypatch):
    """Every pixel, undone by hand from the values at the corners."""
    monkeypatch.setattr(views, 'STILL_SIZE', 108)
    pictures, size = pictures_of_places(108), 96
    seen = random_views(40, size, np.random.default_rng(0))
    mirror = seen.mirror
    assert 8 < mirror.sum() < 32
    result = seen.pictures(pictures, size)
    assert result.shape == (40, size, size, 3)
    corners = set()
    places = pictures.astype(float)
    for k, part in enumerate(result):
        # The last column of the part that says most of the gain: its blue.
        gain = (float(part[:, :, 2].max()) + 0.5) / (100 + k)
        assert 0.74 < gain < 1.21
        assert (part[0, 0, 1] > part[0, -1, 1]) == mirror[k]
        straight = part[:, ::-1] if mirror[k] else part
        # The gain is known to half a grey level: the corner is one of nine.
        y, x = np.round(straight[0, 0, :2] / gain).astype(int)
        gaps = {}
        for top in range(max(y - 1, 0), min(y + 2, 13)):
            for left in range(max(x - 1, 0), min(x + 2, 13)):
                cut = places[k, top : top + size, left : left + size]
                gap = np.abs(straight - np.minimum(cut * gain, 255)).max()
                gaps[top, left] = gap
        corner = min(gaps, key=gaps.get)
        assert gaps[corner] < 2.1
        corners.add(corner)
    assert len(corners) > 25


def test_views_are_repeatable_and_saturate():
    white = np.full((8, STILL_SIZE, STILL_SIZE, 3), 250, np.uint8)
    white[:, :, :, 1] = 100
    one, same, other = (
        random_views(8, 90, np.random.default_rng(seed)).pictures(white, 90)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    gains = one[:, 0, 0, 1] / 100.0
    expected = np.minimum(250 * gains, 255)
    assert np.abs(one[:, 0, 0, 0] - expected).max() < 3.5
    assert one[:, 0, 0, 0].max() == 255


def test_small_pictures_are_means_of_pixels():
    rng = np.random.default_rng(0)
    stills = rng.integers(0, 256, (3, STILL_SIZE, STILL_SIZE, 3), np.uint8)
    seen = middle_views(3, 112)
    small = seen.pictures(stills, 56)
    assert small.shape == (3, 56, 56, 3)
    middle = stills[:, 6:-6, 6:-6].astype(float)
    means = middle.reshape(3, 56, 2, 56, 2, 3).mean((2, 4))
    assert np.abs(small - means).max() <= 0.5


@pytest.mark.parametrize('grid', [7, 10, 14])
def test_sights_are_where_the_pixels_are(grid):
    """A bright dot is in the cell that its sight is said to be in."""
    side, count = 112, 60
    rng = np.random.default_rng(grid)
    stills = np.zeros((count, STILL_SIZE, STILL_SIZE, 3), np.uint8)
    points = []
    for still in stills:
        x, y = rng.integers(0, STILL_SIZE, 2)
        still[y, x] = 200
        points.append(np.array([[rng.integers(len(SIGHTS)), x, y]], np.uint8))
    seen = random_views(count, side, rng)
    found = seen.sights(points, grid)
    pictures = seen.pictures(stills, side)[..., 0]
    outside = 0
    for picture, cells, [[what, _, _]] in zip(
        pictures, found, points, strict=True
    ):
        y, x = np.unravel_index(picture.argmax(), picture.shape)
        expected = np.zeros(cells.shape)
        if picture.max() > 0:
            expected[(y * grid // side) * grid + x * grid // side, what] = 1
        else:
            outside += 1
        np.testing.assert_array_equal(cells, expected)
    assert 0 < outside < count / 2
