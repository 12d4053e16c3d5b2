import json
from unicodedata import normalize

import pytest

from stclip.apis.box_recall import recall_of_files
from stclip.cli.command import run
from stclip.cli.evaluate import person_boxes


def image(number):
    return dict(id=number, movie='v', timestamp=number, height=100, width=100)


def person(number, x, action):
    return dict(image_id=number, bbox=[x, 0, x + 10, 10], action_ids=[action])


def detection(number, x, score):
    return dict(image_id=number, bbox=[x, 0, x + 10, 10], score=score)


def test_recalls_of_three_choices(tmp_path, capsys):
    """Any box finds 3 of 4 persons, the kept ones 2, the best ones 1."""
    annotation = dict(
        action_categories=[
            dict(id=1, name='run'),
            dict(id=2, name='sit'),
            dict(id=3, name='fly'),
        ],
        images=[image(1), image(2), image(3)],
        annotations=[
            person(1, 0, 1),
            person(1, 20, 2),
            person(2, 40, 2),
            person(3, 60, 1),
        ],
    )
    boxes = [
        detection(1, 0, 0.9),
        detection(1, 20, 0.8),
        detection(2, 41, 0.2),  # IoU 9/11
        detection(2, 90, 0.9),
    ]
    files = {}
    for name, content in (('ann', annotation), ('boxes', boxes)):
        files[name] = tmp_path / f'{name}.json'
        files[name].write_text(json.dumps(content))
    run(
        person_boxes,
        [
            f'--annotations={files["ann"]}',
            f'--boxes={files["boxes"]}',
            '--det-thr=0.2',
            f'--json={tmp_path / "out.json"}',
        ],
    )
    assert json.loads((tmp_path / 'out.json').read_text()) == {
        'run': dict(boxes=2, any=0.5, kept=0.5, best=0.5),
        'sit': dict(boxes=2, any=1.0, kept=0.5, best=0.0),
        'all': dict(boxes=4, any=0.75, kept=0.5, best=0.25),
    }
    assert 'sit' in capsys.readouterr().out


def test_first_of_equal_boxes_is_the_best(tmp_path):
    """Of many: a sort that is not stable would take another."""
    annotation = dict(
        action_categories=[dict(id=1, name='run')],
        images=[image(1)],
        annotations=[person(1, 20, 1)],
    )
    boxes = [
        detection(1, 20 * number, 0.5 if number % 2 else 0.4)
        for number in range(300)
    ]
    for name, content in (('ann', annotation), ('boxes', boxes)):
        (tmp_path / f'{name}.json').write_text(json.dumps(content))
    _, result = recall_of_files(tmp_path / 'ann.json', tmp_path / 'boxes.json')
    assert result['all']['best'] == 1.0


@pytest.mark.parametrize('shift, recall', [(3, 1.0), (4, 0.0)])
def test_half_an_overlap_is_enough(tmp_path, shift, recall):
    """IoU 7/13 and 6/14, at the threshold that counts unless told."""
    annotation = dict(
        action_categories=[dict(id=1, name='run')],
        images=[image(1)],
        annotations=[person(1, 0, 1)],
    )
    boxes = [detection(1, shift, 0.5)]
    for name, content in (('ann', annotation), ('boxes', boxes)):
        (tmp_path / f'{name}.json').write_text(json.dumps(content))
    _, result = recall_of_files(tmp_path / 'ann.json', tmp_path / 'boxes.json')
    assert result['all']['any'] == recall


@pytest.mark.shared
def test_released_boxes_of_jhmdb(shared_dir):
    """Recall of the real file: 0.987 by any box, 0.957 by the best."""
    folder = shared_dir / 'realdata' / 'jhmdb' / 'st-clip'
    content = json.loads((folder / 'jhmdb_test_gt_min.json').read_text())
    assert 'action_categories' not in content
    _, result = recall_of_files(
        folder / 'jhmdb_test_gt_min.json',
        folder / 'jhmdb_faster_RCNN_person.json',
        folder / 'all_label.txt',
    )
    assert result['all'] == dict(
        boxes=9139, any=0.987, kept=0.959, best=0.9574
    )
    assert result['jump'] == dict(
        boxes=339, any=0.8053, kept=0.7345, best=0.7345
    )


@pytest.mark.parametrize('form', ['json', 'csv'])
@pytest.mark.parametrize('ours, theirs', [('NFC', 'NFD'), ('NFD', 'NFC')])
def test_names_in_another_form_of_unicode(tmp_path, form, ours, theirs):
    """Boxes of accented names are found, whoever has written them."""
    named, found = (
        ('a', normalize(each, 'caf\u00e9')) for each in (ours, theirs)
    )
    annotation = dict(
        action_categories=[dict(id=1, name='run')],
        images=[
            dict(image(1), id=f'{name}/1', movie=name, seconds=0.5)
            for name in named
        ],
        annotations=[
            dict(person(1, 0, 1), image_id=f'{name}/1') for name in named
        ],
    )
    boxes = {
        'json': json.dumps(
            [dict(detection(1, 0, 0.9), image_id=f'{n}/1') for n in found]
        ),
        'csv': ''.join(f'{name},1,0,0,0.1,0.1,0.9\n' for name in found),
    }
    (tmp_path / 'ann.json').write_text(json.dumps(annotation))
    path = tmp_path / f'boxes.{form}'
    path.write_text(boxes[form])
    _, values = recall_of_files(tmp_path / 'ann.json', path)
    assert values['run'] == dict(boxes=2, any=1.0, kept=1.0, best=1.0)


def test_boxes_of_a_larger_picture_are_told(tmp_path, log_lines):
    annotation = dict(
        action_categories=[dict(id=1, name='run')],
        images=[image(1)],
        annotations=[person(1, 20, 1)],
    )
    boxes = [detection(1, 300, 0.5)]
    for name, content in (('ann', annotation), ('boxes', boxes)):
        (tmp_path / f'{name}.json').write_text(json.dumps(content))
    recall_of_files(tmp_path / 'ann.json', tmp_path / 'boxes.json')
    (warning,) = log_lines
    assert 'boxes.json: on 1 of 1 frames boxes reach far beyond' in warning
    assert '[300.0, 0.0, 310.0, 10.0] of 100 x 100' in warning
