import pickle

import numpy as np
import pytest
from official_files import (
    Clip,
    masks_of,
    save_jhmdb_pickle,
    save_puppet_masks,
    save_split_lists,
)
from scipy.io import savemat

from stclip.preparation import jhmdb
from stclip.preparation.records import Findings
from stclip.structures.boxes import paired_box_iou

BOX, OTHER, CORNER = (10, 20, 110, 220), (0, 0, 4, 239), (300, 200, 319, 239)
CLIPS = [
    Clip('run', 'a_b_run_1', 'train', [BOX, OTHER]),
    Clip('clap', 'slow!_clap', 'test', [CORNER]),
    Clip('run', 'c_run_2', 'test', [OTHER, BOX, BOX]),
]
ACTIONS = ['clap', 'run', 'sit']


@pytest.fixture
def few_actions(monkeypatch):
    monkeypatch.setattr(jhmdb, 'ACTIONS', ('clap', 'run'))


def as_clips(videos):
    return [
        Clip(
            video.tubes[0].action,
            video.name,
            video.subset,
            [tuple(map(int, box)) for box in video.tubes[0].boxes],
        )
        for video in videos
    ]


def test_pickle_of_tubes(tmp_path):
    path = save_jhmdb_pickle(tmp_path / 'JHMDB-GT.pkl', ACTIONS, CLIPS)
    names, videos = jhmdb.read_pickle(path)
    assert names == ACTIONS
    assert as_clips(videos) == CLIPS  # training, then testing
    assert [video.num_frames for video in videos] == [2, 1, 3]
    assert {video.size_hw for video in videos} == {(240, 320)}
    # Frames count from 0.
    assert videos[2].tubes[0].frames.tolist() == [0, 1, 2]


def test_whole_numbers_written_as_floats(tmp_path):
    path = save_jhmdb_pickle(tmp_path / 'JHMDB-GT.pkl', ACTIONS, CLIPS)
    content = pickle.loads(path.read_bytes())
    for name, tubes in content['gttubes'].items():
        content['gttubes'][name] = {float(k): v for k, v in tubes.items()}
        content['nframes'][name] = np.float64(content['nframes'][name])
        content['resolution'][name] = np.array([240.0, 320.0])
    path.write_bytes(pickle.dumps(content))
    videos = jhmdb.read_pickle(path)[1]
    assert as_clips(videos) == CLIPS
    assert [video.num_frames for video in videos] == [2, 1, 3]
    assert {video.size_hw for video in videos} == {(240, 320)}


@pytest.mark.parametrize(
    'spoil',
    [
        lambda content: content.pop('labels'),
        lambda content: content['gttubes'].pop('run/c_run_2'),
        lambda content: content.update(test_videos=[]),
        lambda content: content['gttubes']['run/c_run_2'].update({3: [1]}),
        lambda content: content.update(nframes={'run/c_run_2': None}),
    ],
)
def test_another_pickle_is_named(tmp_path, spoil):
    path = save_jhmdb_pickle(tmp_path / 'JHMDB-GT.pkl', ACTIONS, CLIPS)
    content = pickle.loads(path.read_bytes())
    spoil(content)
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(ValueError, match=r'GT\.pkl is not a pickle of act'):
        jhmdb.read_pickle(path)


def test_split_lists(few_actions, tmp_path):
    lines = ['out_of_it.avi 0', 'two words.avi\t1']
    save_split_lists(tmp_path, ['run', 'clap'], CLIPS, lines)
    (tmp_path / 'run_test_split2.txt').write_text('c_run_2.avi 1\n')
    subsets = jhmdb.read_splits(tmp_path)
    assert list(subsets) == ['clap', 'run']
    assert subsets['run'] == {
        'a_b_run_1': 'train',
        'c_run_2': 'test',
        'two words': 'train',
    }


@pytest.mark.parametrize('line', ['b.avi 3', 'b.mp4 1', 'b.avi', 'b 1'])
def test_malformed_line_is_named(few_actions, tmp_path, line):
    save_split_lists(tmp_path, ['clap'], CLIPS)
    save_split_lists(tmp_path, ['run'], CLIPS[:1], [line])
    with pytest.raises(ValueError, match=r'run_test_.*\.txt, line 2 ') as e:
        jhmdb.read_splits(tmp_path)
    assert repr(line) in str(e.value)


def test_no_split_lists(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'prepare_data\.md'):
        jhmdb.read_splits(tmp_path)


def save_puppets(root, clips):
    save_split_lists(root / 'splits', ['clap', 'run'], clips)
    for clip in clips:
        folder = root / 'puppet_mask' / clip.action / clip.name
        save_puppet_masks(folder / 'puppet_mask.mat', clip.boxes)
    return root / 'puppet_mask', root / 'splits'


def test_puppet_masks(few_actions, tmp_path):
    folder, splits = save_puppets(tmp_path, CLIPS)
    # The flat layout does as well.
    flat = folder / 'run' / 'c_run_2'
    (flat / 'puppet_mask.mat').rename(flat.with_suffix('.mat'))
    findings = Findings()
    names, videos = jhmdb.read_puppets(folder, splits, findings)
    assert names == ['clap', 'run']
    assert sorted(map(str, as_clips(videos))) == sorted(map(str, CLIPS))
    assert {(v.name, v.num_frames) for v in videos} == {
        (clip.name, len(clip.boxes)) for clip in CLIPS
    }
    assert findings.faults == {}


def test_frames_without_a_person_have_no_box(few_actions, tmp_path):
    clip = Clip('run', 'x', 'train', [None, BOX, None, OTHER])
    folder, splits = save_puppets(tmp_path, [clip])
    video = jhmdb.read_puppets(folder, splits, Findings())[1][0]
    assert video.num_frames == 4
    assert video.tubes[0].frames.tolist() == [1, 3]
    assert video.tubes[0].boxes.tolist() == [list(BOX), list(OTHER)]


def test_listed_videos_without_masks(few_actions, tmp_path):
    folder, splits = save_puppets(tmp_path, CLIPS)
    (folder / 'clap').rename(tmp_path / 'elsewhere')
    findings = Findings()
    videos = jhmdb.read_puppets(folder, splits, findings)[1]
    assert [video.name for video in videos] == ['a_b_run_1', 'c_run_2']
    kind = 'video without annotation'
    assert findings.faults == {kind: ['clap/slow!_clap']}
    assert str(folder) in findings.hints[kind]
    (folder / 'run').rename(tmp_path / 'elsewhere too')
    with pytest.raises(FileNotFoundError, match=r'no puppet_mask\.mat'):
        jhmdb.read_puppets(folder, splits, Findings())


def test_joints(tmp_path):
    """First and last of 15 joints, counted from 1."""
    joints = np.random.uniform(1, 200, (2, 15, 3))
    joints[:, 4, 1] = np.nan
    path = tmp_path / 'joint_positions.mat'
    savemat(path, dict(pos_img=joints))
    boxes = jhmdb.read_boxes(path)
    for frame in (0, 2):
        x, y = joints[:, :, frame] - 1
        expected = [min(x), min(y), max(x), max(y)]
        assert boxes[frame].tolist() == expected
    assert np.isnan(boxes[1]).all()


def test_box_of_a_mask():
    """Every pixel looked at, one after the other."""
    masks = np.random.rand(20, 6, 7) > 0.93
    masks[3] = False
    for mask, box in zip(masks, jhmdb.mask_boxes(masks), strict=True):
        marked = [(x, y) for y in range(6) for x in range(7) if mask[y, x]]
        if not marked:
            assert np.isnan(box).all()
            continue
        xs, ys = zip(*marked, strict=True)
        assert box.tolist() == [min(xs), min(ys), max(xs), max(ys)]


@pytest.mark.parametrize(
    'content, message',
    [
        (b'', 'is not a readable MATLAB file'),
        (b'<html>404</html>' * 20, 'is not a readable MATLAB file'),
        (dict(other=1), r"neither part_mask nor pos_img, but \['other'\]"),
        (dict(part_mask=masks_of([BOX])[0]), 'puppet_mask'),
        (dict(pos_img=np.zeros((2, 15))), 'puppet_mask'),
    ],
)
def test_damaged_file_is_named(tmp_path, content, message):
    path = tmp_path / 'puppet_mask.mat'
    if isinstance(content, dict):
        savemat(path, content)
    else:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        jhmdb.read_boxes(path)
    assert str(path) in str(error.value)


@pytest.mark.shared
def test_numbers_of_the_real_pickle(real_jhmdb):
    names, videos = real_jhmdb
    assert (len(names), len(videos)) == (21, 928)
    assert all(len(video.tubes) == 1 for video in videos)
    boxes = {
        subset: [v.num_frames for v in videos if v.subset == subset]
        for subset in ('train', 'test')
    }
    assert (len(boxes['train']), sum(boxes['train'])) == (660, 22_713)
    assert (len(boxes['test']), sum(boxes['test'])) == (268, 9_139)
    for video in videos:
        frames = video.tubes[0].frames
        np.testing.assert_array_equal(frames, np.arange(video.num_frames))


@pytest.mark.shared
def test_real_masks_give_the_boxes_of_the_pickle(realdata, real_jhmdb):
    tubes = {video.name: video.tubes[0] for video in real_jhmdb[1]}
    files = sorted((realdata / 'jhmdb' / 'puppet_masks').glob('*/*.mat'))
    assert len(files) == 21
    compared = 0
    for path in files:
        boxes = jhmdb.read_boxes(path)
        expected = tubes[path.stem].boxes
        number = min(len(boxes), len(expected))
        np.testing.assert_array_equal(boxes[:number], expected[:number])
        compared += number
    assert compared == 671


@pytest.mark.shared
def test_real_joints_are_where_the_person_is(realdata, real_jhmdb):
    tubes = {video.name: video.tubes[0] for video in real_jhmdb[1]}
    name = 'Goal_Keeping_Tips_catch_f_cm_np1_fr_med_2'
    folder = realdata / 'jhmdb' / 'frames_catch' / name
    boxes = jhmdb.read_boxes(folder / 'joint_positions.mat')
    overlap = paired_box_iou(boxes, tubes[name].boxes)
    assert len(overlap) == 40
    assert overlap.mean() == pytest.approx(0.70, abs=0.01)
