"""Verbs of somebody who handles a thing."""

from stclip.zs_stage.carriage import ACROSS, ALONG, UP, Carriage, Place, held
from stclip.zs_stage.gestures import GESTURES
from stclip.zs_stage.motions import ACTS
from stclip.zs_stage.shared_motions import (
    HUG,
    KICK,
    POINT,
    SHAKE,
    SPEAK,
    STRIKE,
    WATCH,
)
from stclip.zs_stage.thing_motions import (
    AIM,
    BRANDISH,
    CARRY,
    CARRY_IN_ARMS,
    CHOP,
    DROP,
    HOLD_UP,
    LIFT,
    OPEN_DOOR,
    OPEN_UMBRELLA,
    PAINT,
    PICK_UP,
    PLAY_DRUM,
    PLAY_STRING,
    PLAY_TRUMPET,
    PUSH,
    PUT_ON,
    SHELVE,
    SHOOT_GUN,
    SWING,
    THROW,
    TO_HEAD,
    TO_MOUTH,
    VIEW,
    WRITE,
)
from stclip.zs_stage.verb import Verb, reversed_verb

_ANYHOW = ('stand', 'sit', 'walk')
_BALLS = ('ball', 'basketball', 'football')
_TARGETS = (
    'tree', 'car', 'bicycle', 'lamp_post', 'tent', 'statue', 'fountain',
    'sign', 'snowman', 'boat', 'cactus', 'piano', 'mailbox', 'palm', 'pine',
    'horse', 'cow', 'sheep', 'dog', 'cat', 'bird', 'door',
)  # fmt: skip


def _standing(x: float, moves: bool = False) -> Carriage:
    """A thing that stands on the floor before its user."""
    place = Place('here' if moves else 'there', (x, 0.0, 0.0))
    return Carriage(((0.0, place),), stands=True, front=moves)


_BETWEEN = held('hands', axis=UP)
_FLOOR = Place('there', (0.42, 0.0, 0.1), UP)
_HANDS = Place('hands', (0.02, 0.0, 0.0), UP)
_PICK_UP = Verb(
    PICK_UP,
    things=(
        'box', 'gift', *_BALLS, 'bag', 'suitcase', 'basket', 'bucket',
        'brick', 'log', 'pillow', 'teddy', 'book', 'cat', 'dog', 'wheel',
    ),
    carriage=Carriage(
        ((0.36, _FLOOR), (0.46, _HANDS), (1.0, _HANDS)),
    ),
)  # fmt: skip
_THROW = Verb(
    THROW,
    things=(*_BALLS, 'apple', 'hat', 'pillow', 'teddy', 'brick', 'book'),
    carriage=Carriage(
        (
            (0.48, Place('r_hand', (0.03, 0.0, 0.03), UP)),
            (0.54, Place('there', (0.4, -0.12, 0.95), UP)),
            (0.98, Place('there', (1.35, -0.1, 0.75), UP)),
        ),
        arc=0.22,
    ),
    headroom=1.15, ahead=0.9,
)  # fmt: skip
_PUSH = Verb(
    PUSH,
    things=('cart', 'box', 'table', 'sofa', 'barrel', 'bicycle', 'piano',
            'fridge', 'car'),
    carriage=_standing(0.66, moves=True), ahead=0.5,
)  # fmt: skip
_LIFT = Verb(
    LIFT,
    things=('barbell', 'log'),
    carriage=held('hands', axis=UP), headroom=1.3,
)  # fmt: skip
_OPEN = Verb(
    OPEN_DOOR,
    things=('door', 'fridge', 'window'),
    carriage=Carriage(
        ((0.0, Place('there', (0.44, 0.0, 0.0))),), front=False,
        opening=((0.28, 0.0), (0.9, 1.0)),
    ),
    headroom=1.3, ahead=0.4,
)  # fmt: skip
_OPEN_UMBRELLA = Verb(
    OPEN_UMBRELLA,
    things=('umbrella',),
    carriage=Carriage(
        ((0.0, Place('r_hand')),), opening=((0.2, 0.0), (0.75, 1.0))
    ),
    headroom=1.35,
)  # fmt: skip
_PUT_ON = Verb(
    PUT_ON,
    things=('hat', 'bucket', 'basket'),
    carriage=Carriage(
        (
            (0.52, Place('r_hand', axis=UP)),
            (0.6, Place('head', (0.0, 0.0, 0.06), UP)),
            (1.0, Place('head', (0.0, 0.0, 0.06), UP)),
        ),
    ),
    headroom=1.2,
)  # fmt: skip
_SHELF = ('shelf', _standing(0.62))
_ON_SHELF = Place('there', (0.5, 0.0, 0.78), UP)
_SHELVE = Verb(
    SHELVE,
    things=('book', 'box', 'clock', 'jug', 'teddy', 'plate', 'candle',
            'doll', 'cup', 'bottle', 'glass', 'pan', 'camera', 'lantern'),
    carriage=Carriage(
        (
            (0.5, Place('r_hand', axis=UP)), (0.58, _ON_SHELF),
            (1.0, _ON_SHELF),
        ),
    ),
    scenery=(_SHELF,), headroom=1.1, ahead=0.4,
)  # fmt: skip
_SCREENS = ('tv', 'mirror', 'statue', 'sign', 'fountain', 'piano', 'campfire',
            'snowman', 'dog', 'bird', 'horse')  # fmt: skip

WITH_THINGS = {
    'hold': Verb(
        HOLD_UP, _ANYHOW,
        things=(
            'cup', 'glass', 'bottle', 'jug', 'phone', 'camera', 'umbrella',
            'hammer', 'saw', 'axe', 'knife', 'pan', 'spoon', 'plate', 'flag',
            'balloon', 'kite', 'flower', 'hat', 'racket', 'club', 'sword',
            'shield', 'torch', 'lantern', 'rope', 'brush', 'comb', 'pen',
            'paintbrush', 'key', 'clock', 'doll', 'fish', 'apple', 'banana',
            'bread', 'pizza', 'cake', 'ice_cream', *_BALLS, 'gift',
            'candle', 'fan', 'mirror', 'letter', 'scissors', 'brick', 'duck',
        ),
        carriage=held(),
    ),
    'hold_up': Verb(
        BRANDISH, ('stand', 'walk'),
        things=('balloon', 'kite', 'flag', 'torch', 'lantern', 'sign'),
        carriage=held(), headroom=1.25,
    ),
    'wave_thing': Verb(
        BRANDISH, ('stand', 'walk'),
        things=('flag', 'hat', 'torch', 'racket', 'sword', 'fan', 'rope',
                'newspaper', 'broom'),
        carriage=held(), headroom=1.25,
    ),
    'carry': Verb(
        CARRY, ('walk', 'walk', 'stand'),
        things=('suitcase', 'bag', 'bucket', 'basket', 'lantern', 'guitar',
                'skateboard', 'jug', 'racket', 'rope'),
        carriage=held(axis=UP),
    ),
    'carry_in_arms': Verb(
        CARRY_IN_ARMS, ('walk', 'stand'),
        things=('box', 'gift', 'tray', 'pillow', 'teddy', 'log', 'brick',
                'wheel', 'cake', 'pizza', 'basket', 'cat', 'dog', 'duck',
                'laptop', 'basketball', 'guitar', 'mirror'),
        carriage=_BETWEEN,
    ),
    'pick_up': _PICK_UP,
    'put_down': reversed_verb(_PICK_UP),
    'throw': _THROW,
    'catch': reversed_verb(_THROW),
    'push': _PUSH,
    'pull': reversed_verb(_PUSH),
    'raise': _LIFT,
    'lower': reversed_verb(_LIFT),
    'open': _OPEN,
    'close': reversed_verb(_OPEN),
    'open_umbrella': _OPEN_UMBRELLA,
    'close_umbrella': reversed_verb(_OPEN_UMBRELLA),
    'put_on': _PUT_ON,
    'take_off': reversed_verb(_PUT_ON),
    'put_on_shelf': _SHELVE,
    'take_from_shelf': reversed_verb(_SHELVE),
    'kick': Verb(
        KICK, ('stand',),
        things=(*_BALLS, 'box', 'bucket', 'barrel', 'bin'),
        carriage=Carriage(
            (
                (0.46, Place('there', (0.5, -0.05, 0.08), UP)),
                (0.8, Place('there', (1.5, -0.05, 0.3), UP)),
            ),
            arc=0.2,
        ),
        ahead=0.6,
    ),
    'swing': Verb(
        SWING,
        things=('bat', 'axe', 'racket', 'club', 'sword', 'hammer', 'rope'),
        carriage=held('hands'), headroom=1.2,
    ),
    'chop': Verb(
        CHOP, things=('axe', 'knife', 'sword', 'saw'),
        carriage=held('hands'), headroom=1.25, ahead=0.2,
        scenery=(('log', _standing(0.5)),),
    ),
    'hammer': Verb(
        STRIKE, ('stand',), things=('hammer',), carriage=held(),
        scenery=(('sign', _standing(0.6)),), ahead=0.5,
    ),
    'drop': Verb(
        DROP,
        things=('glass', 'plate', 'cup', 'book', 'ball', 'phone', 'box',
                'bottle', 'key', 'apple', 'pizza', 'ice_cream', 'clock'),
        carriage=Carriage(
            (
                (0.42, Place('r_hand', axis=UP)),
                (0.66, Place('there', (0.34, -0.1, 0.05), (1.0, 0.0, 0.1))),
            ),
        ),
    ),
    'point_at': Verb(
        POINT, ('stand',), things=_TARGETS, carriage=_standing(0.85),
        ahead=1.2,
    ),
    'look_at': Verb(
        WATCH, ('stand',), things=_SCREENS, carriage=_standing(0.85),
        ahead=1.2,
    ),
    'hug_thing': Verb(
        HUG, ('stand',),
        things=('teddy', 'pillow', 'doll', 'cat', 'dog', 'duck', 'gift'),
        carriage=held('hands', offset=(0.02, 0.0, 0.0), axis=UP),
        ahead=0.3,
    ),
    'shake': Verb(
        SHAKE, ('stand',), things=('bottle', 'jug', 'gift', 'box', 'glass'),
        carriage=held(), ahead=0.62,
    ),
    'sing': Verb(
        SPEAK, ('stand',), things=('microphone',), carriage=held(),
        ahead=0.62,
    ),
    'drink': Verb(
        TO_MOUTH, _ANYHOW, things=('bottle', 'cup', 'glass', 'jug'),
        carriage=held(),
    ),
    'eat': Verb(
        TO_MOUTH, _ANYHOW,
        things=('apple', 'banana', 'bread', 'pizza', 'cake', 'ice_cream',
                'fish'),
        carriage=held(),
    ),
    'talk_on_phone': Verb(
        TO_HEAD, _ANYHOW, things=('phone',), carriage=held(),
    ),
    'comb': Verb(
        TO_HEAD, _ANYHOW, things=('comb', 'brush'), carriage=held(),
    ),
    'read': Verb(
        VIEW, ('sit', 'stand'),
        things=('book', 'newspaper', 'letter', 'map', 'laptop'),
        carriage=_BETWEEN,
    ),
    'photograph': Verb(
        VIEW, ('sit', 'stand'),
        things=('camera', 'phone'), carriage=_BETWEEN,
    ),
    'pour': Verb(
        GESTURES['pour'], ('stand', 'sit'),
        things=('jug', 'bottle', 'bucket', 'glass'), carriage=held(),
        scenery=(('cup', held('l_hand', axis=UP)),),
    ),
    'sweep': Verb(
        GESTURES['sweep_floor'], ('stand',), things=('broom', 'mop', 'rake'),
        carriage=held('hands', axis=ALONG),
    ),
    'dig': Verb(
        GESTURES['sweep_floor'], ('stand',), things=('shovel',),
        carriage=held('hands', axis=ALONG),
    ),
    'paint': Verb(
        PAINT, ('stand',), things=('paintbrush', 'brush'), carriage=held(),
        scenery=(('fence', _standing(0.62)),), ahead=0.3,
    ),
    'write': Verb(
        WRITE, ('stand', 'sit'), things=('pen',),
        carriage=held(),
        scenery=(('letter', held('l_hand', axis=(0.3, 0.0, 1.0))),),
    ),
    'play_string': Verb(
        PLAY_STRING, ('stand',), things=('guitar', 'violin'),
        carriage=held('r_hand', axis=ACROSS),
    ),
    'play_blow': Verb(
        PLAY_TRUMPET, ('stand', 'walk'), things=('trumpet',),
        carriage=held('hands'),
    ),
    'play_drum': Verb(
        PLAY_DRUM, ('stand', 'walk'), things=('drum',),
        carriage=held('pelvis', offset=(0.17, 0.0, 0.02), axis=UP),
    ),
    'aim': Verb(AIM, ('stand',), things=('gun',), carriage=held()),
    'shoot': Verb(
        SHOOT_GUN, ('stand',), things=('gun',), carriage=held(),
    ),
    'shoot_bow': Verb(
        ACTS['shoot_bow'], things=('bow',), headroom=1.1, ahead=0.55,
    ),
}  # fmt: skip
