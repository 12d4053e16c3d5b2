"""Motions of somebody who handles a thing.

Motions that are also played backwards go evenly from the first phase to the
last, so that they can be told from their opposites at any time.
"""

from stclip.zs_stage.motion import Motion
from stclip.zs_stage.motions import ACTS

_UPRIGHT = dict(hip=0.97, x=0.0, lean=2.0)
_STRIDE = dict(rf=(0.1, 0.06, 0.0), lf=(-0.1, 0.06, 0.0))
_STEADY = dict(rf=(-0.16, 0.08, 0.0), lf=(0.16, 0.08, 0.0))

HOLD_UP = Motion(
    keys=[(0.0, {}), (0.5, dict(bend=3.0, look=8.0))],
    base=dict(rh=(0.55, -0.02, -0.12), tool=(0.1, 0.0, 1.0)), rate=0.4,
    yaw=(-100, -10), iconic=(0.0, 0.5),
)  # fmt: skip
#: Hold a long thing before the body, from side to side: no higher than a box
#: about the person reaches.
BRANDISH = Motion(
    keys=[
        (0.0, dict(rh=(0.6, 0.4, -0.4), tool=(0.0, 0.45, 0.9))),
        (0.5, dict(rh=(0.7, 0.0, -0.35), tool=(0.0, -0.3, 0.95))),
    ],
    rate=0.6, yaw=(-110, -30), iconic=(0.0, 0.25, 0.5),
)  # fmt: skip
CARRY = Motion(
    keys=[(0.0, {}), (0.5, dict(bend=5.0))],
    base=dict(rh=(0.04, 0.16, -0.95), bend=3.0), rate=1.0, yaw=(-60, 5),
    iconic=(0.0, 0.5),
)  # fmt: skip
CARRY_IN_ARMS = Motion(
    keys=[(0.0, {}), (0.5, dict(lean=-4.0))],
    base=dict(rh=(0.6, -0.06, -0.4), lh=(0.6, -0.06, -0.4), lean=-6.0,
              twist=0.0),
    rate=1.0, yaw=(-70, 0), iconic=(0.0, 0.5),
)  # fmt: skip
_GRASP = dict(
    hip=0.62, x=-0.3, lean=66.0, nod=-20.0, rh=(0.82, -0.12, -0.3),
    lh=(0.82, -0.12, -0.3),
)  # fmt: skip
_LADEN = dict(
    hip=0.97, lean=-4.0, rh=(0.62, -0.06, -0.32), lh=(0.62, -0.06, -0.32)
)
PICK_UP = Motion(
    keys=[
        (0.0, _UPRIGHT), (0.06, _UPRIGHT), (0.38, _GRASP), (0.46, _GRASP),
        (0.94, _LADEN), (1.0, _LADEN),
    ],
    base=_STRIDE, yaw=(-50, 0), iconic=(0.6, 0.8),
)  # fmt: skip
THROW = Motion(
    keys=[
        (0.0, dict(rh=(0.4, -0.1, -0.3))),
        (0.3, dict(rh=(-0.4, 0.25, 0.5), lh=(0.6, 0.0, 0.1), twist=-35.0,
                   lean=-10.0, lf=(0.25, 0.05, 0.1))),
        (0.5, dict(rh=(0.7, -0.05, 0.5), lh=(0.0, 0.2, -0.5), twist=25.0,
                   lean=14.0, lf=(0.36, 0.05, 0.0))),
        (0.75, dict(rh=(0.6, -0.35, -0.35), lh=(-0.2, 0.2, -0.6),
                    twist=35.0, lean=24.0, lf=(0.36, 0.05, 0.0))),
        (1.0, dict(rh=(0.4, -0.1, -0.6), lf=(0.25, 0.05, 0.0))),
    ],
    base=dict(rf=(-0.15, 0.06, 0.0)), yaw=(-40, -5),
    iconic=(0.3, 0.55, 0.65),
)  # fmt: skip
PUSH = ACTS['push']
_LOW_GRIP = dict(
    hip=0.6, x=-0.25, lean=50.0, nod=-30.0, rh=(0.6, 0.25, -0.7),
    lh=(0.6, 0.25, -0.7),
)  # fmt: skip
_OVERHEAD = dict(
    hip=0.98, x=0.0, lean=0.0, nod=-5.0, rh=(0.05, 0.3, 0.93),
    lh=(0.05, 0.3, 0.93),
)  # fmt: skip
LIFT = Motion(
    keys=[
        (0.0, _LOW_GRIP), (0.06, _LOW_GRIP),
        (0.5, dict(hip=0.85, x=-0.05, lean=4.0, rh=(0.35, 0.3, 0.0),
                   lh=(0.35, 0.3, 0.0))),
        (0.94, _OVERHEAD), (1.0, _OVERHEAD),
    ],
    base=dict(rf=(0.0, 0.18, 0.0), lf=(0.0, 0.18, 0.0)), yaw=(-100, -50),
    iconic=(0.6, 0.9),
)  # fmt: skip
OPEN_DOOR = Motion(
    keys=[
        (0.0, dict(rh=(0.1, 0.1, -0.9))),
        (0.25, dict(rh=(0.85, -0.05, -0.25), lean=6.0)),
        (0.6, dict(rh=(0.95, -0.3, -0.15), lean=18.0, hip=0.94,
                   rf=(0.2, 0.05, 0.0))),
        (0.92, dict(rh=(0.8, -0.5, -0.1), lean=22.0, hip=0.92,
                    rf=(0.36, 0.05, 0.0))),
        (1.0, dict(rh=(0.8, -0.5, -0.1), lean=22.0, hip=0.92,
                   rf=(0.36, 0.05, 0.0))),
    ],
    base=dict(lf=(-0.1, 0.05, 0.0)), yaw=(18, 42), iconic=(0.6, 0.8),
)  # fmt: skip
OPEN_UMBRELLA = Motion(
    keys=[
        (0.0, dict(rh=(0.5, -0.15, -0.45), lh=(0.55, -0.2, -0.3),
                   tool=(0.7, 0.0, 0.7), nod=18.0)),
        (0.1, dict(rh=(0.5, -0.15, -0.45), lh=(0.55, -0.2, -0.3),
                   tool=(0.7, 0.0, 0.7), nod=18.0)),
        (0.55, dict(rh=(0.52, -0.12, -0.1), lh=(0.5, 0.0, -0.1),
                    tool=(0.45, 0.0, 0.9))),
        (0.92, dict(rh=(0.3, -0.12, 0.12), lh=(0.15, 0.1, -0.85),
                    tool=(0.0, 0.0, 1.0), nod=-4.0)),
        (1.0, dict(rh=(0.3, -0.12, 0.12), lh=(0.15, 0.1, -0.85),
                   tool=(0.0, 0.0, 1.0), nod=-4.0)),
    ],
    yaw=(-80, -10), iconic=(0.7, 0.9),
)  # fmt: skip
_AT_SIDE = dict(rh=(0.72, 0.0, -0.5), nod=14.0)
_HAND_DOWN = dict(rh=(0.08, 0.12, -0.9), nod=0.0)
PUT_ON = Motion(
    keys=[
        (0.0, _AT_SIDE), (0.06, _AT_SIDE),
        (0.3, dict(rh=(0.75, 0.0, 0.05), nod=4.0)),
        (0.52, dict(rh=(0.12, -0.2, 0.62), nod=0.0)),
        (0.62, dict(rh=(0.12, -0.2, 0.62), nod=0.0)),
        (0.94, _HAND_DOWN), (1.0, _HAND_DOWN),
    ],
    yaw=(-90, -20), iconic=(0.6, 0.8),
)  # fmt: skip
_HIGH = dict(rh=(0.9, -0.15, 0.12), lean=12.0)
SHELVE = Motion(
    keys=[
        (0.0, dict(rh=(0.4, -0.1, -0.5))), (0.06, dict(rh=(0.4, -0.1, -0.5))),
        (0.48, _HIGH), (0.6, _HIGH),
        (0.94, _HAND_DOWN), (1.0, _HAND_DOWN),
    ],
    base=_STRIDE, yaw=(-35, 0), iconic=(0.5, 0.7),
)  # fmt: skip
_TWO_HANDED = dict(rf=(0.0, 0.2, 0.0), lf=(0.0, 0.2, 0.0), hip=0.9)
SWING = Motion(
    keys=[
        (0.0, dict(twist=-40.0)), (0.25, dict(twist=-50.0)),
        (0.5, dict(twist=10.0, rh=(0.75, -0.3, -0.05), lean=14.0,
                   lh=(0.7, -0.25, -0.1), tool=(1.0, 0.3, 0.0))),
        (0.68, dict(twist=55.0, rh=(0.5, -0.6, 0.15), lh=(0.55, -0.1, 0.1),
                    tool=(0.3, -0.9, 0.1))),
        (0.85, dict(twist=20.0)),
    ],
    base=dict(lean=10.0, rh=(0.3, 0.0, 0.12), lh=(0.4, -0.45, 0.1),
              tool=(-0.25, 0.3, 0.9), look=30.0, **_TWO_HANDED),
    rate=0.6, yaw=(-100, -50), iconic=(0.1, 0.25, 0.5, 0.65),
)  # fmt: skip
CHOP = Motion(
    keys=[
        (0.0, dict(rh=(0.35, -0.25, 0.6), lh=(0.35, -0.25, 0.52), lean=0.0,
                   tool=(-0.3, 0.0, 1.0))),
        (0.35, dict(rh=(0.1, -0.25, 0.75), lh=(0.15, -0.25, 0.68),
                    lean=-6.0, tool=(-0.8, 0.0, 0.6))),
        (0.55, dict(rh=(0.75, -0.25, -0.25), lh=(0.7, -0.25, -0.32),
                    lean=42.0, hip=0.84, tool=(1.0, 0.0, 0.2))),
        (0.7, dict(rh=(0.75, -0.25, -0.25), lh=(0.7, -0.25, -0.32),
                   lean=42.0, hip=0.84, tool=(1.0, 0.0, 0.2))),
    ],
    base=dict(rf=(0.0, 0.14, 0.0), lf=(0.0, 0.14, 0.0)), rate=0.6,
    yaw=(-45, 0), iconic=(0.3, 0.55),
)  # fmt: skip
DROP = Motion(
    keys=[
        (0.0, dict(rh=(0.6, -0.05, -0.15))),
        (0.4, dict(rh=(0.75, -0.05, -0.15))),
        (0.55, dict(rh=(0.55, 0.15, 0.1), lh=(0.5, 0.2, 0.1), lean=-8.0,
                    nod=24.0)),
        (1.0, dict(rh=(0.3, 0.1, -0.3), lh=(0.3, 0.1, -0.3), nod=30.0,
                   lean=10.0)),
    ],
    base=_STRIDE, yaw=(-60, -5), iconic=(0.5, 0.6, 0.75),
)  # fmt: skip
#: The right hand to the mouth and, for a moment, away from it.
TO_MOUTH = Motion(
    keys=[
        (0.0, dict(rh=(0.5, -0.12, -0.15), tool=(0.1, 0.0, 1.0))),
        (0.3, dict(rh=(0.36, -0.24, 0.2), tool=(-0.6, -0.2, 0.65),
                   nod=-12.0)),
        (0.75, dict(rh=(0.36, -0.24, 0.22), tool=(-0.6, -0.2, 0.7),
                    nod=-16.0)),
    ],
    rate=0.5, yaw=(-80, -10), iconic=(0.35, 0.5, 0.7),
)  # fmt: skip
#: The right hand at the side of the head, up and down.
TO_HEAD = Motion(
    keys=[
        (0.0, dict(rh=(0.18, -0.06, 0.22), look=8.0)),
        (0.5, dict(rh=(0.14, -0.04, 0.4), nod=6.0)),
    ],
    base=dict(tool=(0.15, -0.1, 1.0), bend=-4.0), rate=0.7, yaw=(-100, -10),
    iconic=(0.0, 0.25, 0.5),
)  # fmt: skip
#: Hold something before the face with both hands and look at it.
VIEW = Motion(
    keys=[(0.0, dict(nod=10.0)), (0.5, dict(nod=14.0, bend=3.0))],
    base=dict(rh=(0.56, -0.14, 0.04), lh=(0.56, -0.14, 0.04)), rate=0.4,
    yaw=(-90, -15), iconic=(0.0, 0.5),
)  # fmt: skip
PAINT = Motion(
    keys=[
        (0.0, dict(rh=(0.8, -0.1, 0.3))), (0.5, dict(rh=(0.8, -0.1, -0.35))),
    ],
    base=dict(tool=(0.9, 0.0, 0.4), lean=6.0), rate=0.6, yaw=(-40, 0),
    iconic=(0.0, 0.25, 0.5),
)  # fmt: skip
WRITE = Motion(
    keys=[
        (0.0, dict(rh=(0.52, -0.2, -0.2))),
        (0.5, dict(rh=(0.52, -0.3, -0.14))),
    ],
    base=dict(lh=(0.6, -0.16, -0.3), nod=26.0, tool=(-0.4, 0.3, 0.9)),
    rate=1.2, yaw=(-90, -15), iconic=(0.0, 0.5),
)  # fmt: skip
#: The left hand at the neck of an instrument, the right one on its strings.
PLAY_STRING = Motion(
    keys=[
        (0.0, dict(rh=(0.5, -0.05, -0.32))),
        (0.5, dict(rh=(0.52, 0.02, -0.46))),
    ],
    base=dict(lh=(0.5, 0.6, 0.05), nod=10.0), rate=1.4, yaw=(-105, -55),
    iconic=(0.0, 0.5),
)  # fmt: skip
PLAY_TRUMPET = Motion(
    keys=[(0.0, {}), (0.5, dict(lean=-4.0, nod=-6.0))],
    base=dict(rh=(0.5, -0.2, 0.22), lh=(0.6, -0.26, 0.2),
              tool=(1.0, 0.15, 0.15)),
    rate=0.6, yaw=(-50, 0), iconic=(0.0, 0.5),
)  # fmt: skip
PLAY_DRUM = Motion(
    keys=[
        (0.0, dict(rh=(0.55, -0.05, -0.1), lh=(0.6, -0.05, -0.5))),
        (0.5, dict(lh=(0.55, -0.05, -0.1), rh=(0.6, -0.05, -0.5))),
    ],
    base=dict(nod=10.0), rate=1.8, yaw=(-100, -20), iconic=(0.0, 0.5),
)  # fmt: skip
AIM = Motion(
    keys=[(0.0, {}), (0.5, dict(lean=5.0, bend=2.0))],
    base=dict(rh=(0.92, -0.27, 0.12), lh=(0.84, -0.27, 0.05), hip=0.93,
              lean=2.0, tool=(1.0, 0.0, 0.0), **_STEADY),
    rate=0.4, yaw=(-40, 0), iconic=(0.0, 0.5),
)  # fmt: skip
SHOOT_GUN = ACTS['shoot_gun']
