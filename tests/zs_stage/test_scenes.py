"""Empty stages."""

import numpy as np
import pytest

from stclip.zs_stage import scenery, scenes
from stclip.zs_stage.painter import HEIGHT, MARGIN, SUPERSAMPLING
from stclip.zs_stage.scenes import SCENES, sample_scene


def sample(kind, seed=0, clutter=1.0):
    return sample_scene(kind, np.random.default_rng(seed), clutter)


def hue(colour):
    colour = np.asarray(colour, float)
    return colour / np.linalg.norm(colour)


@pytest.mark.parametrize('kind', SCENES)
def test_floor_and_back_have_their_colours(kind):
    """Below the horizon the floor, above it sky or wall."""
    scene = sample(kind, clutter=0.0)
    edge = round((scene.horizon + MARGIN) * SUPERSAMPLING)
    # The texture makes pixels lighter or darker, but keeps the colour, of
    # which half is left.
    floor = np.median(scene.backdrop[edge + 20 :], axis=(0, 1))
    back = np.median(scene.backdrop[: edge // 4], axis=(0, 1))
    spec = SCENES[kind]
    for colour, allowed in ((floor, spec.floors), (back, spec.backs)):
        pale = [0.5 * (np.mean(c) + np.array(c)) for c in allowed]
        gaps = [np.abs(hue(colour) - hue(known)).max() for known in pale]
        assert min(gaps) < 0.03


def test_fading_halves_colours_and_keeps_brightness():
    """Where nothing stands about; of a thing, 45 of 100 parts are left."""
    plain = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    faded = scenes._fade(plain, plain)
    assert faded.dtype == np.float32

    def parts(image):
        grey = image.astype(float).mean(-1, keepdims=True)
        return grey, image - grey

    (grey, colour), (pale_grey, pale_colour) = parts(plain), parts(faded)
    np.testing.assert_allclose(pale_grey, grey, atol=1e-3)
    np.testing.assert_allclose(pale_colour, 0.5 * colour, atol=1e-3)
    thing = np.full_like(plain, 200)
    mixed = parts(scenes._fade(thing, plain))
    # Rounded to whole numbers on the way.
    expected = 0.45 * 200 + 0.55 * grey
    np.testing.assert_allclose(mixed[0], expected, atol=0.51)
    np.testing.assert_allclose(mixed[1], 0.55 * 0.5 * colour, atol=0.51)


def test_same_numbers_same_scene():
    one, same, other = sample('street'), sample('street'), sample('street', 1)
    np.testing.assert_array_equal(one.backdrop, same.backdrop)
    assert one.horizon == same.horizon
    assert one.kind == 'street'
    assert (one.backdrop != other.backdrop).mean() > 0.5


@pytest.mark.parametrize('kind', ['park', 'office'])
def test_clutter_is_more_things(kind):
    """More edges in the picture."""

    def roughness(clutter):
        edges = []
        for seed in range(4):
            picture = sample(kind, seed, clutter).backdrop.astype(int)
            edges.append((np.abs(np.diff(picture, axis=1)) > 40).mean())
        return np.mean(edges)

    assert roughness(3.0) > 1.5 * roughness(0.0)


def test_horizon_leaves_room_for_people():
    for seed in range(8):
        horizon = sample('gym', seed).horizon
        assert 0.38 * HEIGHT <= horizon <= 0.58 * HEIGHT


def test_named_scenery_can_be_drawn():
    """Every item puts something on the picture, near where it is asked."""
    names = {n for kind in SCENES.values() for n in kind.far + kind.near}
    assert len(names) >= 12
    for name in sorted(names):
        image = np.zeros((200, 200, 3), np.uint8)
        sketch = scenery.Sketch(image, 100.0, np.random.default_rng(0))
        getattr(scenery, name)(sketch, 100.0, 150.0, 80.0)
        rows, columns = np.nonzero(image.any(-1))
        assert len(rows) > 20, name
        assert 60 < columns.mean() < 140, name
        assert rows.mean() < 155 and rows.min() > 40, name
