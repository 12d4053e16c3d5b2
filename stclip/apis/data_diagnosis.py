"""What ``stclip check-data`` does: files and configs, predictions, report."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stclip.apis.ava_predictions import read_ava_predictions
from stclip.apis.data_check import CheckedSet, checked_sets
from stclip.apis.data_check_report import (
    num_faults,
    told_checks,
    values_of_checks,
)
from stclip.datasets.ava_csv import read_label_map
from stclip.datasets.ava_keyframe_dataset import AVAKeyframeDataset
from stclip.engine.detection_report import report_files, write_report
from stclip.evaluation.functional.error_breakdown import (
    require_above_background,
)
from stclip.evaluation.likely_causes import told_diagnosis
from stclip.evaluation.loose_file import (
    Annotated,
    Place,
    Predicted,
    read_annotated,
    read_both,
    read_predicted,
)
from stclip.structures.box_units import seem_pixels
from stclip.utils.errors import UserError
from stclip.utils.io import write_json
from stclip.utils.outputs import new_results

_CONFIGS = ('.py', '.yaml', '.yml')


def check_data(
    source: str,
    pred: str | None = None,
    out: Path | None = None,
    report: Path | None = None,
    iou_thr: float = 0.5,
    cfg_options: Sequence[str] = (),
    overwrite: bool = False,
) -> int:
    """Check and diagnose, print it, and write what is asked for.

    Args:
        source: Config, or frame-mAP file with labels and ground truth.
        pred: Predictions: frame-mAP file, or CSV in AVA's form.
        out: JSON file to write.
        report: Folder of the pictures and the page.
        iou_thr: Least IoU of a true positive.
        cfg_options: Values that differ from a config's.
        overwrite: Whether files may be replaced.

    Returns:
        Kinds of faults of a config's data.

    Raises:
        UserError: If there is nothing to check, or a file is faulty.
    """
    is_config = Path(source).suffix in _CONFIGS
    if is_config and report and not pred:
        raise UserError(
            '--report draws predictions: give --predictions FILE with a config'
        )
    if cfg_options and not is_config:
        raise UserError(f'--cfg-options is for configs, {source} is none')
    if pred or not is_config:
        require_above_background(iou_thr)
    outputs = [out] if out else []
    if report:
        outputs += report_files(report)
    with new_results(outputs, [source, pred], overwrite):
        values: dict[str, Any] = {}
        faults = 0
        if is_config:
            checked = checked_sets(source, cfg_options, iou_thr)
            faults = num_faults(checked)
            print(told_checks(checked))
            values['sets'] = values_of_checks(checked)
        if pred or not is_config:
            pair = (
                _of_config(checked, pred)
                if is_config
                else _of_files(source, pred or source)
            )
            told, diagnosis = told_diagnosis(*pair, pred or source, iou_thr)
            print(f'\n{told}' if is_config else told)
            values |= diagnosis
            if report:
                title = f'{pred or source} on {source}' if pred else source
                page = write_report(report, *pair, diagnosis, title)
                print(f'report: {page}')
        if out:
            write_json(out, values, indent=2)
    return faults


def _is_csv(path: str) -> bool:
    return Path(path).suffix.lower() == '.csv'


def _of_files(gt: str, pred: str) -> tuple[Annotated, Predicted]:
    if not _is_csv(pred):
        return read_both(gt, pred)
    truth = read_annotated(gt)
    if seem_pixels(truth.boxes):
        raise UserError(
            f'{pred}: boxes of a CSV are fractions of the frame, those of '
            f'{gt} px of frames whose size it does not tell; give the config '
            f'of the data in place of {gt}'
        )
    names = dict(enumerate(truth.labels, 1))
    return truth, read_ava_predictions(pred, truth, names)


def _of_config(
    checked: Sequence[CheckedSet], pred: str
) -> tuple[Annotated, Predicted]:
    """The last set that is tested, and predictions of it."""
    tested = [c for c in checked if c.task != 'train' and c.used]
    if not tested:
        raise UserError(
            f'{pred} cannot be compared: no keyframe of a test set can be '
            'used; mend the faults above first'
        )
    truth = _annotated(tested[-1], fractions=_is_csv(pred))
    if not _is_csv(pred):
        return truth, read_predicted(pred)
    names = dict(enumerate(tested[-1].labels.names, 1))
    if isinstance(tested[-1].dataset, AVAKeyframeDataset):
        labels, columns = read_label_map(tested[-1].dataset.label_map)
        names = {number: labels.names[c] for number, c in columns.items()}
    return truth, read_ava_predictions(pred, truth, names)


def _annotated(checked: CheckedSet, fractions: bool) -> Annotated:
    """The ground truth of a test set, in fractions or px of its frames."""
    names = (
        checked.labels.names if checked.dataset.score_all else checked.names
    )
    columns = [checked.labels.index(name) for name in names]
    places, boxes, classes = [], [], []
    for keyframe in checked.used:
        scale = _scale(checked, keyframe, fractions)
        place = Place(keyframe.image_id, keyframe.video, keyframe.timestamp)
        for row, label in zip(
            *np.nonzero(keyframe.labels[:, columns]), strict=True
        ):
            places.append(place)
            boxes.append(keyframe.boxes[row] * scale)
            classes.append(label)
    if not boxes:
        raise UserError(
            f'{checked.dataset.ann_file} has no box of a tested action: check '
            f'it and {checked.dataset.label_split_file}'
        )
    return Annotated(
        labels=list(names),
        eval_columns=[list(names).index(name) for name in checked.names],
        places=places,
        boxes=np.array(boxes, float),
        classes=np.array(classes, int),
        seen_labels=checked.split.seen_of(checked.names),
    )


def _scale(checked: CheckedSet, keyframe: Any, fractions: bool) -> np.ndarray:
    """(4,) what the sides of an annotated box are multiplied by."""
    if keyframe.img_shape is not None:
        size = np.array(keyframe.img_shape[::-1] * 2, float)
        return 1 / size if fractions else np.ones(4)
    glance = checked.glances.get(keyframe.video)
    if fractions or glance is None or glance.facts.fault:
        return np.ones(4)
    return np.array(glance.facts.size_hw[::-1] * 2, float)
