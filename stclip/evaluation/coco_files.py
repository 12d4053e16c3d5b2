"""COCO-style frame mAP of detections in files, by SiA's protocols."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stclip.evaluation.detection_file import read_frame_results
from stclip.evaluation.frame_results import FrameResults
from stclip.evaluation.functional.coco_map import CocoMAP, coco_map
from stclip.evaluation.report import none_if_nan, percent
from stclip.evaluation.sia_keyframes import jhmdb_keyframe, ucf_keyframes
from stclip.evaluation.video_results import frame_index
from stclip.structures.box_table import Detections, GroundTruth
from stclip.structures.tube_file import read_tubes
from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError
from stclip.utils.tables import text_table

_TOLD = {
    'all': 'all keyframes of the file',
    'sia-jhmdb': 'one keyframe a video, the middle one of nine frames '
    'floor(F / 9) apart',
    'sia-ucf': 'the middle of every clip of 63 frames (stride 7) that lies '
    'wholly inside or outside each tube',
}
PROTOCOLS = tuple(_TOLD)


@dataclass(frozen=True)
class _Counted:
    """Both ways of counting, and what lies between them."""

    honest: CocoMAP
    legacy: CocoMAP

    @property
    def dropped_frames(self) -> int:
        return self.honest.num_frames - self.legacy.num_frames

    @property
    def dropped_boxes(self) -> int:
        return int((self.honest.num_gt - self.legacy.num_gt).sum())

    @property
    def worth(self) -> float:
        """What dropped frames add to the mean, a fraction."""
        return self.legacy.mean - self.honest.mean


def coco_map_of_files(
    gt: str | Path,
    pred: str | Path,
    protocol: str = 'all',
    tubes: str | Path | None = None,
    **counting: Any,
) -> tuple[str, dict[str, Any]]:
    """COCO-style frame mAP, with and without frames that have no kept box.

    Args:
        gt: Frame-mAP file with labels and ground truth.
        pred: Frame-mAP file with detections; may be the same.
        protocol: One of ``PROTOCOLS``: which keyframes are evaluated.
        tubes: File with annotated tubes; for ``'sia-ucf'`` alone.
        **counting: ``iou_thr``, ``max_boxes`` and ``score_thr``: the least
            score of a class for which a box is kept, ``None`` for any.

    Returns:
        A table and the values of it.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is malformed, or nothing is left to evaluate.
    """
    if (protocol == 'sia-ucf') != (tubes is not None):
        raise UserError('--tubes and --protocol sia-ucf go together')
    results = read_frame_results(gt, pred)
    try:
        chosen = _chosen(results, protocol, tubes)
    except ValueError as error:
        raise UserError(f'{gt}, {pred}: {error}') from error
    if not chosen.any():
        raise UserError(
            f'{gt}, {pred}: no keyframe of protocol {protocol!r} is there'
        )
    counted = _count(results, chosen, **counting)
    return (
        _table(results, counted, protocol, counting),
        _values(results, counted, protocol, counting),
    )


def _chosen(
    results: FrameResults, protocol: str, tubes: str | Path | None
) -> np.ndarray:
    """(K,) bool, whether a keyframe is evaluated."""
    movies = np.array(results.movies, dtype=object)
    if protocol == 'all':
        return np.ones(len(movies), dtype=bool)
    if '' in results.movies:
        raise UserError(f'protocol {protocol!r} needs movie of every keyframe')
    frames = np.array([frame_index(stamp) for stamp in results.timestamps])
    chosen = np.zeros(len(movies), dtype=bool)
    annotated: dict[str, list[Tube]] = {}
    for tube in read_tubes(tubes) if tubes else ():
        annotated.setdefault(tube.video, []).append(tube)
    for movie in dict.fromkeys(results.movies):
        here = movies == movie
        if protocol == 'sia-jhmdb':
            wanted = jhmdb_keyframe(int(frames[here].max()) + 1)
            if wanted not in frames[here]:
                raise UserError(
                    f'video {movie!r} has no keyframe {wanted + 1}, which '
                    f'protocol {protocol!r} evaluates'
                )
            chosen |= here & (frames == wanted)
        elif movie in annotated:
            keyframes = ucf_keyframes(annotated[movie])
            chosen |= here & np.isin(frames, keyframes)
    return chosen


def _count(
    results: FrameResults,
    chosen: np.ndarray,
    iou_thr: float = 0.5,
    max_boxes: int = 100,
    score_thr: float | None = None,
) -> _Counted:
    columns = results.eval_columns
    found, truth = results.detections, results.ground_truth
    rows = chosen[found.keyframe_idx]
    scores = found.scores[rows][:, columns]
    detections = Detections(
        found.keyframe_idx[rows], found.boxes[rows], scores
    )
    wanted = chosen[truth.keyframe_idx] & np.isin(truth.labels, columns)
    place = np.zeros(len(results.labels), dtype=np.int64)
    place[columns] = np.arange(len(columns))
    ground_truth = GroundTruth(
        truth.keyframe_idx[wanted],
        truth.boxes[wanted],
        place[truth.labels[wanted]],
    )
    kept = np.ones(scores.shape, dtype=bool)
    if score_thr is not None:
        kept = scores >= score_thr
    return _Counted(
        *(
            coco_map(detections, ground_truth, kept, iou_thr, max_boxes, drop)
            for drop in (False, True)
        )
    )


def _table(
    results: FrameResults,
    counted: _Counted,
    protocol: str,
    counting: dict[str, Any],
) -> str:
    honest, legacy = counted.honest, counted.legacy
    rows = [
        [name, str(count), percent(ap), percent(other)]
        for name, count, ap, other in zip(
            results.eval_labels,
            honest.num_gt,
            honest.average_precision,
            legacy.average_precision,
            strict=True,
        )
    ]
    total = str(honest.num_gt.sum())
    table = text_table(
        [['COCO AP (%)', 'boxes', 'all frames', 'with boxes only']],
        rows,
        [['mean', total, percent(honest.mean), percent(legacy.mean)]],
    )
    thr = counting.get('score_thr')
    kept = 'every class' if thr is None else f'classes with a score >= {thr:g}'
    return '\n'.join(
        [
            table,
            f'protocol {protocol}: {_TOLD[protocol]}; of each box {kept}; '
            f'{len(results.labels)} classes scored, '
            f'{len(results.eval_labels)} evaluated',
            f'with boxes only: {counted.dropped_frames} of '
            f'{honest.num_frames} keyframes have no kept box; SiA drops them '
            f'with their {counted.dropped_boxes} annotated boxes, which is '
            f'worth {percent(counted.worth)} points',
            *(f'warning: {line}' for line in results.warnings),
        ]
    )


def _values(
    results: FrameResults,
    counted: _Counted,
    protocol: str,
    counting: dict[str, Any],
) -> dict[str, Any]:
    """Fractions, ``None`` for a class without ground truth."""
    ways = dict(all_frames=counted.honest, with_boxes_only=counted.legacy)
    return dict(
        protocol=protocol,
        **counting,
        warnings=list(results.warnings),
        dropped_frames=counted.dropped_frames,
        dropped_boxes=counted.dropped_boxes,
        worth=none_if_nan(counted.worth),
        **{
            key: dict(
                mAP=none_if_nan(way.mean),
                num_frames=way.num_frames,
                num_gt=dict(
                    zip(results.eval_labels, way.num_gt.tolist(), strict=True)
                ),
                per_class={
                    name: none_if_nan(float(ap))
                    for name, ap in zip(
                        results.eval_labels,
                        way.average_precision,
                        strict=True,
                    )
                },
            )
            for key, way in ways.items()
        },
    )
