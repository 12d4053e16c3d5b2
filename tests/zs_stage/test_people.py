"""Clothes of people, visible where they wear them."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.colours import CLOTHES, COLOURS, tone
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.people import SKINS, sample_look

SIZE = 100.0


@pytest.fixture
def pixel(actor, stage, still_motion):
    """RGB at a joint of a person who stands still."""

    def pixel(joint, yaw, look, up=0.0, motion=still_motion):
        person = actor(motion, yaw=yaw, look=look, size=SIZE, y=110.0)
        painter = stage.painter()
        person.draw(painter, 0.0, owner=1)
        x, y = person.figure(0.0).at(joint) - [0, up * SIZE]
        return tuple(painter.canvas[round(2 * y), round(2 * x)].tolist())

    return pixel


FRONT, SIDE, BACK = -90.0, 0.0, 90.0


def test_shirt_trousers_and_shoes(pixel, look):
    for yaw in (FRONT, BACK):
        assert pixel('pelvis', yaw, look, up=0.17) == look.shirt
    assert pixel('r_hip', BACK, look, up=-0.06) == look.trousers
    assert pixel('r_knee', BACK, look, up=0.05) == look.trousers
    assert pixel('r_foot', BACK, look) == look.shoes


def test_face_is_seen_from_the_front_only(pixel, look):
    # Below the eyes.
    assert pixel('head', FRONT, look, up=-0.03) == look.skin
    assert pixel('head', BACK, look, up=-0.03) == look.hair
    # Hair on top from both.
    for yaw in (FRONT, BACK):
        assert pixel('head', yaw, look, up=0.06) == look.hair


def test_far_limbs_are_in_the_shade(pixel, look):
    """From the side, the right ones are near, the left ones behind."""
    step = dict(rf=(-0.4, 0.0, 0.0), lf=(0.4, 0.0, 0.0))
    arms = dict(rh=(-0.6, 0.0, -0.6), lh=(0.6, 0.0, -0.6))
    motion = Motion(keys=[(0.0, step | arms)], rate=1.0)
    side = dict(yaw=SIDE, look=look, motion=motion)
    assert pixel('r_knee', **side) == look.trousers
    assert pixel('l_knee', **side) == tone(look.trousers, 0.78)
    assert pixel('r_hand', **side) == tone(look.skin, 0.85 + 0.1)
    assert pixel('l_hand', **side) == tone(look.skin, 0.7 + 0.1)


def test_legwear(pixel, look):
    shin = dict(joint='r_knee', yaw=BACK, up=-0.12)
    thigh = dict(joint='r_knee', yaw=BACK, up=0.05)
    shorts, skirt = (replace(look, legwear=w) for w in ('shorts', 'skirt'))
    assert pixel(look=look, **shin) == look.trousers
    assert pixel(look=shorts, **shin) == look.skin
    assert pixel(look=shorts, **thigh) == look.trousers
    assert pixel(look=skirt, **shin) == look.skin
    assert pixel(look=skirt, **thigh) == look.skin
    assert pixel('r_hip', BACK, skirt, up=-0.05) == look.trousers


def test_sleeves(pixel, look):
    forearm = dict(joint='r_hand', yaw=SIDE, up=0.06)
    assert pixel(look=look, **forearm) == tone(look.shirt, 0.85)
    bare = replace(look, long_sleeves=False)
    assert pixel(look=bare, **forearm) == tone(look.skin, 0.85)


def test_hat_and_long_hair(pixel, look):
    hat = replace(look, hat=True)
    assert pixel('head', FRONT, hat, up=0.09) == tone(look.trousers, 0.8)
    woman = replace(look, woman=True)
    # Down the back, over the shirt.
    assert pixel('neck', BACK, look, up=-0.005) != look.hair
    assert pixel('neck', BACK, woman, up=-0.005) == look.hair
    assert pixel('neck', FRONT, woman, up=-0.03) != look.hair


def test_tone():
    assert tone((100, 200, 10), 0.5) == (50, 100, 5)
    assert tone((100, 200, 10), 2.0) == (200, 255, 20)


def test_looks_are_repeatable_and_differ():
    one, same, other = (
        sample_look(np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_shirts_have_the_colour_that_captions_name():
    """Nearer to it than to most others, whatever the light."""
    for seed in range(100):
        look = sample_look(np.random.default_rng(seed))
        named = np.array(COLOURS[look.shirt_name])
        factors = np.array(look.shirt) / named
        assert (factors > 0.8).all() and (factors < 1.13).all()
        assert not (look.legwear == 'skirt' and not look.woman)


def test_clothes_are_unlike_skin_and_mostly_leave_the_arms_bare():
    """Arms and hands stand out."""
    for name in CLOTHES:
        gaps = [np.linalg.norm(np.subtract(COLOURS[name], s)) for s in SKINS]
        assert min(gaps) > 50
    looks = [sample_look(np.random.default_rng(seed)) for seed in range(400)]
    sleeves = np.mean([look.long_sleeves for look in looks])
    assert sleeves == pytest.approx(0.2, abs=0.06)
