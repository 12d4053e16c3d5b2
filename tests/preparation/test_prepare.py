"""Official downloads in small, prepared as a whole: what is written."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from forks import run_python
from official_files import (
    Clip,
    save_jhmdb_pickle,
    save_ucf_pickle,
)
from official_layouts import (
    ACTIONS,
    BOX,
    CLIPS,
    OTHER,
    SPLITS,
    UCF,
    ava_label_map,
    lay_out_puppets,
    names_of,
)
from other_writer import WAIT, other_process

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.labels.label_split import read_label_split, write_label_split
from stclip.registry import DATASETS
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]
TOOL = f"""
import runpy
runpy.run_path('{ROOT}/tools/data/prepare.py', run_name='__main__')
"""


def row(videos, keyframes, boxes, labels):
    return dict(videos=videos, keyframes=keyframes, boxes=boxes, labels=labels)


def images_of(text):
    return [
        (image['id'], image['movie'], image['timestamp'])
        for image in json.loads(text)['images']
    ]


def persons_of(text, names):
    return [
        (
            entry['image_id'],
            entry['bbox'],
            [names[number - 1] for number in entry['action_ids']],
        )
        for entry in json.loads(text)['annotations']
    ]


def test_jhmdb_from_the_pickle(jhmdb, run):
    files = run('jhmdb')
    assert images_of(files['test.json']) == [
        ('c_clap_2/00001', 'c_clap_2', '00001'),
        ('c_clap_2/00002', 'c_clap_2', '00002'),
        ('c_clap_2/00003', 'c_clap_2', '00003'),
        ('d_run_2/00001', 'd_run_2', '00001'),
    ]
    assert persons_of(files['train.json'], ACTIONS) == [
        ('a_run_1/00001', list(BOX), ['run']),
        ('a_run_1/00002', list(OTHER), ['run']),
        ('b_clap_1/00001', list(OTHER), ['clap']),
    ]
    image = json.loads(files['train.json'])['images'][0]
    assert (image['height'], image['width']) == (240, 320)
    summary = json.loads(files['summary.json'])
    assert len(summary) == 2 + 2 * 4
    assert summary['train'] == row(2, 3, 3, 3)
    assert summary['test'] == row(2, 4, 4, 4)
    # "clap" is unseen, "run" is seen; in split 2 the other way round.
    assert summary['label split 1, train'] == row(1, 2, 2, 2)
    assert summary['label split 1, test'] == row(1, 3, 3, 3)
    assert summary['label split 2, train'] == row(1, 1, 1, 1)
    assert summary['label split 2, test'] == row(1, 1, 1, 1)
    assert files['faults.txt'] == ''
    tubes = json.loads(files['tubes.json'])
    assert [(t['movie'], t['action'], t['frames']) for t in tubes] == [
        ('c_clap_2', 'clap', [1, 2, 3]),
        ('d_run_2', 'run', [1]),
    ]
    assert tubes[1]['boxes'] == [list(OTHER)]


def test_drawn_training_videos(ava, run):
    """What the draw leaves is what the data set trains on."""
    more = Path(ava, 'frames', '1j20qq1JyX4')
    for name in 'xyz':
        shutil.copytree(more, more.with_name(name))
    table = ava / 'annotations' / 'ava_train_v2.2.csv'
    line = table.read_text().strip()
    lines = [line.replace(more.name, name) for name in (more.name, *'xyz')]
    table.write_text('\n'.join(lines))
    files = run('ava', '--max-train-videos', '2', '--seed', '3')
    summary = json.loads(files['summary.json'])
    assert summary['train']['videos'] == 4
    assert summary['label split 1, train'] == row(2, 2, 2, 2)
    path = ava / 'annotations' / 'splits' / 'split1.yaml'
    drawn = read_label_split(path)
    original = read_label_split(SPLITS / 'zs_ava' / 'split1.yaml')
    assert replace(drawn, train_videos=()) == original
    cfg = dict(
        type='CocoKeyframeDataset',
        data_root=str(ava),
        data_prefix=dict(video='frames'),
        label_split=str(path),
        ann_file='annotations/train.json',
        pipeline=[],
    )
    dataset = DATASETS.build(cfg)
    videos = [dataset.get_data_info(i)['video'] for i in range(len(dataset))]
    assert videos == list(drawn.train_videos)
    write_label_split(path, replace(drawn, train_videos=('v',)))
    with pytest.raises(ValueError, match=r"train on that are .*: \['v'\]"):
        DATASETS.build(cfg)


def test_jhmdb_from_puppet_masks_is_the_same(jhmdb, run):
    expected = run('jhmdb')
    (jhmdb / 'annotations' / 'JHMDB-GT.pkl').unlink()
    lay_out_puppets(jhmdb)
    assert run('jhmdb') == expected


def test_prepared_files_are_trained_on(jhmdb, run):
    run('jhmdb')
    dataset = DATASETS.build(
        dict(
            type='CocoKeyframeDataset',
            ann_file='annotations/train.json',
            label_split=str(SPLITS / 'zs_jhmdb' / 'split1.yaml'),
            data_root=str(jhmdb),
            data_prefix=dict(video='frames'),
            pipeline=[],
        )
    )
    infos = [dataset.get_data_info(k) for k in range(len(dataset))]
    assert [info['image_id'] for info in infos] == [
        'a_run_1/00001',
        'a_run_1/00002',
    ]
    assert infos[1]['boxes'].tolist() == [list(OTHER)]


def released(jhmdb, clips):
    """Their ids are numbers, in an order of their own."""
    images = [
        dict(
            id=number, movie=name, timestamp=f'{k:05d}', height=240, width=320
        )
        for number, (name, k) in enumerate(clips, 40_001)
    ]
    content = dict(images=images, annotations=[])
    folder = jhmdb / 'annotations'
    (folder / 'jhmdb_test_gt_min.json').write_text(json.dumps(content))
    (folder / 'all_label.txt').write_text('\n'.join(ACTIONS) + '\n')
    return folder


FRAMES = [(c.name, k + 1) for c in CLIPS[:1:-1] for k in range(len(c.boxes))]


def test_ids_of_the_release_are_taken(jhmdb, run):
    released(jhmdb, FRAMES)
    files = run('jhmdb')
    ids = [(image[0], *image[1:]) for image in images_of(files['test.json'])]
    assert ids == [
        (40_002, 'c_clap_2', '00001'),
        (40_003, 'c_clap_2', '00002'),
        (40_004, 'c_clap_2', '00003'),
        (40_001, 'd_run_2', '00001'),
    ]
    assert persons_of(files['test.json'], ACTIONS)[2:] == [
        (40_004, list(OTHER), ['clap']),
        (40_001, list(OTHER), ['run']),
    ]
    assert images_of(files['train.json'])[0][0] == 'a_run_1/00001'


def test_release_of_something_else(jhmdb, run):
    folder = released(jhmdb, FRAMES[:-1])
    with pytest.raises(UserError, match=r"they lack \['c_clap_2'\]"):
        run('jhmdb')
    released(jhmdb, FRAMES)
    (folder / 'all_label.txt').write_text('\n'.join(ACTIONS[::-1]))
    with pytest.raises(UserError, match=r'all_label\.txt are not those'):
        run('jhmdb')
    (folder / 'all_label.txt').unlink()
    with pytest.raises(UserError, match=r'all_label\.txt'):
        run('jhmdb')


def test_ucf(ucf, run):
    files = run('ucf24')
    actions = json.loads(files['test.json'])['action_categories']
    names = [action['name'] for action in actions]
    assert sorted(names) == names_of('zs_ucf')
    assert all(action['exclusive'] for action in actions)
    # Frames with a person for training, all for testing.
    assert images_of(files['train.json']) == [
        ('v_Basketball_g08_c01/00002', 'v_Basketball_g08_c01', '00002')
    ]
    assert [image[0] for image in images_of(files['test.json'])] == [
        'v_Biking_g01_c02/00001',
        'v_Biking_g01_c02/00002',
        'v_SalsaSpin_g01_c01/00001',
        'v_SalsaSpin_g01_c01/00002',
        'v_SalsaSpin_g01_c01/00003',
    ]
    salsa = ['Salsa Spin']
    assert persons_of(files['test.json'], names)[2:] == [
        ('v_SalsaSpin_g01_c01/00002', [100, 50, 300, 230], salsa),
        ('v_SalsaSpin_g01_c01/00002', [1, 2, 4, 6], salsa),
        ('v_SalsaSpin_g01_c01/00003', [250, 200, 320, 240], salsa),
    ]
    summary = json.loads(files['summary.json'])
    assert summary['test'] == row(2, 5, 5, 5)
    assert summary['label split 1, train'] == row(1, 1, 1, 1)
    assert summary['label split 1, test'] == row(1, 3, 3, 3)
    assert files['faults.txt'] == ''
    # The other form of the annotation says the same.
    folder = ucf / 'annotations'
    (folder / 'finalAnnots.mat').unlink()
    save_ucf_pickle(folder / 'pyannot_with_class_names.pkl', UCF)
    assert run('ucf24') == files


def test_ava(ava, run):
    files = run('ava')
    names = names_of('zs_ava')
    assert images_of(files['train.json']) == [
        ('1j20qq1JyX4,0902', '1j20qq1JyX4', '0902')
    ]
    assert persons_of(files['test.json'], names) == [
        ('w,0902', [0.25, 0.5, 0.75, 1], ['sit', 'stir']),
        ('w,0904', [0, 0, 1, 0.5], ['sit']),
    ]
    seconds = [i['seconds'] for i in json.loads(files['test.json'])['images']]
    assert seconds == [2, 4]
    actions = json.loads(files['test.json'])['action_categories']
    assert [a['name'] for a in actions if a['exclusive']] == ['sit', 'stand']
    # All test videos are tested.
    summary = json.loads(files['summary.json'])
    assert summary['label split 1, train'] == row(1, 1, 1, 1)
    assert summary['label split 1, test'] == row(1, 2, 2, 3)
    heading, line = files['faults.txt'].splitlines()
    assert heading.startswith('1 x faulty line: left out.')
    assert 'ava_val_v2.2.csv, line 5 (w,0904,0,0,1,0.5,' in line


def test_list_of_actions_that_lacks_an_unseen_one(ava, run, looked_at):
    """As AVA's list of 60 does."""
    names = [name for name in names_of('zs_ava') if name != 'stir']
    path = ava / 'annotations' / 'ava_action_list_v2.2.pbtxt'
    path.write_text(ava_label_map(names))
    with pytest.raises(
        UserError, match=r"splits/zs_ava/split1\.yaml .* not in .*: \['stir'\]"
    ):
        run('ava')
    assert looked_at == []
    assert not path.with_name('train.json').exists()


@pytest.mark.parametrize(
    'data_set, message',
    [
        ('jhmdb', r'neither annotations/JHMDB-GT\.pkl nor puppet_mask/'),
        ('ucf24', r'finalAnnots\.mat does not exist'),
        ('ava', r'ava_action_list_v2\.2\.pbtxt does not exist'),
    ],
)
def test_nothing_there(run, data_set, message):
    with pytest.raises(UserError, match=f'{message}.*prepare_data'):
        run(data_set)


def test_split_lists_of_all_classes_are_needed(root, run):
    """Else the actions would be numbered in another way."""
    lay_out_puppets(root, actions=['clap', 'run'])
    with pytest.raises(UserError):
        run('jhmdb', '--annotations-only')
    assert not (root / 'annotations' / 'train.json').exists()


NAN = float('nan')


@pytest.mark.parametrize(
    'box',
    [
        (110, 20, 10, 220),
        (10, NAN, 110, 220),
        (7, 9, 7, 9),
        (400, 20, 410, 220),
    ],
)
def test_what_is_written_can_be_read(root, run, box):
    """A box that no data set takes is told at once, not when training."""
    clips = [*CLIPS, Clip('run', 'odd_run_3', 'train', [box])]
    path = root / 'annotations' / 'JHMDB-GT.pkl'
    save_jhmdb_pickle(path, ACTIONS, clips)
    try:
        run('jhmdb', '--annotations-only')
    except UserError as end:
        assert 'odd_run_3' in str(end)
        return
    keyframes = read_keyframe_file(root / 'annotations' / 'train.json')[1]
    assert np.concatenate([k.boxes for k in keyframes]).tolist() == [
        list(BOX),
        list(OTHER),
        list(OTHER),
    ]
    assert 'odd_run_3' in (root / 'annotations' / 'faults.txt').read_text()


def test_command_line(ucf, run):
    """With a process for each of two videos."""
    expected = run('ucf24')
    (ucf / 'annotations' / 'media.json').unlink()
    words = 'ucf24', '--root', ucf, '--workers', '2'
    said = run_python(TOOL, *words, folder=ucf)
    assert said.returncode == 0, said.output
    assert run('ucf24') == expected
    # The numbers are shown, too.
    summary = json.loads((ucf / 'annotations' / 'summary.json').read_text())
    lines = {tuple(line.split()) for line in said.output.splitlines()}
    for subset in ('train', 'test'):
        row = (f'{number:,}' for number in summary[subset].values())
        assert (subset, *row) in lines


def test_annotations_from_elsewhere_are_kept_unless_asked(ucf, run):
    """Its own ones it makes anew."""
    path = ucf / 'annotations' / 'test.json'
    path.write_text('by hand')
    with pytest.raises(UserError, match=r'test\.json .* --overwrite replace'):
        run('ucf24', '--annotations-only')
    assert path.read_text() == 'by hand'
    expected = run('ucf24', '--annotations-only', '--overwrite')
    assert run('ucf24', '--annotations-only') == expected
    assert images_of(path.read_text())


def test_one_process_at_a_time(ucf, run):
    folder = ucf / 'annotations'
    held = f"with outputs.own_folder(Path({str(folder)!r}), '--root'): {WAIT}"
    with (
        other_process(held) as other,
        pytest.raises(UserError, match=f'written by process {other.pid} on'),
    ):
        run('ucf24', '--annotations-only')
