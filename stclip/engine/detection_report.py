"""A test's result to look at: pictures, and a page with what they mean."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stclip.evaluation.functional.action_confusion import action_confusion
from stclip.evaluation.functional.coco_map import RECALLS
from stclip.evaluation.functional.frame_map import FrameMAPResult, frame_map
from stclip.evaluation.functional.precision_recall import precision_recall
from stclip.evaluation.likely_causes import compared_tables
from stclip.evaluation.loose_file import Annotated, Predicted
from stclip.evaluation.report import (
    MEAN_TITLES,
    frame_map_means,
    percent,
    seen_or_unseen,
)
from stclip.visualization.class_bars import (
    ranking,
    save_ap_bars,
    save_error_bars,
)
from stclip.visualization.confusion_matrix import save_confusion_matrix
from stclip.visualization.lettering import warn_of_missing_letters
from stclip.visualization.precision_recall import save_precision_recall
from stclip.visualization.report_page import Section, save_page

_PAGE = 'report.html'
_BARS, _CURVES = 'average_precision.png', 'precision_recall.png'
_CONFUSION, _ERRORS = 'confusion.png', 'errors.png'
_MOST_CONFUSIONS = 15
_NO_BOX = '(no box)'
_COST = (
    'Points of frame mAP without errors of each kind: another box of a person '
    'who is found (duplicate), a box that fits badly (localisation), on a '
    'person who does something else (classification), both, on nobody '
    '(background); and if nobody was missed. Errors are taken away, not '
    'repaired: a class of which nothing is found stays at 0 in every row, '
    'missed too.'
)
_PANELS = (
    'The mean over all classes (each is a grey line), and single classes: '
    'all, or the six best and the five worst.'
)


def report_files(folder: Path) -> list[Path]:
    """The files that :func:`write_report` writes to a folder."""
    names = _BARS, _CURVES, _CONFUSION, _ERRORS, _PAGE
    return [folder / name for name in names]


def write_report(
    folder: Path,
    truth: Annotated,
    found: Predicted,
    diagnosis: Mapping[str, Any],
    title: str,
) -> Path:
    """Draw the pictures, and write the page that has them, last of all.

    Args:
        folder: Where they go.
        truth: Ground truth.
        found: Predictions.
        diagnosis: Values that
            :func:`~stclip.evaluation.likely_causes.told_diagnosis` gives.
        title: What was tested.

    Returns:
        The page.
    """
    iou_thr = diagnosis['iou_threshold']
    detections, ground_truth = compared_tables(truth, found)
    names = [truth.labels[c] for c in truth.eval_columns]
    seen = [name for name in names if name in set(truth.seen_labels)]
    result = frame_map(detections, ground_truth, iou_thr)
    confusion = action_confusion(detections, ground_truth, iou_thr)
    precision = precision_recall(detections, ground_truth, RECALLS, iou_thr)
    caveats = diagnosis['warnings']
    ap, marks = result.average_precision, seen_or_unseen(names, seen)
    bars, curves, matrix, errors, page = report_files(folder)
    warn_of_missing_letters(tuple(names))
    save_ap_bars(bars, names, ap, result.num_gt, marks, caveats)
    save_precision_recall(curves, names, RECALLS, precision, ap, caveats)
    save_confusion_matrix(
        matrix, names, confusion, 'persons', _NO_BOX, caveats
    )
    save_error_bars(errors, diagnosis['errors'], caveats)
    sections = [
        _summary(diagnosis, frame_map_means(names, result, seen)),
        _causes(diagnosis['causes']),
        Section('Average precision of each class', (), bars),
        Section('What errors cost', [_COST], errors),
        Section('Precision and recall', [_PANELS], curves),
        _confusions(names, confusion, matrix, iou_thr),
        _classes(names, result, marks),
    ]
    save_page(page, title, sections, caveats)
    return page


def _summary(
    diagnosis: Mapping[str, Any], means: Mapping[str, float]
) -> Section:
    values = {'frame mAP': diagnosis['mAP']}
    values |= {MEAN_TITLES[key]: mean for key, mean in means.items()}
    values |= {
        'ceiling: perfect classes on these boxes': diagnosis[
            'mAP_perfect_classes'
        ],
        'these classes on ground-truth boxes': diagnosis[
            'mAP_ground_truth_boxes'
        ],
        'chance on ground-truth boxes': diagnosis['mAP_chance'],
    }
    return Section(
        'Result',
        [
            f'{diagnosis["shared_keyframes"]:,} keyframes with ground truth '
            f'and predictions; IoU of at least '
            f'{diagnosis["iou_threshold"]:g}.'
        ],
        head=('', '%'),
        rows=[(name, _percent(value)) for name, value in values.items()],
    )


def _percent(value: float | None) -> str:
    return percent(float('nan') if value is None else value)


def _causes(causes: Sequence[Mapping[str, Any]]) -> Section:
    lines = [
        f'{rank}. {cause["fault"]} (up to +{percent(cause["gain"])} points): '
        f'{cause["remedy"]}.'
        for rank, cause in enumerate(causes, 1)
    ]
    return Section(
        'Likely causes of what is lost',
        lines or ['No fault of the files was found.'],
    )


def _confusions(
    names: Sequence[str],
    confusion: np.ndarray,
    picture: Path,
    iou_thr: float,
) -> Section:
    return Section(
        'What actions are taken for',
        [
            'Of the box that overlaps a person most (IoU of at least '
            f'{iou_thr:g}), the class that scores highest, among the '
            'evaluated ones; what else the person does is set aside.'
        ],
        picture,
        ('action', 'taken for', 'persons', '% of the action'),
        list(_most_confused(names, confusion)),
    )


def _most_confused(
    names: Sequence[str], confusion: np.ndarray
) -> Iterator[tuple[str, str, str, str]]:
    """Rows for the confusions that occur most, missed persons aside."""
    wrong = confusion[:, :-1].copy()
    np.fill_diagonal(wrong, 0)
    total = confusion.sum(axis=1)
    for place in np.argsort(-wrong, axis=None, kind='stable')[
        :_MOST_CONFUSIONS
    ]:
        row, column = divmod(int(place), len(names))
        count = wrong[row, column]
        if count:
            share = percent(count / total[row])
            yield names[row], names[column], f'{count:,}', share


def _classes(
    names: Sequence[str], result: FrameMAPResult, marks: Mapping[str, str]
) -> Section:
    return Section(
        'All classes',
        head=('action', '', 'AP (%)', 'boxes', 'found'),
        rows=[
            (
                names[c],
                marks.get(names[c], ''),
                percent(result.average_precision[c]),
                f'{result.num_gt[c]:,}',
                f'{result.num_true_positives[c]:,}',
            )
            for c in ranking(result.average_precision)
        ],
    )
