"""What a style makes of a photograph."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.clip import Optics
from stclip.zs_stage.styles import STYLES, in_style
from stclip.zs_stage.weather import LIGHT


@pytest.fixture(scope='module')
def photo():
    rng = np.random.default_rng(0)
    cells = rng.integers(20, 200, (12, 16, 3)).astype(np.uint8)
    return np.kron(cells, np.ones((10, 10, 1), np.uint8))


def develop(photo, style, **more):
    optics = in_style(replace(Optics(), **more), style)
    return np.clip(optics.develop(photo, LIGHT['clear']), 0, 255)


def test_plain_and_close_up_change_nothing(photo):
    for style in ('plain', 'close_up'):
        np.testing.assert_allclose(develop(photo, style), photo, atol=1e-3)


def test_black_and_white_has_no_colour(photo):
    """Even on a tinted picture; the brightness stays."""
    grey = develop(photo, 'black_and_white', tint=(1.0, 1.1, 0.9))
    np.testing.assert_allclose(np.ptp(grey, axis=2), 0, atol=1e-3)
    tinted = (photo * (1.0, 1.1, 0.9)).mean(-1)
    np.testing.assert_allclose(grey[..., 0], tinted, atol=1e-2)


def test_dark_and_bright_are_factors(photo):
    dark, bright = develop(photo, 'dark'), develop(photo, 'bright')
    np.testing.assert_allclose(dark, 0.42 * photo, atol=1e-3)
    expected = np.minimum(1.75 * photo, 255)
    np.testing.assert_allclose(bright, expected, atol=1e-3)


def test_blurry_has_no_edges(photo):
    blurry = develop(photo, 'blurry')
    steep = [np.abs(np.diff(p.astype(float), axis=1)).max()
             for p in (photo, blurry)]  # fmt: skip
    assert steep[1] < 0.3 * steep[0]
    assert blurry.mean() == pytest.approx(photo.mean(), rel=0.02)


def test_saturation_is_a_part_of_the_colour(photo):
    half = replace(Optics(), saturation=0.5).develop(photo, LIGHT['clear'])
    grey = photo.mean(-1, keepdims=True)
    np.testing.assert_allclose(half, grey + 0.5 * (photo - grey), atol=1e-2)


def test_light_is_a_factor_on_each_colour(photo):
    night = Optics().develop(photo, LIGHT['night'])
    np.testing.assert_allclose(night, photo * LIGHT['night'], atol=1e-2)


def test_six_styles():
    assert len(STYLES) == 6
