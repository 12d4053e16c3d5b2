"""Frame mAP equals the reference numbers, made on real J-HMDB boxes.

Every file ``$STCLIP_SHARED/fixtures/frame_map/*.json`` holds ground truth,
detections and the expected AP of every class.
"""

import json
import math
import os
from pathlib import Path

import numpy as np
import pytest
from frame_map_loop import frame_map_loop

from stclip.cli.evaluate import frame_map as eval_frame_map
from stclip.evaluation.functional import Detections, GroundTruth, frame_map

pytestmark = pytest.mark.shared
SHARED = Path(os.environ.get('STCLIP_SHARED', 'absent'))
FILES = sorted(SHARED.glob('fixtures/frame_map/*.json'))


def test_there_are_reference_files():
    assert FILES


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_tool_equals_reference(path, tmp_path):
    out = tmp_path / 'result.json'
    argv = ['--gt', str(path), '--pred', str(path), '--json', str(out)]
    expected = json.loads(path.read_text())
    eval_frame_map.main(
        [*argv, '--iou-thr', str(expected['iou_threshold'])],
        standalone_mode=False,
    )
    result = json.loads(out.read_text())
    assert result['mAP'] == pytest.approx(expected['mAP'], abs=1e-9)
    assert result['per_class'].keys() == expected['per_class'].keys()
    for label, precision in expected['per_class'].items():
        # A class without ground truth has no number in either file.
        ours = result['per_class'][label]
        if ours is None:
            assert precision is None or math.isnan(precision)
        else:
            assert ours == pytest.approx(precision, abs=1e-9)


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_arrays_equal_the_loop_on_a_part(path):
    content = json.loads(path.read_text())
    kept = {entry['image_id'] for entry in content['gt'][::30]}
    truth = [e for e in content['gt'] if e['image_id'] in kept]
    found = [e for e in content['detections'] if e['image_id'] in kept]
    boxes = [(e['image_id'], b) for e in found for b in e['boxes']]
    scores = [row for e in found for row in e['scores']]
    result = frame_map(
        Detections(
            np.array([image_id for image_id, _ in boxes]),
            np.array([box for _, box in boxes]),
            np.array(scores),
        ),
        GroundTruth(
            np.array([e['image_id'] for e in truth]),
            np.array([e['box'] for e in truth]),
            np.array([e['label'] for e in truth]),
        ),
        content['iou_threshold'],
    )
    expected, _ = frame_map_loop(
        [(i, b, s) for (i, b), s in zip(boxes, scores, strict=True)],
        [(e['image_id'], e['box'], {e['label']}) for e in truth],
        len(content['labels']),
        content['iou_threshold'],
    )
    np.testing.assert_allclose(
        result.average_precision, expected, rtol=0, atol=1e-12
    )
