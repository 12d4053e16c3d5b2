"""Actions that only the movement, the object or the other person tells."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.zs_stage.actions import MULTI_ACTIONS, SINGLE_ACTIONS
from stclip.zs_stage.actor import Timing, personal_offsets
from stclip.zs_stage.casting import (
    DUET_DISTANCE,
    MUTUAL,
    POSTURES,
    facing_partner,
)
from stclip.zs_stage.clip import FPS
from stclip.zs_stage.gestures import DUETS, GESTURES, REACTIONS
from stclip.zs_stage.motions import ACTS, POSES
from stclip.zs_stage.pose import INDEX
from stclip.zs_stage.props import PROPS

SIZE = 80.0
BOOKS = (ACTS, POSES, GESTURES, DUETS, REACTIONS)
ALL = [motion for book in BOOKS for motion in book.values()]
# What is drawn at the hands of its user, and at which of them.
HELD = {
    'brush': 'r', 'bottle': 'r', 'phone': 'r', 'jug': 'r', 'gun': 'r',
    'cup': 'l', 'book': 'rl', 'box': 'rl', 'camera': 'rl', 'bow': 'l',
    'umbrella': 'r', 'bat': 'rl', 'broom': 'rl', 'golf_club': 'l',
}  # fmt: skip


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


def test_every_action_has_its_moves():
    singles = set(ACTS) | set(POSES) | set(GESTURES) | set(DUETS)
    assert set(SINGLE_ACTIONS) <= singles
    assert set(MULTI_ACTIONS['PERSON_MOVEMENT']) == set(POSES)
    objects = {
        n.replace(' ', '_') for n in MULTI_ACTIONS['OBJECT_MANIPULATION']
    }
    assert objects <= set(GESTURES)
    assert set(POSTURES) <= set(GESTURES)


def test_sit_is_stand_backwards():
    sit, stand = ACTS['sit'], ACTS['stand']
    for phase in np.linspace(0, 1, 21):
        np.testing.assert_allclose(
            sit.pose(phase), stand.pose(1 - phase), atol=1e-9
        )
    assert sit.props == stand.props == ('chair',)


def test_head_falls_in_sit_and_rises_in_stand(heights):
    down, up = heights(ACTS['sit']), heights(ACTS['stand'])
    tops = [top for top, _ in down]
    assert np.diff(tops).min() >= -1
    # By about the difference of the pelvis, 0.45 leg lengths.
    assert tops[-1] - tops[0] == pytest.approx(0.45 * 0.46 * SIZE, abs=4)
    assert up == down[::-1]
    # The feet stay where they are.
    bottoms = {bottom for _, bottom in down}
    assert max(bottoms) - min(bottoms) <= 1


def test_pick_is_put_down_backwards():
    pick, put = ACTS['pick'], ACTS['put_down']
    for phase in np.linspace(0, 1, 21):
        np.testing.assert_allclose(
            pick.pose(phase), put.pose(1 - phase), atol=1e-9
        )


def test_object_rises_in_pick_and_falls_in_put_down(thing):
    phases = (0.1, 0.4, 0.7, 0.95)
    pick, put = ACTS['pick'], ACTS['put_down']
    for heights in (
        [thing('picked_object', pick, p)[0][1] for p in phases],
        [thing('put_object', put, 1 - p)[0][1] for p in phases],
    ):
        # On the floor, then at the height of a hand that holds a box.
        assert heights[0] == pytest.approx(heights[1], abs=0.01)
        assert heights[0] < 0.15
        assert heights[1] + 0.1 < heights[2] < heights[3]
        assert heights[3] > 0.5


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


def test_crouch_bend_lie_and_stand_differ_in_height(stage, actor):
    height = {}
    for name in ('stand', 'sit', 'crouch', 'lie'):
        _, [box] = stage.clip(actor(POSES[name])).render(0)
        height[name] = (box[3] - box[1]) / SIZE
    assert height['stand'] > 0.9
    assert height['stand'] > height['sit'] + 0.1
    assert height['sit'] > height['crouch'] + 0.05
    assert height['lie'] < 0.4


def test_every_object_is_used_and_every_used_one_exists():
    used = {name for motion in ALL for name in motion.props}
    assert used == set(PROPS)


def test_object_actions_have_objects_of_their_own():
    names = [n.replace(' ', '_') for n in MULTI_ACTIONS['OBJECT_MANIPULATION']]
    things = [GESTURES[name].props for name in names]
    assert all(len(props) == 1 for props in things)
    assert len(set(things)) == len(names)
    for name in ('stand', 'walk', 'run', 'crouch', 'bend', 'jump'):
        assert POSES[name].props == ()


@pytest.mark.parametrize('name', HELD)
def test_held_object_is_at_the_hand(name, thing, actor):
    [motion] = [m for m in ALL if name in m.props]
    phase = motion.iconic[0]
    centre, pixels = thing(name, motion, phase)
    assert pixels > 12
    person = actor(motion, phase=phase, x=60.0).figure(0)
    hands = np.mean([person.at(f'{s}_hand') for s in HELD[name]], axis=0)
    hand = (hands - [60, 100]) / SIZE * [1, -1]
    reach = 0.5 if name in ('umbrella', 'broom', 'bat', 'golf_club') else 0.2
    assert np.hypot(*(centre - hand)) < reach


def test_same_pose_other_object(stage, actor):
    """Bottle or phone: the pictures differ at the hand and nowhere else."""
    call = GESTURES['talk_on_phone']
    painters = []
    for name in ('phone', 'bottle'):
        painter = stage.painter()
        actor(replace(call, props=(name,))).draw(painter, 0.0, owner=1)
        painters.append(painter)
    one, other = painters
    np.testing.assert_array_equal(one.owners, other.owners)
    rows, columns = np.nonzero((one.canvas != other.canvas).any(-1))
    assert len(rows) > 40
    hand = actor(call).figure(0).at('r_hand')
    distance = np.hypot(columns / 2 - hand[0], rows / 2 - hand[1])
    assert distance.max() < 0.25 * SIZE


def test_balls_fly_where_they_should(thing):
    """Right of and above the feet, in body heights, by phase."""

    def way(name, action, *phases):
        return [thing(name, ACTS[action], phase)[0] for phase in phases]

    near, gone = way('thrown_ball', 'throw', 0.5, 0.6)
    assert 0.2 < near[0] < 0.5 < gone[0]
    coming, held = way('caught_ball', 'catch', 0.35, 0.6)
    assert coming[0] - held[0] > 0.4
    waiting, kicked = way('kicked_ball', 'kick_ball', 0.3, 0.6)
    assert waiting == pytest.approx([0.28, 0.09], abs=0.05)
    assert kicked[0] - waiting[0] > 0.3 and kicked[1] > waiting[1]
    [scored] = way('shot_ball', 'shoot_ball', 0.9)
    [rim] = way('hoop', 'shoot_ball', 0.9)
    assert np.abs(scored - rim).max() < 0.5
    assert thing('golf_ball', ACTS['golf'], 0.5)[1] > 3
    assert thing('golf_ball', ACTS['golf'], 0.7)[1] == 0


def test_shot_and_water_come_and_go(thing):
    gun, pour = ACTS['shoot_gun'], GESTURES['pour']
    flash = [thing('shots', gun, phase)[1] > 0 for phase in (0.3, 0.5, 0.7)]
    assert flash == [False, True, False]
    # Between two moments the jug itself stays as it is.
    for dry, wet in ((0.249, 0.251), (0.851, 0.849)):
        sizes = [thing('jug', pour, phase)[1] for phase in (dry, wet)]
        assert sizes[1] > 1.05 * sizes[0]


@pytest.mark.parametrize('name', ['pour', 'drink'])
def test_cycle_closes_whoever_does_it(name):
    """Personal deviations differ from key to key, yet nothing jumps."""
    motion = GESTURES[name]
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
        motion = {**DUETS, **GESTURES}[name]
        answer = motion if name in MUTUAL else REACTIONS[name]
        lead = actor(POSES['stand'], motion, phase=phase)
        placement = facing_partner(lead.placement, DUET_DISTANCE[name])
        other = replace(
            actor(POSES['stand'], answer, phase=phase), placement=placement
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
    answer, motion = REACTIONS[name], DUETS.get(name, GESTURES.get(name))
    # Of equal rates, so that they stay in step.
    assert answer.rate == motion.rate
    still = answer.pose(0.0)
    np.testing.assert_allclose(answer.pose(hit - 0.12), still, atol=1e-9)
    later = answer.pose(0.6)
    assert abs(later[INDEX['lean']] - still[INDEX['lean']]) > 15
    assert later[INDEX['x']] < -0.1
