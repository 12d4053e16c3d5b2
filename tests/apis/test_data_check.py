"""The data of a config: each fault is found, and its place named."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from small_data_set import BOX, make_data_set

from stclip.apis.data_check import checked_sets
from stclip.apis.data_diagnosis import check_data


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_data_set(tmp_path)
    return tmp_path / 'data'


def changed(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def faults(task='test'):
    (checked,) = (c for c in checked_sets('config.py') if c.task == task)
    return checked.faults.faults


def test_nothing_wrong(data, capsys):
    assert check_data('config.py', out=data / 'out.json') == 0
    train, test = json.loads((data / 'out.json').read_text())['sets']
    assert train['classes'] == {
        name: dict(boxes=2, keyframes=2, videos=1) for name in ('run', 'sit')
    }
    assert test['recall']['all']['kept'] == 1
    assert test['media']['frame_hw'] == {'24 x 32': 2}
    assert train['faults'] == test['faults'] == []
    assert capsys.readouterr().out.count('no fault found') == 2


def test_config_that_imports_its_parts(data):
    config = Path('config.py')
    text = config.read_text().replace("'CocoKeyframeDataset'", 'Kind')
    imports = 'from stclip.datasets import CocoKeyframeDataset as Kind\n'
    config.write_text(imports + text)
    assert faults() == {}
    assert len(checked_sets('config.py')) == 2


def test_missing_and_unreadable_videos(data):
    shutil.rmtree(data / 'videos' / 'test0')
    for file in (data / 'videos' / 'test1').iterdir():
        file.write_text('text')
    found = faults()
    assert found['missing video'] == ['test0']
    (place,) = found['unreadable video']
    assert 'test1' in place


def test_keyframe_beyond_the_end(data):
    changed(data / 'test.json', lambda c: c['images'][1].update(timestamp=9))
    assert faults() == {'keyframe after the last frame': ['test0']}


def test_other_proportions(data):
    changed(
        data / 'test.json',
        lambda c: [image.update(width=60) for image in c['images'][:2]],
    )
    (place,) = faults()['video of other proportions than annotated']
    assert place.startswith('test0')


@pytest.mark.parametrize(
    'box, words',
    [
        ([40, 6, 50, 18], 'lies outside the frame of 32 x 24'),
        ([4, 6, 4, 18], 'has no area'),
        ([16, 18, 4, 6], 'is inverted'),
    ],
)
def test_faulty_boxes_are_listed_and_the_rest_is_read(data, box, words):
    def change(content):
        for person in content['annotations'][:2]:
            person['bbox'] = box

    changed(data / 'test.json', change)
    found = faults()
    places = found['faulty annotation (it would end the training)']
    assert len(places) == 2 and all(words in place for place in places)
    assert found['class without a box'] == ['jump']


def test_weak_boxes_and_boxes_of_other_keyframes(data):
    path = data / 'boxes.json'
    changed(path, lambda c: [e.update(bbox=[0, 0, 2, 2]) for e in c[:3]])
    (place,) = faults()['weak person boxes']
    assert place.endswith('finds 25.0% of the annotated boxes')
    changed(path, lambda c: [e.update(image_id=i) for i, e in enumerate(c)])
    assert 'person boxes of other keyframes' in faults()


def test_videos_and_labels_of_both(data):
    split = data.parent / 'split.yaml'
    split.write_text(split.read_text().replace('[jump,', '[jump, Run,'))
    changed(
        data / 'test.json',
        lambda c: c['action_categories'].append(dict(id=5, name='Run')),
    )
    assert "'run' = 'Run'" in faults()['labels alike'][0]
    (data / 'test.json').write_text((data / 'train.json').read_text())
    split.write_text(split.read_text().replace('[jump, Run, wave', '[run'))
    assert faults()['video that is trained on and tested'] == ['train0']


def test_seconds_that_ava_does_not_annotate(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_data_set(tmp_path)
    (tmp_path / 'data' / 'map.pbtxt').write_text(
        ''.join(
            f'label {{ name: "{name}" label_id: {i} '
            'label_type: PERSON_MOVEMENT }\n'
            for i, name in ((3, 'run'), (5, 'sit'), (7, 'jump'), (9, 'wave'))
        )
    )
    (tmp_path / 'data' / 'test.csv').write_text(
        'test0,0900,0.1,0.1,0.5,0.5,7,1\ntest1,1900,0.1,0.1,0.5,0.5,9,1\n'
        'test1,0100,0.1,0.1,0.5,0.5,9,1\n'
    )
    config = (tmp_path / 'config.py').read_text()
    (tmp_path / 'config.py').write_text(
        config + "train_dataloader = None\ntest_dataloader['dataset'].update("
        "type='AVAKeyframeDataset', ann_file='test.csv', "
        "label_map='map.pbtxt', box_sources=['ground_truth'])\n"
    )
    found = faults()
    (place,) = found.pop(
        'keyframe outside the seconds 900 to 1799 that AVA annotates'
    )
    assert place == 'test1,1900'
    (early,) = found['faulty annotation (it would end the training)']
    assert 'test1,0100' in early and 'before the start' in early
    assert found['keyframe after the last frame'] == ['test1']
    # The ids are those of the label map, not places in it.
    (tmp_path / 'pred.csv').write_text(
        'test0,900,0.1,0.1,0.5,0.5,7,0.9\ntest1,1900,0.1,0.1,0.5,0.5,9,0.8\n'
    )
    out = tmp_path / 'out.json'
    check_data('config.py', pred='pred.csv', out=out)
    assert json.loads(out.read_text())['mAP'] == 1


def test_csv_is_what_the_same_json_is(data):
    """Boxes in fractions, ids from 1 over all actions of the data set."""
    rows, detections = [], []
    for video in range(2):
        for frame in (1, 3):
            scores = [0.2 * frame, 0.9 - 0.3 * video]
            place = dict(
                image_id=f'test{video},{frame}',
                movie=f'test{video}',
                timestamp=frame,
            )
            detections.append(dict(**place, boxes=[BOX], scores=[scores]))
            box = [BOX[0] / 32, BOX[1] / 24, BOX[2] / 32, BOX[3] / 24]
            for action, score in zip((3, 'wave'), scores, strict=True):
                rows.append([f'test{video}', frame, *box, action, score])
    with (data / 'pred.csv').open('w') as file:
        csv.writer(file).writerows(rows)
    (data / 'pred.json').write_text(json.dumps(dict(detections=detections)))
    results = []
    for name in ('pred.csv', 'pred.json'):
        out = data / f'{name}.out'
        check_data('config.py', pred=str(data / name), out=out)
        results.append(json.loads(out.read_text()))
    assert results[0] == results[1]
    assert 0 < results[0]['mAP'] < 1
