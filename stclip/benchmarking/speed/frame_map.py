"""CPU time of frame mAP over a plain sort, and over mmaction2's evaluator.

The problem is of AVA's kind: 80 labels, several persons in a keyframe, each
with some of the labels, and a score for every label of every detection. Both
sides of a ratio are measured in one process, in CPU time.
"""

import contextlib
import io
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
from mmaction.evaluation.functional import ava_utils

from stclip.evaluation.functional import Detections, GroundTruth, frame_map
from stclip.utils.errors import UserError

NUM_LABELS = 80
# mmaction2 averages these groups of labels besides all of them.
GROUPS = {
    'overall': slice(0, NUM_LABELS),
    'person_movement': slice(0, 14),
    'object_manipulation': slice(14, 63),
    'person_interaction': slice(63, NUM_LABELS),
}


@dataclass(frozen=True)
class Problem:
    """Detections and ground truth of generated keyframes."""

    detections: Detections
    ground_truth: GroundTruth


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        keyframes: Size of the problem beside a sort.
        mmaction2_keyframes: Size of the problem beside mmaction2, which
            takes minutes; 0 leaves it out.
        seed: Of the problems.
    """

    keyframes: int
    mmaction2_keyframes: int
    seed: int


def run(options: Options) -> None:
    """Measure and print."""
    for dtype in (np.float64, np.float32):
        print(
            compare_with_sort(options.keyframes, options.seed, dtype),
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f'peak memory so far, problem included: {peak:.2f} GiB', flush=True)
    if options.mmaction2_keyframes:
        print(
            compare_with_mmaction2(options.mmaction2_keyframes, options.seed)
        )


def compare_with_sort(num_keyframes: int, seed: int, dtype: type) -> str:
    """Time frame mAP beside sorting its scores."""
    problem = make_problem(num_keyframes, seed, dtype)
    scores = problem.detections.scores
    arrays = problem.detections, problem.ground_truth
    sort = cpu_seconds(lambda: np.sort(scores, axis=None))[0]
    stable = cpu_seconds(lambda: np.argsort(scores, None, 'stable'))[0]
    ours = cpu_seconds(lambda: evaluate(*arrays))[0]
    return (
        f'{num_keyframes} keyframes, {scores.size} scores, {scores.dtype}: '
        f'{ours:.3f} s; over np.sort of the scores ({sort:.3f} s) '
        f'{ours / sort:.2f}; over their stable np.argsort ({stable:.3f} s) '
        f'{ours / stable:.2f}'
    )


def compare_with_mmaction2(num_keyframes: int, seed: int) -> str:
    """Time frame mAP beside mmaction2's AVA evaluator; require equality."""
    problem = make_problem(num_keyframes, seed, np.float32)
    arrays = problem.detections, problem.ground_truth
    ours, result = cpu_seconds(lambda: evaluate(*arrays))
    theirs, means = mmaction2_ava_eval(problem)
    for group, columns in GROUPS.items():
        mean = np.nanmean(result.average_precision[columns])
        if abs(mean - means[group]) > 1e-9:
            raise UserError(
                f'{group}: mmaction2 gives {means[group]}, we give {mean}'
            )
    return (
        f'{num_keyframes} keyframes: {ours:.4f} s; mmaction2 {theirs:.1f} s; '
        f'its time over ours: {theirs / ours:.0f}; equal results, mAP '
        f'{result.mean:.4f}'
    )


def evaluate(detections: Detections, ground_truth: GroundTruth) -> Any:
    """Frame mAP including the checks of its input."""
    return frame_map(
        Detections(
            detections.keyframe_idx, detections.boxes, detections.scores
        ),
        GroundTruth(
            ground_truth.keyframe_idx, ground_truth.boxes, ground_truth.labels
        ),
    )


def make_problem(num_keyframes: int, seed: int, dtype: type) -> Problem:
    """2.1 ground-truth boxes with 1-3 labels and 2.5 detections a keyframe.

    mmaction2's evaluator computes in float32, sorts ties at random and leaves
    out keyframes without ground truth. So that it is right here, every
    keyframe has ground truth, corners are whole pixels (areas are exact in
    float32) and all scores are different multiples of 2^-24, of which there
    are enough for 83,000 keyframes.
    """
    rng = np.random.default_rng(seed)
    num_gt = int(2.1 * num_keyframes)
    num_detections = int(2.5 * num_keyframes)
    extra = rng.integers(0, num_keyframes, num_gt - num_keyframes)
    gt_keyframe = np.sort(np.concatenate([np.arange(num_keyframes), extra]))
    corner = rng.integers(0, 200, (num_gt, 2))
    size = rng.integers(30, 120, (num_gt, 2))
    gt_boxes = np.hstack([corner, corner + size])
    labels = np.zeros((num_gt, NUM_LABELS), dtype=bool)
    num_labels = rng.integers(1, 4, num_gt)
    for turn in range(3):
        rows = np.flatnonzero(num_labels > turn)
        labels[rows, rng.integers(0, NUM_LABELS, len(rows))] = True
    # Every detection is a ground-truth box, a little or a lot displaced.
    source = np.sort(rng.integers(0, num_gt, num_detections))
    shift = rng.integers(-20, 21, (num_detections, 4))
    boxes = gt_boxes[source] + shift
    boxes[:, 2:] = np.maximum(boxes[:, 2:], boxes[:, :2] + 1)
    # Right labels score higher, but not always.
    liking = rng.random((num_detections, NUM_LABELS)) + 0.5 * labels[source]
    scores = np.empty(liking.size)
    scores[liking.argsort(axis=None)] = np.arange(1, liking.size + 1) / 2**24
    scores = scores.reshape(liking.shape).astype(dtype)
    return Problem(
        Detections(gt_keyframe[source], boxes, scores),
        GroundTruth(gt_keyframe, gt_boxes, labels),
    )


def mmaction2_ava_eval(problem: Problem) -> tuple[float, dict[str, float]]:
    """CPU seconds and means of mmaction2's evaluator on the same problem."""
    with tempfile.TemporaryDirectory() as folder:
        truth, detections, names = write_ava_files(problem, Path(folder))
        with patched_mmaction2(), contextlib.redirect_stdout(io.StringIO()):
            return cpu_seconds(
                lambda: ava_utils.ava_eval(
                    detections, 'mAP', names, truth, None
                )
            )


@contextlib.contextmanager
def patched_mmaction2() -> Iterator[None]:
    """Let mmaction2's evaluator run on NumPy 2, and in this process.

    Its pool of 32 processes would hide the time they take.
    """

    def pool(_: int) -> SimpleNamespace:
        return SimpleNamespace(map=lambda f, items: list(map(f, items)))

    here = SimpleNamespace(Pool=pool)
    with (
        mock.patch.object(np, 'NAN', np.nan, create=True),
        mock.patch.object(ava_utils, 'multiprocessing', here),
    ):
        yield


def write_ava_files(problem: Problem, folder: Path) -> tuple[str, str, str]:
    """Ground truth, detections and label map in AVA's formats."""

    def lines(
        keyframes: np.ndarray, boxes: np.ndarray, cells: np.ndarray, form: str
    ) -> Iterator[str]:
        for keyframe, box, row in zip(
            keyframes.tolist(), boxes.tolist(), cells.tolist(), strict=True
        ):
            prefix = ','.join(map(repr, ['v', keyframe, *box])).replace(
                "'", ''
            )
            for c, cell in enumerate(row, start=1):
                if cell is not False:
                    yield prefix + form.format(c, cell)

    truth, detections = problem.ground_truth, problem.detections
    texts = {
        'truth.csv': lines(
            truth.keyframe_idx, truth.boxes, truth.labels, ',{}\n'
        ),
        'detections.csv': lines(
            detections.keyframe_idx,
            detections.boxes,
            detections.scores,
            ',{},{!r}\n',
        ),
        'names.pbtxt': (
            f'item {{\n  name: "{c}"\n  id: {c}\n}}\n'
            for c in range(1, NUM_LABELS + 1)
        ),
    }
    for name, text in texts.items():
        with open(folder / name, 'w') as file:
            file.writelines(text)
    return tuple(str(folder / name) for name in texts)


def cpu_seconds(step: Callable[[], Any]) -> tuple[float, Any]:
    """CPU time of this process for one call, and what it returns."""
    start = time.process_time()
    value = step()
    return time.process_time() - start, value
