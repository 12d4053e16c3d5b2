"""From the body frame to the picture, with numbers worked out by hand."""

import numpy as np
import pytest

from stclip.zs_stage.figure import Figure, Placement
from stclip.zs_stage.pose import INDEX, Build, joint_positions, relaxed_pose

# The camera looks down by 11 degrees.
COS, SIN = np.cos(np.deg2rad(11)), np.sin(np.deg2rad(11))
JOINTS = joint_positions(relaxed_pose(), Build())


def make(yaw=0.0, mirror=False, shift=(0.0, 0.0, 0.0), joints=JOINTS):
    placement = Placement(x=70.0, y=90.0, size=50.0, yaw=yaw, mirror=mirror)
    return Figure(joints, placement, np.array(shift), phase=0.3)


def offset(figure, *point):
    """Pixels right of and below the floor point of the person."""
    return (figure.there(*point) - [70, 90]).tolist()


def test_side_view():
    """Yaw 0 looks to the right; the left side is away, thus higher up."""
    side = make()
    assert offset(side, 0, 0, 0) == [0, 0]
    assert offset(side, 1, 0, 0) == pytest.approx([50, 0])
    assert offset(side, 0, 1, 0) == pytest.approx([0, -50 * SIN])
    assert offset(side, 0, 0, 1) == pytest.approx([0, -50 * COS])
    assert side.is_far('l') and not side.is_far('r')
    assert side.gaze.tolist() == pytest.approx([1, 0])
    assert side.gaze_depth == pytest.approx(0)
    assert not side.faces_away


def test_front_view():
    """Yaw -90 faces the camera: forward is nearer, thus lower."""
    front = make(yaw=-90.0)
    assert offset(front, 1, 0, 0) == pytest.approx([0, 50 * SIN])
    # The person's left is on our right.
    assert offset(front, 0, 1, 0) == pytest.approx([50, 0])
    assert offset(front, 0, 0, 1) == pytest.approx([0, -50 * COS])
    assert front.gaze_depth == pytest.approx(-1)
    assert not front.faces_away


def test_back_view():
    back = make(yaw=90.0)
    assert offset(back, 1, 0, 0) == pytest.approx([0, -50 * SIN])
    assert offset(back, 0, 1, 0) == pytest.approx([-50, 0])
    assert back.faces_away


@pytest.mark.parametrize('yaw', [-100.0, -40.0, 0.0, 25.0])
def test_mirror_turns_to_the_left(yaw):
    """Right and left of the floor point change places, nothing else."""
    right, left = make(yaw), make(yaw, mirror=True)
    seen = right.points - [70, 90]
    mirrored = left.points - [70, 90]
    np.testing.assert_allclose(mirrored[:-1], (seen * [-1, 1])[:-1])
    np.testing.assert_allclose(left.tool, right.tool * [-1, 1])
    assert left.gaze.tolist() == pytest.approx([-right.gaze[0], right.gaze[1]])
    assert left.is_far('l') == right.is_far('l')


@pytest.mark.parametrize('mirror', [False, True])
def test_far_side(mirror):
    """One of the two, also if the head is nearer than the shoulders."""
    pose = relaxed_pose()
    pose[INDEX['lean']] = 30.0
    bowing = joint_positions(pose, Build())
    for yaw in range(-85, 90, 10):
        turned = make(float(yaw), mirror, joints=bowing)
        assert (turned.is_far('r'), turned.is_far('l')) == (False, True)
        turned = make(180.0 + yaw, mirror, joints=bowing)
        assert (turned.is_far('r'), turned.is_far('l')) == (True, False)


def test_no_side_of_who_faces_the_camera_is_far():
    """A quarter turn of the joints themselves, which rounds nothing."""
    joints = JOINTS[:, [1, 0, 2]] * [1, -1, 1]
    for sign in (1, -1):  # the front, the back
        facing = make(joints=joints * [sign, sign, 1])
        shoulders = [facing.at(f'{side}_shoulder')[0] for side in 'rl']
        assert shoulders[1] - shoulders[0] == pytest.approx(sign * 50 * 0.2)
        assert not facing.is_far('r') and not facing.is_far('l')


def test_joints_are_projected_like_points():
    figure = make(yaw=-40.0)
    for name, row in (('pelvis', 0), ('head', 2), ('l_hand', 8)):
        expected = figure.there(*JOINTS[row])
        np.testing.assert_allclose(figure.at(name), expected)
    # Of two heights, the higher is higher up in the picture.
    assert figure.at('head')[1] < figure.at('neck')[1] < figure.at('pelvis')[1]


def test_size_is_pixels_per_body_height():
    figure = make()
    height = figure.at('r_foot')[1] - figure.at('head')[1]
    assert height == pytest.approx(50 * 0.9, rel=0.1)


def test_moving_on():
    """Joints and ``here`` go along, ``there`` stays."""
    first, later = make(), make(shift=(0.5, 0.0, 0.2))
    gone = np.array([50 * 0.5, -50 * COS * 0.2])
    np.testing.assert_allclose(
        later.points[:-1], first.points[:-1] + gone, atol=1e-9
    )
    np.testing.assert_allclose(later.here(1, 2, 3), first.here(1, 2, 3) + gone)
    np.testing.assert_allclose(first.here(1, 2, 3), first.there(1, 2, 3))
    np.testing.assert_allclose(later.there(1, 2, 3), first.there(1, 2, 3))
    # Where a tool points does not depend on where the person is.
    np.testing.assert_allclose(later.tool, first.tool)
    np.testing.assert_allclose(
        first.tool, first.direction(*JOINTS[-1]), atol=1e-9
    )


def test_depth_orders_the_limbs():
    side, front = make(), make(yaw=-90.0)
    assert side.depth_of('l_hand') > side.depth_of('r_hand')
    # The hands hang before the body.
    assert front.depth_of('r_hand', 'l_hand') < front.depth_of('pelvis')
    both = side.depth_of('l_hand', 'r_hand')
    assert both == pytest.approx(
        (side.depth_of('l_hand') + side.depth_of('r_hand')) / 2
    )
