"""Video mAP by hand, and against mmaction2's evaluator of MultiSports."""

from dataclasses import replace

import numpy as np
import pytest

from stclip.evaluation.functional.video_map import video_average_precisions
from stclip.structures.tubes import Tube, TubeLinker

NUM_FRAMES = 40
ACTIONS = ('run', 'sit', 'fly')


def entry(video, action, x, score=1.0, first=1, number=4):
    boxes = np.tile([x, 0.0, x + 10, 10], (number, 1))
    frames = np.arange(first, first + number)
    return Tube(frames, boxes, score, action=ACTIONS[action], video=video)


TRUTH = [
    entry('a', 0, 0),
    entry('a', 0, 40),
    entry('b', 0, 0),
    entry('b', 1, 0),
]


def test_by_hand():
    """Ranks of action 0: hit, taken already, other video, hit at 0.5."""
    found = [
        entry('a', 0, 42, 0.6),  # IoU 8/12: rank 4
        entry('a', 0, 0, 0.9),  # rank 1
        entry('a', 0, 1, 0.8),  # the same annotated tube: false
        entry('c', 0, 0, 0.7),  # nothing annotated there
        entry('a', 1, 0, 0.9),  # action 1 is in video b only
    ]
    result = video_average_precisions(TRUTH, found, ACTIONS, (0.5, 0.7))
    np.testing.assert_allclose(
        result,
        [[(1 + 2 / 4) / 3, 0, np.nan], [1 / 3, 0, np.nan]],
    )


def test_time_counts():
    """Half of the time is half of the overlap."""
    found = [entry('b', 1, 0, number=2)]
    result = video_average_precisions(TRUTH, found, ACTIONS[:2], (0.5, 0.51))
    assert result[:, 1].tolist() == [1, 0]
    assert result[:, 0].tolist() == [0, 0]


def make_problem(seed):
    """Persons who walk close by, some boxes lost, scores doubtful."""
    rng = np.random.default_rng(seed)
    tables, detections = {}, []
    for video in range(6):
        tubes = {}
        for person in range(3):
            x = 26.0 * person + np.cumsum(rng.normal(0, 0.5, NUM_FRAMES))
            frames = np.arange(1, NUM_FRAMES + 1)
            boxes = np.stack([x, x * 0, x + 40, x * 0 + 80], axis=1)
            label = int(rng.integers(2))
            tubes.setdefault(label, []).append(
                np.column_stack([frames, boxes])
            )
            noisy = boxes + rng.normal(0, 1.5, boxes.shape)
            lost = rng.random(NUM_FRAMES) < 0.03
            scores = rng.dirichlet(np.ones(3), NUM_FRAMES)
            for action in range(3):
                detections += [
                    [video, frame, action, scores[row, action], *noisy[row]]
                    for row, frame in enumerate(frames)
                    if not lost[row]
                ]
        tables[f'v{video}'] = tubes
    truth = dict(
        labels=list(ACTIONS),
        test_videos=[list(tables)],
        nframes=dict.fromkeys(tables, NUM_FRAMES),
        gttubes=tables,
    )
    return truth, np.array(detections)


def link(truth, detections):
    linker = TubeLinker(nms_iou=0.6, link_iou=0.5)
    found = []
    for number, video in enumerate(truth['test_videos'][0]):
        for label in range(3):
            rows = detections[
                (detections[:, 0] == number) & (detections[:, 2] == label)
            ]
            rows = rows[np.argsort(rows[:, 1], kind='stable')]
            [tubes] = linker(rows[:, 1].astype(int), rows[:, 4:], rows[:, 3:4])
            found += [
                replace(tube, action=ACTIONS[label], video=video)
                for tube in tubes
            ]
    return found


def table_of_detections(self):
    """What mmaction2 means to build; it gives all boxes one score."""
    tables = {
        video: {
            frame: {label: np.zeros((0, 5)) for label in range(3)}
            for frame in range(1, NUM_FRAMES + 1)
        }
        for video in self.video_list
    }
    for video, frame, label, score, *box in self.frm_alldets:
        part = tables[self.video_list[int(video)]][int(frame)]
        part[int(label)] = np.vstack([part[int(label)], [*box, score]])
    return tables


def plain_tube_iou(table, other):
    """ACT's definition, frame by frame; mmaction2's crashes on NumPy 2."""
    overlaps = []
    for frame, x1, y1, x2, y2 in table[:, :5]:
        for number, left, top, right, bottom in other[:, :5]:
            if frame == number:
                width = max(0, min(x2, right) - max(x1, left))
                height = max(0, min(y2, bottom) - max(y1, top))
                areas = (x2 - x1) * (y2 - y1) + (right - left) * (bottom - top)
                overlaps.append(width * height / (areas - width * height))
    if not overlaps:
        return 0.0
    together = len(table) + len(other) - len(overlaps)
    return sum(overlaps) / len(overlaps) * len(overlaps) / together


@pytest.mark.parametrize('seed', range(3))
def test_equals_mmaction2(seed, monkeypatch):
    """Tubes and AP; what crashes or errs there is patched."""
    from mmaction.evaluation.functional import multisports_utils as theirs

    monkeypatch.setattr(theirs.Dataset, 'get_vid_dets', table_of_detections)
    monkeypatch.setattr(theirs, 'iou3dt_voc', plain_tube_iou)
    truth, detections = make_problem(seed)
    found = link(truth, detections)
    tubes = theirs.link_tubes(truth, detections)
    for label in range(3):
        ours = sorted(
            (t.video, t.score, t.boxes.sum())
            for t in found
            if t.action == ACTIONS[label]
        )
        expected = sorted(
            (video, score, table[:, 1:5].sum())
            for video, score, table in tubes[label]
        )
        assert len({len(t.frames) for t in found}) > 3
        assert [o[0] for o in ours] == [e[0] for e in expected]
        for column in (1, 2):
            np.testing.assert_allclose(
                [o[column] for o in ours],
                [e[column] for e in expected],
                rtol=1e-6,
            )
    annotated = [
        Tube(table[:, 0], table[:, 1:], action=ACTIONS[label], video=video)
        for video, by_label in truth['gttubes'].items()
        for label, tables in by_label.items()
        for table in tables
    ]
    truth['labels'] = truth['labels'][:2]  # theirs stumbles over "fly"
    for iou_thr in (0.2, 0.5, 0.75, 0.85):
        result = video_average_precisions(
            annotated, found, ACTIONS[:2], (iou_thr,)
        )
        expected = theirs.videoAP(truth, tubes, iou_thr, print_info=False)
        assert 100 * result.mean() == pytest.approx(expected, abs=1e-6)
