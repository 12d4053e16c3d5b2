import re
from pathlib import Path

import pytest

from stclip.datasets.ava_csv import read_label_map

ROOT = Path(__file__).parents[2]
LABEL_MAP = """
label {
  name: "run"
  label_id: 2
  label_type: PERSON_MOVEMENT
}
label { name: "jump" label_id: 3 label_type: PERSON_MOVEMENT }
label { name: "sit" label_id: 4 label_type: PERSON_MOVEMENT }
label { name: "watch" label_id: 9 label_type: PERSON_INTERACTION }
label { name: "hug" label_id: 7 label_type: OBJECT_MANIPULATION }
"""
ANN = """\
seen,0902,0.25,0.5,0.5,1.0,4,0
seen,0902,0.25,0.5,0.5,1.0,9,0
seen,0902,0.0,0.0,0.5,1.2,2,1
seen,0901,0.0,0.0,0.5,1.0,2,1
seen,0903,0.0,0.0,0.5,1.0,2,1
mixed,0901,0.0,0.0,0.5,1.0,2,0
mixed,0902,0.0,0.0,0.5,1.0,7,0
"""
DETECTIONS = """\
seen,0902,0.0,0.0,0.5,0.5,,0.9
seen,902,0.0,0.0,0.25,0.5,,0.3
mixed,0902,0.0,0.0,0.5,0.5,,0.05
"""
PIPELINE = [
    dict(type='LoadKeyframe', size=16),
    dict(type='CropPersons', size=16),
    dict(type='PackKeyframe'),
]


@pytest.fixture
def build(tmp_path, build_keyframes, make_videos):
    make_videos('seen', 'mixed')

    def build(annotations=ANN, label_list=LABEL_MAP, excluded='', **changes):
        (tmp_path / 'ann.csv').write_text(annotations)
        (tmp_path / 'list.pbtxt').write_text(label_list)
        (tmp_path / 'excluded.csv').write_text(excluded)
        (tmp_path / 'boxes.csv').write_text(DETECTIONS)
        arguments = dict(
            type='AVAKeyframeDataset',
            ann_file='ann.csv',
            label_map='list.pbtxt',
            exclude_file='excluded.csv',
            start_sec=900,
            fps=3,
            pipeline=PIPELINE,
        )
        return build_keyframes('boxes.csv', **arguments | changes)

    return build


def infos_of(dataset):
    return [dataset.get_data_info(k) for k in range(len(dataset))]


def test_training_leaves_out_videos_with_an_unseen_action(build):
    dataset = build()
    infos = infos_of(dataset)
    ids = [info['image_id'] for info in infos]
    assert ids == ['seen,0901', 'seen,0902', 'seen,0903']
    assert dataset.label_space.names == ('sit', 'run', 'watch')
    # Poses exclude each other, interactions do not.
    assert dataset.label_space.exclusive == (True, True, False)
    assert infos[1]['boxes'].tolist() == [[0.25, 0.5, 0.5, 1], [0, 0, 0.5, 1]]
    assert infos[1]['box_labels'].tolist() == [[1, 0, 1], [0, 1, 0]]


def test_testing_scores_all_and_evaluates_the_unseen(build):
    dataset = build(tested=True)
    infos = infos_of(dataset)
    assert [info['image_id'] for info in infos[::2]] == [
        'seen,0901',
        'seen,0902',
        'seen,0903',
        'mixed,0901',
        'mixed,0902',
    ]
    names = ('run', 'jump', 'sit', 'watch', 'hug')
    assert dataset.label_space.names == names
    assert dataset.metainfo['classes'] == names
    assert dataset.metainfo['eval_classes'] == ('jump', 'hug')
    assert dataset.metainfo['exclusive'] == (True, True, True, False, False)
    assert infos[2]['gt_labels'].tolist() == [[0, 0, 1, 1, 0], [1, 0, 0, 0, 0]]
    # However the timestamp is written; best 0.9, filter 0.7.
    assert len(infos[2]['boxes']) == 2
    assert len(infos[0]['boxes']) == 0
    assert len(infos[8]['boxes']) == 1


def test_excluded_timestamps(build):
    ids = [
        info['image_id']
        for info in infos_of(build(excluded='seen,902\nmixed,0901\n'))
    ]
    assert ids == ['seen,0901', 'seen,0903']


def test_excluded_rows_do_not_taint_a_video(build):
    dataset = build(excluded='mixed,0902\n')
    assert {info['video'] for info in infos_of(dataset)} == {'seen', 'mixed'}


def test_boxes_and_time_are_put_to_pixels_and_frames(build):
    sample = build(tested=True)[2]['data_samples']
    assert sample.frame_idx == 6
    assert sample.timestamp == '0902'
    assert sample.img_shape == (24, 32)
    assert sample.proposals.bboxes.tolist() == [[0, 0, 16, 12], [0, 0, 8, 12]]
    assert sample.gt_instances.bboxes.tolist() == [
        [8, 12, 16, 24],
        [0, 0, 16, 24],
    ]


def test_whole_films_start_at_zero(build):
    dataset = build(ANN.replace(',090', ',000'), start_sec=0)
    assert dataset[2]['data_samples'].frame_idx == 9


def test_rows_without_a_person_id(build):
    rows = ANN.splitlines()
    short = '\n'.join(row[: row.rindex(',')] for row in rows)
    info = build(short).get_data_info(1)
    assert info['box_labels'].tolist() == [[1, 0, 1], [0, 1, 0]]


@pytest.mark.parametrize('row, message', [
    ('seen,0902,0.25,0.5,0.5,1.0,4,0', r'line 8 .* repeats an earlier line'),
    ('seen,0902,0.25,0.5,0.5,1.0,5,0', r'line 8 .* action id 5 is unknown'),
    ('seen,0902,0.25,0.5,0.5,1.0,80,3', r'line 8 .* action id 80 is unknown'),
    ('seen,0902,0.25,0.5,0.5', r'line 8 .* expected video,timestamp,x1'),
    ('seen,0902,0.25,half,0.5,1,4,0', r'line 8 .* expected'),
    ('seen,0904,0.5,0.5,0.25,1.0,4,0', r'seen,0904: .* is inverted'),
    ('seen,0904,nan,0.5,0.25,1.0,4,0', r'line 8 .* x1 is not finite'),
    ('seen,0904,0.5,0.5,0.5,1.0,4,0', r'seen,0904: .* has no area'),
    ('seen,0904,1.5,0.5,1.7,1.0,4,0', r'seen,0904: .* outside the frame'),
    ('seen,0899,0.5,0.5,0.7,1.0,4,0', r'seen,0899: .* 1 s before the start'),
    ('seen,now,0.5,0.5,0.7,1.0,4,0', r'line 8 .* expected video,timestamp'),
])  # fmt: skip
def test_faulty_rows(build, row, message):
    with pytest.raises(ValueError, match=message) as error:
        build(f'{ANN}{row}\n')
    assert 'ann.csv' in str(error.value)


@pytest.mark.parametrize(
    'old, new, message',
    [
        ('label_id: 3', '', 'expected name, label_id and label_type'),
        ('label_type: PERSON_INTERACTION', '', 'ava_action_list_v2.2.pbtxt'),
        ('label_id: 3', 'label_id: 2', 'label_id 2 appears twice'),
        ('"jump"', '"run"', r"twice: \['run'\]"),
    ],
)
def test_faulty_label_map(build, old, new, message):
    with pytest.raises(ValueError, match=message) as error:
        build(label_list=LABEL_MAP.replace(old, new))
    assert 'list.pbtxt' in str(error.value)


def test_list_that_lacks_actions_of_the_split(build):
    """An id that it lacks is told first; without one, the names are."""
    short = re.sub(r'label \{ name: "hug".*\n', '', LABEL_MAP)
    with pytest.raises(ValueError, match=r'line 7 .* action id 7 is unknown'):
        build(label_list=short)
    rows = ''.join(ANN.splitlines(keepends=True)[:-1])
    with pytest.raises(ValueError) as error:
        build(rows, label_list=short)
    assert 'split.yaml names actions that are not in' in str(error.value)
    assert str(error.value).endswith(": ['hug']")


def test_missing_files_are_named_at_once(build):
    with pytest.raises(FileNotFoundError) as error:
        build(ann_file='a.csv', label_map='b.pbtxt', exclude_file='c.csv')
    assert all(
        name in str(error.value) for name in ('a.csv', 'b.pbtxt', 'c.csv')
    )


@pytest.mark.shared
def test_label_map_of_ava(shared_dir):
    folder = shared_dir / 'realdata' / 'ava' / 'yowov3'
    labels, columns = read_label_map(folder / 'ava_action_list_v2.2.pbtxt')
    assert len(labels) == 80
    assert sum(labels.exclusive) == 14
    assert columns == {number: number - 1 for number in range(1, 81)}
    with pytest.raises(ValueError, match='label_type'):
        read_label_map(
            folder / 'ava_action_list_v2.2_for_activitynet_2019.pbtxt'
        )


@pytest.mark.shared
@pytest.mark.parametrize('split', [1, 2, 3])
def test_60_of_80_actions(build, shared_dir, split):
    """With AVA's list of the challenge, all 20 that it lacks are named."""
    lists = shared_dir / 'realdata' / 'ava' / 'yowov3'
    name = 'ava_action_list_v2.2{}.pbtxt'
    kept = re.findall(
        'name: "(.*)"',
        (lists / name.format('_for_activitynet_2019')).read_text(),
    )
    blocks = re.findall(
        r'label \{\n  name: "(.*)"\n  (.*)\n  (.*)\n\}',
        (lists / name.format('')).read_text(),
    )
    assert (len(kept), len(blocks)) == (60, 80)
    short = '\n'.join(
        f'label {{ name: "{name}" {more} {kind} }}'
        for name, more, kind in blocks
        if name in kept
    )
    path = ROOT / f'data/splits/zs_ava/split{split}.yaml'
    with pytest.raises(ValueError) as error:
        build('seen,0902,0,0,1,1,12,0\n', short, label_split=str(path))
    lacking = sorted({name for name, *_ in blocks} - set(kept))
    assert len(lacking) == 20
    assert str(error.value).endswith(f': {lacking}')
