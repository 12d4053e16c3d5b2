"""Moves of arms and head, laid over what the rest of the body does."""

from stclip.zs_stage.motion import Motion

#: Of one person.
GESTURES = {
    'clap': Motion(
        keys=[
            (0.0, dict(rh=(0.6, 0.12, 0.08), lh=(0.6, 0.12, 0.08))),
            (0.5, dict(rh=(0.6, -0.26, 0.02), lh=(0.6, -0.26, 0.02))),
        ],
        rate=1.4, yaw=(-100, -20), iconic=(0.2, 0.5, 0.8),
    ),
    'wave': Motion(
        keys=[
            (0.0, dict(rh=(0.15, 0.48, 0.62))),
            (0.5, dict(rh=(0.2, -0.02, 0.82))),
        ],
        rate=1.1, yaw=(-110, -30), iconic=(0.0, 0.25, 0.5),
    ),
    'pour': Motion(
        keys=[
            (0.0, dict(rh=(0.55, -0.12, -0.1), tool=(0.1, 0.1, 1.0))),
            (0.3, dict(rh=(0.55, -0.18, 0.12), tool=(0.35, -1.0, -0.35))),
            (0.8, dict(rh=(0.55, -0.2, 0.15), tool=(0.35, -1.0, -0.5))),
        ],
        base=dict(lh=(0.6, -0.12, -0.25), nod=18.0), rate=0.3, yaw=(-110, -40),
        iconic=(0.35, 0.55, 0.75),
    ),
    'sweep_floor': Motion(
        keys=[
            (0.0, dict(rh=(0.55, -0.15, -0.55), lh=(0.45, -0.3, -0.05),
                       tool=(0.55, 0.55, -1.0), twist=-15.0)),
            (0.5, dict(rh=(0.6, -0.4, -0.5), lh=(0.35, -0.1, -0.05),
                       tool=(0.6, -0.5, -1.0), twist=18.0)),
        ],
        base=dict(lean=20.0, nod=12.0, hip=0.94), rate=0.7, yaw=(-90, -10),
        iconic=(0.0, 0.5),
    ),
    'push_person': Motion(
        keys=[
            (0.0, dict(rh=(0.45, -0.1, 0.0), lh=(0.45, -0.1, 0.0))),
            (0.45, dict(rh=(0.97, -0.08, 0.1), lh=(0.97, -0.08, 0.1),
                        lean=22.0)),
            (0.7, dict(rh=(0.9, -0.08, 0.05), lh=(0.9, -0.08, 0.05),
                       lean=20.0)),
        ],
        base=dict(hip=0.93, rf=(-0.25, 0.05, 0.0), lf=(0.22, 0.05, 0.0)),
        rate=0.6, yaw=(-20, 10), iconic=(0.45, 0.6),
    ),
}  # fmt: skip

#: How the person to whom it is done answers.
REACTIONS = {
    'punch': Motion(
        keys=[
            (0.0, {}), (0.46, {}),
            (0.6, dict(lean=-20.0, nod=-25.0, x=-0.15)),
            (0.85, dict(lean=-6.0)),
        ],
        base=dict(rh=(0.35, -0.05, -0.1), lh=(0.35, -0.05, -0.1),
                  hip=0.93, rf=(-0.2, 0.05, 0.0), lf=(0.15, 0.05, 0.0)),
        rate=0.8,
    ),
    'push_person': Motion(
        keys=[(0.0, {}), (0.4, {}), (0.6, dict(lean=-22.0, x=-0.2))],
        base=dict(rh=(0.4, 0.25, -0.3), lh=(0.4, 0.25, -0.3), hip=0.94,
                  rf=(-0.3, 0.05, 0.0), lf=(0.1, 0.05, 0.0)),
        rate=0.6,
    ),
    'kick_person': Motion(
        keys=[(0.0, {}), (0.45, {}), (0.6, dict(lean=34.0, x=-0.15))],
        base=dict(rh=(0.3, -0.1, -0.4), lh=(0.3, -0.1, -0.4), hip=0.94),
        rate=0.7,
    ),
}  # fmt: skip
