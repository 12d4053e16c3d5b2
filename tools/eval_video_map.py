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

from stclip.evaluation.detection_file import read_frame_results
from stclip.evaluation.video_results import evaluate_tubes, format_video_table
from stclip.structures.tube_file import read_tubes
from stclip.structures.tubes import TubeLinker
from stclip.utils.io import write_json


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


def main(argv: Sequence[str] | None = None) -> dict[str, dict]:
    """Evaluate, print and return the result."""
    args = parse_args(argv)
    linker = TubeLinker(
        **{name: getattr(args, name) for name in vars(TubeLinker())}
    )
    try:
        result = evaluate_tubes(
            read_frame_results(args.pred, args.pred, args.soft_voting),
            read_tubes(args.tubes),
            linker,
            args.soft_voting,
        )
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(
            f'error: {args.pred}, {args.tubes}: {error}'
        ) from error
    print(format_video_table({'': result}))
    if args.json:
        write_json(args.json, result, indent=2)
    return result


if __name__ == '__main__':
    main()
