"""Positions of the images of a contact sheet."""

import numpy as np
import pytest
from PIL import Image

from stclip.video.pictures import save_image
from stclip.visualization.contact_sheet import contact_sheet


def plain(colour, height=60, width=80):
    return np.full((height, width, 3), colour, dtype=np.uint8)


COLOURS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 0, 200), (0, 9, 9)]


def test_grid_holds_every_image_in_reading_order():
    sheet = contact_sheet(
        [plain(colour) for colour in COLOURS], ['a'] * 5, tile_width_px=80
    )
    places = []
    for colour in COLOURS:
        rows, columns = np.nonzero((sheet == colour).all(axis=2))
        assert len(rows) == 60 * 80
        places.append((rows.min(), columns.min()))
    assert places == sorted(places)
    assert len({row for row, _ in places}) == 2
    assert len({column for _, column in places}) == 3


def test_caption_is_written_below_its_image():
    with_text = contact_sheet([plain(COLOURS[0])], ['wave'], tile_width_px=80)
    without = contact_sheet([plain(COLOURS[0])], [''], tile_width_px=80)
    rows, _ = np.nonzero((with_text != without).any(axis=2))
    assert len(rows) > 20
    assert rows.min() > 60


def test_another_shape_keeps_its_proportions():
    images = [plain(COLOURS[0]), plain(COLOURS[1], height=40, width=20)]
    sheet = contact_sheet(images, ['a', 'b'], columns=2, tile_width_px=80)
    rows, columns = np.nonzero((sheet == COLOURS[1]).all(axis=2))
    assert np.ptp(rows) + 1 == 60
    assert np.ptp(columns) + 1 == 30


def test_counts_must_agree():
    with pytest.raises(ValueError, match='1 images and 2 captions'):
        contact_sheet([plain(COLOURS[0])], ['a', 'b'])
    with pytest.raises(ValueError, match='at least one image'):
        contact_sheet([], [])


def test_png_holds_the_pixels(tmp_path):
    image = plain(COLOURS[0])
    save_image(tmp_path / 'new' / 'a.png', image)
    with Image.open(tmp_path / 'new' / 'a.png') as file:
        assert np.array_equal(np.asarray(file), image)
    with pytest.raises(ValueError, match=r'a\.gif.*\.png'):
        save_image(tmp_path / 'a.gif', image)


@pytest.mark.parametrize('height, width', [(36000, 3), (3, 36000), (1, 1)])
def test_sheet_of_very_narrow_images_is_bounded(tmp_path, height, width):
    images = [plain(colour, height, width) for colour in COLOURS]
    sheet = contact_sheet(images, ['a'] * 5)
    assert max(sheet.shape) < 3000
    for colour in COLOURS:
        assert (sheet == colour).all(axis=2).any()
    save_image(tmp_path / 'a.jpg', sheet)
