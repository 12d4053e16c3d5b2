"""From a frame-mAP file and annotated tubes to video mAP."""

import json

import numpy as np
import pytest

from stclip.cli.evaluate import video_map
from stclip.structures.tube_file import read_tubes, write_tubes
from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError

NUM = 20
LABELS = ['run', 'sit', 'fly']


@pytest.fixture
def evaluate(tmp_path):
    def run(arguments):
        out = tmp_path / 'result.json'
        video_map.main([*arguments, f'--json={out}'], standalone_mode=False)
        return json.loads(out.read_text())

    return run


def tube(video, action, x, first=0, number=NUM):
    boxes = np.tile([x, 0.0, x + 10, 10], (number, 1))
    return Tube(
        np.arange(first, first + number), boxes, action=action, video=video
    )


TRUTH = [
    tube('a', 'run', 0),
    tube('b', 'sit', 0),
    tube('b', 'fly', 0),
    tube('elsewhere', 'run', 0),
]


@pytest.fixture
def files(tmp_path):
    """Video a: one person, 12 of 20 frames; b: two persons, both frames."""
    detections = []
    for video, number, xs in (('a', 16, [1]), ('b', NUM, [0, 50])):
        for frame in range(number):
            certain = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]][: len(xs)]
            detections.append(
                dict(
                    image_id=f'{video}/{frame}',
                    movie=video,
                    timestamp=f'{frame + 1:05d}',
                    boxes=[[x, 0, x + 10, 10] for x in xs],
                    det_scores=[1.0] * len(xs),
                    scores=certain,
                )
            )
    pred = tmp_path / 'pred.json'
    content = dict(
        labels=LABELS,
        eval_labels=LABELS[:2],
        gt=[],
        detections=detections,
    )
    pred.write_text(json.dumps(content))
    tubes = tmp_path / 'tubes.json'
    write_tubes(tubes, TRUTH)
    return [f'--tubes={tubes}', f'--pred={pred}']


def test_tubes_are_read_back(tmp_path):
    path = tmp_path / 'tubes.json'
    write_tubes(path, TRUTH)
    found = read_tubes(path)
    assert [(t.video, t.action) for t in found] == [
        (t.video, t.action) for t in TRUTH
    ]
    for one, other in zip(found, TRUTH, strict=True):
        np.testing.assert_array_equal(one.frames, other.frames)
        np.testing.assert_array_equal(one.boxes, other.boxes)
    # Frames count from 1 in the file.
    assert json.loads(path.read_text())[0]['frames'][0] == 1


def test_frames_written_as_floats(tmp_path):
    path = tmp_path / 'tubes.json'
    entry = dict(movie='a', action='run', frames=[1.0, 2, '3'])
    path.write_text(json.dumps([dict(entry, boxes=[[0, 0, 8, 9]] * 3)]))
    (found,) = read_tubes(path)
    assert found.frames.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    'entry',
    [
        dict(movie='a', action='run', frames=[1]),
        dict(movie='a', action='run', frames=[1], boxes=[[1, 2, 3]]),
        dict(movie='a', action='run', frames=[2, 1], boxes=[[1, 2, 3, 4]] * 2),
        dict(movie='a', action='run', frames=[], boxes=[]),
        'text',
    ],
)
def test_faulty_tube_is_named(tmp_path, entry):
    path = tmp_path / 'tubes.json'
    path.write_text(json.dumps([entry]))
    with pytest.raises(ValueError, match=r'tubes\.json, tube 0: expected'):
        read_tubes(path)


def test_by_hand(evaluate, files, capsys):
    """run: IoU 16/20 * 9/11 = 0.65 in a, ahead of b's; sit: third of three.

    The tube of the empty place in b has the best score for sit, a's the
    second.
    """
    result = evaluate(files)
    run, sit = (
        {key: part['per_class'][name] for key, part in result.items()}
        for name in LABELS[:2]
    )
    # run: b's person has 0.7 as well, and stands first by its video's name.
    assert run == {
        '0.2': 1.0,
        '0.5': 1.0,
        '0.5:0.95': pytest.approx(4 / 10),
    }
    assert list(sit.values()) == pytest.approx([1 / 3] * 3)
    assert result['0.5']['mAP'] == pytest.approx((1 + 1 / 3) / 2)
    assert 'fly' not in capsys.readouterr().out


def test_seen_and_unseen_actions(evaluate, files, tmp_path, capsys):
    """run is seen, sit not: 0.4 and 1/3 at 0.5:0.95, as above."""
    pred = tmp_path / 'pred.json'
    content = json.loads(pred.read_text())
    pred.write_text(json.dumps(content | dict(seen_labels=['run'])))
    part = evaluate(files)['0.5:0.95']
    assert part['mAP_seen'] == pytest.approx(0.4)
    assert part['mAP_unseen'] == pytest.approx(1 / 3)
    mean = 2 / (1 / 0.4 + 3)
    assert part['mAP_harmonic_mean'] == pytest.approx(mean)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    marks = {row[0]: row[-1] for row in rows if row and row[0] in LABELS}
    assert marks == dict(run='seen', sit='unseen')


def test_no_tube_of_an_unseen_action(evaluate, files, tmp_path, capsys):
    write_tubes(tmp_path / 'tubes.json', TRUTH[:1])
    pred = tmp_path / 'pred.json'
    content = json.loads(pred.read_text())
    pred.write_text(json.dumps(content | dict(seen_labels=['run'])))
    part = evaluate(files)['0.2']
    assert part['mAP_seen'] == part['mAP'] == 1
    assert part['mAP_unseen'] is part['mAP_harmonic_mean'] is None
    assert 'closed set' not in capsys.readouterr().out


def test_options_of_the_linking(evaluate, files):
    """No tube is as long as that."""
    result = evaluate([*files, '--min-length=21'])
    assert result['0.2']['mAP'] == 0


def test_nothing_to_compare_with(evaluate, files, tmp_path):
    write_tubes(tmp_path / 'tubes.json', TRUTH[2:])
    with pytest.raises(
        UserError, match='no annotated tube of run, sit in the 2'
    ):
        evaluate(files)


def test_without_any_box(evaluate, tmp_path):
    """Nothing found is 0, not an error."""
    tubes, pred = tmp_path / 'tubes.json', tmp_path / 'pred.json'
    write_tubes(tubes, TRUTH[:1])
    frame = dict(movie='a', timestamp='00001', boxes=[], det_scores=[])
    content = dict(
        labels=['run'],
        gt=[],
        detections=[dict(frame, image_id='a/0', scores=[])],
    )
    pred.write_text(json.dumps(content))
    result = evaluate([f'--tubes={tubes}', f'--pred={pred}'])
    assert {part['mAP'] for part in result.values()} == {0}
