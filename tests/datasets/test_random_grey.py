"""Clips lose their colour as a whole, as often as asked."""

import numpy as np
import pytest
from PIL import Image

from stclip.registry import TRANSFORMS


def clip(seed=0):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (5, 6, 3), np.uint8) for _ in range(3)]


def test_grey_is_that_of_pil():
    grey = TRANSFORMS.build(dict(type='RandomGrey', prob=1.0))
    found = grey(dict(imgs=clip()))['imgs']
    for image, old in zip(found, clip(), strict=True):
        expected = np.asarray(Image.fromarray(old).convert('L'), int)
        assert image.shape == old.shape and image.dtype == np.uint8
        assert (abs(image - expected[..., None]) <= 1).all()
        assert (image == image[..., :1]).all()


def test_all_frames_or_none_as_often_as_asked():
    grey = TRANSFORMS.build(dict(type='RandomGrey', prob=0.2))
    counts = []
    for _ in range(1000):
        found = grey(dict(imgs=clip()))['imgs']
        counts.append(sum((i == i[..., :1]).all() for i in found))
    assert set(counts) == {0, 3}
    assert np.mean(counts) / 3 == pytest.approx(0.2, abs=0.04)
