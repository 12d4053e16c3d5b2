"""One person: layers of motions, going somewhere, things in the hands."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.actor import Timing, personal_offsets
from stclip.zs_stage.carriage import Carried
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.pose import INDEX, JOINT
from stclip.zs_stage.verbs import VERBS

LEGS = Motion(keys=[(0.0, dict(rf=(0.0, 0.0, 0.0)))], rate=1.0, travel=0.5)
STRAIGHT_ARM = Motion(keys=[(0.0, dict(rh=(0.9, 0.0, 0.0)))], rate=1.0)
RAISE = Motion(
    keys=[(0.0, dict(rh=(0.1, 0.0, -0.9))), (1.0, dict(rh=(0.1, 0.0, 0.9)))]
)


def hand_above_shoulder(person, time):
    """In arm lengths of the body frame."""
    joints = person.figure(time).joints
    return joints[JOINT['r_hand']][2] - joints[JOINT['r_shoulder']][2]


def test_motion_that_goes_once_waits_goes_and_holds(actor):
    """From phase -0.5 with 0.5 phases a second: it moves from 1 s to 3 s."""
    person = actor(RAISE, timing=Timing(-0.5, 0.5))
    heights = [hand_above_shoulder(person, t) for t in (0, 1, 2, 3, 4)]
    assert heights[0] == heights[1]
    assert heights[1] < heights[2] - 0.2 < heights[3] - 0.4
    assert heights[3] == heights[4]


def test_repeated_motion_has_its_rate(actor):
    """0.8 cycles a second, 1.25 times as fast: once a second."""
    motion = Motion(keys=RAISE.keys, rate=0.8)
    person = actor(motion, timing=Timing(0.3, 1.25))
    phases = [person.figure(t).phase for t in (0, 0.4, 0.7, 1, 2.25)]
    assert phases == pytest.approx([0.3, 0.7, 0.0, 0.3, 0.55], abs=1e-9)


def test_going_and_climbing(actor):
    """0.5 body heights a second, 1.2 times as fast, for 2 seconds."""
    motion = Motion(keys=[(0.0, {})], rate=1.0, travel=0.5, rise=0.1)
    person = actor(motion, timing=Timing(0.0, 1.2), size=50.0)
    start, end = person.figure(0).at('pelvis'), person.figure(2).at('pelvis')
    right, down = end - start
    assert right == pytest.approx(50 * 0.5 * 1.2 * 2)
    assert down == pytest.approx(-50 * np.cos(np.deg2rad(11)) * 0.1 * 1.2 * 2)


def test_reach_shortens_the_way(actor):
    person = actor(LEGS, timing=Timing(0.0, 1.0, reach=0.25), size=50.0)
    way = person.figure(2).at('neck') - person.figure(0).at('neck')
    assert way[0] == pytest.approx(0.25 * 50 * 0.5 * 2)


def test_upper_layers_replace_what_they_do_themselves(actor):
    """The legs still go; the arm does what the last layer says."""
    alone, both = actor(LEGS, speed=1.0), actor(LEGS, RAISE, speed=1.0)
    before, after = alone.figure(0.5), both.figure(0.5)
    for joint in ('r_foot', 'l_foot', 'l_hand', 'pelvis'):
        np.testing.assert_allclose(before.at(joint), after.at(joint))
    assert before.at('r_hand')[1] - after.at('r_hand')[1] > 10
    # Things follow the phase of the last one.
    assert after.phase == pytest.approx(0.5)
    assert actor(RAISE, STRAIGHT_ARM, timing=Timing(0.1, 0.5)).figure(
        1
    ).phase == pytest.approx(0.6)


def test_personal_deviations_show(actor):
    person = actor(STRAIGHT_ARM)
    motion, timing, offsets = person.layers[0]
    offsets = offsets.copy()
    offsets[:, INDEX['lean']] = 30.0
    other = replace(person, layers=((motion, timing, offsets),))
    moved = other.figure(0).joints - person.figure(0).joints
    assert moved[JOINT['head']][0] > 0.15


def test_things_of_all_layers(actor):
    archer = Motion(keys=[(0.0, {})], rate=1.0, props=('bow', 'archery'))
    chair = Motion(keys=[(0.0, {})], rate=1.0, props=('chair',))
    assert actor(chair, archer).props() == ('chair', 'bow', 'archery')


def test_only_the_body_counts_as_the_person(actor, stage):
    """Objects are drawn behind and before it, but are no part of the box."""
    hold = VERBS['hold']
    umbrella = Carried('umbrella', hold.carriage, (200, 0, 0))
    bare, laden = stage.painter(), stage.painter()
    actor(hold.motion).draw(bare, 0.0, owner=4)
    seated = replace(hold.motion, props=('chair',))
    actor(seated, carried=(umbrella,)).draw(laden, 0.0, owner=4)
    np.testing.assert_array_equal(bare.owners, laden.owners)
    assert bare.box_of(4) is not None
    assert laden.owner is None
    changed = (bare.canvas != laden.canvas).any(-1)
    # The umbrella is above the head, where nobody is.
    assert changed[: 2 * bare.box_of(4)[1]].any()


def test_front_and_back(actor, stage, still_motion):
    """The mat lies under the person, the bow is held before the trunk."""
    changes, covered = [], {}
    for name in ('mat', 'bow'):
        bare, laden = stage.painter(), stage.painter()
        actor(still_motion).draw(bare, 0.0, owner=1)
        actor(replace(still_motion, props=(name,))).draw(laden, 0.0, owner=1)
        body = bare.owners == 1
        changed = (bare.frame() != laden.frame()).any(-1)
        covered[name] = int((changed & body).sum())
        changes.append(int(changed.sum()))
    assert min(changes) > 50
    # Edges of the body mix with what lies behind.
    assert covered['mat'] < 40 < 2 * 40 < covered['bow']


def test_offsets_spare_what_feet_and_heights_need():
    motion = Motion(keys=[(0.0, {}), (0.5, {}), (0.8, {})], rate=1.0)
    drawn = np.stack(
        [
            personal_offsets(motion, np.random.default_rng(seed))
            for seed in range(400)
        ]
    )
    for name in ('x', 'lift', 'hip', 'tool_x', 'tool_y', 'tool_z'):
        assert (drawn[..., INDEX[name]] == 0).all()
    for name in ('rf_z', 'lf_z'):
        assert (drawn[..., INDEX[name]] >= 0).all()
    # Degrees and arm lengths; a part is common to all keys.
    for name, spread in (('lean', 4.0), ('look', 4.0), ('rh_x', 0.05)):
        values = drawn[..., INDEX[name]]
        assert values.std() == pytest.approx(spread * 1.36**0.5, rel=0.1)
        correlation = np.corrcoef(values[:, 0], values[:, 1])[0, 1]
        assert correlation == pytest.approx(1 / 1.36, abs=0.1)


def test_offsets_are_repeatable():
    offsets = [
        personal_offsets(RAISE, np.random.default_rng(seed))
        for seed in (3, 3, 4)
    ]
    np.testing.assert_array_equal(offsets[0], offsets[1])
    assert (offsets[0] != offsets[2]).any()
