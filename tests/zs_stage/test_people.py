"""Clothes, hair and what is worn, visible where people wear them."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.colours import COLOURS, contrast, tone
from stclip.zs_stage.looks import BALD, EXTRAS, HAIRS
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.pose import Build, joint_positions, relaxed_pose

SIZE = 100.0


@pytest.fixture
def picture(actor, stage, still_motion):
    """A person who stands still, and the painter that drew him."""

    def picture(yaw, look, motion=still_motion):
        person = actor(motion, yaw=yaw, look=look, size=SIZE, y=110.0)
        painter = stage.painter()
        person.draw(painter, 0.0, owner=1)
        return person.figure(0.0), painter

    return picture


@pytest.fixture
def pixel(picture):
    """RGB at a joint of a person."""

    def pixel(joint, yaw, look, up=0.0, **more):
        figure, painter = picture(yaw, look, **more)
        x, y = figure.at(joint) - [0, up * SIZE]
        return tuple(painter.canvas[round(2 * y), round(2 * x)].tolist())

    return pixel


@pytest.fixture
def area(picture):
    """How many pixels have one of some colours."""

    def area(yaw, look, *colours):
        canvas = picture(yaw, look)[1].canvas
        return sum(int((canvas == c).all(-1).sum()) for c in colours)

    return area


FRONT, SIDE, BACK = -90.0, 0.0, 90.0


def test_shirt_trousers_and_shoes(pixel, look):
    for yaw in (FRONT, BACK):
        assert pixel('pelvis', yaw, look, up=0.17) == look.top.colour
    assert pixel('r_hip', BACK, look, up=-0.06) == look.legs.colour
    assert pixel('r_knee', BACK, look, up=0.05) == look.legs.colour
    assert pixel('r_foot', BACK, look) == look.shoes


def test_face_is_seen_from_the_front_only(pixel, look):
    hair = HAIRS[look.hair]
    # Below the eyes.
    assert pixel('head', FRONT, look, up=-0.03) == look.skin
    assert pixel('head', BACK, look, up=-0.03) == hair
    # Hair on top from both.
    for yaw in (FRONT, BACK):
        assert pixel('head', yaw, look, up=0.06) == hair


def test_no_hair_on_a_bald_head(area, look):
    for yaw in (FRONT, SIDE, BACK):
        for name, hair in HAIRS.items():
            haired = replace(look, hair=name)
            assert area(yaw, haired, hair) > 100
            assert area(yaw, replace(look, hair=BALD), hair) == 0


def test_far_limbs_are_in_the_shade(pixel, look):
    """From the side, the right ones are near, the left ones behind."""
    step = dict(rf=(-0.4, 0.0, 0.0), lf=(0.4, 0.0, 0.0))
    arms = dict(rh=(-0.6, 0.0, -0.6), lh=(0.6, 0.0, -0.6))
    motion = Motion(keys=[(0.0, step | arms)], rate=1.0)
    side = dict(yaw=SIDE, look=look, motion=motion)
    assert pixel('r_knee', **side) == look.legs.colour
    assert pixel('l_knee', **side) == tone(look.legs.colour, 0.78)
    assert pixel('r_hand', **side) == tone(look.skin, 0.85 + 0.1)
    assert pixel('l_hand', **side) == tone(look.skin, 0.7 + 0.1)


def test_legwear(pixel, look):
    shin = dict(joint='r_knee', yaw=BACK, up=-0.12)
    thigh = dict(joint='r_knee', yaw=BACK, up=0.03)
    blue = look.legs.colour
    shorts, skirt = (
        replace(look, legs=replace(look.legs, kind=kind))
        for kind in ('shorts', 'skirt')
    )
    assert pixel(look=look, **shin) == blue
    assert pixel(look=shorts, **shin) == look.skin
    assert pixel(look=shorts, **thigh) == blue
    assert pixel(look=skirt, **shin) == look.skin
    assert pixel(look=skirt, **thigh) == look.skin
    assert pixel('r_hip', BACK, skirt, up=-0.05) == blue


def test_coat_and_dress_hang_over_the_legs(pixel, look):
    """A coat over trousers, a dress over bare legs."""
    red = look.top.colour
    coat = replace(look, top=replace(look.top, kind='coat'))
    gown = replace(look.top, kind='dress')
    dress = replace(look, top=gown, legs=gown)
    for yaw in (FRONT, BACK):
        for worn in (coat, dress):
            assert pixel('r_hip', yaw, worn, up=-0.1) == red
        assert pixel('r_hip', yaw, look, up=-0.1) == look.legs.colour
    shin = dict(joint='r_knee', yaw=BACK, up=-0.12)
    assert pixel(look=coat, **shin) == look.legs.colour
    assert pixel(look=dress, **shin) == look.skin
    # A coat is open in front.
    assert pixel('pelvis', FRONT, coat, up=0.12) == contrast(red)
    assert pixel('pelvis', BACK, coat, up=0.12) == red


@pytest.mark.parametrize('pattern', ['striped', 'dotted', 'checked'])
def test_patterns_are_on_the_top_only(picture, area, look, pattern):
    """From 4 to 70 of 100 parts of the trunk, more with a longer coat."""
    top = replace(look.top, pattern=pattern)
    mark = contrast(top.colour)
    for yaw in (FRONT, SIDE, BACK):
        marked = area(yaw, replace(look, top=top), mark)
        plain = area(yaw, look, look.top.colour)
        assert 0.04 * plain < marked < 0.7 * plain
        assert area(yaw, look, mark) == 0
        coat = replace(look, top=replace(top, kind='coat'))
        assert area(yaw, coat, mark) > 1.3 * marked
        same, other = (
            picture(yaw, worn)[1] for worn in (look, replace(look, top=top))
        )
        # They hardly go beyond it.
        assert (same.owners != other.owners).sum() < 25


def test_sleeves(pixel, look):
    forearm = dict(joint='r_hand', yaw=SIDE, up=0.06)
    assert pixel(look=look, **forearm) == tone(look.top.colour, 0.85)
    bare = replace(look, long_sleeves=False)
    assert pixel(look=bare, **forearm) == tone(look.skin, 0.85)


ACCENT = 'teal'


@pytest.mark.parametrize('extra', [name for group in EXTRAS for name in group])
def test_what_is_worn_is_seen(picture, look, extra):
    """It changes 40 pixels or more from at least two sides."""
    plain = replace(look, accent=ACCENT)
    worn = replace(plain, wears=(extra,))
    changed = []
    for yaw in (FRONT, SIDE, BACK):
        before, after = (picture(yaw, w)[1].canvas for w in (plain, worn))
        changed.append(int((before != after).any(-1).sum()))
    assert sorted(changed)[1] > 40


@pytest.mark.parametrize('extra', ['cap', 'helmet', 'scarf', 'backpack'])
def test_accents_have_their_colour(area, look, extra):
    worn = replace(look, accent=ACCENT, wears=(extra,))
    assert area(BACK, worn, COLOURS[ACCENT]) > 30
    assert area(BACK, replace(worn, wears=()), COLOURS[ACCENT]) == 0


def test_hair_and_backpack_hang_down_the_back(pixel, look):
    """Over the shirt of who turns the back, hidden from the front."""
    hair = HAIRS[look.hair]
    long, pack = (
        replace(look, accent=ACCENT, wears=(name,))
        for name in ('long_hair', 'backpack')
    )
    assert pixel('neck', BACK, look, up=-0.01) != hair
    assert pixel('neck', BACK, long, up=-0.01) == hair
    assert pixel('neck', FRONT, long, up=-0.03) != hair
    assert pixel('pelvis', BACK, pack, up=0.18) == COLOURS[ACCENT]
    assert pixel('pelvis', FRONT, pack, up=0.18) == look.top.colour


def test_who_stoops_leans_forward():
    straight, bent = (
        joint_positions(relaxed_pose(), Build(stoop=degrees))
        for degrees in (0.0, 12.0)
    )
    way = np.subtract(bent, straight)[1]  # of the neck
    angles = [np.degrees(np.arctan2(*(j[1] - j[0])[[0, 2]]))
              for j in (straight, bent)]  # fmt: skip
    assert angles[1] - angles[0] == pytest.approx(12.0)
    assert way[0] > 0 > way[2]
