"""Verbs of somebody who does something to another person."""

from dataclasses import replace

from stclip.zs_stage.carriage import Carriage, Place
from stclip.zs_stage.gestures import GESTURES, REACTIONS
from stclip.zs_stage.motion import Motion
from stclip.zs_stage.motions import POSES
from stclip.zs_stage.shared_motions import (
    HUG,
    KICK,
    POINT,
    SHAKE,
    SPEAK,
    STRIKE,
    WATCH,
)
from stclip.zs_stage.verb import Duet, Verb, reversed_verb

GIFTS = (
    'gift', 'flower', 'book', 'letter', 'box', 'ball', 'apple', 'teddy',
    'cake', 'cup', 'key', 'ice_cream', 'newspaper', 'balloon', 'plate',
)  # fmt: skip
# Where a given thing changes hands, and from where it comes.
_PASSED = 0.5
_REACH = dict(rh=(0.92, -0.26, -0.12), lean=8.0)
_NEAR = dict(rh=(0.3, -0.16, -0.35), lean=0.0)
_IN_HAND = ((0.0, Place('r_hand', axis=(0.0, 0.0, 1.0))),)
_REACHING = dict(yaw=(-15, 5), iconic=(0.45, 0.6, 0.8))

_GIVE = Verb(
    Motion(
        keys=[
            (0.0, _NEAR), (0.06, _NEAR), (0.44, _REACH), (0.56, _REACH),
            (0.94, dict(rh=(0.1, 0.1, -0.9))), (1.0, dict(
                rh=(0.1, 0.1, -0.9))),
        ],
        base=dict(tool=(0.2, 0.0, 1.0)), **_REACHING,
    ),
    things=GIFTS,
    carriage=Carriage(_IN_HAND, shown=(-1.0, _PASSED)),
    ahead=0.62,
    duet=Duet(
        0.62,
        Motion(
            keys=[
                (0.0, dict(rh=(0.1, 0.1, -0.9))),
                (0.06, dict(rh=(0.1, 0.1, -0.9))),
                (0.44, _REACH), (0.56, _REACH), (0.94, _NEAR), (1.0, _NEAR),
            ],
            base=dict(tool=(0.2, 0.0, 1.0)), **_REACHING,
        ),
        Carriage(_IN_HAND, shown=(_PASSED, 2.0)),
    ),
)  # fmt: skip
_HIGH_FIVE = Motion(
    keys=[
        (0.0, dict(rh=(0.3, 0.05, 0.35))),
        (0.4, dict(rh=(0.62, -0.2, 0.62), lean=8.0)),
        (0.5, dict(rh=(0.62, -0.2, 0.62), lean=8.0)),
        (0.8, dict(rh=(0.2, 0.15, 0.1))),
    ],
    rate=0.7, yaw=(-15, 10), iconic=(0.4, 0.45, 0.5),
)  # fmt: skip
_WALTZ = Motion(
    keys=[
        (0.0, dict(bend=-12.0, rf=(0.0, 0.2, 0.12), lf=(0.0, 0.08, 0.0))),
        (0.5, dict(bend=12.0, lf=(0.0, 0.2, 0.12), rf=(0.0, 0.08, 0.0))),
    ],
    base=dict(rh=(0.72, 0.1, 0.25), lh=(0.72, 0.1, 0.25), hip=0.93,
              lean=2.0),
    rate=0.8, yaw=(-25, 15), iconic=(0.0, 0.5),
)  # fmt: skip
_LISTEN = Motion(
    keys=[(0.0, dict(nod=4.0)), (0.5, dict(nod=12.0, bend=3.0))], rate=0.5
)

WITH_PARTNERS = {
    'hug': Verb(HUG, ('stand',), ahead=0.3, duet=Duet(0.3, HUG)),
    'shake_hands': Verb(SHAKE, ('stand',), ahead=0.62, duet=Duet(0.62, SHAKE)),
    'punch': Verb(
        STRIKE, ('stand',), ahead=0.5, duet=Duet(0.5, REACTIONS['punch']),
    ),
    'kick_person': Verb(
        KICK, ('stand',), ahead=0.6, duet=Duet(0.6, REACTIONS['kick_person']),
    ),
    'push_person': Verb(
        GESTURES['push_person'], ('stand',),
        ahead=0.52, duet=Duet(0.52, REACTIONS['push_person']),
    ),
    'wave_to': Verb(
        replace(GESTURES['wave'], yaw=(-35, 5)), ('stand', 'sit'), ahead=1.0,
        duet=Duet(1.0),
        headroom=1.15,
    ),
    'watch': Verb(WATCH, ('stand',), ahead=1.2, duet=Duet(0.85)),
    'point_at_person': Verb(POINT, ('stand',), ahead=1.2, duet=Duet(0.85)),
    'talk_to': Verb(SPEAK, ('stand',), ahead=0.62, duet=Duet(0.62, _LISTEN)),
    'give': _GIVE,
    'take': reversed_verb(_GIVE),
    'high_five': Verb(
        _HIGH_FIVE, ('stand',), ahead=0.5, duet=Duet(0.5, _HIGH_FIVE),
        headroom=1.1,
    ),
    'follow': Verb(
        POSES['walk'], ahead=0.55,
        duet=Duet(0.55, POSES['walk'], facing=False),
    ),
    'dance_with': Verb(_WALTZ, ahead=0.5, duet=Duet(0.5, _WALTZ)),
}  # fmt: skip
