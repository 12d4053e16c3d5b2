"""Official lists -> mmaction's, on small files and on the real ones."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from stclip.labels.label_list import read_label_list
from stclip.preparation.video_lists import (
    check_split,
    draw_shots,
    keep_classes,
    label_kinetics,
    locate,
    locate_by_name,
    read_hmdb51,
    read_kinetics,
    read_ucf101,
    write_video_list,
)

LABELS = Path(__file__).parents[2] / 'data' / 'labels'
NAMES = ('baby crawling', 'handstand pushups', 'yo yo')


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def ucf(tmp_path):
    write(
        tmp_path / 'trainlist02.txt',
        'HandstandPushups/v_HandstandPushups_g01_c01.avi 2\n'
        'YoYo/v_YoYo_g01_c01.avi 3\n\n',
    )
    write(tmp_path / 'testlist02.txt', 'YoYo/v_YoYo_g02_c01.avi\n')
    return tmp_path


def test_ucf101(ucf):
    assert read_ucf101(ucf, NAMES, 2) == {
        'train': [
            ('HandstandPushups/v_HandstandPushups_g01_c01', 1),
            ('YoYo/v_YoYo_g01_c01', 2),
        ],
        'test': [('YoYo/v_YoYo_g02_c01', 2)],
    }


@pytest.mark.parametrize(
    'line',
    ['YoYo/v.avi 2', 'Walk/v.avi', 'v_YoYo.avi 3', 'YoYo/v.avi 3 4'],
)
def test_odd_line_of_ucf101(ucf, line):
    write(ucf / 'testlist02.txt', f'YoYo/v_a.avi\n{line}\n')
    where = r'testlist02\.txt, line 2: (expected|there is no class)'
    with pytest.raises(ValueError, match=where):
        read_ucf101(ucf, NAMES, 2)


def test_missing_list_says_what_to_do(ucf):
    with pytest.raises(FileNotFoundError, match=r'list01\.txt .*prepare_rec'):
        read_ucf101(ucf, NAMES, 1)
    with pytest.raises(FileNotFoundError, match=r'no \*_test_split1\.txt'):
        read_hmdb51(ucf, NAMES, 1)


def test_hmdb51(tmp_path):
    names = ('kick', 'kick ball')
    write(tmp_path / 'kick_test_split1.txt', '#1_a(2).avi 1 \nb.avi 0 \n')
    write(tmp_path / 'kick_ball_test_split1.txt', 'c.avi 2 \n')
    write(tmp_path / 'kick_test_split2.txt', 'b.avi 3\n')
    assert read_hmdb51(tmp_path, names, 1) == {
        'train': [('kick/#1_a(2)', 0)],
        'test': [('kick_ball/c', 1)],
    }
    with pytest.raises(ValueError, match=r'split2\.txt, line 1: expected'):
        read_hmdb51(tmp_path, names, 2)
    with pytest.raises(ValueError, match="no class 'kick_ball'"):
        read_hmdb51(tmp_path, names[:1], 1)


HEAD = 'label,youtube_id,time_start,time_end,split\n'


def test_kinetics(tmp_path):
    path = write(
        tmp_path / 'test.csv',
        f'{HEAD}"yo yo",-a_1,7,17,test\nair drumming,b,100.0,110,test\n',
    )
    rows = read_kinetics(path)
    expected = [
        ('-a_1_000007_000017', 'yo yo'),
        ('b_000100_000110', 'air drumming'),
    ]
    assert rows == expected
    assert label_kinetics(rows, NAMES) == [('-a_1_000007_000017', 2)]


def test_spaces_around_cells_of_kinetics(tmp_path):
    text = 'label, youtube_id, time_start, time_end\n yo yo, a, 7, 17\n'
    rows = read_kinetics(write(tmp_path / 'test.csv', text))
    assert rows == [('a_000007_000017', 'yo yo')]


@pytest.mark.parametrize(
    'train, test, message',
    [
        ('abc', 'ba', r'there: 2 videos are both to train .* such as x/a\. '),
        ('a', 'b', "there: 2 classes, such as 'baby crawling', .* alone"),
        ('', 'b', "there: 1 classes, such as 'handstand pushups', "),
    ],
)
def test_lists_that_do_not_belong_together(train, test, message):
    subsets = {
        subset: [(f'x/{letter}', 'abc'.index(letter)) for letter in letters]
        for subset, letters in (('train', train), ('test', test))
    }
    with pytest.raises(ValueError, match=message):
        check_split(subsets, NAMES, 'there')


def test_classes_without_a_video_are_told(log_lines):
    lists = dict(train=[('x/a', 1), ('x/b', 0)], test=[('x/c', 0), ('d', 1)])
    check_split(lists, NAMES, 'there')
    assert log_lines == [
        'there: 1 of 3 classes have no video: yo yo. Is a list missing or cut '
        'off?'
    ]
    check_split(lists, NAMES[:2], 'there')
    assert len(log_lines) == 1


@pytest.mark.parametrize(
    'text, message',
    [
        ('youtube_id,time_start,time_end,split\n', 'expected columns'),
        ('', 'expected columns'),
        (f'{HEAD}yo yo,a,1,2,x\nyo yo,b,,2,x\n', 'line 3: times must be'),
        (f'{HEAD} ,a,1,2,x\n', 'line 2: label must be a name'),
        (f'{HEAD}yo yo,,1,2,x\n', 'line 2: youtube_id must be a name'),
    ],
)
def test_odd_kinetics_file(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read_kinetics(write(tmp_path / 'test.csv', text))


def test_videos_are_found_as_files_or_folders(tmp_path):
    write(tmp_path / 'a' / 'x.avi', '')
    (tmp_path / 'a' / 'y').mkdir()
    entries = [('a/x', 0), ('a/y', 0), ('a/z', 1)]
    found = locate(tmp_path, entries)
    assert found.entries == (('a/x.avi', 0), ('a/y', 0))
    assert found.missing == ('a/z',)
    assert found.describe() == '2 videos of 1 classes, 1 missing'


def test_kinetics_lies_in_any_folders(tmp_path):
    root = tmp_path / 'videos'
    write(root / 'train' / 'yo_yo' / 'a_1.mp4', 'film')
    write(root / 'b_1' / 'img_00001.jpg', 'frame')
    # A failed download, and what is no video.
    write(root / 'c_1.mp4', '')
    write(root / 'd_1.txt', 'no')
    elsewhere = write(tmp_path / 'other' / 'e_1.MKV', 'film')
    (root / 'link').symlink_to(elsewhere.parent)
    entries = [(f'{letter}_1', 3) for letter in 'abcde']
    found = locate_by_name(root, entries)
    assert found.entries == (
        ('train/yo_yo/a_1.mp4', 3),
        ('b_1', 3),
        ('link/e_1.MKV', 3),
    )
    assert found.missing == ('c_1', 'd_1')


def test_spaces_in_paths_are_refused(tmp_path):
    write(tmp_path / 'yo yo' / 'a.mp4', 'film')
    with pytest.raises(ValueError, match=r'1 paths .*rename_classnames'):
        locate_by_name(tmp_path, [('a', 0)])
    with pytest.raises(FileNotFoundError, match='absent'):
        locate_by_name(tmp_path / 'absent', [('a', 0)])


ENTRIES = [(f'{label}/{i}.avi', label) for label in (0, 1) for i in range(9)]


def test_shots_are_nested_and_seeded():
    drawn = draw_shots(ENTRIES, [2, 4, 8], seed=0)
    for number, entries in drawn.items():
        assert Counter(label for _, label in entries) == dict.fromkeys(
            (0, 1), number
        )
        assert len(set(entries)) == len(entries) and set(entries) <= {*ENTRIES}
    assert {*drawn[2]} < {*drawn[4]} < {*drawn[8]}
    shuffled = random.Random(1).sample(ENTRIES, len(ENTRIES))
    assert draw_shots(shuffled, [2, 4, 8], seed=0) == drawn
    assert draw_shots(ENTRIES, [8], seed=1)[8] != drawn[8]
    # Another class more or less changes nothing.
    assert draw_shots(ENTRIES[:9], [2], seed=0)[2] == drawn[2][:2]


def test_shots_of_seed_0_stay_what_they_are():
    """Lists drawn on any machine are the same."""
    names = [path for path, _ in draw_shots(ENTRIES, [2], seed=0)[2]]
    assert names == ['0/4.avi', '0/5.avi', '1/7.avi', '1/4.avi']


def test_classes_that_are_kept_have_labels_of_their_own():
    entries = [('a/1', 0), ('b/1', 1), ('c/1', 2), ('a/2', 0)]
    names = ('Kick_Ball', 'run', 'sit')
    kept = keep_classes(entries, names, ('sit', 'kick ball'))
    assert kept == [('a/1', 1), ('c/1', 0), ('a/2', 1)]
    with pytest.raises(ValueError, match=r"no classes \['swim'\]"):
        keep_classes(entries, names, ('swim',))


@pytest.mark.parametrize(
    'name, base, novel',
    [('ucf101', 51, 50), ('hmdb51', 26, 25), ('kinetics400', 200, 200)],
)
def test_halves_are_the_whole(name, base, novel):
    whole, *halves = (
        read_label_list(LABELS / f'{name}{half}.txt')
        for half in ('', '_base', '_novel')
    )
    assert [len(half) for half in halves] == [base, novel]
    assert sorted([*halves[0], *halves[1]]) == sorted(whole)


# Classes of Kinetics-400 that the released halves spell in another way.
_RESPELT = {
    'barbecuing': 'barbequing',
    'driving a car': 'driving car',
    'driving a tractor': 'driving tractor',
    'eating a burger': 'eating burger',
    'giving or receiving an award': 'giving or receiving award',
    'skiing cross-country': 'skiing crosscountry',
    'skiing (not slalom or cross-country)': (
        'skiing (not slalom or crosscountry)'
    ),
}


@pytest.mark.shared
@pytest.mark.parametrize(
    'ours, theirs',
    [('ucf101', 'ucf101'), ('hmdb51', 'hmdb'), ('kinetics400', 'k400')],
)
def test_released_halves(shared_dir, ours, theirs):
    """Base and novel classes in the order of their ids."""
    folder = shared_dir / f'realdata/labels/base2novel/B2N_{theirs}'
    for half, file in (('base', 'train'), ('novel', 'test')):
        table = json.loads((folder / f'raw_{file}_idx2cls.json').read_text())
        names = [table[str(place)] for place in range(len(table))]
        names = [_RESPELT.get(name, name) for name in names]
        found = read_label_list(LABELS / f'{ours}_{half}.txt')
        for one, other in zip(found, names, strict=True):
            assert one.replace(' ', '').casefold() == (
                other.replace(' ', '').casefold()
            )


def test_too_few_videos_for_the_shots():
    with pytest.raises(ValueError, match='class 0 has 9 training videos'):
        draw_shots(ENTRIES, [16], seed=0)


def test_lists_are_written_as_mmaction2_reads_them(tmp_path):
    from mmaction.datasets import VideoDataset

    path = tmp_path / 'a' / 'list.txt'
    write_video_list(path, ENTRIES)
    data = VideoDataset(str(path), [], dict(video='videos'))
    assert len(data) == len(ENTRIES)
    for number, (name, label) in enumerate(ENTRIES):
        info = data.get_data_info(number)
        assert (info['filename'], info['label']) == (f'videos/{name}', label)


@pytest.mark.shared
@pytest.mark.parametrize('split, tested', [(1, 3783), (2, 3734), (3, 3696)])
def test_official_ucf101(shared_dir, split, tested):
    folder = shared_dir / 'realdata' / 'labels' / 'ucf101'
    names = read_label_list(LABELS / 'ucf101.txt')
    found = read_ucf101(folder, names, split)
    assert len(found['test']) == tested
    assert len(found['train']) == 13320 - tested
    videos = {name for part in found.values() for name, _ in part}
    assert len(videos) == 13320
    for part in found.values():
        assert {label for _, label in part} == set(range(101))
    drawn = draw_shots(found['train'], [2, 4, 8, 16], seed=0)
    assert [len(part) for part in drawn.values()] == [202, 404, 808, 1616]


@pytest.mark.shared
@pytest.mark.parametrize('split', [1, 2, 3])
def test_official_hmdb51(shared_dir, split):
    folder = shared_dir / 'realdata' / 'labels' / 'hmdb51' / f'split{split}'
    names = read_label_list(LABELS / 'hmdb51.txt')
    found = read_hmdb51(folder, names, split)
    for subset, number in (('train', 70), ('test', 30)):
        counts = Counter(label for _, label in found[subset])
        assert counts == dict.fromkeys(range(51), number)
    for name, label in found['test']:
        assert name.split('/')[0].replace('_', ' ') == names[label]


@pytest.mark.shared
@pytest.mark.parametrize('split', [1, 2, 3])
def test_classes_of_kinetics600(shared_dir, split):
    """ER's indices, BIKE's list and ours are the same 160 new classes."""
    import csv
    import json

    folder = shared_dir / 'realdata' / 'labels' / 'k600_zs'
    ours = read_label_list(LABELS / f'kinetics600_split{split}.txt')
    new = read_label_list(LABELS / 'kinetics600_new.txt')
    indices = json.loads((folder / 'er_tst_class_idxs.json').read_text())
    assert ours == tuple(new[i - 400] for i in indices[split - 1])
    with (folder / f'k160_labels_split{split}.csv').open() as file:
        rows = [(row['id'], row['name']) for row in csv.DictReader(file)]
    assert rows == [(str(i), name) for i, name in enumerate(ours)]
    assert len(ours) == 160
    assert not set(ours) & set(read_label_list(LABELS / 'kinetics400.txt'))


@pytest.mark.shared
@pytest.mark.parametrize(
    'ours, theirs',
    [
        ('ucf101', 'ucf101/mmaction2_label_map'),
        ('hmdb51', 'hmdb51/mmaction2_label_map'),
        ('kinetics400', 'kinetics/label_map_k400'),
    ],
)
def test_labels_are_in_the_order_of_mmaction2(shared_dir, ours, theirs):
    """So that lists of mmaction2's own scripts can be used as they are."""
    path = shared_dir / 'realdata' / 'labels' / f'{theirs}.txt'

    def spelled(names):
        letters = (filter(str.isalnum, name.lower()) for name in names)
        return [''.join(name) for name in letters]

    names = read_label_list(LABELS / f'{ours}.txt')
    assert spelled(names) == spelled(path.read_text().splitlines())
