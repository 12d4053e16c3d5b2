"""Boxes from files, in place of a person detector."""

import json

import numpy as np
import pytest
import torch

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.person_detectors import person_detector
from stclip.apis.stored_boxes import StoredBoxes
from stclip.results.exports.formats import FORMATS
from stclip.utils.errors import UserError

BOXES = {
    'a.csv': 'video,score,frame,x1,y1,x2,y2\nv,.9,0,1,2,3,4\nv,.8,0,5,6,7,8\n'
    'v,.7,10,1,1,9,9\n',
    'a.txt': '1,1,1,2,2,2,0.9,-1,-1,-1\n1,2,5,6,2,2,0.8,-1,-1,-1\n'
    '11,1,1,1,8,8,0.7,-1,-1,-1\n',
    'a.json': json.dumps(
        dict(
            keyframes=[
                dict(
                    frame_idx=0,
                    persons=[
                        dict(bbox=[1, 2, 3, 4], box_score=0.9),
                        dict(bbox=[5, 6, 7, 8], box_score=0.8),
                    ],
                ),
                dict(frame_idx=5, persons=[]),
                dict(
                    frame_idx=10,
                    persons=[dict(bbox=[1, 1, 9, 9], box_score=0.7)],
                ),
            ]
        )
    ),
}


@pytest.mark.parametrize('name', BOXES)
def test_boxes_from_a_file(tmp_path, name):
    (tmp_path / name).write_text(BOXES[name])
    first, none, last = StoredBoxes.read(tmp_path / name).at([0, 5, 10])
    np.testing.assert_array_equal(
        first.boxes_xyxy, [[1, 2, 3, 4], [5, 6, 7, 8]]
    )
    np.testing.assert_allclose(first.scores, [0.9, 0.8])
    assert len(none.scores) == 0
    np.testing.assert_array_equal(last.boxes_xyxy, [[1, 1, 9, 9]])


def test_a_score_that_is_not_stated_is_one(tmp_path):
    (tmp_path / 'a.csv').write_text('frame,x1,y1,x2,y2\n0,1,2,3,4\n')
    (persons,) = StoredBoxes.read(tmp_path / 'a.csv').at([0])
    assert persons.scores.tolist() == [1]


def test_results_with_boxes_of_a_file(tmp_path, video, detector, config):
    """Those of the detector that the file has come from."""
    torch.manual_seed(0)
    infer = ActionInferencer(config, None, 'cpu', detector)
    expected = infer(video, ['walk', 'wave'], 10)
    expected.save_json(tmp_path / 'a.json')
    infer.detector = person_detector(tmp_path / 'a.json')
    result = infer(video, ['walk', 'wave'], 10)
    assert result.num_persons == expected.num_persons > 0
    for frame, other in zip(result.frames, expected.frames, strict=True):
        np.testing.assert_allclose(
            frame.action_probs, other.action_probs, atol=1e-5
        )


def test_a_score_that_mot_does_not_state_is_one(tmp_path):
    """Trackers write -1 there."""
    (tmp_path / 'a.txt').write_text(
        '1,1,1,2,2,2,-1,-1,-1,-1\n1,2,5,6,2,2,0.25,-1,-1,-1\n'
    )
    (persons,) = StoredBoxes.read(tmp_path / 'a.txt').at([0])
    assert persons.scores.tolist() == [1, 0.25]


@pytest.mark.parametrize('form', ['json', 'csv', 'mot'])
def test_our_own_results_hold_boxes(tmp_path, video, detector, config, form):
    """Their scores are those of the boxes, not of the actions."""
    result = ActionInferencer(config, None, 'cpu', detector)(
        video, ['walk', 'wave', 'sit'], 10
    )
    path = tmp_path / 'a.json'
    if form == 'json':
        result.save_json(path)
    else:
        path, *_ = FORMATS[form].named(tmp_path, 'a')
        result.save(path, form)
    numbers = [frame.frame_idx for frame in result.frames]
    read = StoredBoxes.read(path).at(numbers)
    assert result.num_persons > len(numbers)
    for persons, frame in zip(read, result.frames, strict=True):
        np.testing.assert_allclose(
            persons.boxes_xyxy, frame.boxes_xyxy, atol=0.01
        )
        np.testing.assert_allclose(persons.scores, frame.box_scores, atol=1e-5)


def test_nobody_may_be_on_a_frame(tmp_path, video, config):
    """What says so is neither refused nor warned of."""
    nobody = [dict(frame_idx=k, persons=[]) for k in (0, 10, 20)]
    (tmp_path / 'a.json').write_text(json.dumps(dict(keyframes=nobody)))
    infer = ActionInferencer(config, None, 'cpu', tmp_path / 'a.json')
    result = infer(video, ['walk', 'wave'], 10)
    assert result.num_persons == 0
    assert not any('nobody is found' in line for line in result.warnings)


BOX = '9,9,40,60'


@pytest.mark.parametrize(
    'frames, score, options, told',
    [
        ((3, 11), 0.9, {}, 'every 8 frames from 0 on; its first are on fra'),
        ((3, 11), 0.9, dict(stride=1), ''),
        ((8, 16), 0.9, {}, ''),
        # Frames a second: 10.
        ((8,), 0.9, dict(start_sec=1.0), 'every 8 frames from 10 on'),
        ((24,), 0.9, dict(end_sec=2.0), 'every 8 frames from 0 on'),
        ((16,), 0.9, dict(end_sec=2.0), ''),
        ((8,), 0.9, dict(detect_every=2), 'every 16 frames from 0 on'),
        ((3, 8), 0.4, {}, 'with a score of 0.5 or more, the best has 0.4'),
        ((3, 8), 0.5, {}, ''),
    ],
)
def test_files_that_give_nobody_are_told_of(
    tmp_path, video, config, frames, score, options, told
):
    path = tmp_path / 'a.csv'
    lines = [f'{frame},{BOX},{score}\n' for frame in frames]
    path.write_text(''.join(['frame,x1,y1,x2,y2,score\n', *lines]))
    infer = ActionInferencer(config, None, 'cpu', path)
    result = infer(video, ['walk', 'wave'], **options)
    lines = [line for line in result.warnings if str(path) in line]
    assert len(lines) == bool(told)
    # Drawn on the pictures, too.
    assert sum('box' in line for line in result.banners) == bool(told)
    assert all(told in line for line in lines)
    assert bool(result.num_persons) != bool(told)


def test_boxes_of_a_larger_video(tmp_path, video, config):
    path = tmp_path / 'a.csv'
    path.write_text(f'frame,x1,y1,x2,y2\n0,{BOX}\n5,200,9,300,60\n')
    infer = ActionInferencer(config, None, 'cpu', path)
    message = r'a\.csv, frame 5 \(from 0\): box .* outside the frame of 128 x'
    with pytest.raises(UserError, match=message):
        infer(video, ['walk', 'wave'])
