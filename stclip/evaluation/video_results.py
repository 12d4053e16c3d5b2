"""Video mAP of a run that scored every frame of some videos."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stclip.evaluation.frame_results import FrameResults
from stclip.evaluation.functional.seen_unseen import seen_unseen_means
from stclip.evaluation.functional.video_map import video_average_precisions
from stclip.evaluation.report import MEAN_TITLES, class_table, percent
from stclip.structures.tubes import Tube, TubeLinker
from stclip.utils.errors import UserError
from stclip.utils.values import MAX_FRAMES, as_whole

#: IoU thresholds of a result; the last is the mean over 0.5, 0.55, ..., 0.95.
THRESHOLDS = ('0.2', '0.5', '0.5:0.95')


def evaluate_tubes(
    results: FrameResults,
    annotated: Sequence[Tube],
    linker: TubeLinker,
    voted: bool = False,
) -> dict[str, dict]:
    """Link the boxes of each action to tubes and compare with annotated ones.

    Averaged over ``results.eval_labels``, and over the videos of ``results``.

    Args:
        results: Of every frame, numbered from 1 by its timestamp.
        annotated: Tubes of these videos; others are left aside.
        linker: How boxes are linked.
        voted: Whether all boxes of a video share their mean class
            probabilities.

    Returns:
        ``mAP`` and ``per_class``, fractions, by threshold; classes without an
        annotated tube are left out. Where classes were trained on, also
        ``mAP_seen``, ``mAP_unseen`` and ``mAP_harmonic_mean``, as of
        :func:`seen_unseen_means`.

    Raises:
        ValueError: If no annotated tube is left, or timestamps are no
            numbers.
    """
    movies = set(results.movies)
    ground_truth = [
        tube
        for tube in annotated
        if tube.video in movies and tube.action in results.eval_labels
    ]
    if not ground_truth:
        raise UserError(
            f'no annotated tube of {", ".join(results.eval_labels)} in the '
            f'{len(movies)} evaluated videos'
        )
    detections = link_tubes(results, linker, voted)
    table = video_average_precisions(ground_truth, detections, results.labels)
    columns = (table[0], table[1], table[1:].mean(axis=0))
    return {
        threshold: _plain(results, values[results.eval_columns])
        for threshold, values in zip(THRESHOLDS, columns, strict=True)
    }


def _plain(results: FrameResults, values: np.ndarray) -> dict[str, Any]:
    """Values of the evaluated classes by name, and their means."""
    names = results.eval_labels
    means = seen_unseen_means(values, np.isin(names, results.seen_labels))
    return dict(
        mAP=float(np.nanmean(values)),
        **{f'mAP_{key}': mean for key, mean in means.items()},
        per_class={
            name: float(value)
            for name, value in zip(names, values, strict=True)
            if np.isfinite(value)
        },
    )


def link_tubes(
    results: FrameResults, linker: TubeLinker, voted: bool
) -> list[Tube]:
    """Link the boxes of each video and evaluated action."""
    movies = np.array(results.movies)
    frames = np.array([frame_index(stamp) for stamp in results.timestamps])
    detections = results.detections
    scores = results.voted_scores() if voted else detections.scores
    # Boxes by video, and in it by frame.
    order = np.lexsort(
        (frames[detections.keyframe_idx], movies[detections.keyframe_idx])
    )
    keyframes = detections.keyframe_idx[order]
    tubes: list[Tube] = []
    if not len(order):
        return tubes
    names, starts = np.unique(movies[keyframes], return_index=True)
    for name, rows in zip(names, np.split(order, starts[1:]), strict=True):
        linked = linker(
            frames[detections.keyframe_idx[rows]],
            detections.boxes[rows],
            scores[np.ix_(rows, results.eval_columns)],
        )
        for action, of_action in zip(results.eval_labels, linked, strict=True):
            tubes += [
                replace(tube, action=action, video=name) for tube in of_action
            ]
    return tubes


def frame_index(timestamp: int | float | str) -> int:
    """Frame, from 0, of a timestamp that counts frames from 1.

    Raises:
        ValueError: If it does not.
    """
    try:
        return as_whole(timestamp, 'timestamp', 1, MAX_FRAMES) - 1
    except ValueError as error:
        raise UserError(
            'wanted is every frame of a video, its timestamp a number '
            f'that counts from 1, got {timestamp!r}'
        ) from error


def format_video_table(
    columns: dict[str, dict], marks: Mapping[str, str]
) -> str:
    """Video AP of every class and their mean, in percent.

    Args:
        columns: Results of :func:`evaluate_tubes` by heading, of the same
            classes; an empty heading for a single one.
        marks: Of all evaluated classes, by
            :func:`~stclip.evaluation.report.seen_or_unseen`.
    """
    first = next(iter(columns.values()))
    names = list(first[THRESHOLDS[0]]['per_class'])
    parts = [
        (f'{heading} {threshold}'.strip(), result[threshold])
        for heading, result in columns.items()
        for threshold in THRESHOLDS
    ]
    means = {'mAP': 'mean'}
    means |= {f'mAP_{key}': title for key, title in MEAN_TITLES.items()}
    return class_table(
        ['video AP (%)', *(head for head, _ in parts)],
        [
            [name, *(percent(part['per_class'][name]) for _, part in parts)]
            for name in names
        ],
        [
            [title, *(percent(part[key]) for _, part in parts)]
            for key, title in means.items()
            if key in parts[0][1]
        ],
        marks,
    )
