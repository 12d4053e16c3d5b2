"""How many annotated persons a box file finds, per action.

    python tools/eval_person_boxes.py --annotations data/jhmdb/annotations/\
test.json --boxes data/jhmdb/annotations/jhmdb_faster_RCNN_person.json

Three columns: found by any box of the frame, by those that --det-thr keeps
(the best of the frame, score S, and all above S - det_thr), by the best alone.
"""

import argparse
from collections.abc import Sequence

import numpy as np

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.datasets.proposals import (
    find_detections,
    keep_top_boxes,
    read_detections,
)
from stclip.evaluation.functional import found_by_boxes
from stclip.structures.keyframe import Keyframe
from stclip.utils.io import write_json

CHOICES = ('any', 'kept', 'best')


def parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('--annotations', required=True, help='.json')
    parser.add_argument(
        '--label-file', default='', help='names of the actions'
    )
    parser.add_argument('--boxes', required=True, help='.json, .csv or .pkl')
    parser.add_argument('--iou-thr', type=float, default=0.5)
    parser.add_argument('--det-thr', type=float, default=0.001)
    parser.add_argument('--json', help='also write the result to this file')
    return parser.parse_args(argv)


def recall_per_action(
    names: Sequence[str],
    keyframes: Sequence[Keyframe],
    found: np.ndarray,
) -> dict[str, dict[str, float]]:
    """Part of the annotated boxes that are found.

    Args:
        names: All actions.
        keyframes: All keyframes.
        found: (boxes of all keyframes in turn, 3) bool, as in ``CHOICES``.

    Returns:
        Boxes and recalls by action, and of ``'all'``.
    """
    labels = np.concatenate([keyframe.labels for keyframe in keyframes])
    rows = {name: labels[:, column] for column, name in enumerate(names)}
    rows['all'] = np.ones(len(labels), dtype=bool)
    return {
        name: dict(
            boxes=int(chosen.sum()),
            **dict(
                zip(
                    CHOICES,
                    found[chosen].mean(axis=0).round(4).tolist(),
                    strict=True,
                )
            ),
        )
        for name, chosen in rows.items()
        if chosen.any()
    }


def main(argv: Sequence[str] | None = None) -> dict[str, dict[str, float]]:
    """Compute, print and return the recalls."""
    args = parse_args(argv)
    labels, keyframes = read_keyframe_file(args.annotations, args.label_file)
    table = read_detections(args.boxes)
    found = []
    for keyframe in keyframes:
        boxes, scores = find_detections(table, keyframe) or (
            np.zeros((0, 4)),
            np.zeros(0),
        )
        order = np.argsort(-scores, kind='stable')
        choices = (
            boxes,
            boxes[keep_top_boxes(scores, args.det_thr)],
            boxes[order[:1]],
        )
        found.append(
            np.stack(
                [
                    found_by_boxes(keyframe.boxes, chosen, args.iou_thr)
                    for chosen in choices
                ],
                axis=1,
            )
        )
    result = recall_per_action(labels.names, keyframes, np.concatenate(found))
    width = max(map(len, result))
    print(f'{"":<{width}}{"boxes":>9}' + ''.join(f'{c:>8}' for c in CHOICES))
    for name, row in result.items():
        recalls = ''.join(f'{row[choice]:>8.1%}' for choice in CHOICES)
        print(f'{name:<{width}}{row["boxes"]:>9,}{recalls}')
    if args.json:
        write_json(args.json, result, indent=2)
    return result


if __name__ == '__main__':
    main()
