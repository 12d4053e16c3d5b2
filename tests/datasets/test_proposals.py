import json
import pickle

import numpy as np
import pytest

from stclip.datasets.proposals import (
    find_detections,
    keep_top_boxes,
    read_detections,
    write_detections,
)
from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import Keyframe


@pytest.mark.parametrize(
    'scores, threshold, kept',
    [
        ([], 0.7, []),
        ([0.01], 0.7, [0]),
        ([0.2, 0.95, 0.3], 0.7, [1, 2]),
        # Exactly S - t is too low.
        ([1.0, 0.5, 0.75], 0.5, [0, 2]),
        ([0.9, 0.8999, 0.8], 0.001, [0, 1]),
        # The best stays even if nothing may differ from it.
        ([0.3, 0.9, 0.9], 0, [1]),
        ([0.9, 0.05], 1, [0, 1]),
    ],
)
def test_filter_of_the_paper(scores, threshold, kept):
    keep = keep_top_boxes(np.array(scores, np.float32), threshold)
    assert keep.dtype == bool
    assert np.flatnonzero(keep).tolist() == kept


def write(path, content):
    path.write_text(
        content if isinstance(content, str) else json.dumps(content)
    )
    return path


def test_json_with_strings_for_scores(tmp_path):
    path = write(
        tmp_path / 'boxes.json',
        [
            dict(image_id=8, bbox=[1, 2, 3, 4], score='0.5', category_id=0),
            dict(image_id='v', bbox=[5, 6, 7, 8], score=0.25),
            dict(image_id=8, bbox=[9.5, 2, 30, 4], score='1e-2'),
        ],
    )
    found = read_detections(path)
    assert found.keys() == {8, 'v'}
    boxes, scores = found[8]
    assert boxes.tolist() == [[1, 2, 3, 4], [9.5, 2, 30, 4]]
    np.testing.assert_array_equal(scores, np.float32([0.5, 0.01]))
    assert boxes.dtype == scores.dtype == np.float32


@pytest.mark.parametrize(
    'entry',
    [
        dict(bbox=[1, 2, 3, 4], score=1),
        dict(image_id=1, bbox=[1, 2, 3], score=1),
        dict(image_id=1, bbox=[1, 2, 3, 4], score='high'),
        dict(image_id=1, bbox=[1, 2, 3, 4], score='nan'),
        dict(image_id=1, bbox=[1, 2, 3, None], score=1),
        dict(image_id=1, bbox=[1, 2, float('nan'), 4], score=1),
        'text',
    ],
)
def test_faulty_json_entry_is_named(tmp_path, entry):
    good = dict(image_id=1, bbox=[1, 2, 3, 4], score=1)
    path = write(tmp_path / 'boxes.json', [good, entry])
    with pytest.raises(ValueError, match=r'boxes\.json, entry 1 '):
        read_detections(path)


CSV = (
    'v,0902,0.1,0.2,0.3,0.4,{}0.9\nw,7.5,0,0,1,1,{}0.5\nv,902,0,0,1,1,{}0.1\n'
)


@pytest.mark.parametrize(
    'name, content',
    [
        ('a.csv', CSV.format('', '', '')),
        # The common files of SlowFast have an empty or action column.
        ('b.csv', CSV.format(',', '12,', ',')),
        (
            'c.json',
            {
                'v,0902': [[0.1, 0.2, 0.3, 0.4, 0.9], [0, 0, 1, 1, 0.1]],
                'w,7.5': [[0, 0, 1, 1, '0.5']],
            },
        ),
    ],
)
def test_ava_forms(tmp_path, name, content):
    found = read_detections(write(tmp_path / name, content))
    assert found.keys() == {('v', 902.0), ('w', 7.5)}
    boxes, scores = found['v', 902.0]
    expected = np.float32([[0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1]])
    np.testing.assert_array_equal(boxes, expected)
    np.testing.assert_array_equal(scores, np.float32([0.9, 0.1]))


@pytest.mark.parametrize(
    'row', ['v,902,0,0,1,1', 'v,902', 'v,x,0,0,1,1,1', 'v,9,0,0,nan,1,1']
)
def test_faulty_ava_row_is_named(tmp_path, row):
    path = write(tmp_path / 'a.csv', f'v,901,0,0,1,1,0.5\n{row}\n')
    with pytest.raises(ValueError, match=r'a\.csv, line 2 '):
        read_detections(path)


HEAD = 'video,timestamp,x1,y1,x2,y2'


@pytest.mark.parametrize(
    'names, cells',
    [
        ('confidence,track_id', '0.25,6'),
        ('action_id,Score', '6,0.25'),
        ('det_conf', '0.25'),
        ('label,probability,person', '6,0.25,3'),
        # Of another count they tell nothing: the last one.
        ('action_id,person_id', '0.25'),
    ],
)
def test_the_score_is_found_by_its_heading(tmp_path, names, cells):
    text = f'{HEAD},{names}\nv,902,0,0,1,1,{cells}\n'
    found = read_detections(write(tmp_path / 'a.csv', text))
    assert found['v', 902.0].scores.tolist() == [0.25]


@pytest.mark.parametrize('names', ['track_id', 'action_id,', 'class,id'])
def test_headings_without_a_score(tmp_path, names):
    cells = ','.join('7' for _ in names.split(','))
    text = f'{HEAD},{names}\nv,902,0,0,1,1,{cells}\n'
    with pytest.raises(ValueError, match=r'a\.csv, line 2 .*is called score'):
        read_detections(write(tmp_path / 'a.csv', text))


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'data/README\.md'):
        read_detections(tmp_path / 'boxes.json')


@pytest.mark.shared
def test_proposals_of_mmaction2(shared_dir):
    folder = shared_dir / 'realdata' / 'ava' / 'mmaction2' / 'ava_dataset'
    found = read_detections(folder / 'ava_proposals_sample.pkl')
    boxes, scores = found['0f39OWEqJ24', 902.0]
    np.testing.assert_array_equal(
        boxes, np.float32([[0.011, 0.157, 0.655, 0.983]])
    )
    np.testing.assert_array_equal(scores, np.float32([0.998163]))


def keyframe(**changes):
    given = dict(image_id='v,0902', video='v', timestamp='0902', seconds=2.0)
    return Keyframe(boxes=None, labels=None, **given | changes)


def test_boxes_are_found_by_image_or_by_moment():
    boxes, scores = np.float32([[0.5, 0.25, 1, 1]]), np.float32([0.9])
    by_moment = {('v', 902.0): PersonBoxes(boxes, scores)}
    assert find_detections(by_moment, keyframe())[0] is boxes
    # Fractions of the frame, where the annotation is in pixels.
    scaled, same = find_detections(by_moment, keyframe(img_shape=(20, 40)))
    assert scaled.tolist() == [[20, 5, 40, 20]]
    assert same is scores
    frame = keyframe(seconds=None, frame_idx=901)
    assert find_detections(by_moment, frame) is None
    by_image = {'v,0902': PersonBoxes(boxes, scores)}
    assert find_detections(by_image, keyframe(img_shape=(20, 40)))[0] is boxes


def test_boxes_by_image_need_no_number_for_a_moment():
    """A keyframe without boxes has none, whatever its timestamp is."""
    persons = PersonBoxes(np.float32([[5, 5, 9, 9]]), np.float32([0.9]))
    spelt = keyframe(image_id='v/2s', timestamp='2s', img_shape=(20, 40))
    assert find_detections({'v/1s': persons}, spelt) is None
    assert find_detections({}, spelt) is None
    with pytest.raises(ValueError, match=r"v/2s: .* number, got '2s'"):
        find_detections({('v', 2.0): persons}, spelt)


@pytest.mark.shared
def test_released_boxes_of_jhmdb(shared_dir):
    """Counts of the real file: 25 images have none, some boxes no area."""
    folder = shared_dir / 'realdata' / 'jhmdb' / 'st-clip'
    found = read_detections(folder / 'jhmdb_faster_RCNN_person.json')
    assert len(found) == 9114
    assert sum(len(boxes) for boxes, _ in found.values()) == 44374
    kept = sum(keep_top_boxes(s, 0.001).sum() for _, s in found.values())
    assert kept == 9172


ROWS_OF = {
    'v': [['0902', 0.1, 0.2, 0.3, 0.4, 0.9], ['0902', 0, 0, 1, 1, 0.5]],
    'w': [['0903', 0, 0.5, 1, 1, 0.25]],
}


@pytest.mark.parametrize('suffix', ['csv', 'json'])
def test_written_boxes_are_read_back(tmp_path, suffix):
    path = tmp_path / f'boxes.{suffix}'
    assert write_detections(path, ROWS_OF) == 3
    table = read_detections(path)
    keys = (
        [('v', 902.0), ('w', 903.0)] if suffix == 'csv' else ['0902', '0903']
    )
    assert list(table) == keys
    boxes, scores = table[keys[0]]
    np.testing.assert_array_equal(
        boxes, np.float32([[0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1]])
    )
    np.testing.assert_array_equal(scores, np.float32([0.9, 0.5]))


@pytest.mark.parametrize('name', ['boxes.PKL', 'boxes.pickle', 'boxes.Pickle'])
def test_pickles_by_their_suffix(tmp_path, name):
    content = {'a,0902': np.float32([[0.25, 0.5, 0.75, 1, 0.5]])}
    (tmp_path / name).write_bytes(pickle.dumps(content))
    (found,) = read_detections(tmp_path / name).items()
    assert found[0] == ('a', 902)
    assert found[1].boxes_xyxy.tolist() == [[0.25, 0.5, 0.75, 1]]


@pytest.mark.parametrize('name', ['b.npz', 'b.pkl.gz', 'b.txt', 'b.jsonl'])
def test_other_suffixes_are_told_the_forms(tmp_path, name):
    (tmp_path / name).write_bytes(b'PK\x03\x04\xff')
    with pytest.raises(
        ValueError, match=r'is none\. .*\.json, \.csv or \.pkl'
    ):
        read_detections(tmp_path / name)


def test_a_csv_is_written_whatever_its_suffix_s_case(tmp_path):
    rows = {'a': [(901.0, 0.25, 0.5, 0.75, 1.0, 0.5)]}
    assert write_detections(tmp_path / 'a.CSV', rows) == 1
    ((key, found),) = read_detections(tmp_path / 'a.CSV').items()
    assert key == ('a', 901) and found.scores.tolist() == [0.5]
