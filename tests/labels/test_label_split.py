from dataclasses import replace
from pathlib import Path

import pytest

from stclip.datasets.ava_csv import read_label_map
from stclip.labels.label_split import read_label_split, write_label_split

SPLITS = Path(__file__).parents[2] / 'data' / 'splits'
GOOD = 'benchmark: mine\nsplit: a\ntrain: [sit, run]\ntest: [jump]\n'

# How many actions are seen and unseen: paper, section 4 and Table 5.
SIZES = {
    **{('zs_jhmdb', k): (15, 6) for k in range(1, 5)},
    **{('zs_ucf', k): (18, 6) for k in range(1, 5)},
    ('zs_ava', 1): (62, 18),
    ('zs_ava', 2): (68, 12),
    ('zs_ava', 3): (74, 6),
}


def read(benchmark, split):
    return read_label_split(SPLITS / benchmark / f'split{split}.yaml')


@pytest.mark.parametrize('benchmark, split', SIZES)
def test_sizes_of_the_paper(benchmark, split):
    found = read(benchmark, split)
    assert (found.benchmark, found.split) == (benchmark, split)
    assert (len(found.train), len(found.test)) == SIZES[benchmark, split]
    # All actions of the data set, each seen or unseen.
    first = read(benchmark, 1)
    assert {*found.train, *found.test} == {*first.train, *first.test}


def test_every_ucf_action_is_unseen_once():
    unseen = [name for k in range(1, 5) for name in read('zs_ucf', k).test]
    assert len(unseen) == len(set(unseen)) == 24


@pytest.mark.parametrize('path', sorted(SPLITS.glob('*/*.yaml')), ids=str)
def test_every_file_reads(path):
    assert read_label_split(path).benchmark.startswith(path.parent.name)


@pytest.mark.parametrize('path', sorted(SPLITS.glob('*/*.yaml')), ids=str)
def test_benchmarks_are_zero_shot(path):
    """No action of theirs is both trained on and tested."""
    split = read_label_split(path)
    assert split.seen_of(split.test) == ()


@pytest.mark.parametrize(
    'test, seen',
    [
        ('[jump]', ()),
        ('[run, sit]', ('run', 'sit')),
        ('[jump, run]', ('run',)),
    ],
)
def test_train_and_test_may_share_actions(tmp_path, test, seen):
    path = tmp_path / 'mine.yaml'
    path.write_text(GOOD.replace('[jump]', test))
    split = read_label_split(path)
    assert split.train == ('sit', 'run')
    assert split.seen_of(split.test) == seen


def test_training_videos_are_kept(tmp_path):
    path = tmp_path / 'mine.yaml'
    path.write_text(GOOD)
    split = read_label_split(path)
    assert split.train_videos == ()
    split = replace(split, train_videos=('b', '1'))
    write_label_split(path, split)
    assert read_label_split(path) == split
    path.write_text(f'{GOOD}train_videos: [1]\n')
    with pytest.raises(ValueError, match='train_videos: expected a list of'):
        read_label_split(path)


@pytest.mark.shared
@pytest.mark.parametrize('split', range(1, 5))
def test_jhmdb_is_as_released(shared_dir, split):
    folder = shared_dir / 'realdata' / 'jhmdb' / 'st-clip'
    lists = folder / 'benchmarks' / f'label_split_{split}'
    found = read('zs_jhmdb', split)
    assert list(found.test) == (lists / 'test_label.txt').read_text().split()
    released = (lists / 'train_label.txt').read_text().split()
    assert list(found.train) == sorted(released)
    order = (folder / 'all_label.txt').read_text().split()
    assert sorted(found.train + found.test) == order


@pytest.mark.shared
def test_ucf_names_are_the_official_ones_in_words(shared_dir):
    path = shared_dir / 'realdata' / 'ucf24' / 'gurkirt' / 'testlist01.txt'
    official = {line.split('/')[0] for line in path.read_text().split()}
    found = read('zs_ucf', 1)
    joined = {name.replace(' ', '') for name in found.train + found.test}
    assert joined == official


@pytest.mark.shared
@pytest.mark.parametrize(
    'split, poses_objects_persons',
    [(1, (5, 13, 0)), (2, (2, 6, 4)), (3, (0, 5, 1))],
)
def test_ava_names_are_the_official_ones(
    shared_dir, split, poses_objects_persons
):
    folder = shared_dir / 'realdata' / 'ava' / 'yowov3'
    labels, columns = read_label_map(folder / 'ava_action_list_v2.2.pbtxt')
    found = read('zs_ava', split)
    unseen = set(found.test)
    assert found.train == tuple(n for n in labels.names if n not in unseen)
    # Ids 1-14 are poses, 15-63 objects, 64-80 persons.
    ids = [
        i for i, column in columns.items() if labels.names[column] in unseen
    ]
    groups = (
        sum(i <= 14 for i in ids),
        sum(15 <= i <= 63 for i in ids),
        sum(i >= 64 for i in ids),
    )
    assert groups == poses_objects_persons


@pytest.mark.parametrize(
    'content, message',
    [
        (GOOD.replace('jump', 'jump, jump'), r"test: .* twice: \['jump'\]"),
        (GOOD.replace('[jump]', '[]'), 'test: needs at least one'),
        (GOOD.replace('[jump]', 'jump'), 'test: expected a list of names'),
        (GOOD.replace('jump', 'on'), r'test: .* got \[True\]'),
        (GOOD.replace('jump', 'on'), 'want quotes, as "on"'),
        (GOOD.replace('jump', '1'), r'test: .* got \[1\]'),
        (GOOD.replace('jump', '2026-11-28'), 'test: expected a list of names'),
        (GOOD.replace('jump', '[jump]'), 'test: expected a list of names'),
        (GOOD.replace('[jump]', '{jump: 1}'), 'test: expected a list of nam'),
        (GOOD.replace('[jump]', ''), 'test: expected a list of names, got No'),
        (GOOD.replace('jump', '" "'), 'test: an action without a name'),
        (GOOD.replace('[sit, run]', '[]'), 'train: needs at least one'),
        (GOOD.replace('sit', 'run'), r"train: .* twice: \['run'\]"),
        (f'{GOOD}tset: [run]\n', r"has unknown keys \['tset'\]"),
        (f'{GOOD}1: [run]\n', r"has unknown keys \['1'\]"),
        (GOOD.replace('test:', 'tset:'), r"lacks \['test'\] and has .*'tset'"),
        (
            f'{GOOD}train: [wave]\n',
            r"line 5, column 1: .*'train' is there twice",
        ),
        (GOOD.replace('split: a', 'split: [1]'), 'split: expected a name or'),
        (GOOD.replace('split: a', 'split: no'), 'split: .* got False'),
        (GOOD.replace('split: a', 'split: 1.5'), 'split: .* got 1.5'),
        (GOOD.replace('mine', ''), 'benchmark: expected .* got None'),
        (GOOD.replace('test:', 'unseen:'), r"lacks \['test'\]"),
        ('- sit\n- run\n', 'expected "key: value" lines'),
        ('train: [sit', 'label split'),
    ],
)
def test_faulty_file_is_named(tmp_path, content, message):
    path = tmp_path / 'mine.yaml'
    path.write_text(content)
    with pytest.raises(ValueError, match=message) as error:
        read_label_split(path)
    assert str(path) in str(error.value)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match='data/splits'):
        read_label_split(tmp_path / 'mine.yaml')
