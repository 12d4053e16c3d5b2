"""Open-vocabulary files and SiA's protocols: one line each for bad input.

Each row is a command line, what the file named in it holds, and words that
the line must have: the key or the entry.
"""

import pytest
from bad_inputs import ANY, assert_refused, each, ids
from small_annotations import (
    GOOD,
    NAN,
    OVAD,
    PRED,
    TUBE,
    found,
    other,
    ovad,
    ovad_found,
)

LINE = 'eval ovad --gt ovad.json --pred ovad.json'
COCO = 'eval coco-map --gt pred.json --pred pred.json'
TUBES = OVAD['ground_truth']
ROW = [1, 80, 48, 160, 120]


def without(key):
    return {'ovad.json': {k: v for k, v in OVAD.items() if k != key}}


def truth(*tubes):
    return ovad(ground_truth={'run/a': list(tubes)}, detections=[])


def entry(**values):
    good = OVAD['detections'][0]
    kept = {k: v for k, v in good.items() if k not in values}
    return ovad(detections=[kept])


KEYS = [*OVAD]
CASES = [
    *each(LINE, 'ovad.json'),
    *((LINE, without(key), f"ovad.json has no '{key}'") for key in KEYS),
    # The vocabulary and its parts.
    (LINE, ovad(vocabulary=[]), 'vocabulary must be a list of different'),
    (LINE, ovad(vocabulary=['run', 'run']), 'vocabulary must be a list of'),
    (LINE, ovad(vocabulary=['run', 1]), 'vocabulary must be a name, got 1'),
    (LINE, ovad(vocabulary='run'), 'vocabulary must be a list'),
    (LINE, ovad(base=[]), 'base must be a list of different names'),
    (LINE, ovad(base=['rum']), "base names 'rum', which is not in vocabul"),
    (LINE, ovad(base=['run', 'sit']), 'base names 2 of 2 actions'),
    (LINE, ovad(base=None), 'base must be a list, got None'),
    # Numbers.
    (LINE, ovad(resolution=240), 'resolution must be a list'),
    (LINE, ovad(resolution=[240]), 'resolution must be [height, width]'),
    (LINE, ovad(resolution=[0, 320]), 'resolution must be a number from 1'),
    (LINE, ovad(resolution=['x', 3]), "resolution must be a number, got 'x'"),
    (LINE, ovad(sample_rate=0), 'sample_rate must be a whole number from 1'),
    (LINE, ovad(sample_rate=2**31), 'a whole number from 1 to 1000'),
    (LINE, ovad(sample_rate=1.5), 'sample_rate must be a whole number'),
    (LINE, ovad(iou_threshold=0), 'iou_threshold must be above 0'),
    (LINE, ovad(iou_threshold=1.5), 'iou_threshold must be a number from 0'),
    (LINE, ovad(iou_threshold=NAN), 'iou_threshold is not finite'),
    # Annotated tubes.
    (LINE, ovad(ground_truth=[]), 'ground_truth must hold tubes by video'),
    (LINE, ovad(ground_truth={}), 'ground_truth must hold tubes by video'),
    (LINE, ovad(ground_truth={'a': []}), "'a' must be named ACTION/VIDEO"),
    (LINE, ovad(ground_truth={'fly/a': []}), "'fly/a' must be named ACTION"),
    (LINE, truth(), "ground_truth['run/a'] has no tube"),
    (LINE, ovad(ground_truth={'run/a': 5}), "['run/a'] must be a list"),
    (LINE, truth([]), "ground_truth['run/a'][0] has no row"),
    (LINE, truth([ROW], [ROW[:4]]), "['run/a'][1] must be numbers of shape"),
    (LINE, truth([ROW, ROW]), 'whole numbers from 1 on that ascend'),
    (LINE, truth([[0, *ROW[1:]]]), 'whole numbers from 1 on that ascend'),
    (LINE, truth([[1.5, *ROW[1:]]]), 'whole numbers from 1 on that ascend'),
    (LINE, truth([[1, 9, 9, 0, 0]]), 'one is inverted'),
    (LINE, truth([[1, 0, 0, 1e6, 9]]), "ground_truth['run/a'][0] must be num"),
    (LINE, truth([[1, NAN, 9, 9, 9]]), "ground_truth['run/a'][0] must be fi"),
    # Detections.
    (LINE, ovad(detections={}), 'detections must be a list'),
    (LINE, ovad(detections=[5]), 'detections[0] must be an object, got 5'),
    *(
        (LINE, entry(**{key: None}), f"detections[0] has no '{key}'")
        for key in ('video', 'frame', 'boxes', 'logits')
    ),
    (LINE, ovad_found(video='run/b'), "video 'run/b' is not in ground_truth"),
    (LINE, ovad_found(video=1), 'detections[0].video must be a name'),
    (LINE, ovad_found(frame=0), 'detections[0].frame must be a whole number'),
    (LINE, ovad_found(frame=None), 'detections[0].frame must be a number'),
    (LINE, ovad_found(boxes=5), 'detections[0].boxes must be a list'),
    (LINE, ovad_found(boxes=[[1, 2, 3]]), 'detections[0].boxes must be numb'),
    (LINE, ovad_found(boxes=[[80, 48, 160, 120]]), 'fractions of the frame'),
    (LINE, ovad_found(boxes=[[0.5, 0, 0.1, 1]]), 'must be x1, y1, x2, y2'),
    (LINE, ovad_found(logits=[[1]]), 'logits must be numbers of shape (1, 2)'),
    (LINE, ovad_found(logits=[]), 'logits must be numbers of shape (1, 2)'),
    (LINE, ovad_found(logits=[[NAN, 1]]), 'detections[0].logits must be fin'),
    (
        LINE,
        ovad(detections=OVAD['detections'] * 2),
        "detections[2] repeats video 'run/a', frame 1 of detections[0]",
    ),
    (LINE, ovad(box_source=5), 'box_source must be a name, got 5'),
    # Two files, and results.
    (
        'eval ovad --gt ovad.json --pred pred.json',
        {'pred.json': dict(vocabulary=['sit', 'run'], detections=[])},
        'pred.json: vocabulary differs from that of ovad.json',
    ),
    (
        'eval ovad --gt ovad.json --pred other.json',
        {'other.json': dict(boxes=[])},
        "other.json has no 'detections'",
    ),
    (f'{LINE} --json ovad.json', {}, 'ovad.json would be written over'),
    (f'{LINE} --json file', {}, 'file is there already; --overwrite'),
    ('eval ovad --gt ovad.json', {}, "'--pred'"),
    # SiA's protocols.
    *each(COCO, 'pred.json'),
    (f'{COCO} --protocol sia', {}, "'sia' is not one of"),
    (f'{COCO} --protocol sia-ucf', {}, '--tubes and --protocol sia-ucf go'),
    (f'{COCO} --tubes tubes.json', {}, '--tubes and --protocol sia-ucf go'),
    (f'{COCO} --protocol sia-ucf --tubes no.json', {}, 'no.json'),
    (
        f'{COCO} --protocol sia-ucf --tubes tubes.json',
        {'tubes.json': [TUBE]},
        "no keyframe of protocol 'sia-ucf' is there",
    ),
    (f'{COCO} --iou-thr 0', {}, "'--iou-thr': 0"),
    (f'{COCO} --max-boxes 0', {}, "'--max-boxes': 0"),
    (f'{COCO} --score-thr nan', {}, "'--score-thr': nan"),
    (
        f'{COCO} --protocol sia-jhmdb',
        found(timestamp='now'),
        "counts from 1, got 'now'",
    ),
    (
        f'{COCO} --protocol sia-jhmdb',
        {'pred.json': other(PRED, gt=[], detections=[])},
        "no keyframe of protocol 'sia-jhmdb' is there",
    ),
    (
        f'{COCO} --protocol sia-jhmdb',
        found(timestamp='00020'),
        "video 'a' has no keyframe 9, which protocol 'sia-jhmdb' evaluates",
    ),
    (
        f'{COCO} --protocol sia-jhmdb',
        {
            'pred.json': other(
                PRED,
                gt=[],
                detections=[other(PRED['detections'][0], movie='')],
            )
        },
        "protocol 'sia-jhmdb' needs movie of every keyframe",
    ),
]


def test_keys_are_all_of_them():
    assert len(KEYS) == 7 and len(ANY) > 5


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(folder, line, files, words, capfd):
    assert_refused(folder, GOOD | files, line, words, capfd)
