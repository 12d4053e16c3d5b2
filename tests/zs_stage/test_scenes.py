"""Empty stages: places, what stands there, and their weather."""

import numpy as np
import pytest

from stclip.zs_stage import scenes
from stclip.zs_stage.painter import HEIGHT, MARGIN, SUPERSAMPLING
from stclip.zs_stage.places import PLACES
from stclip.zs_stage.scenes import sample_scene
from stclip.zs_stage.things import THINGS
from stclip.zs_stage.weather import (
    LIGHT,
    WEATHERS,
    weather_frame,
)

OUTDOORS = [kind for kind, place in PLACES.items() if not place.indoor]


def sample(kind, seed=0, weather='clear'):
    return sample_scene(kind, np.random.default_rng(seed), weather)


class FewThings(np.random.Generator):
    """Draws no more things than every place has."""

    def poisson(self, *_):
        return 0


def sample_bare(kind, weather='clear'):
    """Little stands about, so that what is seen is the place itself."""
    return sample_scene(kind, FewThings(np.random.PCG64(0)), weather)


def edge_of(scene):
    """Row of the backdrop at which the floor begins."""
    return int((scene.horizon + MARGIN) * SUPERSAMPLING)


def test_there_are_twenty_places():
    assert len(PLACES) == 20
    assert len(OUTDOORS) == 10
    names = {n for place in PLACES.values() for n in place.far + place.near}
    assert names <= set(THINGS)
    assert len(names) > 50


def test_floor_and_back_have_their_colours():
    """Above the horizon sky or wall, below it the floor, paler by a part."""
    spec = PLACES['desert']
    scene = sample_bare('desert')
    assert len(scene.things) == 2
    edge = edge_of(scene)
    floor = np.median(scene.backdrop[edge + 60 :], axis=(0, 1))
    back = np.median(scene.backdrop[: edge // 3], axis=(0, 1))
    for colour, allowed in ((floor, spec.floors), (back, spec.backs)):
        faded = [scenes._fade(np.uint8([[c]]))[0, 0] for c in allowed]
        gaps = [
            np.abs(colour / np.mean(colour) - f / np.mean(f)).max()
            for f in faded
        ]
        assert min(gaps) < 0.08


def test_fading_takes_colour_and_contrast():
    plain = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    faded = scenes._fade(plain)
    assert faded.dtype == np.uint8

    def parts(image):
        grey = image.astype(float).mean(-1, keepdims=True)
        return grey, image - grey

    (grey, colour), (pale_grey, pale_colour) = parts(plain), parts(faded)
    np.testing.assert_allclose(pale_grey, 27 + 0.8 * grey, atol=0.7)
    np.testing.assert_allclose(pale_colour, 0.8 * 0.72 * colour, atol=1.0)


def test_same_numbers_same_scene():
    one, same, other = sample('street'), sample('street'), sample('street', 1)
    np.testing.assert_array_equal(one.backdrop, same.backdrop)
    assert one.horizon == same.horizon
    assert repr(one.things) == repr(same.things)
    assert one.kind == 'street' and one.weather == 'clear'
    assert (one.backdrop != other.backdrop).mean() > 0.5


def test_things_are_those_of_the_place():
    for kind, place in PLACES.items():
        things = {thing.name for thing in sample(kind, 3).things}
        assert things and things <= set(place.far + place.near)


def test_horizon_leaves_room_for_people():
    for seed in range(8):
        horizon = sample('gym', seed).horizon
        assert 0.38 * HEIGHT <= horizon <= 0.58 * HEIGHT


def features(kind, seed):
    """How often each of 216 colours is above, and below, the horizon."""
    scene = sample(kind, seed)
    edge = edge_of(scene)
    counts = []
    for part in (scene.backdrop[60:edge], scene.backdrop[edge:-40]):
        codes = (part[:, 40:-40] // 43).astype(int) @ (36, 6, 1)
        count = np.bincount(codes.ravel(), minlength=216)
        counts.append(np.sqrt(count / count.sum()))
    return np.concatenate(counts)


@pytest.fixture(scope='module')
def known():
    """``(places, 6, features)`` of six pictures of each."""
    return np.array([[features(k, s) for s in range(6)] for k in PLACES])


def test_places_can_be_told_apart(known):
    """By the nearest of the known pictures; chance is 1 of 20."""
    right = []
    for index, kind in enumerate(PLACES):
        for seed in (100, 101):
            gaps = np.linalg.norm(known - features(kind, seed), axis=2)
            right.append(gaps.min(1).argmin() == index)
    assert np.mean(right) >= 0.9


def test_places_differ_more_than_their_pictures(known):
    """Two halves of the pictures of one are nearer than two places are."""
    halves = known[:, :3].mean(1), known[:, 3:].mean(1)
    gaps = np.linalg.norm(halves[0][:, None] - halves[1][None], axis=2)
    others = gaps + np.diag(np.full(len(gaps), np.inf))
    assert (np.diag(gaps) < others.min(0)).mean() >= 0.95


@pytest.mark.parametrize('kind', OUTDOORS)
def test_weather_changes_the_sky(kind):
    """Grey in the rain, dark at night, red at sunset, white in fog."""
    sky = {}
    for weather in WEATHERS:
        scene = sample_bare(kind, weather)
        assert scene.weather == weather
        top = scene.backdrop[: edge_of(scene) // 3]
        sky[weather] = np.median(top, axis=(0, 1))
    if kind == 'forest':
        return  # under the leaves there is none
    assert sky['night'].mean() < 0.5 * sky['clear'].mean()
    assert sky['sunset'][0] > 1.3 * sky['sunset'][1]
    assert np.ptp(sky['rain']) < np.ptp(sky['clear']) + 1
    assert sky['fog'].mean() > 0.95 * sky['clear'].mean()
    assert np.ptp(sky['fog']) < 20


def test_weather_changes_the_ground():
    ground = {}
    for weather in WEATHERS:
        scene = sample_bare('park', weather)
        part = scene.backdrop[edge_of(scene) + 20 :].astype(float)
        ground[weather] = np.median(part, axis=(0, 1))
    assert ground['snow'].min() > 1.3 * ground['clear'].max()
    assert ground['fog'].min() > ground['clear'].min() + 30
    assert ground['sunset'][0] > ground['clear'][0] + 15
    np.testing.assert_allclose(ground['night'], ground['clear'], atol=3)


def test_indoors_only_the_light_changes():
    scene, night = sample('kitchen'), sample('kitchen', weather='night')
    np.testing.assert_array_equal(scene.backdrop, night.backdrop)
    assert night.weather == 'night'
    assert max(LIGHT['night']) < 0.9


@pytest.mark.parametrize('scale', [1, 2])
def test_what_falls_before_the_people(scale):
    """Rain falls in steep strokes, snow in flakes; fog takes contrast."""
    black = np.full((HEIGHT * scale, 160 * scale, 3), 40, np.uint8)
    black[:, : 80 * scale] = 120

    def fallen(weather, seed=0):
        return weather_frame(black, weather, np.random.default_rng(seed))

    for weather in ('clear', 'night', 'sunset'):
        np.testing.assert_array_equal(fallen(weather), black)
    rain, snow = fallen('rain'), fallen('snow')
    for picture in (rain, snow):
        changed = (picture != black).any(-1).mean()
        assert 0.01 < changed < 0.2
    assert snow.max() > 240 > 235 > rain.max()
    steep = [
        np.abs(np.diff(rain.astype(int), axis=axis)).mean() for axis in (0, 1)
    ]
    assert steep[1] > 1.5 * steep[0]
    np.testing.assert_array_equal(fallen('rain'), rain)
    assert (fallen('rain', 1) != rain).any()
    fog = fallen('fog').astype(int)
    assert np.ptp(fog) == pytest.approx(0.72 * 80, abs=1)
    assert fog.min() > 80
