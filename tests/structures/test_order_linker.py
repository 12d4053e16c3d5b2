"""Tubes by the order of boxes, against the rule box by box."""

import numpy as np
import pytest

from stclip.structures.order_linker import filled, link_in_order
from stclip.structures.tubes import Tube


def one_by_one(frames, step):
    """Each box joins the first open tube that ends ``step`` back."""
    tubes = []
    for row, frame in enumerate(frames):
        for rows in tubes:
            if frames[rows[-1]] == frame - step:
                rows.append(row)
                break
        else:
            tubes.append([row])
    return tubes


@pytest.mark.parametrize('step', [1, 5])
@pytest.mark.parametrize('seed', range(8))
def test_equals_the_rule(seed, step):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 4, size=30)
    # Of step 5, tubes that begin at different frames lie between each other.
    at = np.sort(rng.choice(40 * step, 30, replace=False))
    frames = np.repeat(at if seed % 2 else np.arange(30) * step + 2, counts)
    found = link_in_order(frames, step)
    expected = one_by_one(frames.tolist(), step)
    assert sorted(map(list, found)) == sorted(expected)
    last = [frames[rows[-1]] for rows in found]
    assert last == sorted(last)


def test_order_decides_and_places_do_not():
    """Two persons who change their order change their tubes."""
    left, right = [0, 0, 10, 20], [200, 0, 210, 20]
    boxes = np.array([left, right, right, left, left, right], float)
    tubes = link_in_order(np.array([0, 0, 1, 1, 2, 2]))
    assert [boxes[rows].tolist() for rows in tubes] == [
        [left, right, left],
        [right, left, right],
    ]


def test_a_gap_and_another_step_end_a_tube():
    assert [r.tolist() for r in link_in_order(np.array([0, 1, 3, 4]))] == [
        [0, 1],
        [2, 3],
    ]
    found = link_in_order(np.array([0, 5, 6, 11]), step=5)
    assert [rows.tolist() for rows in found] == [[0, 1], [2, 3]]


def test_nobody_is_no_tube():
    assert link_in_order(np.zeros(0, int)) == []


def test_frames_must_ascend():
    with pytest.raises(ValueError, match='must ascend'):
        link_in_order(np.array([1, 0]))


def test_filled_is_linear_between_the_boxes():
    boxes = np.array([[0, 0, 10, 10], [10, 5, 20, 25], [10, 5, 20, 25]], float)
    tube = filled(Tube(np.array([3, 8, 10]), boxes, action='run', video='a'))
    assert tube.frames.tolist() == list(range(3, 11))
    assert tube.boxes[1].tolist() == [2, 1, 12, 13]
    assert tube.boxes[6].tolist() == boxes[1].tolist()
    assert (tube.action, tube.video) == ('run', 'a')
