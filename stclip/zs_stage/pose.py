"""A posable body: joint positions from a short vector of pose numbers.

Body frame: x forward, y to the body's left, z up; the origin is on the floor
between the feet; the unit is the body's height. Hands and feet are given as
targets and the elbows and knees follow by two-bone inverse kinematics.
"""

from dataclasses import dataclass

import numpy as np

from stclip.utils.errors import UserError

#: Numbers of a pose. ``x``/``hip``: pelvis forward shift and height in leg
#: lengths; ``lift``: height of the whole body; ``lean``/``bend``/``twist``:
#: trunk angles forward, to the left, about its axis (degrees);
#: ``nod``/``look``: head angles (degrees). Hands (``rh_*``, ``lh_*``) are
#: relative to their shoulder in the trunk's frame, in arm lengths; feet
#: (``rf_*``, ``lf_*``) relative to the floor below their hip, in leg
#: lengths; their y points outward. ``tool_*`` is where a held tool points,
#: in the trunk's frame with y to the right.
PARAMS = (
    'x', 'lift', 'hip', 'lean', 'bend', 'twist', 'nod', 'look',
    'rh_x', 'rh_y', 'rh_z', 'lh_x', 'lh_y', 'lh_z',
    'rf_x', 'rf_y', 'rf_z', 'lf_x', 'lf_y', 'lf_z',
    'tool_x', 'tool_y', 'tool_z',
)  # fmt: skip
INDEX = {name: index for index, name in enumerate(PARAMS)}

JOINTS = (
    'pelvis', 'neck', 'head',
    'r_shoulder', 'r_elbow', 'r_hand', 'l_shoulder', 'l_elbow', 'l_hand',
    'r_hip', 'r_knee', 'r_foot', 'r_toe',
    'l_hip', 'l_knee', 'l_foot', 'l_toe', 'tool',
)  # fmt: skip
JOINT = {name: index for index, name in enumerate(JOINTS)}

_RELAXED = dict(
    hip=0.97, lean=2.0,
    rh=(0.08, 0.10, -0.93), lh=(0.08, 0.10, -0.93),
    rf=(0.0, 0.03, 0.0), lf=(0.0, 0.03, 0.0), tool=(0.6, 0.0, -0.8),
)  # fmt: skip


def expand(values: dict) -> dict[str, float]:
    """Turn ``{'rh': (x, y, z), 'lean': 5}`` into single pose numbers."""
    flat = {}
    for name, value in values.items():
        if isinstance(value, tuple):
            parts = zip('xyz', value, strict=True)
            flat.update({f'{name}_{axis}': part for axis, part in parts})
        else:
            flat[name] = value
    unknown = sorted(set(flat) - set(PARAMS))
    if unknown:
        raise UserError(f'unknown pose numbers {unknown}')
    return flat


def relaxed_pose() -> np.ndarray:
    """Return the pose of somebody who stands still, ``(23,)``."""
    pose = np.zeros(len(PARAMS))
    for name, value in expand(_RELAXED).items():
        pose[INDEX[name]] = value
    return pose


@dataclass(frozen=True)
class Build:
    """Lengths of one body in body heights.

    Args:
        leg: Hip to ankle.
        trunk: Pelvis to shoulder line.
        arm: Shoulder to hand.
        shoulder: Half the width between the shoulders.
        head: Radius of the head.
        girth: Factor on the thickness of limbs and trunk.
        stoop: Degrees by which the trunk always leans forward.
    """

    leg: float = 0.46
    trunk: float = 0.29
    arm: float = 0.37
    shoulder: float = 0.10
    head: float = 0.075
    girth: float = 1.0
    stoop: float = 0.0


def _trunk_rotation(lean: float, bend: float, twist: float) -> np.ndarray:
    """Rotation of the trunk's frame against the body's; degrees."""
    lean, bend, twist = np.deg2rad([lean, bend, twist])
    cos, sin = np.cos, np.sin
    about_y = np.array(
        [[cos(lean), 0, sin(lean)], [0, 1, 0], [-sin(lean), 0, cos(lean)]]
    )
    about_x = np.array(
        [[1, 0, 0], [0, cos(bend), sin(bend)], [0, -sin(bend), cos(bend)]]
    )
    about_z = np.array(
        [[cos(twist), -sin(twist), 0], [sin(twist), cos(twist), 0], [0, 0, 1]]
    )
    return about_y @ about_x @ about_z


def _two_bones(
    root: np.ndarray, target: np.ndarray, length: float, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Reach for ``target`` with two bones of half ``length`` each.

    Returns:
        The middle joint, bent towards ``pole``, and the end joint: the
        target, or the point nearest to it within reach.
    """
    way = target - root
    distance = max(float(np.sqrt(way @ way)), 1e-6)
    way = way / distance
    distance = min(distance, 0.999 * length)
    side = pole - (pole @ way) * way
    side = side / max(float(np.sqrt(side @ side)), 1e-6)
    height = 0.5 * np.sqrt(max(length**2 - distance**2, 0.0))
    middle = root + 0.5 * distance * way + height * side
    return middle, root + distance * way


def joint_positions(pose: np.ndarray, build: Build) -> np.ndarray:
    """Place the joints of a body.

    Args:
        pose: ``(23,)`` numbers in the order of :data:`PARAMS`.
        build: Lengths of the body.

    Returns:
        ``(18, 3)`` positions in the body frame, in the order of
        :data:`JOINTS`; the last row is the direction of a held tool.
    """
    x, lift, hip, lean, bend, twist, nod, look = pose[:8]
    trunk = _trunk_rotation(lean + build.stoop, bend, twist)
    floor = np.array([0.0, 0.0, lift + 0.03])
    pelvis = floor + np.array([x, 0.0, hip]) * build.leg
    neck = pelvis + trunk[:, 2] * build.trunk
    gaze = trunk @ _trunk_rotation(nod, 0, look)
    head = neck + gaze[:, 2] * (build.head + 0.045) + gaze[:, 0] * 0.015
    joints = np.empty((len(JOINTS), 3))
    joints[:3] = pelvis, neck, head
    for side, first, arm_at, leg_at in ((-1, 8, 3, 9), (1, 11, 6, 13)):
        outward = np.array([1.0, side, 1.0])
        shoulder = neck + trunk[:, 1] * side * build.shoulder
        shoulder = shoulder - trunk[:, 2] * 0.02
        hand = (
            shoulder + trunk @ (pose[first : first + 3] * outward) * build.arm
        )
        pole = trunk @ np.array([-0.45, 0.55 * side, -0.7])
        elbow, hand = _two_bones(shoulder, hand, build.arm, pole)
        joints[arm_at : arm_at + 3] = shoulder, elbow, hand
        hip_joint = pelvis + np.array([0.0, 0.6 * side * build.shoulder, 0.0])
        under = floor + np.array([0.0, hip_joint[1], 0.0])
        foot = under + pose[first + 6 : first + 9] * outward * build.leg
        pole = np.array([1.0, 0.2 * side, 0.25])
        knee, foot = _two_bones(hip_joint, foot, build.leg, pole)
        toe = foot + np.array([0.07, 0.02 * side, -0.012])
        joints[leg_at : leg_at + 4] = hip_joint, knee, foot, toe
    joints[-1] = trunk @ (pose[20:23] * np.array([1.0, -1.0, 1.0]))
    return joints
