"""A healthy data set, and faults to put into it."""

import copy
import json

import numpy as np

from stclip.evaluation.likely_causes import told_diagnosis
from stclip.evaluation.loose_file import read_both

LABELS = ['run', 'walk', 'sit', 'jump', 'wave', 'clap']
WIDTH, HEIGHT = 640, 360
ORDER = [3, 0, 5, 1, 4, 2]
TIMES = 30


def healthy_files():
    """Four videos of 30 keyframes; a moving person in each, good scores."""
    rng = np.random.default_rng(0)
    gt, detections = [], []
    for video in range(4):
        for time in range(TIMES):
            place = dict(
                image_id=f'v{video},{time:04d}',
                movie=f'v{video}',
                timestamp=time,
            )
            x, y = rng.uniform(0, 480), rng.uniform(0, 120)
            w, h = rng.uniform(60, 120), rng.uniform(120, 200)
            box = np.array([x, y, x + w, y + h])
            label = int(rng.integers(len(LABELS)))
            gt.append(dict(**place, box=box.tolist(), label=label))
            row = rng.uniform(0, 0.6, len(LABELS))
            row[label] += 0.35
            near = box + rng.uniform(-3, 3, 4)
            detections.append(
                dict(
                    **place,
                    boxes=[near.tolist()],
                    scores=[row.tolist()],
                )
            )
    return dict(labels=LABELS, gt=gt), dict(detections=detections)


def copied(files):
    """Ground truth and predictions that a fault may change."""
    return copy.deepcopy(files)


def diagnosis_of_files(gt, pred):
    """The table and the values, of files that may be one."""
    return told_diagnosis(*read_both(gt, pred), pred)


def diagnose(folder, truth, found):
    """Write and diagnose; the table and the values."""
    (folder / 'gt.json').write_text(json.dumps(truth))
    (folder / 'pred.json').write_text(json.dumps(found))
    return diagnosis_of_files(folder / 'gt.json', folder / 'pred.json')


def boxes(change):
    """A fault of every predicted box."""

    def fault(truth, found):
        for entry in found['detections']:
            entry['boxes'] = [change(*box) for box in entry['boxes']]

    return fault


def scores(change):
    """A fault of the scores of every box."""

    def fault(truth, found):
        rng = np.random.default_rng(1)
        for entry in found['detections']:
            entry['scores'] = [
                list(change(np.array(row), rng)) for row in entry['scores']
            ]

    return fault


def places(change):
    """A fault of what names the keyframes of predictions."""

    def fault(truth, found):
        for entry in found['detections']:
            entry.update(change(entry['movie'], entry['timestamp']))

    return fault


def place(movie, time):
    """What names a keyframe."""
    return dict(image_id=f'{movie},{time:04d}', movie=movie, timestamp=time)


def _normalised(truth, found):
    for entry in truth['gt']:
        entry['box'] = (
            np.array(entry['box']) / [WIDTH, HEIGHT, WIDTH, HEIGHT]
        ).tolist()


def _other_order_by_name(truth, found):
    found['labels'] = [LABELS[c] for c in ORDER]
    scores(lambda row, rng: row[ORDER])(truth, found)


def _empty(truth, found):
    for entry in found['detections']:
        entry.update(boxes=[], scores=[])


def _random(truth, found):
    rng = np.random.default_rng(2)
    for entry in found['detections']:
        corner = rng.uniform(0, [480, 160], (3, 2))
        size = rng.uniform([60, 120], [120, 200], (3, 2))
        entry['boxes'] = np.hstack([corner, corner + size]).tolist()
        entry['scores'] = rng.uniform(size=(3, len(LABELS))).tolist()


def _own_sizes(truth, found):
    """Each video has another size in the predictions."""
    for entry in found['detections']:
        factor = [1, 0.5, 0.3, 0.8][int(entry['movie'][-1])]
        entry['boxes'] = [[x * factor for x in box] for box in entry['boxes']]


def _counted_from_one(truth, found):
    for entry in truth['gt']:
        entry['label'] += 1


def _first_video_alone(truth, found):
    found['detections'] = found['detections'][:TIMES]


def _as_many_strays(truth, found):
    rng = np.random.default_rng(3)
    for entry in list(found['detections']):
        movie, time = entry['movie'], entry['timestamp'] + 5000
        other = dict(copy.deepcopy(entry), **place(movie, time))
        other['scores'] = [
            rng.permutation(row).tolist() for row in other['scores']
        ]
        found['detections'].append(other)


def _weak(truth, found):
    for i, entry in enumerate(found['detections']):
        if i % 4:
            entry['boxes'] = [[0, 340, 20, 359]]


FAULTS = dict(
    pixels=_normalised,
    xywh=boxes(lambda a, b, c, d: [a, b, c - a, d - b]),
    centre_wh=boxes(
        lambda a, b, c, d: [(a + c) / 2, (b + d) / 2, c - a, d - b]
    ),
    swapped_axes=boxes(lambda a, b, c, d: [b, a, d, c]),
    resolution=boxes(lambda a, b, c, d: [a / 2, b / 1.5, c / 2, d / 1.5]),
    class_off_by_one=scores(lambda row, rng: np.roll(row, 1)),
    label_order=scores(lambda row, rng: row[ORDER]),
    time_off_by_one=places(lambda v, t: place(v, t + 1)),
    frames_for_seconds=places(lambda v, t: place(v, t * 25)),
    video_names=places(lambda v, t: place(f'clips/{v}.mp4', t)),
    other_data_set=places(lambda v, t: place(f'film-{v}', t)),
    wrong_labels=scores(lambda row, rng: rng.uniform(size=len(row))),
    equal_scores=scores(lambda row, rng: np.full(len(row), 0.5)),
    weak_detector=_weak,
    background=boxes(lambda a, b, c, d: [600, 340, 639, 359]),
    no_boxes=_empty,
    ground_truth_indices=_counted_from_one,
    missing_keyframes=_first_video_alone,
    unannotated_keyframes=_as_many_strays,
    unrelated_predictions=_random,
    time_offset=places(lambda v, t: place(v, t + 900)),
    labels=lambda truth, found: found.update(
        labels=['swim', 'dive', 'sail', 'surf', 'row', 'fish']
    ),
)
#: The same cause in another shape.
SHAPES = dict(
    FAULTS,
    own_sizes=_own_sizes,
    order_by_name=_other_order_by_name,
    class_too_low=scores(lambda row, rng: np.roll(row, -1)),
    some_too_late=places(lambda v, t: place(v, t + 7)),
)
