import pytest

from stclip.datasets.keyframe_file import (
    read_keyframe_file,
    write_keyframe_file,
)
from stclip.preparation import ava
from stclip.preparation.records import Findings

LABEL_MAP = """
label { name: "sit" label_id: 11 label_type: PERSON_MOVEMENT }
label { name: "eat" label_id: 29 label_type: OBJECT_MANIPULATION }
label { name: "watch" label_id: 80 label_type: PERSON_INTERACTION }
"""
ROWS = [
    '1j20qq1JyX4,0905,0.1,0.1,0.5,0.9,11,2',
    '1j20qq1JyX4,0906,0.1,0.1,0.5,0.9,11,3',
    '1j20qq1JyX4,0906,0.25,0.5,0.75,1,29,4',
    '1j20qq1JyX4,0906,0.1,0.1,0.5,0.9,80,3',
]


@pytest.fixture
def read(tmp_path):
    def read(val=ROWS, excluded=(), train=(), **options):
        (tmp_path / 'ava_action_list_v2.2.pbtxt').write_text(LABEL_MAP)
        for name, rows in {
            'ava_train_v2.2.csv': train,
            'ava_train_excluded_timestamps_v2.2.csv': ['x,1000'],
            'ava_val_v2.2.csv': val,
            'ava_val_excluded_timestamps_v2.2.csv': excluded,
        }.items():
            text = ''.join(f'{row}\n' for row in rows)
            (tmp_path / name).write_text(text)
        findings = Findings()
        labels, keyframes = ava.read_annotations(tmp_path, findings, **options)
        return labels, keyframes, findings.faults

    return read


def plain(keyframes):
    return {
        k.image_id: [
            (tuple(round(side, 6) for side in box), row)
            for box, row in zip(
                k.boxes.tolist(), k.labels.astype(int).tolist()
            )
        ]
        for k in keyframes
    }


TALL, LOW = (0.1, 0.1, 0.5, 0.9), (0.25, 0.5, 0.75, 1)


def test_subsets(read):
    labels, keyframes, faults = read(train=['x,1001,0,0,1,0.5,29,0'])
    assert labels.names == ('sit', 'eat', 'watch')
    assert labels.exclusive == (True, False, False)
    assert plain(keyframes['train']) == {
        'x,1001': [((0, 0, 1, 0.5), [0, 1, 0])]
    }
    assert plain(keyframes['test']) == {
        '1j20qq1JyX4,0905': [(TALL, [1, 0, 0])],
        '1j20qq1JyX4,0906': [(TALL, [1, 0, 1]), (LOW, [0, 1, 0])],
    }
    assert faults == {}
    seconds = [k.seconds for part in keyframes.values() for k in part]
    assert seconds == [101, 5, 6]


def test_whole_films_start_at_zero(read):
    keyframes = read(start_sec=0)[1]['test']
    assert [k.seconds for k in keyframes] == [905, 906]


@pytest.mark.parametrize(
    'damaged',
    [
        '1j20qq1JyX4,0906,0.1,0.1,0.5,0.9,80_,3',
        '1j20qq1JyX4,0906,0.1,0.1,0.5,0.9,_',
        '1j20qq1JyX4,0906,0.1,0.1,0.5,0.9',
        '1j20qq1JyX4,0906,0.1,0.1,0.5,0.9,81,3',
        '1j20qq1JyX4,0906,0.1,,0.5,0.9,80,3',
        '1j20qq1JyX4,o906,0.1,0.1,0.5,0.9,80,3',
        '1j20qq1JyX4',
        ROWS[1],
    ],
)
def test_damaged_line_is_left_out(read, tmp_path, damaged):
    _, keyframes, faults = read([*ROWS[:3], damaged])
    assert plain(keyframes['test']) == {
        '1j20qq1JyX4,0905': [(TALL, [1, 0, 0])],
        '1j20qq1JyX4,0906': [(TALL, [1, 0, 0]), (LOW, [0, 1, 0])],
    }
    assert list(faults) == ['faulty line']
    (fault,) = faults['faulty line']
    path = tmp_path / 'ava_val_v2.2.csv'
    assert fault.startswith(f'{path}, line 4 ({damaged}): ')


@pytest.mark.parametrize(
    'row, fault',
    [
        ('w,1000,0.5,0.1,0.2,0.9,80,3', 'is inverted'),
        ('w,1000,0.5,nan,0.6,0.9,80,3', 'is not finite'),
        ('w,1000,0.5,0.1,0.5,0.9,80,3', 'has no area'),
        ('w,1000,1.5,0.1,1.6,0.9,80,3', 'lies outside'),
        ('w,899,0.5,0.1,0.6,0.9,80,3', '1 s before the start'),
        ('w,nan,0.5,0.1,0.6,0.9,80,3', ''),
        ('w,inf,0.5,0.1,0.6,0.9,80,3', ''),
    ],
)
def test_impossible_keyframe_is_left_out(read, row, fault):
    _, keyframes, faults = read([row, *ROWS])
    assert plain(keyframes['test']).keys() == {
        '1j20qq1JyX4,0905',
        '1j20qq1JyX4,0906',
    }
    (found,) = faults['faulty line']
    assert fault in found


def test_excluded_timestamps(read):
    """However they are written; faulty lines of theirs are no matter."""
    damaged = '1j20qq1JyX4,0906,0.1'
    _, keyframes, faults = read([*ROWS, damaged], ['1j20qq1JyX4,906.0', 'z,9'])
    assert list(plain(keyframes['test'])) == ['1j20qq1JyX4,0905']
    assert faults == {}


def test_two_persons_in_one_box(read, tmp_path):
    """Whatever comes of them can be written and read back."""
    twin = ROWS[1][:-1] + '9'
    labels, keyframes, _ = read([*ROWS, twin])
    path = tmp_path / 'test.json'
    write_keyframe_file(path, labels, keyframes['test'])
    found = plain(read_keyframe_file(path)[1])
    assert found['1j20qq1JyX4,0906'][0] == (TALL, [1, 0, 1])


@pytest.mark.parametrize(
    'name',
    [
        'ava_action_list_v2.2.pbtxt',
        'ava_train_v2.2.csv',
        'ava_val_excluded_timestamps_v2.2.csv',
    ],
)
def test_missing_file(read, tmp_path, name):
    read()
    (tmp_path / name).unlink()
    with pytest.raises(FileNotFoundError, match=f'{name} .*prepare_data'):
        ava.read_annotations(tmp_path, Findings())


@pytest.mark.shared
def test_real_files(realdata, tmp_path):
    """mmaction2's excerpt of the annotation, with the official lists."""
    lists = realdata / 'ava' / 'yowov3'
    sample = realdata / 'ava' / 'mmaction2' / 'ava_dataset'
    for source, names in {
        sample / 'ava_sample.csv': ('ava_train_v2.2.csv', 'ava_val_v2.2.csv'),
        lists / 'ava_action_list_v2.2.pbtxt': ('ava_action_list_v2.2.pbtxt',),
        lists / 'ava_train_excluded_timestamps_v2.2.csv': (
            'ava_train_excluded_timestamps_v2.2.csv',
        ),
        sample / 'ava_excluded_timestamps_sample.csv': (
            'ava_val_excluded_timestamps_v2.2.csv',
        ),
    }.items():
        for name in names:
            (tmp_path / name).symlink_to(source)
    labels, keyframes = ava.read_annotations(tmp_path, Findings())
    assert (len(labels), sum(labels.exclusive)) == (80, 14)
    ids = {s: [k.image_id for k in part] for s, part in keyframes.items()}
    assert ids == {
        'train': ['0f39OWEqJ24,0902', '0f39OWEqJ24,0903', '_-Z6wFjXtGQ,0902'],
        'test': ['0f39OWEqJ24,0902'],
    }
    (found,) = keyframes['test']
    assert found.seconds == 2
    assert found.boxes.tolist() == [
        pytest.approx([0.031, 0.162, 0.670, 0.995])
    ]
    done = [labels.names[column] for column in found.labels[0].nonzero()[0]]
    assert done == [
        'stand',
        'carry/hold (an object)',
        'talk to (e.g., self, a person, a group)',
    ]
