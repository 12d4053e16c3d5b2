"""The actions of the videos, their pairs, folds and development sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Action:
    """A class of the videos.

    Args:
        verb: Key of :data:`~stclip.zs_stage.verbs.VERBS`.
        thing: What it is done with; None with nothing or a person.
    """

    verb: str
    thing: str | None = None


#: All actions by name; the 1-based place is the action id. Pairs are
#: neighbours.
ACTIONS = {
    'sit_down': Action('sit_down', 'chair'),
    'stand_up': Action('stand_up', 'chair'),
    'pick_up_box': Action('pick_up', 'box'),
    'put_down_box': Action('put_down', 'box'),
    'push_cart': Action('push', 'cart'),
    'pull_cart': Action('pull', 'cart'),
    'open_door': Action('open', 'door'),
    'close_door': Action('close', 'door'),
    'throw_ball': Action('throw', 'ball'),
    'catch_ball': Action('catch', 'ball'),
    'raise_barbell': Action('raise', 'barbell'),
    'lower_barbell': Action('lower', 'barbell'),
    'put_on_hat': Action('put_on', 'hat'),
    'take_off_hat': Action('take_off', 'hat'),
    'lie_down': Action('lie_down'),
    'get_up': Action('get_up'),
    'open_umbrella': Action('open_umbrella', 'umbrella'),
    'close_umbrella': Action('close_umbrella', 'umbrella'),
    'give_gift_to_person': Action('give', 'gift'),
    'take_gift_from_person': Action('take', 'gift'),
    'put_on_shelf': Action('put_on_shelf', 'book'),
    'take_from_shelf': Action('take_from_shelf', 'book'),
    'climb_up': Action('climb_up', 'stairs'),
    'climb_down': Action('climb_down', 'stairs'),
    'drink_from_bottle': Action('drink', 'bottle'),
    'eat_apple': Action('eat', 'apple'),
    'talk_on_phone': Action('talk_on_phone', 'phone'),
    'comb_hair': Action('comb', 'comb'),
    'swing_bat': Action('swing', 'bat'),
    'swing_axe': Action('swing', 'axe'),
    'sweep_floor': Action('sweep', 'broom'),
    'dig': Action('dig', 'shovel'),
    'read_book': Action('read', 'book'),
    'take_photo': Action('photograph', 'camera'),
    'wave_flag': Action('wave_thing', 'flag'),
    'hold_balloon': Action('hold_up', 'balloon'),
    'play_guitar': Action('play_string', 'guitar'),
    'play_violin': Action('play_string', 'violin'),
    'kick_person': Action('kick_person'),
    'kick_ball': Action('kick', 'ball'),
    'hug_person': Action('hug'),
    'hug_teddy': Action('hug_thing', 'teddy'),
    'point_at_person': Action('point_at_person'),
    'point_at_tree': Action('point_at', 'tree'),
    'punch_person': Action('punch'),
    'hammer_nail': Action('hammer', 'hammer'),
    'talk_to_person': Action('talk_to'),
    'sing': Action('sing', 'microphone'),
    'shake_hands': Action('shake_hands'),
    'shake_bottle': Action('shake', 'bottle'),
    'watch_person': Action('watch'),
    'watch_tv': Action('look_at', 'tv'),
    'run': Action('run'),
    'jump': Action('jump'),
    'dance': Action('dance'),
    'pull_up': Action('pull_up'),
    'shoot_bow': Action('shoot_bow', 'bow'),
    'clap': Action('clap'),
    'carry_suitcase': Action('carry', 'suitcase'),
    'pour': Action('pour', 'jug'),
}

_NAMES = tuple(ACTIONS)


def _pairs(first: int, last: int) -> tuple[tuple[str, str], ...]:
    return tuple(zip(_NAMES[first:last:2], _NAMES[first + 1 : last : 2],
                     strict=True))  # fmt: skip


#: Pairs by what tells their members apart, and actions without a twin. The
#: second of a ``motion`` pair is the first played backwards; the members of
#: an ``object`` pair do the same with another thing; of a ``partner`` pair,
#: the first does to a person what the second does with a thing.
PAIRS = {
    'motion': _pairs(0, 24),
    'object': _pairs(24, 38),
    'partner': _pairs(38, 52),
    'single': tuple((name,) for name in _NAMES[52:]),
}

#: How many pairs of each kind a fold and a development set have. The third
#: set has a second motion pair instead of two single actions: together folds
#: and sets hold every action once.
_FOLD = dict(motion=2, object=1, partner=1, single=1)
_SETS = (
    dict(motion=1, object=1, partner=1, single=2),
    dict(motion=1, object=1, partner=1, single=2),
    dict(motion=2, object=1, partner=1, single=0),
)
_SEED = 20261129


def deal(
    decks: Mapping[str, Sequence[tuple[str, ...]]],
    hands: Sequence[Mapping[str, int]],
    seed: int,
    order: Sequence[str],
) -> tuple[tuple[str, ...], ...]:
    """Deal names at random into disjoint parts.

    Args:
        decks: By kind, names that stay together.
        hands: For each part, how many of each kind it gets.
        seed: Of the permutation of each deck.
        order: All names as they stand in a part.
    """
    rng = np.random.default_rng(seed)
    shuffled = {
        kind: [deck[index] for index in rng.permutation(len(deck))]
        for kind, deck in decks.items()
    }
    parts = []
    for counts in hands:
        names = []
        for kind, count in counts.items():
            for _ in range(count):
                names += shuffled[kind].pop()
        parts.append(tuple(sorted(names, key=order.index)))
    return tuple(parts)


def draw_parts(seed: int) -> tuple[tuple[str, ...], ...]:
    """Deal all pairs into four folds and three development sets.

    Returns:
        The names of each in the order of :data:`ACTIONS`, folds first.
    """
    return deal(PAIRS, (_FOLD,) * 4 + _SETS, seed, _NAMES)


_PARTS = draw_parts(_SEED)
#: Unseen actions of each fold, drawn before any result was seen.
FOLDS = dict(zip((1, 2, 3, 4), _PARTS[:4], strict=True))
#: Unseen actions of each set that schedules are chosen on; none is unseen in
#: a fold.
DEVELOPMENT = dict(zip((1, 2, 3), _PARTS[4:], strict=True))


#: Actions that are unseen in no fold.
FREE = tuple(name for name in ACTIONS if name in sum(_PARTS[4:], ()))


def label_split(part: str, number: int) -> tuple[tuple[str, ...], ...]:
    """Return seen and unseen actions of a fold or development set.

    A fold's seen actions are all others. Those of a development set are in no
    fold either: what is chosen on it has never met what a fold tests.

    Args:
        part: ``'fold'`` or ``'dev'``.
        number: From 1.
    """
    unseen = FOLDS[number] if part == 'fold' else DEVELOPMENT[number]
    among = ACTIONS if part == 'fold' else FREE
    return tuple(name for name in among if name not in unseen), unseen
