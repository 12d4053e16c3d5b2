import numpy as np
import pytest

from stclip.labels.label_space import LabelSpace
from stclip.preparation import ucf24
from stclip.preparation.keyframes import keyframes_of, tubes_of
from stclip.preparation.records import AnnotatedVideo, Findings
from stclip.structures.tubes import Tube

LABELS = LabelSpace(('sit', 'run', 'hug'))
A, B = [1, 2, 30, 20.5], [0, 0, 8, 9]


def tube(action, frames, boxes):
    return Tube(frames, boxes, action=action)


def video(*tubes, name='v', num_frames=4):
    return AnnotatedVideo(name, 'train', (24, 32), num_frames, tubes)


def plain(keyframes):
    return {
        k.image_id: (k.boxes.tolist(), k.labels.astype(int).tolist())
        for k in keyframes
    }


def test_tubes_become_keyframes():
    """Equal boxes are one person, who does several things."""
    tubes = (
        tube('run', [2, 3], [A, B]),
        tube('sit', [1, 2], [B, B]),
        tube('hug', [3], [B]),
    )
    findings = Findings()
    keyframes = keyframes_of([video(*tubes)], LABELS, findings)
    assert plain(keyframes) == {
        'v/00002': ([B], [[1, 0, 0]]),
        'v/00003': ([A, B], [[0, 1, 0], [1, 0, 0]]),
        'v/00004': ([B], [[0, 1, 1]]),
    }
    first = keyframes[0]
    assert (first.video, first.timestamp, first.frame_idx) == ('v', '00002', 1)
    assert first.img_shape == (24, 32)
    assert first.boxes.dtype == np.float32
    assert findings.faults == {}


def test_order_is_by_name_and_frame():
    videos = [
        video(tube('run', [3], [A]), tube('run', [1], [A]), name=name)
        for name in ('w', 'v_2', 'v_10')
    ]
    assert list(plain(keyframes_of(videos, LABELS, Findings()))) == [
        'v_10/00002',
        'v_10/00004',
        'v_2/00002',
        'v_2/00004',
        'w/00002',
        'w/00004',
    ]


def test_frames_without_a_person_on_demand():
    videos = [
        video(tube('run', [2], [A])),
        video(name='empty', num_frames=2),
    ]
    assert list(plain(keyframes_of(videos, LABELS, Findings()))) == ['v/00003']
    found = keyframes_of(videos, LABELS, Findings(), every_frame=True)
    nobody = ([], [])
    assert plain(found) == {
        'empty/00001': nobody,
        'empty/00002': nobody,
        'v/00001': nobody,
        'v/00002': nobody,
        'v/00003': ([A], [[0, 1, 0]]),
        'v/00004': nobody,
    }
    assert (found[0].boxes.shape, found[0].labels.shape) == ((0, 4), (0, 3))


def test_box_annotated_twice_is_counted_once():
    twice = (tube('run', [1, 2], [A, B]), tube('run', [2, 3], [B, B]))
    findings = Findings()
    keyframes = keyframes_of([video(*twice)], LABELS, findings)
    assert plain(keyframes)['v/00003'] == ([B], [[0, 1, 0]])
    assert findings.faults == {'box annotated twice': ['v, frame 3']}


def test_unknown_action():
    with pytest.raises(ValueError, match="unknown action 'fly'"):
        keyframes_of([video(tube('fly', [0], [A]))], LABELS, Findings())


@pytest.mark.shared
def test_all_of_jhmdb(real_jhmdb_keyframes):
    labels, keyframes = real_jhmdb_keyframes
    together = keyframes['train'] + keyframes['test']
    assert len(together) == len({k.image_id for k in together}) == 31_852
    assert {k.labels.sum() for k in together} == {1}
    assert all(
        f'_{labels.names[k.labels.argmax()]}_' in k.video for k in together
    )


@pytest.mark.shared
def test_all_of_ucf(real_ucf):
    findings = Findings()
    counts = {}
    for subset in ('train', 'test'):
        keyframes = keyframes_of(
            [video for video in real_ucf if video.subset == subset],
            LabelSpace(ucf24.ACTIONS),
            findings,
            every_frame=subset == 'test',
        )
        boxes = sum(len(k.boxes) for k in keyframes)
        counts[subset] = len(keyframes), boxes
    assert counts['train'] == (340_336, 403_188)
    assert counts['test'] == (159_289, 170_522)
    twice = findings.faults['box annotated twice']
    assert len(twice) == len(set(twice)) == 152
    assert 573_862 - 152 == 403_188 + 170_522


def test_boxes_are_cut_to_the_picture():
    outside, wide = [5, 25, 9, 28], [20, 10, 90, 80]
    tubes = (tube('run', [0, 1, 2], [outside, wide, A]),)
    findings = Findings()
    assert plain(keyframes_of([video(*tubes)], LABELS, findings)) == {
        'v/00002': ([[20, 10, 32, 24]], [[0, 1, 0]]),
        'v/00003': ([A], [[0, 1, 0]]),
    }
    assert findings.faults == {
        'box without area inside the picture': ['v, frame 1']
    }


@pytest.mark.parametrize(
    'box', [[np.nan, 2, 3, 4], [9, 9, 5, 12], [9, 9, 9, 12]]
)
def test_impossible_boxes_are_left_out(box):
    findings = Findings()
    tubes = (tube('run', [0, 1], [box, A]),)
    keyframes = keyframes_of([video(*tubes)], LABELS, findings)
    assert plain(keyframes) == {'v/00002': ([A], [[0, 1, 0]])}
    assert list(findings.faults.values()) == [['v, frame 1']]


def test_tubes_of_video_map():
    """By name of the video; boxes cut, those outside left out."""
    outside, wide = [5, 25, 9, 28], [20, 10, 90, 80]
    videos = [
        video(tube('run', [0, 1], [outside, wide]), name='w'),
        video(tube('sit', [2], [outside]), tube('hug', [3], [A]), name='v'),
    ]
    assert [
        (t.video, t.action, t.frames.tolist(), t.boxes.tolist())
        for t in tubes_of(videos)
    ] == [('v', 'hug', [3], [A]), ('w', 'run', [1], [[20, 10, 32, 24]])]
