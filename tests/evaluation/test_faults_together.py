"""Several faults at once: what is named, followed in order, gives its mAP."""

import json
import re

import pytest
from faulty_files import (
    LABELS,
    SHAPES,
    TIMES,
    copied,
    diagnose,
    diagnosis_of_files,
    healthy_files,
    place,
    places,
)

from stclip.evaluation import loose_file
from stclip.evaluation.functional.frame_map import frame_map
from stclip.evaluation.loose_file import Predicted, read_both
from stclip.evaluation.mends.case import Case

# Faults in the order in which they are put in, and causes in that in which
# they are named.
TOGETHER = [
    # Names alone let no keyframe meet, nor does time alone.
    (
        ['time_off_by_one', 'video_names'],
        ['video_names', 'time_off_by_one'],
    ),
    (['time_offset', 'video_names'], ['video_names', 'time_offset']),
    (
        ['frames_for_seconds', 'video_names'],
        ['video_names', 'frames_for_seconds'],
    ),
    (
        ['time_offset', 'frames_for_seconds'],
        ['frames_for_seconds', 'time_offset'],
    ),
    (['pixels', 'xywh'], ['xywh', 'pixels']),
    (['pixels', 'centre_wh'], ['centre_wh', 'pixels']),
    (['xywh', 'own_sizes'], ['xywh', 'resolution']),
    (
        ['own_sizes', 'time_off_by_one', 'video_names'],
        ['video_names', 'time_off_by_one', 'resolution'],
    ),
    (
        ['class_off_by_one', 'swapped_axes'],
        ['swapped_axes', 'class_off_by_one'],
    ),
    (
        ['ground_truth_indices', 'time_off_by_one'],
        ['time_off_by_one', 'ground_truth_indices'],
    ),
    (
        ['ground_truth_indices', 'order_by_name'],
        ['ground_truth_indices', 'label_order'],
    ),
    (
        ['label_order', 'some_too_late', 'pixels'],
        ['time_offset', 'pixels', 'label_order'],
    ),
]
# What a cause is called -> the shapes it may have.
OF_CAUSE = dict(
    time_offset=('time_offset', 'some_too_late'),
    resolution=('resolution', 'own_sizes'),
    label_order=('label_order', 'order_by_name'),
)


@pytest.fixture(scope='module')
def healthy():
    return healthy_files()


def faulty(healthy, faults):
    files = copied(healthy)
    for fault in faults:
        SHAPES[fault](*files)
    return files


def as_test(folder, truth, found):
    """Frame mAP as a test takes it."""
    (folder / 'gt.json').write_text(json.dumps(truth))
    (folder / 'pred.json').write_text(json.dumps(found))
    truth, found = read_both(folder / 'gt.json', folder / 'pred.json')
    scores = found.scores
    if found.labels:
        scores = scores[:, [found.labels.index(n) for n in truth.labels]]
    found = Predicted([], found.places, found.entry, found.boxes, scores)
    return frame_map(*Case.of(truth, found).tables()).mean


@pytest.mark.parametrize('faults, names', TOGETHER)
def test_following_the_causes_in_order(healthy, tmp_path, faults, names):
    """After each, the files without that fault have the mAP that was told."""
    table, values = diagnose(tmp_path, *faulty(healthy, faults))
    causes = values['causes']
    assert [cause['name'] for cause in causes] == names, table
    left, before = list(faults), values['mAP']
    for cause in causes:
        shapes = OF_CAUSE.get(cause['name'], (cause['name'],))
        left = [fault for fault in left if fault not in shapes]
        mean = cause['mean_after']
        assert mean == pytest.approx(before + cause['gain'])
        if not re.search('order|one$', ''.join(left)):
            # Scores in another order by name are put right by as_test.
            mended = as_test(tmp_path, *faulty(healthy, left))
            assert mean == pytest.approx(mended, abs=0.03)
        before = mean
    assert not left
    assert before == pytest.approx(as_test(tmp_path, *healthy), abs=0.02)


def test_one_video_of_four(healthy, tmp_path):
    files = faulty(healthy, ['missing_keyframes'])
    _, values = diagnose(tmp_path, *files)
    (cause,) = values['causes']
    assert cause['name'] == 'missing_keyframes'
    assert '90 of 120 annotated keyframes' in cause['fault']
    assert '3 of 4 videos' in cause['fault']
    truth, found = files
    predicted = dict(truth, gt=truth['gt'][:TIMES])
    alone = as_test(tmp_path, predicted, found)
    assert cause['mean_after'] == pytest.approx(alone)
    assert cause['gain'] == pytest.approx(alone - values['mAP'])


def test_an_empty_entry_is_no_missing_keyframe(healthy, tmp_path):
    truth, found = copied(healthy)
    for entry in found['detections'][TIMES:]:
        entry.update(boxes=[], scores=[])
    _, values = diagnose(tmp_path, truth, found)
    assert [c['name'] for c in values['causes']] == ['weak_detector']


def test_as_many_boxes_where_nothing_is_annotated(healthy, tmp_path):
    files = faulty(healthy, ['unannotated_keyframes'])
    _, values = diagnose(tmp_path, *files)
    (cause,) = values['causes']
    assert '120 of 240 predicted keyframes' in cause['fault']
    assert '120 of 240 boxes' in cause['fault']
    assert '120 of these keyframes lie before or after' in cause['fault']
    good = as_test(tmp_path, *healthy)
    assert cause['mean_after'] == pytest.approx(good)
    assert cause['gain'] == pytest.approx(good - values['mAP'])
    assert cause['gain'] > 0.1


def test_some_of_both(healthy, tmp_path):
    """Missing videos, strays, and classes off, each with its own gain."""
    faults = ['unannotated_keyframes', 'class_off_by_one']
    truth, found = faulty(healthy, faults)
    found['detections'] = [
        entry for entry in found['detections'] if entry['movie'] != 'v3'
    ]
    _, values = diagnose(tmp_path, truth, found)
    assert {cause['name'] for cause in values['causes']} == {
        'unannotated_keyframes',
        'missing_keyframes',
        'class_off_by_one',
    }
    truth, found = copied(healthy)
    first = dict(truth, gt=truth['gt'][: 3 * TIMES])
    found['detections'] = found['detections'][: 3 * TIMES]
    expected = as_test(tmp_path, first, found)
    assert values['causes'][-1]['mean_after'] == pytest.approx(expected)


def test_ranges_of_times(healthy, tmp_path):
    truth, found = faulty(healthy, ['time_offset'])
    _, values = diagnose(tmp_path, truth, found)
    assert 'all outside: 900 to 929 there, 0 to 29' in str(values['causes'])
    for entry in found['detections']:
        entry['boxes'] = [[0, 0, 9, 9]]
    _, values = diagnose(tmp_path, truth, found)
    (cause,) = values['causes']
    assert cause['name'] == 'times_outside'
    assert 'all outside: 900 to 929 there, 0 to 29' in cause['fault']


def test_a_step_of_several_frames(healthy, tmp_path):
    """The step is that of the keys, here 8 frames."""
    truth, found = copied(healthy)
    for entry in (*truth['gt'], *found['detections']):
        entry.update(place(entry['movie'], 100 + entry['timestamp'] * 8))
    places(lambda v, t: place(v, t + 8))(truth, found)
    _, values = diagnose(tmp_path, truth, found)
    (cause,) = values['causes']
    assert cause['fault'].startswith('the predictions stand one keyframe too')
    assert cause['remedy'].startswith('subtract 8 from')
    places(lambda v, t: place(v, t - 8 - 3))(truth, found)
    _, values = diagnose(tmp_path, truth, found)
    (cause,) = values['causes']
    assert cause['remedy'].startswith('add 3 to')
    assert cause['mean_after'] == pytest.approx(
        as_test(tmp_path, *healthy), abs=1e-6
    )


def test_every_video_has_its_own_start(healthy, tmp_path):
    truth, found = copied(healthy)
    places(lambda v, t: place(v, t + 100 + 50 * int(v[-1])))(truth, found)
    _, values = diagnose(tmp_path, truth, found)
    (cause,) = values['causes']
    assert cause['name'] == 'time_offset_of_videos'
    assert 'off by 100 to 250' in cause['fault']
    good = as_test(tmp_path, *healthy)
    assert cause['mean_after'] == pytest.approx(good)


def test_names_are_left_alone_where_only_times_differ(healthy, tmp_path):
    """Ids of another form are no reason while they are equal but for time."""
    _, values = diagnose(tmp_path, *faulty(healthy, ['time_off_by_one']))
    assert [c['name'] for c in values['causes']] == ['time_off_by_one']


def test_integers_for_ids(healthy, tmp_path):
    truth, found = copied(healthy)
    number = {entry['image_id']: i for i, entry in enumerate(truth['gt'])}
    for entry in (*truth['gt'], *found['detections']):
        entry.update(image_id=number[entry['image_id']])
    for entry in found['detections']:
        entry['image_id'] += 1
    _, values = diagnose(tmp_path, truth, found)
    assert [c['name'] for c in values['causes']] == ['time_off_by_one']


@pytest.mark.parametrize('label, outside', [(6, 26), (99, 10)])
def test_labels_that_are_none(healthy, tmp_path, label, outside):
    truth, found = copied(healthy)
    if label == len(LABELS):
        SHAPES['ground_truth_indices'](truth, found)
    else:
        for entry in truth['gt'][:outside]:
            entry['label'] = label
    _, values = diagnose(tmp_path, truth, found)
    (cause,) = values['causes']
    assert cause['name'] == 'ground_truth_indices'
    told = f'{outside} of 120 boxes in gt of {tmp_path / "gt.json"}'
    assert told in cause['fault']
    assert f'such as {label}, where 0 to 5 are right' in cause['fault']
    assert (cause['mean_after'] is None) == (label == 99)


def test_no_label_is_any(healthy, tmp_path):
    """Nothing can be measured then; that is said, not raised."""
    truth, found = copied(healthy)
    for entry in truth['gt']:
        entry['label'] = 99
    _, values = diagnose(tmp_path, truth, found)
    assert values['mAP'] is None
    assert values['causes'][0]['name'] == 'ground_truth_indices'
    assert '120 of 120 boxes' in values['causes'][0]['fault']


def test_random_predictions_under_right_names(healthy, tmp_path):
    _, values = diagnose(tmp_path, *faulty(healthy, ['unrelated_predictions']))
    (cause,) = values['causes']
    own, others, classes, chance = map(
        float, re.findall(r'([\d.]+) %', cause['fault'])
    )
    assert own < 1.25 * others + 2
    assert chance == pytest.approx(100 / len(LABELS), abs=0.01)
    assert classes < 2 * chance


def test_what_is_left_after_mends(healthy, tmp_path):
    faults = ['equal_scores', 'xywh', 'video_names']
    _, values = diagnose(tmp_path, *faulty(healthy, faults))
    assert [c['name'] for c in values['causes']] == [
        'video_names',
        'xywh',
        'equal_scores',
    ]
    assert values['causes'][-1]['mean_after'] is None


def test_scale_of_each_video_is_told(healthy, tmp_path):
    _, values = diagnose(tmp_path, *faulty(healthy, ['own_sizes']))
    (cause,) = values['causes']
    low, high, *_ = map(float, re.findall(r'[\d.]+', cause['remedy']))
    assert low == pytest.approx(1, abs=0.02)
    assert high == pytest.approx(1 / 0.3, abs=0.05)
    good = as_test(tmp_path, *healthy)
    assert cause['mean_after'] == pytest.approx(good, abs=0.01)


def test_one_file_is_read_once(healthy, tmp_path, monkeypatch):
    truth, found = copied(healthy)
    path = tmp_path / 'both.json'
    path.write_text(json.dumps(dict(**truth, **found)))
    read, paths = loose_file.read_json, []
    monkeypatch.setattr(
        loose_file,
        'read_json',
        lambda path, hint: paths.append(path) or read(path, hint),
    )
    _, values = diagnosis_of_files(path, tmp_path / '.' / 'both.json')
    assert len(paths) == 1
    assert values['causes'] == []
