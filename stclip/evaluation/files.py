"""Measures of detections that lie in files, as a table and as values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stclip.evaluation.detection_file import read_frame_results
from stclip.evaluation.frame_results import FrameResults
from stclip.evaluation.report import (
    as_plain,
    format_table,
    none_if_nan,
    seen_or_unseen,
)
from stclip.evaluation.video_results import evaluate_tubes, format_video_table
from stclip.structures.tube_file import read_tubes
from stclip.structures.tubes import TubeLinker
from stclip.utils.errors import UserError
from stclip.utils.io import write_json
from stclip.utils.outputs import new_results

#: A table for people, and the same in values that JSON knows.
Report = tuple[str, dict[str, Any]]


def show(
    evaluate: Callable[..., Report],
    out: Path | None,
    overwrite: bool,
    **options: Any,
) -> None:
    """Evaluate, print the table, and write the values if asked to.

    Args:
        evaluate: One of the functions below, or of their kind.
        out: JSON file to write; ``None`` for none. Whether it can be written
            is found out before anything is read.
        overwrite: Whether it may replace a file.
        **options: Of ``evaluate``; those that are texts name its files.
    """
    outputs = [out] if out else []
    inputs = [v for v in options.values() if isinstance(v, str)]
    with new_results(outputs, inputs, overwrite):
        table, values = evaluate(**options)
        print(table)
        for path in outputs:
            write_json(path, values, indent=2)


def frame_map_of_files(
    gt: str | Path,
    pred: str | Path,
    iou_thr: float = 0.5,
    soft_voting: bool = False,
) -> Report:
    """Frame mAP of detections in a file.

    Args:
        gt: File with labels and ground truth; docs/formats.md has the form.
        pred: File with detections; may be the same.
        iou_thr: Least IoU of a true positive, in (0, 1].
        soft_voting: Whether all boxes of a video share its mean class
            probabilities.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is malformed, or there is no keyframe.
    """
    results = read_frame_results(gt, pred, soft_voting)
    if not results.image_ids:
        raise UserError(
            f'{gt} and {pred} hold no keyframe: gt, image_ids and detections '
            'are empty. Give the file that a test run wrote.'
        )
    labels = results.eval_labels
    result = results.evaluate(iou_thr, soft_voting)
    heading = 'voted AP (%)' if soft_voting else 'AP (%)'
    seen = results.seen_labels
    table = format_table(labels, {heading: result}, seen)
    counts = (
        f'{len(results.image_ids)} keyframes, '
        f'{results.num_keyframes_without_gt} of them without ground truth, '
        f'{result.num_detections} boxes, IoU >= {iou_thr:g}'
    )
    values = dict(
        soft_voting=soft_voting,
        warnings=list(results.warnings),
        **as_plain(labels, result, iou_thr, seen),
    )
    return '\n'.join([table, counts, *_told(results)]), values


def video_map_of_files(
    tubes: str | Path,
    pred: str | Path,
    soft_voting: bool = False,
    **linking: Any,
) -> Report:
    """Video mAP of the detections of a test run.

    Args:
        tubes: File with annotated tubes.
        pred: Frame-mAP file of every frame of some videos.
        soft_voting: Whether all boxes of a video share its mean class
            probabilities.
        **linking: Of :class:`TubeLinker`.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one is malformed, or they have no video and action in
            common.
    """
    annotated = read_tubes(tubes)
    results = read_frame_results(pred, pred, soft_voting)
    try:
        values = evaluate_tubes(
            results, annotated, TubeLinker(**linking), soft_voting
        )
    except ValueError as error:
        raise UserError(f'{pred}, {tubes}: {error}') from error
    marks = seen_or_unseen(results.eval_labels, results.seen_labels)
    table = format_video_table({'': values}, marks)
    return '\n'.join([table, *_told(results)]), {
        threshold: {
            key: none_if_nan(value) if isinstance(value, float) else value
            for key, value in part.items()
        }
        for threshold, part in values.items()
    }


def _told(results: FrameResults) -> list[str]:
    """Lines about what a result cannot be trusted for."""
    return [f'warning: {line}' for line in results.warnings]
