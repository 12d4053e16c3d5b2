"""Pose numbers put the joints where their description says."""

import numpy as np
import pytest

from stclip.zs_stage.pose import (
    INDEX,
    JOINT,
    PARAMS,
    Build,
    expand,
    joint_positions,
    relaxed_pose,
)

BUILD = Build(leg=0.46, trunk=0.29, arm=0.37, shoulder=0.1)
SIDES = pytest.mark.parametrize('side, sign', [('r', -1), ('l', 1)])


def joints(**values):
    """{joint: (3,)} of a relaxed pose with some numbers changed."""
    pose = relaxed_pose()
    for name, value in expand(values).items():
        pose[INDEX[name]] = value
    positions = joint_positions(pose, BUILD)
    return {name: positions[index] for name, index in JOINT.items()}


def length(vector):
    return float(np.sqrt((vector**2).sum()))


def test_expand():
    assert expand({'rh': (1.0, 2.0, 3.0), 'lean': 5.0}) == dict(
        rh_x=1.0, rh_y=2.0, rh_z=3.0, lean=5.0
    )
    with pytest.raises(ValueError, match=r"unknown pose numbers \['leen'\]"):
        expand({'leen': 5.0})
    with pytest.raises(ValueError):
        expand({'rh': (1.0, 2.0)})


def test_standing_person_has_the_height_of_one():
    body = joints()
    top = body['head'][2] + BUILD.head
    assert 0.9 < top < 1.05
    order = ['r_foot', 'r_knee', 'pelvis', 'neck', 'head']
    heights = [body[name][2] for name in order]
    assert heights == sorted(heights)
    assert abs(body['r_foot'][2]) < 0.05


@SIDES
def test_left_is_left(side, sign):
    body = joints(lean=0.0)
    for part in ('shoulder', 'hip', 'hand', 'foot'):
        assert sign * body[f'{side}_{part}'][1] > 0.05
    assert body[f'{side}_shoulder'][1] == pytest.approx(sign * 0.1)
    assert body[f'{side}_hip'][1] == pytest.approx(sign * 0.06)


@SIDES
def test_bones_keep_their_lengths(side, sign):
    """Whatever the targets, two bones of half a limb each."""
    generator = np.random.default_rng(0)
    for _ in range(50):
        pose = generator.uniform(-1.2, 1.2, len(PARAMS))
        pose[3:8] *= 90
        positions = joint_positions(pose, BUILD)
        at = {name: positions[index] for name, index in JOINT.items()}
        for names, limb in (
            (('shoulder', 'elbow', 'hand'), BUILD.arm),
            (('hip', 'knee', 'foot'), BUILD.leg),
        ):
            first, middle, last = (at[f'{side}_{name}'] for name in names)
            assert length(middle - first) == pytest.approx(limb / 2)
            assert length(last - middle) == pytest.approx(limb / 2)


@SIDES
def test_hand_reaches_its_target(side, sign):
    """Forward, outward and up, in arm lengths, seen from the shoulder."""
    target = (0.5, 0.3, 0.4)
    body = joints(**{f'{side}h': target, 'lean': 0.0})
    reached = body[f'{side}_hand'] - body[f'{side}_shoulder']
    expected = 0.37 * np.array([0.5, sign * 0.3, 0.4])
    np.testing.assert_allclose(reached, expected, atol=1e-9)


@SIDES
def test_foot_reaches_its_target(side, sign):
    """Forward, outward and up, in leg lengths, seen from below the hip."""
    body = joints(**{f'{side}f': (0.4, 0.1, 0.2)})
    expected = [0.46 * 0.4, sign * (0.06 + 0.46 * 0.1), 0.03 + 0.46 * 0.2]
    np.testing.assert_allclose(body[f'{side}_foot'], expected, atol=1e-9)


def test_what_is_too_far_is_pointed_at():
    body = joints(rh=(3.0, 0.0, 4.0), lean=0.0)
    way = body['r_hand'] - body['r_shoulder']
    np.testing.assert_allclose(way / length(way), [0.6, 0, 0.8], atol=1e-9)
    assert length(way) == pytest.approx(0.37, rel=2e-3)
    assert length(way) < 0.37


def test_knees_bend_forward_and_elbows_back():
    body = joints(hip=0.6, rh=(0.3, 0.0, -0.3), lean=0.0)
    hip, foot = body['r_hip'], body['r_foot']
    assert body['r_knee'][0] > max(hip[0], foot[0]) + 0.1
    between = (body['r_shoulder'] + body['r_hand']) / 2
    assert body['r_elbow'][0] < between[0]


@pytest.mark.parametrize(
    'number, axis, sign',
    [('lean', 0, 1), ('bend', 1, 1), ('x', 0, 1), ('lift', 2, 1)],
)
def test_trunk_moves_as_named(number, axis, sign):
    """Lean is forward, bend to the left, x forward, lift up."""
    amount = 30.0 if number in ('lean', 'bend') else 0.3
    before, after = joints(lean=0.0), joints(**{'lean': 0.0, number: amount})
    moved = after['neck'] - before['neck']
    assert sign * moved[axis] > 0.1
    others = [a for a in range(3) if a != axis]
    for other in others:
        assert abs(moved[other]) < 0.6 * abs(moved[axis])


def test_hip_is_the_height_of_the_pelvis():
    assert joints(hip=0.5)['pelvis'][2] == pytest.approx(0.03 + 0.5 * 0.46)
    assert joints(hip=0.5, x=-0.3)['pelvis'][0] == pytest.approx(-0.3 * 0.46)


def test_lean_is_in_degrees():
    body = joints(lean=90.0)
    way = body['neck'] - body['pelvis']
    np.testing.assert_allclose(way, [0.29, 0, 0], atol=1e-9)


def test_twist_turns_to_the_left():
    body = joints(twist=90.0, lean=0.0)
    # The right shoulder is in front now.
    way = body['r_shoulder'] - body['l_shoulder']
    np.testing.assert_allclose(way, [0.2, 0, 0], atol=1e-9)


def test_nod_lowers_the_head_forward():
    up, down = joints(lean=0.0), joints(lean=0.0, nod=60.0)
    assert down['head'][0] > up['head'][0] + 0.05
    assert down['head'][2] < up['head'][2] - 0.05


def test_trunk_takes_arms_and_tool_along_but_not_the_feet():
    straight, bent = joints(lean=0.0), joints(lean=90.0)
    for hand in ('r_hand', 'l_hand'):
        # Down along the trunk becomes forward turned by 90 degrees.
        x, y, z = straight[hand] - straight['neck']
        np.testing.assert_allclose(
            bent[hand] - bent['neck'], [z, y, -x], atol=1e-9
        )
    for foot in ('r_foot', 'l_foot'):
        np.testing.assert_allclose(straight[foot], bent[foot], atol=1e-9)
    # The tool's y points to the right.
    tool = joints(lean=0.0, tool=(0.1, 0.2, 0.3))['tool']
    np.testing.assert_allclose(tool, [0.1, -0.2, 0.3], atol=1e-12)
    tool = joints(lean=90.0, tool=(0.1, 0.2, 0.3))['tool']
    np.testing.assert_allclose(tool, [0.3, -0.2, -0.1], atol=1e-12)
