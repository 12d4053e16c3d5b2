import copy

import numpy as np
import pytest
from mmengine.dataset import pseudo_collate
from synthetic_media import make_frames, write_video

from stclip.datasets import CocoKeyframeDataset
from stclip.datasets.transforms import clip_resize

NAMES = ['run', 'jump', 'sit', 'hug', 'watch', 'fly']
PIPELINE = [
    dict(type='LoadKeyframe', size=16),
    dict(type='LimitPersons'),
    dict(type='CropPersons', size=16),
    dict(type='PackKeyframe'),
]


def image(number, movie, frame):
    return dict(
        id=number, movie=movie, timestamp=f'{frame:05d}', height=24, width=32
    )


def person(image_id, actions, bbox, **more):
    return dict(
        image_id=image_id,
        action_ids=[NAMES.index(name) + 1 for name in actions],
        bbox=bbox,
        **more,
    )


CONTENT = dict(
    action_categories=[dict(id=k + 1, name=n) for k, n in enumerate(NAMES)],
    images=[
        image(12, 'seen', 9),
        image(11, 'seen', 2),
        image(13, 'seen', 4),
        image(31, 'unseen', 3),
        image(32, 'unseen', 12),
        image(33, 'unseen', 7),
        image(21, 'mixed', 1),
        image(22, 'mixed', 2),
        image(41, 'other', 1),
        image(42, 'other', 5),
    ],
    annotations=[
        # The area is as wrong as in the released files.
        person(11, ['sit'], [1, 2, 9, 12], area=108, person_id=1),
        person(11, ['run'], [10, 2, 19, 12]),
        person(11, ['watch'], [1, 2, 9, 12]),
        person(12, ['run'], [3, 3, 40, 30]),
        person(31, ['jump'], [1, 2, 9, 12]),
        person(33, ['hug'], [1, 2, 9, 12]),
        person(33, ['sit'], [2, 2, 9, 12]),
        person(21, ['sit'], [1, 2, 9, 12]),
        person(22, ['jump'], [1, 2, 9, 12]),
        person(41, ['fly'], [1, 2, 9, 12]),
        person(42, ['sit', 'run'], [1, 2, 9, 12]),
        person(42, ['sit', 'fly'], [5, 2, 9, 12]),
    ],
)
DETECTIONS = [
    dict(image_id=31, bbox=[0, 0, 10, 12], score='0.9'),
    dict(image_id=31, bbox=[-3, 0, 5, 50], score='0.3'),
    dict(image_id=31, bbox=[0, 0, 5, 12], score='0.1'),
    dict(image_id=32, bbox=[7, 0, 7, 12], score='0.2'),
    dict(image_id=999, bbox=[7, 0, 9, 12], score='0.2'),
]


@pytest.fixture
def build(build_keyframes, make_videos, write_json):
    make_videos('seen', 'unseen', 'mixed', 'other')

    def build(content=CONTENT, detections=DETECTIONS, **changes):
        write_json('boxes.json', detections)
        arguments = dict(
            type='CocoKeyframeDataset',
            ann_file=write_json('ann.json', content),
            pipeline=PIPELINE,
        )
        return build_keyframes('boxes.json', **arguments | changes)

    return build


def ids_of(dataset):
    samples = (dataset.get_data_info(k) for k in range(len(dataset)))
    return [(info['image_id'], info['box_source']) for info in samples]


def test_training_has_seen_actions_only(build):
    """No video with an unseen action, no frame with any but seen ones."""
    dataset = build()
    assert isinstance(dataset, CocoKeyframeDataset)
    assert ids_of(dataset) == [(11, 'ground_truth'), (12, 'ground_truth')]
    info = dataset.get_data_info(0)
    assert info['label_space'].names == ('sit', 'run', 'watch')
    assert all(info['label_space'].exclusive)
    # Equal boxes are one person.
    assert info['boxes'].tolist() == [[1, 2, 9, 12], [10, 2, 19, 12]]
    assert info['box_labels'].tolist() == [[1, 0, 1], [0, 1, 0]]
    assert info['box_scores'].tolist() == [1, 1]
    assert info['frame_idx'] == 1
    assert info['timestamp'] == '00002'
    # Cut to the frame.
    assert dataset.get_data_info(1)['boxes'].tolist() == [[3, 3, 32, 24]]


def test_testing_has_videos_of_unseen_actions(build):
    """All frames of them, in order, those without any box too."""
    dataset = build(tested=True)
    expected = [31, 33, 32, 21, 22]
    assert ids_of(dataset) == [
        (number, source)
        for number in expected
        for source in ('detected', 'ground_truth')
    ]
    infos = [dataset.get_data_info(k) for k in range(len(dataset))]
    assert infos[0]['label_space'].names == ('jump', 'hug')
    # Best 0.9, filter 0.7: 0.3 stays, cut to the frame; 0.1 goes.
    assert infos[0]['boxes'].tolist() == [[0, 0, 10, 12], [0, 0, 5, 24]]
    np.testing.assert_array_equal(
        infos[0]['box_scores'], np.float32([0.9, 0.3])
    )
    assert infos[1]['box_scores'].tolist() == [1]
    # A box without area is kept; detectors write some.
    assert infos[4]['boxes'].tolist() == [[7, 0, 7, 12]]
    assert infos[2]['boxes'].shape == (0, 4)
    assert infos[5]['boxes'].shape == (0, 4)
    # Persons without an unseen action stay, without a label.
    assert infos[3]['gt_labels'].tolist() == [[0, 1], [0, 0]]
    assert all(info['box_labels'] is None for info in infos)


def test_filter_is_an_argument(build):
    assert len(build(tested=True, det_thr=1).get_data_info(0)['boxes']) == 3
    assert len(build(tested=True, det_thr=0.5).get_data_info(0)['boxes']) == 1


def test_testing_on_seen_actions(build):
    dataset = build(test_mode=True)
    assert ids_of(dataset) == [(11, 'ground_truth'), (12, 'ground_truth')]
    assert dataset.get_data_info(0)['box_labels'] is None


def test_label_file_gives_the_order(build, tmp_path):
    names = [*NAMES[:2], 'hug', 'sit', *NAMES[4:]]
    (tmp_path / 'labels.txt').write_text('\n'.join(names) + '\n\n')
    dataset = build(label_file='labels.txt', tested=True)
    labels = {
        info['image_id']: info['gt_labels'].tolist()
        for info in map(dataset.get_data_info, range(len(dataset)))
    }
    # Action id 3, "sit" above, is "hug" here, and the other way round.
    assert labels[33] == [[0, 0], [0, 1]]
    assert labels[11] == [[0, 1], [0, 0]]


def renumbered(names):
    """The same annotation, with the actions in another order."""
    content = copy.deepcopy(CONTENT)
    actions = [dict(id=k, name=name) for k, name in enumerate(names, 1)]
    content['action_categories'] = actions
    for entry in content['annotations']:
        entry['action_ids'] = [
            names.index(NAMES[number - 1]) + 1
            for number in entry['action_ids']
        ]
    return content


@pytest.mark.parametrize('changes', [{}, dict(tested=True)])
def test_order_of_the_actions_does_not_matter(build, changes):
    """Training and test file may number them differently."""
    reverse = dict(
        CONTENT, action_categories=CONTENT['action_categories'][::-1]
    )
    found = []
    for content in (CONTENT, reverse, renumbered(NAMES[::-1])):
        dataset = build(content, **changes)
        infos = map(dataset.get_data_info, range(len(dataset)))
        found.append(
            [
                (i['image_id'], i['label_space'], i['gt_labels'].tolist())
                for i in infos
            ]
        )
    assert found[0] == found[1] == found[2]


def test_list_of_the_seen_actions_is_no_label_file(build, tmp_path):
    """Ids count in all actions, not in train_label.txt."""
    (tmp_path / 'train_label.txt').write_text('watch\nsit\nrun\n')
    with pytest.raises(ValueError, match=r'at 2: action id 5 is .* 3 act'):
        build(label_file='train_label.txt')


@pytest.mark.parametrize('area', [0, -1, 10**9, 'large', None])
def test_area_is_ignored(build, area):
    expected = build().get_data_info(0)['boxes'].tolist()
    found = build(change('annotations', 0, area=area)).get_data_info(0)
    assert found['boxes'].tolist() == expected


def test_boxes_of_other_images_are_left_aside(build):
    """Image 999 is not annotated, image 11 not tested."""
    stray = dict(bbox=[1, 2, 9, 12], score='0.99')
    more = [dict(stray, image_id=number) for number in (11, 999, '31')]
    both = [
        [
            (info['image_id'], info['boxes'].tolist())
            for info in map(dataset.get_data_info, range(len(dataset)))
        ]
        for dataset in (
            build(tested=True),
            build(detections=more + DETECTIONS[:-1] + more, tested=True),
        )
    ]
    assert both[0] == both[1]


def test_metainfo_is_plain(build):
    """Checkpoints keep it, and are read without running code."""
    meta = build(tested=True).metainfo
    assert meta == dict(
        benchmark='mine',
        split=3,
        classes=('jump', 'hug'),
        exclusive=(True, True),
        eval_classes=('jump', 'hug'),
    )


def test_split_in_the_name_of_the_detections(build, tmp_path, write_json):
    write_json('boxes_of_3.json', DETECTIONS[:1])
    dataset = build(tested=True, det_file='boxes_of_{split}.json')
    assert len(dataset.get_data_info(0)['boxes']) == 1


def test_sample_end_to_end(build, tmp_path):
    dataset = build(tested=True)
    frames = make_frames(12, seed=1)
    batch = pseudo_collate([dataset[0], dataset[2]])
    expected = np.stack([clip_resize(frame, 16) for frame in frames[:9]])
    np.testing.assert_array_equal(batch['inputs']['context'][0], expected)
    np.testing.assert_array_equal(batch['inputs']['keyframe'][0], expected[2])
    crop = clip_resize(frames[2][:12, :10], 16)
    np.testing.assert_array_equal(batch['inputs']['crops'][0][0], crop)
    assert len(batch['inputs']['crops'][1]) == 0
    sample = batch['data_samples'][0]
    assert sample.box_source == 'detected'
    assert sample.gt_instances.labels.tolist() == [[1, 0]]


def test_frames_and_video_files_mix(build, tmp_path):
    frames = make_frames(12, seed=1)
    (tmp_path / 'videos' / 'unseen').rename(tmp_path / 'elsewhere')
    write_video(
        tmp_path / 'videos' / 'jump' / 'unseen.mkv', frames, codec='ffv1'
    )
    context = build(tested=True)[0]['inputs']['context']
    expected = np.stack([clip_resize(frame, 16) for frame in frames[:9]])
    np.testing.assert_array_equal(context, expected)


def test_all_that_is_missing_is_named_at_once(build, tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        build(
            tested=True,
            det_file='no_boxes.json',
            ann_file='no_ann.json',
            label_file='no_labels.txt',
            data_prefix=dict(video='no_videos'),
        )
    message = str(error.value)
    for name in ('no_boxes.json', 'no_ann.json', 'no_labels.txt'):
        assert str(tmp_path / name) in message
    assert 'no_videos (folder of videos)' in message
    assert 'data/README.md' in message


def test_missing_video_is_named(build, tmp_path):
    (tmp_path / 'videos' / 'seen').rename(tmp_path / 'elsewhere')
    with pytest.raises(FileNotFoundError, match=r'1 of 1 videos .* seen'):
        build()
    build(tested=True)  # does not need it


@pytest.mark.parametrize(
    'changes, message',
    [
        (dict(subset='val'), "'train' or 'test', got 'val'"),
        (dict(subset='test'), 'set test_mode=True'),
        (dict(box_sources=['gt']), 'box_sources must be'),
        (dict(box_sources=[]), 'box_sources must be'),
        (dict(test_mode=True, box_sources=['detected']), 'set det_file'),
        (
            dict(box_sources=['detected'], det_file='boxes.json'),
            'training uses ground-truth',
        ),
    ],
)
def test_arguments_that_contradict(build, changes, message):
    with pytest.raises(ValueError, match=message):
        build(**changes)


def change(*path, **values):
    content = copy.deepcopy(CONTENT)
    part = content
    for key in path:
        part = part[key]
    part.update(values)
    return content


def double(key, number, **values):
    content = copy.deepcopy(CONTENT)
    content[key].append(content[key][number] | values)
    return content


def test_no_file_of_boxes_where_none_is_wanted(build):
    """Ground-truth boxes alone, in training and in testing."""
    assert len(build(det_file=None)) == 2
    truth = dict(tested=True, box_sources=['ground_truth'])
    dataset = build(det_file=None, **truth)
    assert ids_of(dataset) == [
        (number, 'ground_truth') for number in (31, 33, 32, 21, 22)
    ]
    with pytest.raises(ValueError, match="has 'detected': set det_file"):
        build(det_file=None, tested=True)


NAN = float('nan')


@pytest.mark.parametrize('content, message', [
    (change('annotations', 0, bbox=[9, 2, 1, 12]), 'image 11: .* is inverted'),
    (change('annotations', 0, bbox=[1, 2, NAN, 12]), r'0: bbox\[2\] is not f'),
    (change('annotations', 0, bbox=[1, 2, 1, 12]), 'image 11: .* no area'),
    (change('annotations', 0, bbox=[90, 2, 99, 9]), 'image 11: .* outside'),
    (change('annotations', 0, bbox=[1, 2, 9]), 'at 0: bbox needs 4 numbers'),
    (change('annotations', 0, action_ids=[0]), 'action id 0 is unknown'),
    (change('annotations', 0, action_ids=[7]), 'action id 7 is unknown; .* 6'),
    (change('annotations', 0, action_ids='x', id=5), 'annotation 5: '),
    (change('annotations', 0, image_id=77), 'name the image 77, which is not'),
    (change('images', 0, timestamp='00000'), 'frames count from 1'),
    (change('images', 0, timestamp='x'), "'x'"),
    (change('images', 0, timestamp='00002'), r"\('seen', 1\) is listed twice"),
    (double('annotations', 1), r'repeats box .* with action id 1 on image 11'),
    (double('images', 2, timestamp='00005'), '13 is listed twice'),
    (change('action_categories', 0, id=9), 'action ids must be 1, 2'),
    (change('action_categories', 0, name='jump'), r"twice: \['jump'\]"),
    ({}, 'no action_categories: set label_file'),
    (
        dict(action_categories=CONTENT['action_categories']),
        "lacks 'annotations'",
    ),
])  # fmt: skip
def test_faulty_annotations(build, content, message):
    with pytest.raises(ValueError, match=message) as error:
        build(content)
    assert 'ann.json' in str(error.value)


@pytest.mark.parametrize(
    'detections, message',
    [
        ([dict(image_id='31', bbox=[0, 0, 5, 5], score=1)], 'no box for any'),
        ([dict(image_id=31, bbox=[5, 0, 1, 5], score=1)], 'image 31: .*inver'),
        ([dict(image_id=31, bbox=[99, 0, 104, 5], score=1)], 'outside'),
        (
            [dict(image_id=31, bbox=[0, 0.25, 0.5, 1], score=1)],
            'persons under a pixel: all 1 boxes',
        ),
    ],
)
def test_faulty_detections(build, detections, message):
    with pytest.raises(ValueError, match=message) as error:
        build(detections=detections, tested=True)
    assert 'boxes.json' in str(error.value)


def test_split_of_other_actions(build, split_file):
    split_file.write_text(split_file.read_text().replace('hug', 'kiss'))
    with pytest.raises(ValueError, match=r"not in .*ann\.json: \['kiss'\]"):
        build()


def test_nothing_left_to_train_on(build):
    content = copy.deepcopy(CONTENT)
    content['annotations'] = content['annotations'][4:5]
    with pytest.raises(ValueError, match="no keyframe for subset 'train'"):
        build(content)
