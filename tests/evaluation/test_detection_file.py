"""The frame-mAP file and the tool that evaluates it."""

import copy
import json

import numpy as np
import pytest

from stclip.cli.evaluate import frame_map as eval_frame_map
from stclip.evaluation.detection_file import read_frame_results
from stclip.utils.errors import UserError

CONTENT = {
    'labels': ['wave', 'sit'],
    'gt': [
        {'image_id': 1, 'box': [0, 0, 10, 10], 'label': 0},
        {'image_id': 'b', 'box': [0, 0, 10, 10], 'label': 1},
    ],
    'detections': [
        {
            'image_id': 1,
            'movie': 'x',
            'boxes': [[0, 0, 10, 10], [5, 5, 9, 9]],
            'det_scores': [0.8, 0.5],
            'scores': [[0.6, 0.2], [0.25, 0.25]],
        },
        {
            'image_id': 'c',
            'movie': 'y',
            'boxes': [[0, 0, 10, 10]],
            'det_scores': [0.5],
            'scores': [[0.7, 0.1]],
        },
        {
            'image_id': 'b',
            'movie': 'x',
            'boxes': [],
            'det_scores': [],
            'scores': [],
        },
    ],
}


@pytest.fixture
def write(tmp_path):
    """Write a file whose content differs from CONTENT at one place."""

    def write(*place_and_value, name='file.json'):
        content = copy.deepcopy(CONTENT)
        if place_and_value:
            *keys, last, value = place_and_value
            target = content
            for key in keys:
                target = target[key]
            if value is KeyError:
                del target[last]
            else:
                target[last] = value
        path = tmp_path / name
        path.write_text(json.dumps(content))
        return path

    return write


def test_arrays(write):
    path = write()
    results = read_frame_results(path, path, with_probs=True)
    assert results.image_ids == [1, 'b', 'c']
    assert results.movies == ['x', 'x', 'y']
    assert results.detections.keyframe_idx.tolist() == [0, 0, 2]
    assert results.box_scores.tolist() == [0.8, 0.5, 0.5]
    np.testing.assert_allclose(
        results.action_probs, [[0.75, 0.25], [0.5, 0.5], [1.4, 0.2]]
    )
    assert results.ground_truth.labels.tolist() == [0, 1]
    assert results.num_keyframes_without_gt == 1


def test_tool_prints_and_writes(write, tmp_path, capsys):
    path, out = str(write()), tmp_path / 'out.json'
    eval_frame_map.main(
        ['--gt', path, '--pred', path, '--json', str(out)],
        standalone_mode=False,
    )
    # 'wave' is found below the false positive in the keyframe without ground
    # truth; 'sit' is missed.
    result = json.loads(out.read_text())
    assert result == {
        'soft_voting': False,
        'warnings': [],
        'iou_threshold': 0.5,
        'mAP': 0.25,
        'per_class': {'wave': 0.5, 'sit': 0.0},
        'num_gt': {'wave': 1, 'sit': 1},
        'num_true_positives': {'wave': 1, 'sit': 0},
        'num_detections': 3,
        'labels_without_gt': [],
    }
    printed = capsys.readouterr().out
    rows = [line.split() for line in printed.splitlines()]
    assert ['wave', '1', '50.00'] in rows
    assert ['mean', '2', '25.00'] in rows
    assert '3 keyframes, 1 of them without ground truth, 3 boxes' in printed


def test_two_files(write, tmp_path):
    gt = write('detections', KeyError, name='gt.json')
    pred = tmp_path / 'pred.json'
    pred.write_text(json.dumps({'detections': CONTENT['detections']}))
    results = read_frame_results(gt, pred)
    assert results.evaluate(0.5).mean == 0.25


def test_det_scores_are_needed_for_voting_only(write):
    path = write('detections', 0, 'det_scores', KeyError)
    assert read_frame_results(path, path).evaluate(0.5).mean == 0.25
    with pytest.raises(ValueError, match=r"detections\[0\] has no 'det_sc"):
        read_frame_results(path, path, with_probs=True)


def test_eval_labels(write):
    path = write('eval_labels', ['sit'])
    result = read_frame_results(path, path).evaluate(0.5)
    assert result.average_precision.tolist() == [0.0]


def test_whole_numbers_written_as_floats(write):
    """1.0 is the keyframe that 1 is."""
    path = write('gt', 0, dict(image_id=1.0, box=[0, 0, 10, 10], label=0.0))
    expected, found = (
        read_frame_results(file, file) for file in (write(name='b'), path)
    )
    assert found.image_ids == expected.image_ids
    np.testing.assert_array_equal(
        found.ground_truth.labels, expected.ground_truth.labels
    )


@pytest.mark.parametrize('of_truth', [False, True])
def test_units_of_both_files_must_agree(write, tmp_path, of_truth):
    scaled = copy.deepcopy(CONTENT)
    for entry in scaled['gt']:
        entry['box'] = [side / 32 for side in entry['box']]
    for entry in scaled['detections']:
        entry['boxes'] = [[s / 32 for s in box] for box in entry['boxes']]
    path = tmp_path / 'scaled.json'
    path.write_text(json.dumps(scaled))
    expected = read_frame_results(path, path).evaluate(0.5)
    assert expected.mean == 0.25  # fractions alone are as good as px
    pair = (path, write()) if of_truth else (write(), path)
    with pytest.raises(ValueError, match=r'be in px, such as \[0.0, 0.0, 10'):
        read_frame_results(*pair)


BOX_1 = ('detections', 0, 'boxes', 1)
MALFORMED = [
    # Place, value there, message.
    (('labels', KeyError), "list under the key 'labels'"),
    (('labels', ['wave', 'wave']), 'labels must be a list of different names'),
    (('labels', [1, 2]), 'labels must be a list of different names'),
    (('eval_labels', ['run']), r"eval_labels not in labels: \['run'\]"),
    (('eval_labels', []), 'eval_labels must be a list of different names'),
    (('seen_labels', ['run']), 'seen_labels must be a list of names of eval'),
    (('seen_labels', 'sit'), "seen_labels must be a list .* got 'sit'"),
    (('seen_labels', [1]), r'seen_labels must be a list .* got \[1\]'),
    (('seen_labels', None), 'seen_labels must be a list .* got None'),
    (('warnings', 'no'), "warnings must be a list, got 'no'"),
    (('warnings', [1]), 'warnings must be a name, got 1'),
    (('gt', {}), "list under the key 'gt'"),
    (('gt', 1, 5), r'gt\[1\] must be an object, got 5'),
    (('gt', 1, 'image_id', KeyError), r"gt\[1\] has no 'image_id'"),
    (('gt', 1, 'image_id', 1.5), r'gt\[1\].image_id must be an integer or'),
    (('gt', 1, 'label', 2), r'gt\[1\].label must be an index into the 2'),
    (('gt', 1, 'label', True), r'gt\[1\].label must be an index'),
    (('gt', 1, 'box', [0, 0, 1]), r"gt\[1\].box \(image_id 'b'\) must be"),
    (('gt', 1, 'box', [5, 0, 1, 1]), r'gt\[1\].box .* must be x1, y1, x2, y2'),
    (('gt', 1, 'box', [0, 0, 1, None]), r'gt\[1\].box .* must be numbers'),
    (('detections', KeyError), "list under the key 'detections'"),
    (
        ('detections', 0, 'scores', KeyError),
        r"detections\[0\] has no 'scores'",
    ),
    (('detections', 0, 'boxes', 3), r'detections\[0\].boxes must be a list'),
    ((*BOX_1, [1, 2, 3]), r'detections\[0\].boxes .* rows of unequal length'),
    ((*BOX_1, [0, 0, 'a', 1]), r'detections\[0\].boxes .* must be numbers'),
    ((*BOX_1, [9, 9, 5, 5]), r'detections\[0\].boxes .* must be x1, y1'),
    (
        ('detections', 0, 'scores', 1, [0.1]),
        r'detections\[0\].scores \(image_id 1\) has rows of unequal length',
    ),
    (
        ('detections', 0, 'scores', [[0.1, 0.2]]),
        r'detections\[0\].scores \(image_id 1\) must be numbers of shape \(2,',
    ),
    (
        ('detections', 1, 'scores', 0, 0, float('nan')),
        r"detections\[1\].scores \(image_id 'c'\) must be finite",
    ),
    (
        ('detections', 1, 'image_id', 1),
        r'detections\[1\] repeats image_id 1 of .*detections\[0\]',
    ),
    (('gt', 0, 'image_id', '1'), r'image_id 1 and "1" differ in their quotes'),
    (('image_ids', 'all'), "list under the key 'image_ids'"),
    (('image_ids', [1, 1, 'b', 'c']), 'image_ids repeat a keyframe'),
    (('image_ids', [1, 'b']), r"detections\[1\] has image_id 'c', which is"),
    (('image_ids', ['b', 'c']), r'gt\[0\] has image_id 1, which is not in'),
]


@pytest.mark.parametrize(('place', 'message'), MALFORMED)
def test_malformed_files(write, place, message):
    path = write(*place)
    with pytest.raises(ValueError, match=message) as error:
        read_frame_results(path, path)
    assert str(path) in str(error.value)


def test_labels_of_both_files_must_agree(write):
    gt, pred = write(), write('labels', ['sit', 'wave'], name='pred.json')
    with pytest.raises(ValueError, match=r'pred\.json: labels .* differ'):
        read_frame_results(gt, pred)


def test_keyframes_of_both_files_must_meet(write, tmp_path):
    pred = tmp_path / 'pred.json'
    strays = [{**CONTENT['detections'][0], 'image_id': '1'}]
    pred.write_text(json.dumps({'detections': strays}))
    with pytest.raises(ValueError, match=r"image_id '1', and like all"):
        read_frame_results(write(), pred)


def test_no_detections_at_all_are_told(write, log_lines):
    path = write('detections', [])
    assert read_frame_results(path, path).evaluate(0.5).mean == 0
    (warning,) = log_lines
    assert f'{path}: detections is empty' in warning


def test_voting_needs_positive_det_scores(write):
    path = write('detections', 0, 'det_scores', [0.8, 0.0])
    with pytest.raises(ValueError, match=r'detections\[0\].det_scores .* pos'):
        read_frame_results(path, path, with_probs=True)


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        ('[]', 'must hold a JSON object'),
        ('{"labels": ', 'is not valid JSON'),
        (None, 'does not exist'),
    ],
)
def test_tool_reports_unreadable_files(tmp_path, content, message):
    path = tmp_path / 'file.json'
    if content is not None:
        path.write_text(content)
    with pytest.raises(UserError, match=message):
        eval_frame_map.main(
            ['--gt', str(path), '--pred', str(path)], standalone_mode=False
        )
