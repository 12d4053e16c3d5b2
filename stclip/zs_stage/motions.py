"""Moves of the whole body, written down as key poses.

Coordinates are explained in :mod:`stclip.zs_stage.pose`. A hand in front of
the mouth is about (0.3, -0.25, 0.25), at the ear (0.1, -0.1, 0.3), over the
head (0.0, -0.2, 0.65).
"""

from stclip.zs_stage.motion import Motion


def _gait(step: float, lift: float, arms: dict, **base: float) -> dict:
    """Key poses and base of a walking or running cycle."""
    forward, back = arms['forward'], arms['back']
    right = dict(
        rf=(step, 0.02, 0.02), lf=(-step, 0.02, lift * 0.6),
        rh=back, lh=forward, twist=8.0,
    )  # fmt: skip
    left = dict(
        lf=(step, 0.02, 0.02), rf=(-step, 0.02, lift * 0.6),
        lh=back, rh=forward, twist=-8.0,
    )  # fmt: skip
    passing_left = dict(rf=(0.0, 0.02, 0.0), lf=(0.02, 0.02, lift))
    passing_right = dict(lf=(0.0, 0.02, 0.0), rf=(0.02, 0.02, lift))
    middle = tuple((a + b) / 2 for a, b in zip(forward, back, strict=True))
    passing_left.update(rh=middle, lh=middle, twist=0.0)
    passing_right.update(rh=middle, lh=middle, twist=0.0)
    high = base.pop('hip')
    for pose, hip in zip(
        (right, passing_left, left, passing_right),
        (high - 0.05, high, high - 0.05, high),
        strict=True,
    ):
        pose['hip'] = hip
    return dict(
        keys=[(0.0, right), (0.25, passing_left), (0.5, left),
              (0.75, passing_right)],
        base=base,
    )  # fmt: skip


_WALK = _gait(
    0.36, 0.14, hip=0.96, lean=3.0,
    arms=dict(forward=(0.42, 0.06, -0.82), back=(-0.32, 0.1, -0.85)),
)  # fmt: skip
_RUN = _gait(
    0.62, 0.5, hip=0.95, lean=15.0,
    arms=dict(forward=(0.52, -0.05, -0.12), back=(-0.42, 0.12, -0.42)),
)  # fmt: skip
_UPRIGHT = dict(hip=0.97, x=0.0, lean=2.0)

#: What the lower body does under another action.
POSES = {
    'stand': Motion(
        keys=[(0.0, {}), (0.5, dict(bend=2.0, look=8.0))], rate=0.3,
        yaw=(-110, 0),
    ),
    'walk': Motion(
        **_WALK, rate=1.0, travel=0.42, yaw=(-35, 10), iconic=(0.0, 0.5),
    ),
    'run': Motion(
        **_RUN, rate=1.7, travel=1.0, yaw=(-30, 10), iconic=(0.0, 0.5),
    ),
    'bend': Motion(
        keys=[(0.0, dict(lean=70.0)), (0.5, dict(lean=84.0, nod=-25.0))],
        base=dict(
            hip=0.93, x=-0.12, rh=(0.45, 0.0, -0.8), lh=(0.5, 0.0, -0.75),
        ),
        rate=0.4, yaw=(-40, 5), iconic=(0.0, 0.5),
    ),
    'crouch': Motion(
        keys=[(0.0, dict(lean=28.0)), (0.5, dict(lean=36.0, look=8.0))],
        base=dict(
            hip=0.36, x=-0.12, rf=(0.14, 0.1, 0.0), lf=(-0.1, 0.1, 0.06),
            rh=(0.5, 0.0, -0.45), lh=(0.45, 0.0, -0.5),
        ),
        rate=0.4, yaw=(-65, 0), iconic=(0.0, 0.5),
    ),
    'jump': Motion(
        keys=[
            (0.0, _UPRIGHT),
            (0.25, dict(hip=0.66, lean=28.0, rh=(-0.4, 0.1, -0.7),
                        lh=(-0.4, 0.1, -0.7))),
            (0.5, dict(lift=0.2, hip=1.0, lean=2.0, rh=(0.35, 0.2, 0.8),
                       lh=(0.35, 0.2, 0.8), rf=(-0.12, 0.08, 0.12),
                       lf=(0.1, 0.08, 0.2))),
            (0.75, dict(hip=0.72, lean=18.0, rh=(0.35, 0.25, -0.3),
                        lh=(0.35, 0.25, -0.3))),
        ],
        rate=0.75, yaw=(-90, -10), iconic=(0.46, 0.5, 0.54),
    ),
}  # fmt: skip

#: Further moves of the whole body.
ACTS = {
    'climb_stairs': Motion(
        keys=[
            (0.0, dict(rf=(0.32, 0.0, 0.3), lf=(-0.2, 0.0, -0.1),
                       rh=(-0.2, 0.1, -0.85), lh=(0.4, 0.0, -0.7))),
            (0.25, dict(rf=(0.1, 0.0, 0.1), lf=(0.15, 0.0, 0.28))),
            (0.5, dict(lf=(0.32, 0.0, 0.3), rf=(-0.2, 0.0, -0.1),
                       lh=(-0.2, 0.1, -0.85), rh=(0.4, 0.0, -0.7))),
            (0.75, dict(lf=(0.1, 0.0, 0.1), rf=(0.15, 0.0, 0.28))),
        ],
        base=dict(hip=0.98, lean=12.0), rate=0.7, travel=0.21, rise=0.17,
        yaw=(-20, 5), iconic=(0.0, 0.2, 0.5), props=('stairs',),
    ),
    'pullup': Motion(
        keys=[
            (0.0, dict(lift=0.1, rh=(0.08, 0.12, 0.93),
                       lh=(0.08, 0.12, 0.93))),
            (0.5, dict(lift=0.34, rh=(0.2, 0.3, 0.28),
                       lh=(0.2, 0.3, 0.28), nod=-12.0)),
        ],
        base=dict(hip=1.0, rf=(-0.22, 0.0, 0.12), lf=(-0.28, 0.0, 0.18)),
        rate=0.55, yaw=(-115, -55), iconic=(0.0, 0.3, 0.5),
        props=('bar',),
    ),
    'push': Motion(
        keys=_gait(
            0.42, 0.14, hip=0.86,
            arms=dict(forward=(0.86, -0.1, 0.2), back=(0.78, -0.1, 0.12)),
        )['keys'],
        base=dict(lean=34.0, nod=-15.0, twist=0.0), rate=0.7, travel=0.32,
        yaw=(-25, 5), iconic=(0.0, 0.5),
    ),
    'shoot_bow': Motion(
        keys=[
            (0.0, dict(rh=(0.75, -0.35, 0.0))),
            (0.4, dict(rh=(0.15, -0.1, 0.08))),
            (0.7, dict(rh=(0.12, -0.1, 0.08))),
            (0.75, dict(rh=(0.0, 0.05, 0.1))),
            (1.0, dict(rh=(0.3, -0.1, -0.2))),
        ],
        base=dict(lh=(0.97, -0.12, 0.08), tool=(0.0, 0.0, 1.0),
                  rf=(-0.14, 0.06, 0.0), lf=(0.14, 0.06, 0.0)),
        yaw=(-35, 0), iconic=(0.35, 0.5, 0.68), props=('bow', 'archery'),
    ),
    'shoot_gun': Motion(
        keys=[
            (0.0, {}), (0.45, dict(lean=2.0)),
            (0.52, dict(rh=(0.8, -0.26, 0.26), lh=(0.74, -0.24, 0.2),
                        lean=-3.0, tool=(0.9, 0.0, 0.3))),
            (0.75, {}),
        ],
        base=dict(rh=(0.92, -0.27, 0.12), lh=(0.84, -0.27, 0.05),
                  lean=3.0, hip=0.93, tool=(1.0, 0.0, 0.0),
                  rf=(-0.16, 0.08, 0.0), lf=(0.16, 0.08, 0.0)),
        rate=0.7, yaw=(-40, 0), iconic=(0.2, 0.5, 0.8),
        props=('shots',),
    ),
}  # fmt: skip
