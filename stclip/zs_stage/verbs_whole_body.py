"""Verbs of the whole body: without a thing, or with one to be on."""

from stclip.zs_stage.carriage import Carriage, Place
from stclip.zs_stage.gestures import GESTURES
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.motions import ACTS, POSES
from stclip.zs_stage.verb import Verb, reversed_verb

SEATS = ('chair', 'bench', 'sofa', 'bed', 'rock')
# What one sits on stands a little behind the middle of the feet.
_SEAT = Carriage(
    ((0.0, Place('there', (-0.14, 0.0, 0.0))),), front=False, stands=True
)
_UPRIGHT = dict(hip=0.97, x=0.0, lean=2.0)
_SEATED = dict(
    hip=0.52, x=-0.35, lean=-3.0, rf=(0.22, 0.05, 0.0), lf=(0.18, 0.05, 0.0),
    rh=(0.45, -0.02, -0.62), lh=(0.45, -0.02, -0.62),
)  # fmt: skip
_FLAT = dict(
    hip=0.14, x=-0.5, lean=-84.0, nod=18.0, rf=(0.45, 0.04, 0.06),
    lf=(0.42, 0.06, 0.02), rh=(0.1, 0.15, -0.8), lh=(0.3, 0.0, -0.55),
)  # fmt: skip
_PRONE = dict(
    hip=0.16, x=0.3, lean=84.0, nod=-20.0, rf=(-0.6, 0.05, 0.05),
    lf=(-0.62, 0.08, 0.0), rh=(0.2, 0.3, 0.75), lh=(0.25, 0.35, 0.7),
)  # fmt: skip

_SITTING = [(0.0, {}), (0.5, dict(lean=0.0, look=10.0))]
_SITS = dict(base=_SEATED, yaw=(-75, -5), iconic=(0.0, 0.5))

#: Postures that other motions may be laid over.
POSTURES = {
    **{name: POSES[name] for name in ('stand', 'walk', 'run', 'crouch')},
    'sit': Motion(keys=_SITTING, rate=0.3, props=('chair',), **_SITS),
    'kneel': Motion(
        keys=[(0.0, {}), (0.5, dict(lean=10.0, look=8.0))],
        base=dict(hip=0.53, lean=4.0, rf=(-0.48, 0.04, 0.02),
                  lf=(0.34, 0.08, 0.0)),
        rate=0.4, yaw=(-60, 0), iconic=(0.0, 0.5),
    ),
}  # fmt: skip

_SIT_DOWN = Verb(
    Motion(
        keys=[
            (0.0, _UPRIGHT), (0.08, _UPRIGHT),
            (0.5, dict(hip=0.72, x=-0.3, lean=34.0, rh=(0.3, 0.0, -0.6),
                       lh=(0.3, 0.0, -0.6))),
            (0.92, _SEATED), (1.0, _SEATED),
        ],
        base=dict(rf=(0.18, 0.05, 0.0), lf=(0.14, 0.05, 0.0)),
        yaw=(-55, 0), iconic=(0.6, 0.8, 0.9),
    ),
    things=SEATS, carriage=_SEAT,
)  # fmt: skip
_LIE_DOWN = Verb(
    Motion(
        keys=[
            (0.0, _UPRIGHT), (0.06, _UPRIGHT),
            (0.32, dict(hip=0.5, x=-0.3, lean=36.0, rf=(0.16, 0.06, 0.0),
                        lf=(0.1, 0.06, 0.0), rh=(0.5, 0.0, -0.5),
                        lh=(0.5, 0.0, -0.5))),
            (0.58, dict(hip=0.14, x=-0.5, lean=4.0, rf=(0.4, 0.05, 0.03),
                        lf=(0.36, 0.06, 0.0), rh=(-0.3, 0.2, -0.8),
                        lh=(-0.2, 0.2, -0.8))),
            (0.94, _FLAT), (1.0, _FLAT),
        ],
        yaw=(-30, -5), iconic=(0.7, 0.9), props=('mat',),
    ),
)  # fmt: skip
_CLIMB_UP = Verb(
    ACTS['climb_stairs'],
    things=('stairs',),
    headroom=1.35,
    footroom=0.27,
)  # fmt: skip

WHOLE_BODY = {
    **{
        name: Verb(POSES[name])
        for name in ('stand', 'walk', 'run', 'bend', 'crouch')
    },
    'jump': Verb(POSES['jump'], headroom=1.25),
    'sit': Verb(
        Motion(keys=_SITTING, rate=0.3, **_SITS), things=SEATS, carriage=_SEAT
    ),
    'lie': Verb(
        Motion(
            keys=[(0.0, {}), (0.5, dict(nod=12.0, look=10.0))], base=_FLAT,
            rate=0.3, yaw=(-30, -5), iconic=(0.0, 0.5), props=('mat',),
        ),
    ),
    'kneel': Verb(POSTURES['kneel']),
    'sit_down': _SIT_DOWN,
    'stand_up': reversed_verb(_SIT_DOWN),
    'lie_down': _LIE_DOWN,
    'get_up': reversed_verb(_LIE_DOWN),
    'climb_up': _CLIMB_UP,
    'climb_down': reversed_verb(_CLIMB_UP),
    'pull_up': Verb(ACTS['pullup'], headroom=1.4),
    'dance': Verb(
        Motion(
            keys=[
                (0.0, dict(rh=(0.1, 0.5, 0.75), lh=(0.2, 0.35, -0.5),
                           bend=16.0, twist=18.0, rf=(0.0, 0.05, 0.12),
                           lf=(0.0, 0.22, 0.0), hip=0.9)),
                (0.25, dict(rh=(0.45, 0.35, 0.1), lh=(0.45, 0.35, 0.1),
                            hip=0.84, rf=(0.0, 0.2, 0.0),
                            lf=(0.0, 0.2, 0.0))),
                (0.5, dict(lh=(0.1, 0.5, 0.75), rh=(0.2, 0.35, -0.5),
                           bend=-16.0, twist=-18.0, lf=(0.0, 0.05, 0.12),
                           rf=(0.0, 0.22, 0.0), hip=0.9)),
                (0.75, dict(rh=(0.45, 0.35, 0.1), lh=(0.45, 0.35, 0.1),
                            hip=0.84, rf=(0.0, 0.2, 0.0),
                            lf=(0.0, 0.2, 0.0))),
            ],
            rate=0.8, yaw=(-110, -50), iconic=(0.0, 0.5),
        ),
        headroom=1.15,
    ),
    'crawl': Verb(
        Motion(
            keys=[
                (0.0, dict(rh=(0.85, 0.0, 0.3), lh=(0.85, 0.0, -0.15),
                           rf=(-0.75, 0.02, 0.02), lf=(-0.45, 0.02, 0.04))),
                (0.5, dict(lh=(0.85, 0.0, 0.3), rh=(0.85, 0.0, -0.15),
                           lf=(-0.75, 0.02, 0.02), rf=(-0.45, 0.02, 0.04))),
            ],
            base=dict(hip=0.55, lean=80.0, nod=-45.0), rate=0.8, travel=0.16,
            yaw=(-30, 10), iconic=(0.0, 0.5),
        ),
    ),
    'stretch': Verb(
        Motion(
            keys=[
                (0.0, dict(bend=-18.0, lean=-4.0)),
                (0.5, dict(bend=18.0, lean=-8.0)),
            ],
            base=dict(rh=(-0.05, 0.1, 0.95), lh=(-0.05, 0.1, 0.95),
                      rf=(0.0, 0.2, 0.0), lf=(0.0, 0.2, 0.0), hip=0.95),
            rate=0.35, yaw=(-115, -50), iconic=(0.0, 0.5),
        ),
        headroom=1.25,
    ),
    'hop': Verb(
        Motion(
            keys=[
                (0.0, dict(hip=0.84, lean=12.0, lf=(-0.3, 0.03, 0.4))),
                (0.5, dict(hip=0.98, lift=0.1, lf=(-0.3, 0.03, 0.45),
                           rf=(0.0, 0.0, 0.06))),
            ],
            base=dict(rh=(0.3, 0.3, -0.2), lh=(0.3, 0.3, -0.2)), rate=1.3,
            travel=0.2, yaw=(-40, 10), iconic=(0.0, 0.5),
        ),
        headroom=1.15,
    ),
    'lean': Verb(
        Motion(
            keys=[(0.0, {}), (0.5, dict(look=12.0, nod=6.0))],
            base=dict(hip=0.93, x=-0.12, lean=-16.0, rf=(0.3, 0.0, 0.0),
                      lf=(0.16, 0.04, 0.0), rh=(0.35, -0.3, -0.35),
                      lh=(0.38, -0.3, -0.28)),
            rate=0.3, yaw=(-70, 0), iconic=(0.0, 0.5),
        ),
    ),
    'look_around': Verb(
        Motion(
            keys=[(0.0, dict(look=-50.0, twist=-8.0)),
                  (0.5, dict(look=50.0, twist=8.0))],
            rate=0.35, yaw=(-110, 0), iconic=(0.0, 0.5),
        ),
    ),
    'fall': Verb(
        Motion(
            keys=[
                (0.0, _UPRIGHT), (0.1, _UPRIGHT),
                (0.5, dict(hip=0.66, x=0.3, lean=48.0, rf=(-0.3, 0.05, 0.0),
                           lf=(-0.2, 0.1, 0.12), rh=(0.5, 0.3, 0.5),
                           lh=(0.45, 0.3, 0.6))),
                (0.8, _PRONE), (1.0, _PRONE),
            ],
            yaw=(-30, 0), iconic=(0.5, 0.65, 0.8),
        ),
        ahead=0.5,
    ),
    'clap': Verb(GESTURES['clap'], ('stand', 'sit')),
    'wave': Verb(GESTURES['wave'], ('stand', 'sit', 'walk'), headroom=1.15),
    'cheer': Verb(
        Motion(
            keys=[
                (0.0, dict(rh=(0.1, 0.35, 0.85), lh=(0.1, 0.35, 0.85),
                           lift=0.05, hip=1.0, nod=-12.0)),
                (0.5, dict(rh=(0.25, 0.3, 0.45), lh=(0.25, 0.3, 0.45),
                           hip=0.9)),
            ],
            rate=1.2, yaw=(-110, -30), iconic=(0.0, 0.1),
        ),
        headroom=1.25,
    ),
}  # fmt: skip
