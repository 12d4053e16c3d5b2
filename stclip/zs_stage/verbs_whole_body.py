"""Verbs of the whole body, without a thing or with one to be on."""

from stclip.zs_stage.carriage import Carriage, Place
from stclip.zs_stage.gestures import GESTURES
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.motions import ACTS, POSES
from stclip.zs_stage.verb import Verb, reversed_verb

#: Where one sits: what stands behind the knees.
_SEAT = Carriage(
    ((0.0, Place('there', (-0.16, 0.0, 0.0), (0.0, 0.0, 1.0))),), front=False
)
_SEATS = ('chair', 'bench', 'sofa', 'bed', 'rock', 'box', 'barrel')
_UPRIGHT = dict(hip=0.97, x=0.0, lean=2.0)
_SEATED = dict(
    hip=0.52, x=-0.35, lean=-3.0, rh=(0.45, -0.02, -0.62),
    lh=(0.45, -0.02, -0.62),
)  # fmt: skip

#: Postures that gestures may be laid over.
POSTURES = {
    **{name: POSES[name] for name in ('stand', 'walk', 'crouch')},
    'sit': Motion(
        keys=POSES['sit'].keys, base=POSES['sit'].base, rate=0.3,
        yaw=(-75, -5), iconic=(0.0, 0.5),
    ),
}  # fmt: skip

_SIT_DOWN = Verb(
    Motion(
        keys=[
            (0.0, _UPRIGHT), (0.08, _UPRIGHT),
            (0.5, dict(hip=0.72, x=-0.3, lean=34.0, rh=(0.3, 0.0, -0.6),
                       lh=(0.3, 0.0, -0.6))),
            (0.9, _SEATED), (1.0, _SEATED),
        ],
        base=dict(rf=(0.18, 0.05, 0.0), lf=(0.14, 0.05, 0.0)),
        yaw=(-55, 0), iconic=(0.6, 0.8, 0.9),
    ),
    things=_SEATS, carriage=_SEAT,
)  # fmt: skip

WHOLE_BODY = {
    'run': Verb(POSES['run']),
    'sit_down': _SIT_DOWN,
    'stand_up': reversed_verb(_SIT_DOWN),
    'wave': Verb(GESTURES['wave'], ('stand', 'sit', 'walk')),
}
