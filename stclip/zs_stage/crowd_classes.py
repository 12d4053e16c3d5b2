"""The actions of the crowds, their folds and their development set."""

from itertools import combinations

from stclip.zs_stage.classes import Action, deal

#: All actions by the three groups of AVA; the 1-based place among all is the
#: action id. Everybody does exactly one of the first group.
GROUPS = {
    'PERSON_MOVEMENT': {
        'dance': Action('dance'),
        'jump': Action('jump'),
        'kneel': Action('kneel'),
        'lie': Action('lie'),
        'run': Action('run'),
        'sit': Action('sit', 'chair'),
        'stand': Action('stand'),
        'walk': Action('walk'),
    },
    'OBJECT_MANIPULATION': {
        'carry box': Action('carry_in_arms', 'box'),
        'carry suitcase': Action('carry', 'suitcase'),
        'drink': Action('drink', 'bottle'),
        'eat': Action('eat', 'apple'),
        'hold umbrella': Action('hold', 'umbrella'),
        'play guitar': Action('play_string', 'guitar'),
        'read book': Action('read', 'book'),
        'sing': Action('sing', 'microphone'),
        'sweep floor': Action('sweep', 'broom'),
        'take photo': Action('photograph', 'camera'),
        'talk on phone': Action('talk_on_phone', 'phone'),
        'wave flag': Action('wave_thing', 'flag'),
    },
    'PERSON_INTERACTION': {
        'follow person': Action('follow'),
        'high five': Action('high_five'),
        'hug person': Action('hug'),
        'kick person': Action('kick_person'),
        'point at person': Action('point_at_person'),
        'punch person': Action('punch'),
        'push person': Action('push_person'),
        'shake hands': Action('shake_hands'),
        'talk to person': Action('talk_to'),
        'watch person': Action('watch'),
    },
}
POSES, OBJECTS, PERSONS = map(tuple, GROUPS.values())
CROWD_ACTIONS = {
    name: action for group in GROUPS.values() for name, action in group.items()
}

#: What people do in every crowd, if they do nothing else: unseen nowhere.
COMMON = ('stand', 'walk')

_SEED = 20261130
_DECKS = {
    group: tuple((name,) for name in actions if name not in COMMON)
    for group, actions in GROUPS.items()
}
_PART = dict(PERSON_MOVEMENT=1, OBJECT_MANIPULATION=2, PERSON_INTERACTION=2)


def draw_crowd_parts(seed: int) -> tuple[tuple[str, ...], ...]:
    """Deal actions into four folds and a development set.

    Returns:
        The names of each in the order of :data:`CROWD_ACTIONS`, folds first.
    """
    return deal(_DECKS, (_PART,) * 5, seed, tuple(CROWD_ACTIONS))


#: Five actions each: the folds' unseen ones, then the development set's.
PARTS = draw_crowd_parts(_SEED)
CROWD_FOLDS = dict(zip((1, 2, 3, 4), PARTS[:4], strict=True))
CROWD_DEVELOPMENT = {1: PARTS[4]}
#: Actions that are unseen nowhere.
CROWD_FREE = tuple(
    name for name in CROWD_ACTIONS if name not in sum(PARTS, ())
)
#: What a training video may show: one of these sets in turn. A fold learns
#: from videos without its unseen actions: six tenths of them, as each shows
#: those of two parts only.
TRAINING_SETS = tuple(
    frozenset((*CROWD_FREE, *one, *other))
    for one, other in combinations(PARTS, 2)
)


def crowd_label_split(part: str, number: int) -> tuple[tuple[str, ...], ...]:
    """Return seen and unseen actions of a fold or the development set.

    The seen ones are all others.

    Args:
        part: ``'fold'`` or ``'dev'``.
        number: From 1.
    """
    unseen = (CROWD_FOLDS if part == 'fold' else CROWD_DEVELOPMENT)[number]
    return tuple(name for name in CROWD_ACTIONS if name not in unseen), unseen
