"""The vocabulary, and the label split files that are made from it."""

from pathlib import Path

import pytest

from stclip.labels.label_split import read_label_split
from stclip.zs_stage.actions import (
    CORE_ACTIONS,
    EXTRA_ACTIONS,
    JHMDB_ACTIONS,
    MULTI_ACTIONS,
    MULTI_TEST_CLASSES,
    SINGLE_ACTIONS,
    SINGLE_TEST_CLASSES,
    multi_action_names,
)

SPLITS = Path(__file__).parents[2] / 'data' / 'splits'


def action_key(name):
    """One name for classes of both tracks that mean the same."""
    key = name.replace(' ', '_')
    same = dict(hug_person='hug', punch_person='punch', wave_to_person='wave')
    return same.get(key, key)


def read(name):
    return read_label_split(SPLITS / 'zs_stage' / f'{name}.yaml')


@pytest.mark.parametrize('number', [1, 2, 3, 4])
def test_split_files_of_the_single_track(number):
    split = read(f'single_split{number}')
    assert (split.benchmark, split.split) == ('zs_stage_single', number)
    assert sorted(split.test) == sorted(SINGLE_TEST_CLASSES[number])
    seen = set(SINGLE_ACTIONS) - set(SINGLE_TEST_CLASSES[number])
    assert sorted(split.train) == sorted(seen)
    assert (len(split.train), len(split.test)) == (24, 8)


def test_split_file_of_the_multi_track():
    split = read('multi_split1')
    assert (split.benchmark, split.split) == ('zs_stage_multi', 1)
    assert sorted(split.test) == sorted(MULTI_TEST_CLASSES)
    seen = set(multi_action_names()) - set(MULTI_TEST_CLASSES)
    assert sorted(split.train) == sorted(seen)
    assert (len(split.train), len(split.test)) == (15, 7)


def test_split_for_choosing_knows_no_unseen_action():
    """Nothing may be tuned on what split 1 tests."""
    split, first = read('single_dev'), read('single_split1')
    assert (split.benchmark, split.split) == ('zs_stage_single', 'dev')
    # Every third of split 1's training actions is unseen here.
    assert split.test == first.train[::3]
    assert sorted(split.train + split.test) == sorted(first.train)
    assert (len(split.train), len(split.test)) == (16, 8)


def test_every_split_file_is_tested_here():
    files = (SPLITS / 'zs_stage').iterdir()
    names = {p.stem for p in files if not p.stem.startswith('stage2_')}
    single = {f'single_split{number}' for number in SINGLE_TEST_CLASSES}
    assert names == single | {'single_dev', 'multi_split1'}


def test_jhmdb_is_whole():
    jhmdb = read_label_split(SPLITS / 'zs_jhmdb' / 'split1.yaml')
    assert sorted(JHMDB_ACTIONS) == sorted(jhmdb.train + jhmdb.test)
    assert len(JHMDB_ACTIONS) == 21


def test_single_track_has_more_actions_than_jhmdb():
    assert SINGLE_ACTIONS == JHMDB_ACTIONS + EXTRA_ACTIONS
    assert len(set(SINGLE_ACTIONS)) == len(SINGLE_ACTIONS) == 32


def test_core_actions_are_those_that_no_split_tests():
    tested = set()
    for number in range(1, 5):
        tested |= set(read(f'single_split{number}').test)
    assert tested & set(CORE_ACTIONS) == set()
    assert tested | set(CORE_ACTIONS) == set(SINGLE_ACTIONS)
    assert len(CORE_ACTIONS) == 13


def test_ids_of_the_multi_track():
    """Poses come first, as in AVA; the id is the place."""
    names = multi_action_names()
    assert len(set(names)) == len(names) == 22
    assert names[:8] == MULTI_ACTIONS['PERSON_MOVEMENT']
    assert names[8:15] == MULTI_ACTIONS['OBJECT_MANIPULATION']
    assert names[15:] == MULTI_ACTIONS['PERSON_INTERACTION']


def test_every_type_has_unseen_actions():
    for members in MULTI_ACTIONS.values():
        assert set(members) & set(MULTI_TEST_CLASSES)
        assert set(members) - set(MULTI_TEST_CLASSES)


def test_one_person_detector_serves_both_tracks():
    """What it is trained on is unseen in no split of either track."""
    trained = {action_key(name) for name in CORE_ACTIONS}
    trained |= {action_key(name) for name in multi_action_names()}
    trained -= {action_key(name) for name in MULTI_TEST_CLASSES}
    unseen = {action_key(name) for name in MULTI_TEST_CLASSES}
    for test in SINGLE_TEST_CLASSES.values():
        unseen |= {action_key(name) for name in test}
    assert trained & unseen == set()
