"""Key poses, what lies between them, and motions laid over motions."""

import numpy as np
import pytest

from stclip.zs_stage.motion import Motion
from stclip.zs_stage.pose import INDEX, PARAMS, relaxed_pose

LEAN, HIP, HAND = INDEX['lean'], INDEX['hip'], INDEX['rh_x']


def lean_at(motion, phase, offsets=None):
    return motion.pose(phase, offsets)[LEAN]


@pytest.fixture
def once():
    return Motion(
        keys=[(0.1, {}), (0.5, dict(lean=30.0)), (0.9, dict(lean=-10.0))],
        base=dict(lean=10.0, hip=0.8),
    )


@pytest.fixture
def repeated():
    keys = [(0.1, dict(lean=0.0)), (0.4, dict(lean=30.0))]
    return Motion(keys=keys, rate=2.0)


def test_keys_are_passed_exactly(once, repeated):
    leans = [lean_at(once, phase) for phase in (0.1, 0.5, 0.9)]
    assert leans == pytest.approx([10, 30, -10])
    assert lean_at(repeated, 0.1) == pytest.approx(0)
    assert lean_at(repeated, 0.4) == pytest.approx(30)


def test_base_fills_the_keys_and_rest_the_base(once):
    pose = once.pose(0.5)
    assert pose[HIP] == pytest.approx(0.8)
    others = [
        index for index in range(len(PARAMS)) if index not in (LEAN, HIP)
    ]
    np.testing.assert_array_equal(pose[others], relaxed_pose()[others])


def test_between_keys_it_eases_in_and_out(once):
    """Half way in the middle, slow at both ends."""
    assert lean_at(once, 0.3) == pytest.approx(20)
    assert lean_at(once, 0.7) == pytest.approx(10)
    # 3 t^2 - 2 t^3 at a quarter of the way.
    quarter = 3 * 0.25**2 - 2 * 0.25**3
    assert lean_at(once, 0.2) == pytest.approx(10 + 20 * quarter)


def test_motion_that_goes_once_holds_its_ends(once):
    for phase in (0.0, 0.05):
        assert lean_at(once, phase) == pytest.approx(10)
    for phase in (0.95, 1.0):
        assert lean_at(once, phase) == pytest.approx(-10)


def test_repeated_motion_wraps(repeated):
    """From the last key at 0.4 over 1.0 back to the first at 0.1."""
    assert lean_at(repeated, 0.75) == pytest.approx(15)
    early = lean_at(repeated, 0.05)
    part = (1.05 - 0.4) / 0.7
    eased = 3 * part**2 - 2 * part**3
    assert early == pytest.approx(30 - 30 * eased)
    for phase in (0.0, 0.05, 0.3, 0.8):
        for turns in (1, 2, -1):
            np.testing.assert_allclose(
                repeated.pose(phase + turns), repeated.pose(phase), atol=1e-9
            )


def test_repeated_motion_never_jumps(repeated):
    phases = np.linspace(0, 1, 201)
    leans = np.array([lean_at(repeated, phase) for phase in phases])
    assert np.abs(np.diff(leans)).max() < 1.0
    assert leans[0] == pytest.approx(leans[-1])


def test_offsets_belong_to_the_keys(once):
    offsets = np.zeros((3, len(PARAMS)))
    offsets[1, LEAN] = 4.0
    leans = [lean_at(once, phase, offsets) for phase in (0.1, 0.3, 0.5)]
    assert leans == pytest.approx([10, 22, 34])


def test_overlay_replaces_what_it_uses_only(once):
    wave = Motion(keys=[(0.0, dict(rh=(0.1, 0.2, 0.3)))], rate=1.0)
    legs = once.pose(0.5)
    pose = wave.overlay(legs, 0.0)
    hand = slice(HAND, HAND + 3)
    assert pose[hand].tolist() == [0.1, 0.2, 0.3]
    others = np.ones(len(PARAMS), bool)
    others[hand] = False
    np.testing.assert_array_equal(pose[others], legs[others])
    # Not even its personal deviations touch the rest.
    pose = wave.overlay(legs, 0.0, np.full((1, len(PARAMS)), 9.0))
    np.testing.assert_allclose(pose[hand], [9.1, 9.2, 9.3])
    np.testing.assert_array_equal(pose[others], legs[others])


def test_overlay_uses_base_and_keys(once):
    pose = once.overlay(np.full(len(PARAMS), 7.0), 0.5)
    assert pose[[LEAN, HIP]].tolist() == [30.0, 0.8]
    assert (np.delete(pose, [LEAN, HIP]) == 7.0).all()


@pytest.mark.parametrize('phases', [(0.5, 0.2), (-0.1, 0.5), (0.5, 1.2)])
def test_phases_must_ascend(phases):
    with pytest.raises(ValueError, match=r'key phases must ascend'):
        Motion(keys=[(phase, {}) for phase in phases])


def test_unknown_pose_number():
    with pytest.raises(ValueError, match='leen'):
        Motion(keys=[(0.0, dict(leen=1.0))])
