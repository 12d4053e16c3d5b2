"""Heat over frames: what colour is where."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from synthetic_media import decode_all

from stclip.visualization.attention import (
    Attention,
    AttentionRow,
    attention_frames,
    attention_strip,
    save_attention,
)
from stclip.visualization.heat_map import overlay_heat, upsample_heat
from stclip.visualization.typography import class_colour

# The size of a tile of two frames: nothing is scaled.
SIDE = 224
GREY, BLUE = (110, 110, 110), class_colour(1)


def noise(seed, side=SIDE):
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (side, side, 3)).astype(np.uint8)


def one_hot(row, column, shape=(4, 5)):
    heat = np.zeros(shape, np.float32)
    heat[row, column] = 1
    return heat


@pytest.fixture
def attention():
    """Two frames of noise; ours counts the second one three times."""
    heat = np.random.default_rng(5).random((2, 2, 7, 7))
    scores = dict(sit=0.75, run=0.25)
    return Attention(
        class_name='sit',
        sentence='this is a video about sit.',
        frames=np.stack([noise(0), noise(1)]),
        captions=('frame 3', 'frame 9'),
        rows=(
            AttentionRow('CLIP', heat[0], np.array([0.5, 0.5]), scores),
            AttentionRow('ours', heat[1], np.array([0.25, 0.75]), scores),
        ),
    )


@pytest.mark.parametrize('row, column', [(0, 0), (1, 3), (3, 4)])
def test_the_hottest_pixel_lies_over_the_hottest_patch(row, column):
    pixels = upsample_heat(one_hot(row, column), (80, 150))
    assert pixels.shape == (80, 150)
    y, x = np.unravel_index(pixels.argmax(), pixels.shape)
    assert (y // 20, x // 30) == (row, column)
    # Between two centres it is their mean.
    pair = upsample_heat(np.array([[2.0, 4.0]]), (9, 18))
    assert pair[:, 8:10].mean() == pytest.approx(3)


def test_uniform_heat_tints_all_pixels_alike():
    frame = np.full((40, 40, 3), 120, np.uint8)
    for value in (0.0, 0.3):
        heat = np.full((4, 4), value)
        tinted = overlay_heat(frame, heat, (value, value))
        assert (tinted == tinted[0, 0]).all()
        assert tinted[0, 0, 2] > tinted[0, 0, 0]  # cold is blue
    halfway = overlay_heat(frame, np.full((4, 4), 0.5), (0.0, 1.0))
    assert (halfway == halfway[0, 0]).all()
    assert halfway[0, 0, 1] == halfway[0, 0].max()  # and between is green


def test_a_hot_patch_reddens_its_place():
    frame = np.full((80, 100, 3), 120, np.uint8)
    tinted = overlay_heat(frame, one_hot(2, 1), (0.0, 1.0)).astype(int)
    red = tinted[..., 0] - tinted[..., 2]
    y, x = np.nonzero(red > 0)
    # At the most half a patch of 20 px around its own centre, (50, 30).
    assert 40 <= y.mean() <= 60 and 20 <= x.mean() <= 40
    assert np.abs(y - 50).max() <= 15 and np.abs(x - 30).max() <= 15
    assert red[50, 30] > 40 > 0 > red[10, 90]


def test_colours_span_all_frames_of_a_method():
    """A frame that is colder than another looks colder."""
    heat = np.stack([np.full((2, 2), 0.1), np.full((2, 2), 0.9)])
    row = AttentionRow('a', heat, np.array([0.5, 0.5]), dict(sit=1.0))
    frame = np.full((8, 8, 3), 120, np.uint8)
    cold, hot = row.overlay(frame, 0)[4, 4], row.overlay(frame, 1)[4, 4]
    assert cold[2] > cold[0] and hot[0] > hot[2]


def find(picture, tile):
    """Top left corner of the one place where a tile is."""
    height, width = tile.shape[:2]
    places = np.argwhere((picture == tile[0, 0]).all(axis=2))
    found = [
        (y, x)
        for y, x in places.tolist()
        if np.array_equal(picture[y : y + height, x : x + width], tile)
    ]
    assert len(found) == 1
    return found[0]


def test_strip_has_frames_then_a_row_of_heat_for_each_method(attention):
    strip = attention_strip(attention)
    tiles = [
        attention.frames,
        *(
            [row.overlay(f, t) for t, f in enumerate(attention.frames)]
            for row in attention.rows
        ),
    ]
    places = [[find(strip, tile) for tile in row] for row in tiles]
    tops = [[y for y, _ in row] for row in places]
    assert all(len(set(row)) == 1 for row in tops)
    assert tops[0][0] < tops[0][0] + SIDE < tops[1][0]
    assert tops[1][0] + SIDE < tops[2][0]
    lefts = {tuple(x for _, x in row) for row in places}
    assert len(lefts) == 1  # what belongs together stands in a column
    (columns,) = lefts
    assert columns[0] + SIDE < columns[1]


def test_strip_has_the_curves_under_their_frames(attention):
    strip = attention_strip(attention)
    last = attention.rows[1].overlay(attention.frames[1], 1)
    top, right = find(strip, last)
    left = find(strip, attention.frames[0])[1]
    plot = strip[top + SIDE :]

    def height(colour, x):
        (rows,) = np.nonzero((plot[:, x + SIDE // 2] == colour).all(axis=1))
        return len(plot) - rows.mean()

    # 0.75 is full height, 0.25 a third and 0.5 two thirds of it.
    full = height(BLUE, right)
    base = full - (full - height(BLUE, left)) * 3 / 2
    assert full - base > 80
    for x in (left, right):
        share = (height(GREY, x) - base) / (full - base)
        assert share == pytest.approx(2 / 3, abs=0.03)


def test_head_tells_the_class_and_its_scores(attention):
    assert attention.head == [
        'sit',
        'this is a video about sit.',
        'CLIP: sit 0.75 (likeliest: sit 0.75; run 0.25)',
        'ours: sit 0.75 (likeliest: sit 0.75; run 0.25)',
    ]
    strip = attention_strip(attention)
    top = find(strip, attention.frames[0])[0]
    head = strip[:top]
    for colour in (GREY, BLUE):
        assert (head == colour).all(axis=2).sum() > 100


def test_film_shows_the_methods_beside_each_other(attention):
    pictures = list(attention_frames(attention))
    assert len(pictures) == 2
    assert pictures[0].shape == pictures[1].shape
    blue = [(p[-100:] == BLUE).all(axis=2).sum() for p in pictures]
    # The second bar of ours is three times as high as the first.
    assert blue[1] == pytest.approx(4 * blue[0], rel=0.15)
    middle = pictures[0].shape[1] // 2
    assert (pictures[1][-100:, middle:] == GREY).all(axis=2).sum() == 0


def test_frames_of_any_shape(attention):
    wide = Attention(
        class_name='sit',
        sentence='',
        frames=attention.frames[:, ::4, ::2],
        captions=attention.captions,
        rows=attention.rows,
    )
    # Twice as wide as high, three times: frames, CLIP and ours.
    saved = len(attention_strip(attention)) - len(attention_strip(wide))
    assert saved == 3 * SIDE // 2


@pytest.mark.parametrize('height, width', [(3000, 3), (3, 3000), (1, 1)])
def test_pictures_of_very_narrow_frames_are_bounded(
    tmp_path, attention, height, width
):
    narrow = replace(
        attention, frames=np.full((2, height, width, 3), 90, np.uint8)
    )
    strip, film = tmp_path / 'a.png', tmp_path / 'a.mp4'
    save_attention(narrow, strip, film)
    with Image.open(strip) as picture:
        assert max(picture.size) < 3000
    shown = decode_all(film)
    assert len(shown) == 2 and max(shown.shape[1:]) < 2000
    # The heat of the row is seen: tinted frames are not grey.
    assert (np.ptp(shown[0].astype(int), axis=2) > 60).any()
