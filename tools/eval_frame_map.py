"""Frame mAP of detections in a file.

Example:
    python tools/eval_frame_map.py --gt gt.json --pred pred.json

docs/formats.md describes the files; both options may name the same one.
"""

import argparse
from collections.abc import Sequence

from stclip.evaluation.detection_file import read_frame_results
from stclip.evaluation.report import as_plain, format_table
from stclip.utils.io import write_json


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        '--gt', required=True, metavar='FILE', help='labels and ground truth'
    )
    parser.add_argument(
        '--pred', required=True, metavar='FILE', help='detections'
    )
    parser.add_argument(
        '--json', metavar='OUT', help='also write the result to this file'
    )
    parser.add_argument(
        '--iou-thr',
        type=float,
        default=0.5,
        help='least IoU of a true positive (default: %(default)s)',
    )
    parser.add_argument(
        '--soft-voting',
        action='store_true',
        help='give all boxes of a video its mean class probabilities, '
        'scores / det_scores; for videos of one action',
    )
    return parser.parse_args(argv)


def evaluate(args: argparse.Namespace) -> None:
    """Read, evaluate, print, and write the result if asked to."""
    results = read_frame_results(args.gt, args.pred, args.soft_voting)
    labels = results.eval_labels
    result = results.evaluate(args.iou_thr, args.soft_voting)
    heading = 'voted AP (%)' if args.soft_voting else 'AP (%)'
    print(format_table(labels, {heading: result}))
    print(
        f'{len(results.image_ids)} keyframes, '
        f'{results.num_keyframes_without_gt} of them without ground truth, '
        f'{result.num_detections} boxes, IoU >= {args.iou_thr:g}'
    )
    if args.json:
        report = as_plain(labels, result, args.iou_thr)
        write_json(
            args.json, {'soft_voting': args.soft_voting, **report}, indent=2
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Evaluate the files that the command line names."""
    args = parse_args(argv)
    try:
        evaluate(args)
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error


if __name__ == '__main__':
    main()
