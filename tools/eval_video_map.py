"""Video mAP of the detections of a test run.

    python tools/eval_video_map.py --tubes data/jhmdb/annotations/tubes.json \
        --pred work_dirs/.../detections_detected.json

Links the boxes of each action to tubes and compares these with the annotated
ones. PRED is the frame-mAP file of a test run (docs/formats.md); its keyframes
are every frame of their videos, numbered by `timestamp`. Averaged over its
`eval_labels`, and over the videos it has.
"""

import argparse
from collections.abc import Sequence

import numpy as np

from stclip.evaluation.detection_file import read_frame_results
from stclip.evaluation.frame_results import FrameResults
from stclip.evaluation.functional.video_map import (
    VideoTube,
    video_average_precisions,
)
from stclip.structures.tube_file import read_tubes
from stclip.structures.tubes import TubeLinker
from stclip.utils.io import write_json

HEADINGS = ('0.2', '0.5', '0.5:0.95')


def parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('--tubes', required=True, help='annotated tubes')
    parser.add_argument('--pred', required=True, help='frame-mAP file')
    parser.add_argument('--soft-voting', action='store_true')
    parser.add_argument('--json', help='also write the result to this file')
    for name, value in vars(TubeLinker()).items():
        parser.add_argument(
            f'--{name.replace("_", "-")}',
            type=type(value),
            default=value,
            help='of the linking; default: %(default)s',
        )
    return parser.parse_args(argv)


def link_all(
    results: FrameResults, linker: TubeLinker, voted: bool
) -> list[VideoTube]:
    """Link the boxes of each video and evaluated action."""
    movies = np.array(results.movies)
    frames = np.array([int(stamp) - 1 for stamp in results.timestamps])
    detections = results.detections
    scores = results.voted_scores() if voted else detections.scores
    # Boxes by video, and in it by frame.
    order = np.lexsort(
        (frames[detections.keyframe_idx], movies[detections.keyframe_idx])
    )
    keyframes = detections.keyframe_idx[order]
    names, starts = np.unique(movies[keyframes], return_index=True)
    tubes = []
    for name, rows in zip(names, np.split(order, starts[1:]), strict=True):
        at = frames[detections.keyframe_idx[rows]]
        for label in results.eval_columns:
            linked = linker(at, detections.boxes[rows], scores[rows, label])
            tubes += [VideoTube(name, label, tube) for tube in linked]
    return tubes


def evaluate(args: argparse.Namespace) -> dict[str, dict]:
    """Link, and compare with the annotated tubes.

    Returns:
        ``mAP`` and ``per_class`` by threshold, fractions.
    """
    results = read_frame_results(args.pred, args.pred, args.soft_voting)
    linker = TubeLinker(
        **{name: getattr(args, name) for name in vars(TubeLinker())}
    )
    found = link_all(results, linker, args.soft_voting)
    movies = set(results.movies)
    truth = [
        VideoTube(entry.video, results.labels.index(entry.action), entry.tube)
        for entry in read_tubes(args.tubes)
        if entry.video in movies and entry.action in results.eval_labels
    ]
    if not truth:
        raise ValueError(
            f'{args.tubes} has no tube of {", ".join(results.eval_labels)} in '
            f'the videos of {args.pred}'
        )
    table = video_average_precisions(truth, found, len(results.labels))
    print(f'{len(found)} tubes linked, {len(truth)} annotated')
    columns = zip(
        HEADINGS, (table[0], table[1], table[1:].mean(axis=0)), strict=True
    )
    return {
        heading: dict(
            mAP=float(np.nanmean(values[results.eval_columns])),
            per_class={
                results.labels[label]: float(values[label])
                for label in results.eval_columns
                if np.isfinite(values[label])
            },
        )
        for heading, values in columns
    }


def main(argv: Sequence[str] | None = None) -> dict[str, dict]:
    """Evaluate, print and return the result."""
    args = parse_args(argv)
    try:
        result = evaluate(args)
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    names = list(result[HEADINGS[0]]['per_class'])
    width = max(map(len, ('video AP (%)', *names)))
    heads = ''.join(f'{f"IoU {heading}":>14}' for heading in HEADINGS)
    print(f'{"video AP (%)":<{width}}{heads}')
    for name in names:
        values = (result[heading]['per_class'][name] for heading in HEADINGS)
        row = ''.join(f'{100 * value:>14.2f}' for value in values)
        print(f'{name:<{width}}{row}')
    means = ''.join(f'{100 * result[h]["mAP"]:>14.2f}' for h in HEADINGS)
    print(f'{"mean":<{width}}{means}')
    if args.json:
        write_json(args.json, result, indent=2)
    return result


if __name__ == '__main__':
    main()
