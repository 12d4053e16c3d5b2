"""Whom chance sends onto the stage."""

import numpy as np
import pytest

from stclip.zs_stage.colours import CLOTHES, COLOURS
from stclip.zs_stage.looks import (
    ADULTS,
    BALD,
    EXTRAS,
    HAIRS,
    KINDS,
    LEGWEAR,
    SKINS,
    TOPS,
    sample_look,
)
from stclip.zs_stage.things import PATTERNS


@pytest.fixture(scope='module')
def crowd():
    return [sample_look(np.random.default_rng(seed)) for seed in range(600)]


def test_looks_are_repeatable_and_differ():
    one, same, other = (
        sample_look(np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_every_key_occurs(crowd):
    assert {look.kind for look in crowd} == set(KINDS)
    assert {look.hair for look in crowd} == {*HAIRS, BALD}
    assert {look.top.kind for look in crowd} == set(TOPS)
    assert {look.top.pattern for look in crowd} == set(PATTERNS)
    assert {look.legs.kind for look in crowd} == {*LEGWEAR, 'dress'}
    worn = {name for look in crowd for name in look.wears}
    assert worn == {name for group in EXTRAS for name in group}


def test_clothes_have_the_colour_that_captions_name(crowd):
    """Whatever the light."""
    for look in crowd:
        for garment in (look.top, look.legs):
            assert garment.name in CLOTHES
            factors = np.array(garment.colour) / COLOURS[garment.name]
            assert (factors > 0.8).all() and (factors < 1.13).all()


def test_who_wears_what(crowd):
    for look in crowd:
        assert look.woman == (look.kind in ('woman', 'girl', 'old_woman'))
        if not look.woman:
            assert look.top.kind != 'dress' and look.legs.kind != 'skirt'
        if look.woman or look.scale < 1:
            assert 'beard' not in look.wears and look.hair != BALD
        assert (look.top.kind == 'dress') == (look.legs == look.top)
        for group in EXTRAS:
            assert len(set(group) & set(look.wears)) <= 1
        hats = {'cap', 'helmet', 'crown'} & set(look.wears)
        assert look.hat == bool(hats)


def test_children_are_smaller_and_have_larger_heads(crowd):
    small = [look for look in crowd if look.kind in ('boy', 'girl')]
    tall = [look for look in crowd if look.kind in ADULTS]
    assert {look.scale for look in small} == {0.68}
    assert {look.scale for look in tall} == {1.0}
    heads = [np.mean([k.build.head for k in group]) for group in (small, tall)]
    assert heads[0] > 1.25 * heads[1]


def test_old_people_are_grey_and_stoop(crowd):
    for look in crowd:
        old = look.kind.startswith('old')
        assert (look.build.stoop > 0) == old
        if old:
            assert look.hair in ('grey', BALD)


def test_kinds_can_be_chosen():
    rng = np.random.default_rng(0)
    assert {sample_look(rng, ('boy',)).kind for _ in range(20)} == {'boy'}
    assert {sample_look(rng, ADULTS).kind for _ in range(99)} == set(ADULTS)


def test_clothes_are_unlike_skin_and_mostly_leave_the_arms_bare(crowd):
    """Arms and hands stand out."""
    for name in CLOTHES:
        gaps = [np.linalg.norm(np.subtract(COLOURS[name], s)) for s in SKINS]
        assert min(gaps) > 50
    assert 0.15 < np.mean([look.long_sleeves for look in crowd]) < 0.35
