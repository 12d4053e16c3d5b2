import numpy as np
import pytest

from stclip.structures.boxes import box_iou
from stclip.structures.tubes import Tube, TubeLinker, tube_iou

BOX = np.array([0.0, 0.0, 10.0, 10.0])


def tube(first, number, shift=0.0, score=1.0):
    boxes = np.tile([shift, 0, shift + 10, 10], (number, 1))
    return Tube(np.arange(first, first + number), boxes, score)


@pytest.mark.parametrize(
    'other, expected',
    [
        (tube(0, 4), 1.0),
        (tube(0, 4, shift=5), 1 / 3),
        # Two of six frames in common.
        (tube(2, 4), 2 / 6),
        (tube(2, 4, shift=5), 2 / 6 / 3),
        (tube(1, 2), 2 / 4),
        (tube(4, 4), 0.0),
        (tube(0, 4, shift=10), 0.0),
    ],
)
def test_tube_iou(other, expected):
    """Overlap in time, inclusive, times the mean overlap of boxes."""
    assert tube_iou(tube(0, 4), other) == pytest.approx(expected)
    assert tube_iou(other, tube(0, 4)) == pytest.approx(expected)


@pytest.mark.parametrize('number', [2, 3, 10, 40])
def test_released_span_counts_one_frame_less(number):
    """Tubes that differ by one frame: (n-2)/(n-1), in truth (n-1)/n."""
    longer, shorter = tube(0, number), tube(0, number - 1)
    assert tube_iou(longer, shorter) == pytest.approx((number - 1) / number)
    assert tube_iou(longer, shorter, legacy_span=True) == pytest.approx(
        (number - 2) / (number - 1)
    )
    assert tube_iou(longer, longer, legacy_span=True) == 1


def test_released_span_of_tubes_of_one_frame():
    """No length, so no overlap; of frames apart there is none either."""
    assert tube_iou(tube(3, 1), tube(3, 1), legacy_span=True) == 0
    assert tube_iou(tube(3, 1), tube(3, 1)) == 1
    assert tube_iou(tube(0, 2), tube(2, 2), legacy_span=True) == 0
    half = tube_iou(tube(0, 3), tube(1, 3, shift=5), legacy_span=True)
    assert half == pytest.approx(1 / 3 / 3)


def test_mean_of_boxes_in_the_shared_frames_only():
    boxes = np.array([BOX, [5, 0, 15, 10], [20, 0, 30, 10]])
    moving = Tube(np.arange(3), boxes)
    assert tube_iou(moving, tube(0, 2)) == pytest.approx(
        (1 + 1 / 3) / 2 * 2 / 3
    )


@pytest.mark.parametrize(
    'frames, boxes, message',
    [
        ([], np.zeros((0, 4)), 'one box a frame'),
        ([1, 2], np.zeros((1, 4)), 'one box a frame'),
        ([2, 2], np.zeros((2, 4)), 'must ascend'),
    ],
)
def test_faulty_tubes(frames, boxes, message):
    with pytest.raises(ValueError, match=message):
        Tube(np.array(frames), boxes)


def rows(*entries):
    """Frame, x of a 10 x 10 box, score."""
    frames, shifts, scores = np.array(entries, dtype=float).T
    boxes = BOX + shifts[:, None] * [1, 0, 1, 0]
    return frames.astype(int), boxes, scores[:, None]


def linked(*entries, **options):
    options = dict(min_length=1, min_score=0) | options
    [tubes] = TubeLinker(**options)(*rows(*entries))
    return sorted(
        (
            t.frames.tolist(),
            t.boxes[:, 0].tolist(),
            round(t.score, 6),
        )
        for t in tubes
    )


def test_two_persons_side_by_side():
    assert linked(
        (1, 0, 0.9), (1, 50, 0.2), (2, 51, 0.4), (2, 2, 0.7)
    ) == [([1, 2], [0, 2], 0.8), ([1, 2], [50, 51], 0.3)]  # fmt: skip


def test_best_tube_chooses_first_and_takes_the_best_box():
    """Both boxes of frame 2 fit both tubes: IoU 0.43 and more."""
    assert linked(
        (1, 0, 0.3), (1, 4, 0.8), (2, 1, 0.6), (2, 5, 0.5), nms_iou=1
    ) == [([1, 2], [0, 5], 0.4), ([1, 2], [4, 1], 0.7)]  # fmt: skip


def test_worse_of_two_that_overlap_goes():
    assert linked((1, 0, 0.3), (1, 1, 0.8)) == [([1], [1], 0.8)]
    assert linked((1, 0, 0.3), (1, 6, 0.8)) == [
        ([1], [0], 0.3),
        ([1], [6], 0.8),
    ]


def test_boxes_of_which_one_is_half_of_the_other():
    """IoU 0.5: no more than that for suppression, enough for a link."""
    boxes = np.array([BOX, [0, 0, 10, 5]])
    linker = TubeLinker(nms_iou=0.5, link_iou=0.5, min_length=1)
    scores = np.array([[0.9], [0.5]])
    for frames, lengths in (([1, 1], [1, 1]), ([1, 2], [2])):
        [tubes] = linker(np.array(frames), boxes, scores)
        assert [len(tube.frames) for tube in tubes] == lengths


def test_a_jump_or_a_gap_ends_a_tube():
    assert linked((1, 0, 0.5), (2, 9, 0.5)) == [
        ([1], [0], 0.5),
        ([2], [9], 0.5),
    ]
    assert linked((1, 0, 0.5), (3, 0, 0.5)) == [
        ([1], [0], 0.5),
        ([3], [0], 0.5),
    ]


def test_only_the_best_boxes_of_a_frame():
    entries = [(1, 20 * k, k / 10) for k in range(5)]
    assert linked(*entries, top_k=2) == [([1], [60], 0.3), ([1], [80], 0.4)]


def test_short_and_weak_tubes_go():
    entries = [(k, 0, 0.5) for k in range(4)] + [(3, 50, 0.9)]
    assert linked(*entries, min_length=2) == [([0, 1, 2, 3], [0] * 4, 0.5)]
    assert linked(*entries, min_score=0.6) == [([3], [50], 0.9)]


def test_each_action_has_its_tubes_and_all_share_the_overlaps(monkeypatch):
    """As if it was linked alone, with IoUs found once for all of them."""
    rng = np.random.default_rng(0)
    frames = np.repeat([*range(9), *range(12, 20)], 4)
    boxes = BOX + rng.integers(0, 12, (len(frames), 1)) * [1, 0, 1, 0]
    scores = rng.random((len(frames), 5))
    linker = TubeLinker(nms_iou=0.5, min_length=2)
    expected = [linker(frames, boxes, scores[:, [c]])[0] for c in range(5)]
    calls = []

    def counted(*of):
        calls.append(of)
        return box_iou(*of)

    monkeypatch.setattr('stclip.structures.tubes.box_iou', counted)
    found = linker(frames, boxes, scores)
    assert len(calls) == 2 * 17  # within each frame, and with the one before
    assert len({len(tubes) for tubes in found}) > 1
    for tubes, alone in zip(found, expected, strict=True):
        assert [t.score for t in tubes] == [t.score for t in alone]
        for tube, other in zip(tubes, alone, strict=True):
            np.testing.assert_array_equal(tube.frames, other.frames)
            np.testing.assert_array_equal(tube.boxes, other.boxes)


def test_nothing_to_link():
    empty = np.zeros(0, int), np.zeros((0, 4)), np.zeros((0, 2))
    assert TubeLinker()(*empty) == [[], []]


def test_a_tube_tells_whose_it_is_where_there_are_several():
    annotated = Tube([3, 5], [BOX, BOX], action='run', video='v')
    assert (annotated.action, annotated.video) == ('run', 'v')
    assert annotated.frames.tolist() == [3, 5]
    assert annotated.boxes.dtype == np.float64
    [linked] = TubeLinker(min_length=1)(*rows((1, 0, 0.9), (2, 0, 0.9)))
    assert [(t.action, t.video) for t in linked] == [(None, None)]
