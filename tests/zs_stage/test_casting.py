"""Placements, ways and cameras of clips."""

import numpy as np
import pytest

from stclip.zs_stage.actor import Timing
from stclip.zs_stage.casting import (
    facing_partner,
    sample_occluders,
    sample_placement,
    tame_travel,
)
from stclip.zs_stage.figure import Figure, Placement
from stclip.zs_stage.motion import reversed_motion
from stclip.zs_stage.motions import ACTS, POSES
from stclip.zs_stage.painter import HEIGHT, WIDTH
from stclip.zs_stage.pose import Build, joint_positions, relaxed_pose
from stclip.zs_stage.scenes import sample_scene


def test_way_is_shortened_to_the_room(actor):
    """1.2 body heights a second of 50 pixels, 3 seconds: 180 pixels."""
    timing = tame_travel(POSES['run'], Timing(0.2, 1.2), 50.0, 3.0, room=60.0)
    assert (timing.start, timing.speed) == (0.2, 1.2)
    person = actor(POSES['run'], timing=timing, size=50.0)
    way = person.figure(3.0).here(0, 0, 0) - person.figure(0.0).here(0, 0, 0)
    assert way.tolist() == pytest.approx([60, 0])


def test_short_ways_and_stairs_are_left_alone():
    timing = Timing(0.2, 1.2)
    assert tame_travel(POSES['run'], timing, 50.0, 3.0, 181.0) is timing
    assert tame_travel(POSES['stand'], timing, 50.0, 3.0, 1.0) is timing
    assert tame_travel(ACTS['climb_stairs'], timing, 50.0, 3.0, 1.0) is timing


def test_ways_backwards_are_shortened_too():
    back = reversed_motion(POSES['run'])
    timing = tame_travel(back, Timing(0.2, 1.2), 50.0, 3.0, room=60.0)
    assert timing.reach == pytest.approx(60 / 180)


@pytest.mark.parametrize('mirror', [False, True])
@pytest.mark.parametrize('yaw', [-20.0, 0.0, 15.0])
def test_facing_partner(yaw, mirror):
    placement = Placement(80.0, 100.0, 60.0, yaw, mirror)
    other = facing_partner(placement, 0.5)
    joints = joint_positions(relaxed_pose(), Build())
    figures = [Figure(joints, p, np.zeros(3), 0.0) for p in (placement, other)]
    np.testing.assert_allclose(figures[0].gaze, -figures[1].gaze, atol=1e-9)
    assert figures[0].gaze_depth == pytest.approx(-figures[1].gaze_depth)
    sign = -1 if mirror else 1
    expected = 80 + sign * 0.5 * 60 * np.cos(np.deg2rad(yaw))
    assert other.x == pytest.approx(expected)
    assert other.size == placement.size
    assert abs(other.y - placement.y) < 1


def test_people_stand_on_the_floor_below_the_upper_edge():
    rng = np.random.default_rng(0)
    scene = sample_scene('park', rng)
    mirrors = set()
    for _ in range(100):
        placement = sample_placement(
            rng, scene, POSES['walk'], 70.0, 50.0, 1.2
        )
        assert placement.y >= scene.horizon + 8
        assert 1.2 * 70 + 4 <= placement.y <= HEIGHT - 3
        assert -35 <= placement.yaw <= 10
        mirrors.add(placement.mirror)
    assert mirrors == {False, True}


def test_occluders_are_rare_and_within_reach():
    rng = np.random.default_rng(0)
    counts = [len(sample_occluders(rng)) for _ in range(400)]
    assert np.mean(counts) == pytest.approx(0.15, abs=0.05)
    assert sample_occluders(rng, 0.0) == ()
    posts, ledges = 0, 0
    for _ in range(50):
        [occluder] = sample_occluders(rng, 1.0)
        x1, y1, x2, y2 = occluder.box
        assert y2 > HEIGHT and x1 < WIDTH and x2 > 0
        posts += x2 - x1 < 10 and y1 < 0
        ledges += x2 - x1 > 30 and y1 >= 0.8 * HEIGHT
    assert posts + ledges == 50
    assert min(posts, ledges) > 10
