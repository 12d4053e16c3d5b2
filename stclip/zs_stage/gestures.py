"""Moves of arms and head, laid over what the rest of the body does."""

from stclip.zs_stage.motion import Motion

#: Actions of one person; the first pose of each may be replaced.
GESTURES = {
    'brush_hair': Motion(
        keys=[
            (0.0, dict(rh=(0.25, -0.12, 0.62))),
            (0.5, dict(rh=(-0.05, 0.12, 0.28))),
        ],
        base=dict(nod=6.0, bend=-4.0, tool=(-0.1, -0.8, 0.6)),
        rate=0.8, yaw=(-120, -30), iconic=(0.0, 0.25, 0.5),
        props=('brush',),
    ),
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
        iconic=(0.35, 0.55, 0.75), props=('jug', 'cup'),
    ),
    'drink': Motion(
        keys=[
            (0.0, dict(rh=(0.45, -0.1, -0.25), tool=(0.2, 0.0, 1.0))),
            (0.3, dict(rh=(0.36, -0.22, 0.2), tool=(-0.7, -0.3, 0.55),
                       nod=-16.0)),
            (0.75, dict(rh=(0.36, -0.22, 0.22), tool=(-0.7, -0.3, 0.65),
                        nod=-22.0)),
        ],
        rate=0.35, yaw=(-90, -15), iconic=(0.35, 0.5, 0.7), props=('bottle',),
    ),
    'talk_on_phone': Motion(
        keys=[
            (0.0, dict(rh=(0.16, -0.1, 0.27))),
            (0.5, dict(rh=(0.18, -0.1, 0.3), look=12.0, nod=4.0)),
        ],
        base=dict(tool=(0.25, 0.0, 1.0)), rate=0.5, yaw=(-100, 0),
        iconic=(0.0, 0.5), props=('phone',),
    ),
    'read_book': Motion(
        keys=[(0.0, dict(nod=26.0)), (0.5, dict(nod=32.0, look=8.0))],
        base=dict(rh=(0.55, -0.14, -0.2), lh=(0.55, -0.14, -0.2)),
        rate=0.4, yaw=(-90, -15), iconic=(0.0, 0.5), props=('book',),
    ),
    'carry_box': Motion(
        keys=[(0.0, {}), (0.5, dict(lean=-4.0))],
        base=dict(rh=(0.55, 0.02, -0.42), lh=(0.55, 0.02, -0.42),
                  lean=-6.0, twist=0.0),
        rate=1.0, yaw=(-70, 0), iconic=(0.0, 0.5), props=('box',),
    ),
    'sweep_floor': Motion(
        keys=[
            (0.0, dict(rh=(0.55, -0.15, -0.55), lh=(0.45, -0.3, -0.05),
                       tool=(0.55, 0.55, -1.0), twist=-15.0)),
            (0.5, dict(rh=(0.6, -0.4, -0.5), lh=(0.35, -0.1, -0.05),
                       tool=(0.6, -0.5, -1.0), twist=18.0)),
        ],
        base=dict(lean=20.0, nod=12.0, hip=0.94), rate=0.7, yaw=(-90, -10),
        iconic=(0.0, 0.5), props=('broom',),
    ),
    'hold_umbrella': Motion(
        keys=[(0.0, {}), (0.5, dict(bend=2.0))],
        base=dict(rh=(0.4, -0.12, -0.05), tool=(0.05, -0.1, 1.0)),
        rate=0.5, yaw=(-100, 0), iconic=(0.0, 0.5), props=('umbrella',),
    ),
    'take_photo': Motion(
        keys=[(0.0, {}), (0.5, dict(bend=3.0, lean=6.0))],
        base=dict(rh=(0.55, -0.14, 0.28), lh=(0.55, -0.14, 0.28), nod=-2.0),
        rate=0.4, yaw=(-95, -10), iconic=(0.0, 0.5), props=('camera',),
    ),
    'kick_person': Motion(
        keys=[
            (0.0, dict(rf=(-0.2, 0.0, 0.0))),
            (0.35, dict(rf=(0.1, 0.0, 0.45), lean=-6.0)),
            (0.5, dict(rf=(0.95, -0.1, 0.75), lean=-26.0)),
            (0.7, dict(rf=(0.3, 0.0, 0.4), lean=-8.0)),
        ],
        base=dict(rh=(0.4, -0.05, -0.1), lh=(0.4, -0.05, -0.1),
                  lf=(0.0, 0.03, 0.0), hip=0.95),
        rate=0.7, yaw=(-25, 5), iconic=(0.45, 0.5, 0.55),
    ),
    'watch_person': Motion(
        keys=[(0.0, dict(look=-6.0)), (0.5, dict(look=6.0))],
        base=dict(rh=(0.28, -0.3, -0.3), lh=(0.32, -0.3, -0.25)),
        rate=0.3, yaw=(-30, 0), iconic=(0.0, 0.5),
    ),
}  # fmt: skip

#: What two people do to each other: both, or the first to the second.
DUETS = {
    'shake_hands': Motion(
        keys=[
            (0.0, dict(rh=(0.86, -0.26, -0.28))),
            (0.5, dict(rh=(0.86, -0.26, -0.12))),
        ],
        base=dict(lean=8.0), rate=1.5, yaw=(-12, 12), iconic=(0.0, 0.5),
    ),
    'hug': Motion(
        keys=[
            (0.0, dict(bend=-3.0)), (0.5, dict(bend=3.0)),
        ],
        base=dict(rh=(0.62, -0.25, 0.06), lh=(0.62, -0.28, -0.25),
                  lean=10.0, nod=12.0, look=15.0),
        rate=0.4, yaw=(-15, 15), iconic=(0.0, 0.5),
    ),
    'punch': Motion(
        keys=[
            (0.0, dict(rh=(0.35, -0.1, 0.05), twist=-22.0)),
            (0.3, dict(rh=(0.1, 0.05, 0.0), twist=-35.0)),
            (0.48, dict(rh=(1.0, -0.3, 0.18), twist=30.0, lean=14.0)),
            (0.7, dict(rh=(0.35, -0.1, 0.05), twist=-10.0)),
        ],
        base=dict(lh=(0.45, -0.15, 0.12), hip=0.92, lean=6.0,
                  rf=(-0.22, 0.05, 0.0), lf=(0.22, 0.05, 0.0)),
        rate=0.8, yaw=(-20, 10), iconic=(0.42, 0.48, 0.54),
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

#: How the other person of a duet answers.
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
