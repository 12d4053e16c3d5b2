"""SiA's keyframes, and from frame-mAP files to its two ways of counting."""

import json

import numpy as np
import pytest

from stclip.cli.evaluate import coco_map
from stclip.evaluation.coco_files import PROTOCOLS
from stclip.evaluation.sia_keyframes import jhmdb_keyframe, ucf_keyframes
from stclip.structures.tube_file import write_tubes
from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError

BOX = [0.0, 0.0, 10.0, 10.0]


@pytest.mark.parametrize('num_frames', [1, 8, 9, 17, 18, 35, 40])
def test_middle_of_nine_frames(num_frames):
    clip = [k * (num_frames // 9) for k in range(9)]
    assert jhmdb_keyframe(num_frames) == clip[4]
    assert clip[-1] < num_frames


def tube(*frames, video='a', action='run'):
    boxes = np.tile(BOX, (len(frames), 1))
    return Tube(np.array(frames), boxes, action=action, video=video)


def start_by_start(tubes):
    """Middle frames of the clips that lie wholly in or out of each tube."""
    found = []
    for start in range(max(int(t.frames[-1]) for t in tubes) + 1):
        clip = set(range(start, start + 63))
        inside = [len(clip & set(t.frames.tolist())) for t in tubes]
        if set(inside) <= {0, 63} and 63 in inside:
            found.append([start + 7 * k for k in range(9)][4])
    return found


@pytest.mark.parametrize(
    'tubes',
    [
        [tube(*range(100))],
        [tube(*range(63))],
        [tube(*range(62))],
        [tube(*range(5, 160)), tube(*range(90, 200))],
        [tube(*range(5, 80)), tube(*range(80, 200))],
        [tube(*range(40), *range(41, 120))],
        [tube(*range(300)), tube(7)],
    ],
)
def test_clips_inside_tubes(tubes):
    assert ucf_keyframes(tubes).tolist() == start_by_start(tubes)


@pytest.fixture
def evaluate(tmp_path, capsys):
    """Videos of 20 and of 11 frames; in the middle one nobody is found.

    In video b the keyframe of the protocol (9 // 9 * 4 = 4, from 0) has no
    box.
    """
    gt, detections = [], []
    for video, number, label in (('a', 20, 0), ('b', 11, 1)):
        for frame in range(number):
            where = dict(
                image_id=f'{video}/{frame}',
                movie=video,
                timestamp=f'{frame + 1:05d}',
            )
            gt.append(dict(where, box=BOX, label=label))
            found = not (video == 'b' and frame in (4, 5))
            detections.append(
                dict(
                    where,
                    boxes=[BOX] * found,
                    scores=[[0.6, 0.4] if video == 'a' else [0.2, 0.9]]
                    * found,
                )
            )
    pred = tmp_path / 'pred.json'
    content = dict(labels=['run', 'sit'], gt=gt, detections=detections)
    pred.write_text(json.dumps(content))

    def run(*options):
        out = tmp_path / 'out.json'
        arguments = [f'--gt={pred}', f'--pred={pred}', *options]
        arguments += [f'--json={out}', '--overwrite']
        coco_map.main(arguments, standalone_mode=False)
        return json.loads(out.read_text()), capsys.readouterr().out

    run.pred = pred
    return run


def test_choices_are_the_protocols():
    (option,) = (p for p in coco_map.params if p.name == 'protocol')
    assert tuple(option.type.choices) == PROTOCOLS


def test_every_frame(evaluate):
    """sit: 9 of 11 persons are found: 82 of 101 recalls."""
    found, shown = evaluate()
    ours, legacy = found['all_frames'], found['with_boxes_only']
    assert ours['per_class']['sit'] == pytest.approx(82 / 101)
    assert ours['per_class']['run'] == legacy['per_class']['run'] == 1
    assert legacy['per_class']['sit'] == 1
    assert (found['dropped_frames'], found['dropped_boxes']) == (2, 2)
    assert found['worth'] == pytest.approx((1 - 82 / 101) / 2)
    assert '2 of 31 keyframes have no kept box' in shown
    assert 'with their 2 annotated boxes, which is worth 9.41 points' in shown


def test_one_keyframe_a_video(evaluate):
    found, shown = evaluate('--protocol=sia-jhmdb')
    # a: floor(20 / 9) * 4 = 8; b: 4, where nobody is found.
    assert found['all_frames']['num_gt'] == dict(run=1, sit=1)
    assert found['all_frames']['per_class'] == dict(run=1, sit=0)
    assert found['with_boxes_only']['per_class'] == dict(run=1, sit=None)
    assert found['with_boxes_only']['mAP'] == 1
    assert 'floor(F / 9) apart' in shown


def test_score_threshold(evaluate):
    """Of a, 0.6 for run does not reach it: all its frames are dropped."""
    found, shown = evaluate('--score-thr=0.7')
    assert found['all_frames']['per_class']['run'] == 0
    assert found['with_boxes_only']['per_class']['run'] is None
    assert found['dropped_frames'] == 22
    assert 'classes with a score >= 0.7' in shown


def test_clips_of_ucf(evaluate, tmp_path):
    content = json.loads(evaluate.pred.read_text())
    frames = range(1, 71)
    where = [
        dict(image_id=f'a/{f}', movie='a', timestamp=str(f)) for f in frames
    ]
    content['gt'] = [dict(each, box=BOX, label=0) for each in where]
    content['detections'] = [
        dict(each, boxes=[BOX], scores=[[0.5, 0.5]]) for each in where
    ]
    evaluate.pred.write_text(json.dumps(content))
    tubes = tmp_path / 'tubes.json'
    write_tubes(tubes, [tube(*range(70)), tube(*range(9), video='b')])
    found, _ = evaluate('--protocol=sia-ucf', f'--tubes={tubes}')
    # 70 - 63 + 1 starts.
    assert found['all_frames']['num_gt'] == dict(run=8, sit=0)
    with pytest.raises(UserError, match='--protocol sia-ucf go together'):
        evaluate('--protocol=sia-ucf')
    with pytest.raises(UserError, match='--protocol sia-ucf go together'):
        evaluate(f'--tubes={tubes}')
    write_tubes(tubes, [tube(*range(9))])
    with pytest.raises(UserError, match="no keyframe of protocol 'sia-ucf'"):
        evaluate('--protocol=sia-ucf', f'--tubes={tubes}')
