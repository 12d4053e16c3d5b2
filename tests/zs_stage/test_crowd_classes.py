"""Actions of the crowds, their folds, and what training videos may show."""

from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from stclip.labels.label_split import read_label_split
from stclip.zs_stage.crowd_classes import (
    COMMON,
    CROWD_ACTIONS,
    CROWD_DEVELOPMENT,
    CROWD_FOLDS,
    CROWD_FREE,
    GROUPS,
    OBJECTS,
    PARTS,
    PERSONS,
    POSES,
    TRAINING_SETS,
    draw_crowd_parts,
)
from stclip.zs_stage.things import THINGS
from stclip.zs_stage.verbs import VERBS

SPLITS = Path(__file__).parents[2] / 'data' / 'splits' / 'zs_stage'


def test_actions_stand_by_group():
    """Poses come first, as in AVA; the id is the place."""
    assert tuple(CROWD_ACTIONS) == (*POSES, *OBJECTS, *PERSONS)
    assert [len(g) for g in GROUPS.values()] == [8, 12, 10]
    assert len(CROWD_ACTIONS) == 30


def test_verbs_and_things_exist_and_fit():
    for name, action in CROWD_ACTIONS.items():
        verb = VERBS[action.verb]
        assert verb.partner == (name in PERSONS)
        assert (action.thing is None) == (not verb.things)
        if action.thing:
            assert action.thing in verb.things
            assert action.thing in THINGS
        if name in OBJECTS:
            assert verb.lower_body
        # Every moment of a long video shows what it is labelled with.
        assert verb.motion.rate > 0


def test_no_two_actions_are_the_same():
    assert len(set(CROWD_ACTIONS.values())) == len(CROWD_ACTIONS)


def test_parts_are_disjoint_and_mixed():
    names = list(chain(*PARTS))
    assert len(names) == len(set(names)) == 25
    assert set(names) | {*CROWD_FREE} == set(CROWD_ACTIONS)
    assert not {*COMMON} & set(names)
    for part in PARTS:
        counts = [len({*part} & {*group}) for group in GROUPS.values()]
        assert counts == [1, 2, 2]
    assert (*CROWD_FOLDS.values(), *CROWD_DEVELOPMENT.values()) == PARTS


def test_parts_are_what_the_seed_draws():
    assert draw_crowd_parts(20261130) == PARTS
    assert draw_crowd_parts(20261129) != PARTS


@pytest.mark.parametrize('number', [1, 2, 3, 4, 'dev1'])
def test_split_files(number):
    """Whole actions: all but the unseen ones are seen."""
    name = f'multi_{number}' if number == 'dev1' else f'multi_split{number}'
    split = read_label_split(SPLITS / f'{name}.yaml')
    assert (split.benchmark, split.split) == ('zs_stage_multi', number)
    dev = number == 'dev1'
    unseen = CROWD_DEVELOPMENT[1] if dev else CROWD_FOLDS[number]
    assert tuple(split.test) == unseen
    assert set(split.train) == set(CROWD_ACTIONS) - {*unseen}


def test_six_of_ten_training_sets_are_free_of_a_part():
    """And every two actions may meet in some video."""
    for part in PARTS:
        free = [names for names in TRAINING_SETS if not names & {*part}]
        assert len(free) == 6
        shown = Counter(chain(*free))
        assert set(shown) == set(CROWD_ACTIONS) - {*part}
        assert all(shown[name] == 6 for name in CROWD_FREE)
    for one in CROWD_ACTIONS:
        for other in CROWD_ACTIONS:
            assert any({one, other} <= names for names in TRAINING_SETS)
