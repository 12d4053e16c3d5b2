"""Moves that tell what somebody does, and objects that they draw."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.actor import Timing, personal_offsets
from stclip.zs_stage.casting import facing_partner
from stclip.zs_stage.clip import FPS
from stclip.zs_stage.gestures import GESTURES, REACTIONS
from stclip.zs_stage.motions import ACTS, POSES
from stclip.zs_stage.pose import INDEX
from stclip.zs_stage.props import PROPS
from stclip.zs_stage.thing_motions import TO_MOUTH
from stclip.zs_stage.verbs import POSTURES, VERBS

SIZE = 80.0
ALL = [verb.motion for verb in VERBS.values()]
ALL += [verb.duet.answer for verb in VERBS.values() if verb.duet]
ALL += POSTURES.values()


@pytest.fixture
def heights(stage, actor):
    """Top and bottom of the person's box, frame by frame, in pixels."""

    def heights(motion, seconds=3):
        clip = stage.clip(actor(motion, timing=Timing(0.0, 1 / seconds)))
        boxes = [clip.render(k)[1][0] for k in range(seconds * FPS + 1)]
        return [(box[1], box[3]) for box in boxes]

    return heights


@pytest.fixture
def thing(stage, actor):
    """Centre, in body heights right of and above the floor point, and the
    number of the pixels that one prop changes."""

    def thing(name, motion, phase):
        bare, laden = stage.painter(), stage.painter()
        body = replace(motion, props=())
        actor(body, phase=phase, x=60.0).draw(bare, 0.0, owner=1)
        actor(replace(motion, props=(name,)), phase=phase, x=60.0).draw(
            laden, 0.0, owner=1
        )
        change = (bare.canvas != laden.canvas).any(-1)
        rows, columns = np.nonzero(change)
        if not len(rows):
            return None, 0
        centre = np.array([columns.mean() / 2 - 60, 100 - rows.mean() / 2])
        return centre / SIZE, len(rows) / 4

    return thing


def test_every_move_is_some_verbs():
    """What is written down is used."""
    used = {id(motion.keys) for motion in ALL if motion}
    for book in (ACTS, GESTURES, POSES, REACTIONS):
        for name, motion in book.items():
            assert id(motion.keys) in used, name


def test_head_falls_in_sitting_down_and_rises_in_standing_up(heights):
    down, up = (
        heights(VERBS[name].motion) for name in ('sit_down', 'stand_up')
    )
    tops = [top for top, _ in down]
    assert np.diff(tops).min() >= -1
    # By about the difference of the pelvis, 0.45 leg lengths.
    assert tops[-1] - tops[0] == pytest.approx(0.45 * 0.46 * SIZE, abs=4)
    assert up == down[::-1]
    # The feet stay where they are.
    bottoms = {bottom for _, bottom in down}
    assert max(bottoms) - min(bottoms) <= 1


def test_run_is_faster_than_walk(actor):
    """1 against 0.42 body heights a second, with more and longer steps."""
    gone, steps, strides = [], [], []
    for name in ('walk', 'run'):
        person = actor(POSES[name], speed=1.0)
        figures = [person.figure(time) for time in np.arange(0, 2, 1 / 64)]
        gone.append(person.figure(1).at('neck') - figures[0].at('neck'))
        ahead = [f.joints[11][0] - f.joints[15][0] for f in figures]
        steps.append(int((np.diff(np.sign(ahead)) != 0).sum()))
        strides.append(max(ahead))
    assert [way[0] / SIZE for way in gone] == pytest.approx([0.42, 1.0])
    assert steps[0] == pytest.approx(4, abs=1)
    assert steps[1] == pytest.approx(1.7 * 4, abs=1)
    assert strides[1] > 1.3 * strides[0]


def test_poses_differ_in_height(stage, actor):
    height = {}
    for name in ('stand', 'sit', 'kneel', 'crouch', 'lie'):
        _, [box] = stage.clip(actor(VERBS[name].motion)).render(0)
        height[name] = (box[3] - box[1]) / SIZE
    assert height['stand'] > 0.9
    assert height['stand'] > height['sit'] + 0.1
    assert height['sit'] > height['crouch'] + 0.05
    assert height['stand'] > height['kneel'] + 0.1
    assert height['lie'] < 0.4


def test_every_object_is_used_and_every_used_one_exists():
    used = {name for motion in ALL if motion for name in motion.props}
    assert used == set(PROPS)


def test_bow_is_at_the_hand(thing, actor):
    motion = ACTS['shoot_bow']
    phase = motion.iconic[0]
    centre, pixels = thing('bow', motion, phase)
    assert pixels > 12
    person = actor(motion, phase=phase, x=60.0).figure(0)
    hand = (person.at('l_hand') - [60, 100]) / SIZE * [1, -1]
    assert np.hypot(*(centre - hand)) < 0.2


def test_shot_comes_and_goes(thing):
    gun = ACTS['shoot_gun']
    flash = [thing('shots', gun, phase)[1] > 0 for phase in (0.3, 0.5, 0.7)]
    assert flash == [False, True, False]


@pytest.mark.parametrize('motion', [GESTURES['pour'], TO_MOUTH])
def test_cycle_closes_whoever_does_it(motion):
    """Personal deviations differ from key to key, yet nothing jumps."""
    phases = np.linspace(0.0, 1.0, 401)
    for seed in range(10):
        offsets = personal_offsets(motion, np.random.default_rng(seed))
        spread = np.ptp(motion.poses + offsets, axis=0)
        poses = np.array([motion.pose(phase, offsets) for phase in phases])
        # At most 1.5 times as fast as evenly over a fifth of the cycle.
        steps = np.abs(np.diff(poses, axis=0))
        assert (steps <= 1.5 / 0.2 / 400 * spread + 1e-9).all()
        before = motion.pose(1 - 1e-9, offsets)
        np.testing.assert_allclose(before, poses[0], atol=1e-6)


@pytest.fixture
def duet(actor):
    """Distance of two persons' joints at a phase, in body heights."""

    def distance(name, phase, joint, other_joint):
        verb = VERBS[name]
        lead = actor(POSES['stand'], verb.motion, phase=phase)
        placement = facing_partner(lead.placement, verb.duet.distance)
        other = replace(
            actor(POSES['stand'], verb.duet.answer, phase=phase),
            placement=placement,
        )
        way = lead.figure(0).at(joint) - other.figure(0).at(other_joint)
        return np.hypot(*way) / SIZE

    return distance


def test_shaken_hands_stay_together(duet):
    for phase in np.linspace(0, 1, 9):
        assert duet('shake_hands', phase, 'r_hand', 'r_hand') < 0.1
        assert duet('shake_hands', phase, 'head', 'head') > 0.4


def test_hugging_people_hold_each_other(duet):
    for phase in (0.0, 0.25, 0.5):
        assert duet('hug', phase, 'r_hand', 'neck') < 0.1
        assert duet('hug', phase, 'head', 'head') < 0.15


@pytest.mark.parametrize(
    'name, joint, target, hit',
    [
        ('punch', 'r_hand', 'neck', 0.48),
        ('push_person', 'r_hand', 'neck', 0.4),
        ('kick_person', 'r_foot', 'pelvis', 0.5),
    ],
)
def test_hit_and_answer(duet, name, joint, target, hit):
    """The blow reaches the other, who gives way only then."""
    assert duet(name, hit, joint, target) < 0.25
    assert duet(name, 0.0, joint, target) > 0.33
    answer, motion = VERBS[name].duet.answer, VERBS[name].motion
    # Of equal rates, so that they stay in step.
    assert answer.rate == motion.rate
    still = answer.pose(0.0)
    np.testing.assert_allclose(answer.pose(hit - 0.12), still, atol=1e-9)
    later = answer.pose(0.6)
    assert abs(later[INDEX['lean']] - still[INDEX['lean']]) > 15
    assert later[INDEX['x']] < -0.1
