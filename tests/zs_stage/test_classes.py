"""Actions of the videos, their pairs, and the files of folds and sets."""

import importlib.util
from itertools import chain
from pathlib import Path

import pytest

from stclip.labels.label_split import read_label_split
from stclip.zs_stage.classes import (
    ACTIONS,
    DEVELOPMENT,
    FOLDS,
    FREE,
    PAIRS,
    draw_parts,
    label_split,
)
from stclip.zs_stage.things import THINGS
from stclip.zs_stage.verbs import VERBS

ROOT = Path(__file__).parents[2]
PARTS = [*FOLDS.values(), *DEVELOPMENT.values()]
KIND = {n: k for k, pairs in PAIRS.items() for pair in pairs for n in pair}


@pytest.fixture(scope='module')
def split_texts():
    path = ROOT / 'tools' / 'data' / 'make_zs_stage_splits.py'
    spec = importlib.util.spec_from_file_location(path.stem, path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool.split_texts()


def test_pairs_are_the_actions():
    names = list(chain.from_iterable(chain(*PAIRS.values())))
    assert names == list(ACTIONS)
    counts = {kind: len(pairs) for kind, pairs in PAIRS.items()}
    assert counts == dict(motion=12, object=7, partner=7, single=8)
    assert len(ACTIONS) == 60


def test_verbs_and_things_of_actions_exist_and_fit():
    for action in ACTIONS.values():
        verb = VERBS[action.verb]
        if action.thing is None:
            assert not verb.things
        else:
            assert action.thing in verb.things
            assert action.thing in THINGS


def test_twins_in_motion_are_each_other_backwards():
    for one, other in PAIRS['motion']:
        first, second = VERBS[ACTIONS[one].verb], VERBS[ACTIONS[other].verb]
        assert ACTIONS[one].thing == ACTIONS[other].thing
        assert (first.motion.backwards, second.motion.backwards) == (0, 1)
        assert first.motion.keys is second.motion.keys
        assert first.carriage is second.carriage
        # Another motion below would not go backwards.
        assert first.lower_body == second.lower_body == ()


@pytest.mark.parametrize('kind', ['object', 'partner'])
def test_other_twins_differ_in_thing_or_partner_alone(kind):
    for one, other in PAIRS[kind]:
        first, second = VERBS[ACTIONS[one].verb], VERBS[ACTIONS[other].verb]
        assert first.motion is second.motion
        assert first.lower_body == second.lower_body
        assert first.headroom == second.headroom
        assert first.ahead == second.ahead
        partners = (True, False) if kind == 'partner' else (False, False)
        assert (first.partner, second.partner) == partners
        if kind == 'object':
            assert ACTIONS[one].thing != ACTIONS[other].thing


def test_folds_and_sets_hold_every_action_once():
    names = list(chain(*PARTS))
    assert sorted(names) == sorted(ACTIONS)
    assert [len(part) for part in PARTS] == [9] * 4 + [8] * 3
    assert set(FREE) == set(chain(*DEVELOPMENT.values()))


def test_twins_stay_together():
    for pair in chain(*PAIRS.values()):
        assert sum(set(pair) <= set(part) for part in PARTS) == 1


def test_every_fold_has_all_kinds():
    def counts(part):
        kinds = [KIND[name] for name in part]
        return tuple(kinds.count(kind) for kind in PAIRS)

    assert [counts(part) for part in FOLDS.values()] == [(4, 2, 2, 1)] * 4
    assert [counts(part) for part in DEVELOPMENT.values()] == [
        (2, 2, 2, 2), (2, 2, 2, 2), (4, 2, 2, 0),
    ]  # fmt: skip


def test_folds_are_what_the_seed_draws():
    assert list(draw_parts(20261129)) == PARTS
    assert list(draw_parts(20261130)) != PARTS


def test_split_files(split_texts):
    data = ROOT / 'data'
    written = {f'splits/zs_stage/{p.name}' for p in
               (data / 'splits' / 'zs_stage').iterdir()}  # fmt: skip
    written |= {f'labels/{p.name}' for p in
                (data / 'labels').glob('zs_stage*')}  # fmt: skip
    assert written == set(split_texts)
    for name, text in split_texts.items():
        assert (data / name).read_text(encoding='utf-8') == text
    fold = read_label_split(data / 'splits/zs_stage/single_split2.yaml')
    assert (fold.benchmark, fold.split) == ('zs_stage_single', 2)
    assert tuple(fold.test) == FOLDS[2]
    assert set(fold.train) == set(ACTIONS) - set(FOLDS[2])
    chosen = read_label_split(data / 'splits/zs_stage/single_dev3.yaml')
    assert chosen.split == 'dev3'
    assert tuple(chosen.test) == DEVELOPMENT[3]
    # 16 actions of which no fold tests any.
    assert set(chosen.train) == set(DEVELOPMENT[1] + DEVELOPMENT[2])


def test_nothing_is_chosen_on_what_a_fold_tests():
    tested = set(chain(*FOLDS.values()))
    for number in DEVELOPMENT:
        assert not tested & set(chain(*label_split('dev', number)))
