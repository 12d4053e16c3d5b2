"""Motions that verbs with a partner share with verbs with a thing."""

from stclip.zs_stage.motion import Motion

_GUARD = dict(rf=(-0.2, 0.05, 0.0), lf=(0.2, 0.05, 0.0))

#: With the right foot, forward.
KICK = Motion(
    keys=[
        (0.0, dict(rf=(-0.2, 0.0, 0.0))),
        (0.35, dict(rf=(0.1, 0.0, 0.45), lean=-6.0)),
        (0.5, dict(rf=(0.95, -0.1, 0.75), lean=-26.0)),
        (0.7, dict(rf=(0.3, 0.0, 0.4), lean=-8.0)),
    ],
    base=dict(rh=(0.4, -0.05, -0.1), lh=(0.4, -0.05, -0.1),
              lf=(0.0, 0.03, 0.0), hip=0.95),
    rate=0.7, yaw=(-25, 5), iconic=(0.45, 0.5, 0.55),
)  # fmt: skip
#: Both arms round what is at the breast.
HUG = Motion(
    keys=[(0.0, dict(bend=-5.0)), (0.5, dict(bend=5.0, look=20.0))],
    base=dict(rh=(0.5, -0.28, 0.02), lh=(0.5, -0.3, -0.2), lean=8.0,
              nod=12.0, look=12.0),
    rate=0.5, yaw=(-25, 10), iconic=(0.0, 0.5),
)  # fmt: skip
#: With a straight arm.
POINT = Motion(
    keys=[(0.0, {}), (0.5, dict(rh=(0.93, -0.05, 0.16), lean=4.0))],
    base=dict(rh=(0.94, -0.02, 0.04), tool=(1.0, 0.0, 0.1)),
    rate=0.6, yaw=(-25, 5), iconic=(0.0, 0.5),
)  # fmt: skip
#: The right fist, drawn back and thrust forward at shoulder height.
STRIKE = Motion(
    keys=[
        (0.0, dict(rh=(0.35, -0.1, 0.05), twist=-22.0, tool=(0.1, 0.0, 1.0))),
        (0.3, dict(rh=(0.1, 0.05, 0.1), twist=-35.0, tool=(-0.3, 0.0, 1.0))),
        (0.48, dict(rh=(1.0, -0.25, 0.1), twist=30.0, lean=14.0,
                    tool=(0.9, -0.3, 0.5))),
        (0.7, dict(rh=(0.35, -0.1, 0.05), twist=-10.0,
                   tool=(0.2, 0.0, 1.0))),
    ],
    base=dict(lh=(0.45, -0.15, 0.12), hip=0.92, lean=6.0, **_GUARD),
    rate=0.8, yaw=(-20, 10), iconic=(0.42, 0.48, 0.54),
)  # fmt: skip
#: The right hand before the mouth and away from it again.
SPEAK = Motion(
    keys=[
        (0.0, dict(rh=(0.4, -0.24, 0.14), nod=-6.0)),
        (0.5, dict(rh=(0.46, -0.18, 0.1), nod=4.0, bend=5.0)),
    ],
    base=dict(lh=(0.35, 0.2, -0.35), tool=(-0.35, 0.25, 0.9)),
    rate=0.8, yaw=(-30, 0), iconic=(0.0, 0.5),
)  # fmt: skip
#: The right hand before the body, up and down.
SHAKE = Motion(
    keys=[
        (0.0, dict(rh=(0.86, -0.26, -0.34))),
        (0.5, dict(rh=(0.86, -0.26, -0.06))),
    ],
    base=dict(lean=8.0, tool=(0.3, 0.0, 1.0)), rate=1.5, yaw=(-20, 10),
    iconic=(0.0, 0.5),
)  # fmt: skip
#: With folded arms.
WATCH = Motion(
    keys=[(0.0, dict(look=-6.0)), (0.5, dict(look=6.0))],
    base=dict(rh=(0.28, -0.3, -0.3), lh=(0.32, -0.3, -0.25)),
    rate=0.3, yaw=(-30, 0), iconic=(0.0, 0.5),
)  # fmt: skip
