import numpy as np
import pytest
from PIL import Image

from stclip.datasets.transforms import clip_resize


def noise(height, width):
    generator = np.random.default_rng(0)
    return generator.integers(0, 256, (height, width, 3), dtype=np.uint8)


def open_clip_pixels(image, size, **options):
    """What open_clip's own preprocessing makes of it, back in 0-255."""
    from open_clip.transform import image_transform

    transform = image_transform(
        size, is_train=False, mean=(0, 0, 0), std=(1, 1, 1), **options
    )
    return transform(Image.fromarray(image)).numpy() * 255


@pytest.mark.parametrize('height, width', [
    (240, 320), (320, 240), (64, 64), (50, 37), (37, 51), (64, 65), (97, 64),
    (3, 80), (80, 3), (1, 1), (1, 2), (7, 200),
])  # fmt: skip
def test_crop_equals_open_clip(height, width):
    image = noise(height, width)
    ours = clip_resize(image, 64)
    assert ours.shape == (3, 64, 64)
    assert ours.dtype == np.uint8
    np.testing.assert_allclose(ours, open_clip_pixels(image, 64), atol=1e-3)


@pytest.mark.parametrize('interpolation', ['bicubic', 'bilinear'])
@pytest.mark.parametrize('mode, theirs', [
    ('crop', 'shortest'), ('squash', 'squash'), ('pad', 'longest'),
])  # fmt: skip
@pytest.mark.parametrize('height, width', [(240, 320), (97, 40), (20, 30)])
def test_modes_and_filters_of_open_clip(
    height, width, mode, theirs, interpolation
):
    image = noise(height, width)
    ours = clip_resize(image, 64, mode, interpolation, (7, 7, 7))
    expected = open_clip_pixels(
        image,
        64,
        resize_mode=theirs,
        interpolation=interpolation,
        fill_color=7,
    )
    np.testing.assert_allclose(ours, expected, atol=1e-3)


def test_sliver_is_not_enlarged_whole():
    # Whole it would be 3 x 224 x 2,240,000 bytes.
    image = np.full((1, 10_000, 3), 9, dtype=np.uint8)
    image[0, 4990:5010] = 200
    assert (clip_resize(image, 224) == 200).all()


def test_squash_shows_the_whole_frame():
    image = noise(40, 90)
    expected = np.asarray(
        Image.fromarray(image).resize((32, 32), Image.BICUBIC)
    )
    ours = clip_resize(image, 32, 'squash')
    np.testing.assert_array_equal(ours.transpose(1, 2, 0), expected)


@pytest.mark.parametrize('height, width', [(40, 80), (80, 40), (1, 500)])
def test_pad_shows_the_whole_frame_in_its_proportions(height, width):
    image = noise(height, width)
    ours = clip_resize(image, 32, 'pad').transpose(1, 2, 0)
    longer = max(height, width)
    rows, columns = (
        max(1, round(32 * side / longer)) for side in (height, width)
    )
    top, left = (32 - rows) // 2, (32 - columns) // 2
    expected = np.full((32, 32, 3), (123, 117, 104))
    expected[top : top + rows, left : left + columns] = Image.fromarray(
        image
    ).resize((columns, rows), Image.BICUBIC)
    np.testing.assert_array_equal(ours, expected)


def test_unknown_mode():
    message = "'crop', 'squash' or 'pad', got 'fit'"
    with pytest.raises(ValueError, match=message):
        clip_resize(noise(4, 4), 4, 'fit')
    with pytest.raises(ValueError, match='interpolation must be one of'):
        clip_resize(noise(4, 4), 4, 'crop', 'nearest')
