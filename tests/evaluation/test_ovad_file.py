"""Open-vocabulary files: read, written, and shown."""

import json

import numpy as np
import pytest
from small_annotations import OVAD

from stclip.cli.evaluate import ovad
from stclip.evaluation.functional.open_vocabulary import SCORED
from stclip.evaluation.ovad_file import (
    read_open_vocabulary,
    write_open_vocabulary,
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / 'ovad.json'
    path.write_text(json.dumps(OVAD))
    return path


def evaluate(gt, pred, out):
    ovad.main(
        [f'--gt={gt}', f'--pred={pred}', f'--json={out}'],
        standalone_mode=False,
    )
    return json.loads(out.read_text())


def test_what_is_read(path):
    run, source = read_open_vocabulary(path, path)
    assert source == 'those of the file'
    assert (run.vocabulary, run.base) == (('run', 'sit'), ('run',))
    assert (run.iou_thr, run.frame_step) == (0.5, 1)
    first, second = run.videos
    assert (first.name, first.action) == ('run/a', 'run')
    # Frames count from 0 here; x by width, y by height.
    assert first.frames.tolist() == [0, 1]
    assert first.boxes[0].tolist() == [80, 48, 160, 120]
    assert first.annotated[0].frames.tolist() == [0, 1]
    assert len(second.frames) == 0


def test_by_hand(path, tmp_path, capsys):
    found = evaluate(path, path, tmp_path / 'out.json')
    for scored in SCORED:
        for measure in ('video_released', 'video', 'frame'):
            part = found[scored][f'{measure}_ap']
            assert part['per_class'] == dict(run=100, sit=0)
            assert (part['base'], part['novel'], part['mean']) == (100, 0, 50)
    assert found['unit'] == 'percent'
    assert found['num_tubes'] == dict(base=1, novel=0)
    shown = capsys.readouterr().out
    assert 'boxes: those of the file; vocabulary: 1 base and 1 novel' in shown
    assert 'IoU >= 0.5, every annotated frame' in shown
    assert 'base videos scored among base actions' in shown


def test_two_files(path, tmp_path):
    """Vocabulary and tubes of one, detections of the other."""
    pred = tmp_path / 'pred.json'
    pred.write_text(
        json.dumps(dict(detections=[], box_source='Mask R-CNN, best 1'))
    )
    found = evaluate(path, pred, tmp_path / 'out.json')
    assert found['protocol']['boxes'] == 'Mask R-CNN, best 1'
    assert found['own_part']['video_ap']['mean'] == 0


def test_order_of_entries_of_a_video_does_not_count(path, tmp_path):
    mixed = dict(OVAD, detections=OVAD['detections'][::-1])
    other = tmp_path / 'mixed.json'
    other.write_text(json.dumps(mixed))
    outs = tmp_path / 'a.json', tmp_path / 'b.json'
    pairs = zip((path, other), outs, strict=True)
    first, second = (evaluate(p, p, out) for p, out in pairs)
    assert first == second


def test_written_is_read_back(path, tmp_path):
    run, _ = read_open_vocabulary(path, path)
    written = tmp_path / 'written.json'
    write_open_vocabulary(written, run, 'mine')
    again, source = read_open_vocabulary(written, written)
    assert source == 'mine'
    for one, other in zip(run.videos, again.videos, strict=True):
        assert (one.name, one.action) == (other.name, other.action)
        np.testing.assert_array_equal(one.frames, other.frames)
        np.testing.assert_array_equal(one.boxes, other.boxes)
        np.testing.assert_array_equal(one.logits, other.logits)
