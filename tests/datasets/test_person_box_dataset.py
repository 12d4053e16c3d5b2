"""Data sets that a person detector is fine-tuned on."""

import json
from pathlib import Path

import numpy as np
import pytest
from official_files import UcfTube, save_ucf_mat
from synthetic_media import decode_all, make_frames, write_video

from stclip.cli.prepare import group as prepare
from stclip.preparation.ucf24 import ACTIONS
from stclip.registry import DATASETS

SPLIT = Path(__file__).parents[2] / 'data/splits/zs_ucf/split1.yaml'
# x, y, w, h; of 320 x 240 px.
BOXES = [[10 + k, 20, 100, 200] for k in range(6)]
VIDEOS = {
    'Basketball/v_Basketball_g08_c01': (8, [UcfTube(0, 1, BOXES)]),
    'Diving/v_Diving_g09_c01': (
        3,
        [UcfTube(ACTIONS.index('Diving'), 0, BOXES[:3])],
    ),
    'Diving/v_Diving_g01_c01': (
        3,
        [UcfTube(ACTIONS.index('Diving'), 1, BOXES[:2])],
    ),
    'IceDancing/v_IceDancing_g10_c01': (
        6,
        [UcfTube(ACTIONS.index('Ice Dancing'), 0, BOXES)],
    ),
}
PIPELINE = [
    dict(type='LoadVideoFrame'),
    dict(type='mmdet.LoadAnnotations', with_bbox=True),
    dict(type='mmdet.PackDetInputs'),
]


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    """One test video; of the training videos, Ice Dancing is unseen."""
    root = tmp_path_factory.mktemp('ucf24')
    save_ucf_mat(root / 'annotations' / 'finalAnnots.mat', VIDEOS)
    lines = 'Diving/v_Diving_g01_c01.avi\n'
    (root / 'annotations' / 'testlist01.txt').write_text(lines)
    for seed, (name, (number, _)) in enumerate(VIDEOS.items()):
        # Re-encoded to half the size that was annotated.
        frames = make_frames(number, 120, 160, seed)
        write_video(root / 'videos' / f'{name}.avi', frames)
    words = ['ucf24', f'--root={root}', '--workers=1']
    prepare.main(words, standalone_mode=False)
    return root


def build(root, **changes):
    cfg = dict(
        type='PersonBoxDataset',
        data_root=str(root),
        data_prefix=dict(img='videos'),
        ann_file='annotations/train.json',
        label_split=str(SPLIT),
        pipeline=PIPELINE,
    )
    return DATASETS.build({**cfg, **changes})


def test_seen_actions_only(root):
    dataset = build(root)
    assert dataset.metainfo['classes'] == ('person',)
    ids = [dataset.get_data_info(i)['img_id'] for i in range(len(dataset))]
    names = [name.split('/')[1] for name in list(VIDEOS)[:2]]
    assert ids == [
        *(f'{names[0]}/{number:05d}' for number in range(2, 8)),
        *(f'{names[1]}/{number:05d}' for number in range(1, 4)),
    ]


def test_every_fourth_frame(root):
    dataset = build(root, frame_step=4)
    frames = [
        dataset.get_data_info(i)['frame_idx'] for i in range(len(dataset))
    ]
    assert frames == [4, 0]


def test_pictures_and_boxes_as_mmdet_takes_them(root):
    dataset = build(root)
    packed = dataset[3]
    (path,) = (root / 'videos' / 'Basketball').iterdir()
    # Frame 4 of the video, the fourth that is annotated.
    expected = decode_all(path)[4][..., ::-1]
    np.testing.assert_array_equal(packed['inputs'].permute(1, 2, 0), expected)
    sample = packed['data_samples']
    assert sample.ori_shape == sample.img_shape == (120, 160)
    x, y, w, h = BOXES[3]
    np.testing.assert_allclose(
        sample.gt_instances.bboxes.tensor,
        [[x / 2, y / 2, (x + w) / 2, (y + h) / 2]],
        atol=0.51,
    )
    assert sample.gt_instances.labels.tolist() == [0]


def test_nothing_left(root):
    with pytest.raises(ValueError, match=r'no frame to train on .*1000'):
        build(root, ann_file='annotations/test.json', frame_step=1000)


def test_annotation_by_time(root, tmp_path):
    content = json.loads((root / 'annotations/train.json').read_text())
    content['images'][0]['seconds'] = 1
    path = tmp_path / 'by_time.json'
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r'by_time\.json places keyframes by'):
        build(root, ann_file=str(path))


def test_actions_that_are_not_there(root, tmp_path):
    path = tmp_path / 'split.yaml'
    path.write_text(
        'benchmark: mine\nsplit: 7\ntrain: [Diving, Fly]\ntest: [Biking]\n'
    )
    with pytest.raises(
        ValueError, match=r"split\.yaml names .*train\.json: \['Fly'\]"
    ):
        build(root, label_split=str(path))


def test_other_picture(root, tmp_path):
    """The video is not the one that was annotated."""
    for name, (number, _) in VIDEOS.items():
        frames = make_frames(number, 120, 120)
        write_video(tmp_path / f'{name}.avi', frames)
    dataset = build(root, data_prefix=dict(img=str(tmp_path)))
    with pytest.raises(ValueError, match='shows 120 x 120 pixels, but was'):
        dataset[0]
