"""Render ZS-Stage, the miniature benchmark.

    python tools/make_zs_stage.py --out data/zs_stage

Run again, it goes on where it stopped; finished videos are kept.
"""

import argparse
import multiprocessing
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import cv2

from stclip.zs_stage.annotations import (
    write_multi,
    write_person_detection,
    write_single,
)
from stclip.zs_stage.tracks import SIZES, TRACKS, plan_track, render_video


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', type=Path, default=Path('data/zs_stage'))
    parser.add_argument(
        '--tracks', nargs='+', choices=TRACKS, default=list(TRACKS)
    )
    parser.add_argument('--size', choices=list(SIZES), default='full')
    parser.add_argument(
        '--format',
        choices=('frames', 'video'),
        default='frames',
        help='folders of JPEG files or mp4 files; annotations for person '
        'detectors are written for frames of both tracks only',
    )
    parser.add_argument('--workers', type=int, default=2)
    return parser.parse_args()


def _show_progress(done: Iterable[Path], total: int, track: str) -> list[Path]:
    start = shown = time.monotonic()
    records = []
    for record in done:
        records.append(record)
        count, now = len(records), time.monotonic()
        if now - shown >= 5 or count == total:
            shown = now
            left = (now - start) / count * (total - count)
            print(
                f'{track}: {count}/{total} videos, {now - start:.0f} s, '
                f'{left:.0f} s left',
                flush=True,
            )
    return records


def main() -> None:
    """Render all videos, then write the annotation files."""
    args = parse_args()
    cv2.setNumThreads(1)
    records = {}
    for track in args.tracks:
        plans = plan_track(track, SIZES[args.size])
        render = partial(render_video, out=args.out, video_format=args.format)
        # Worker processes start anew: a fork would copy OpenCV's threads.
        context = multiprocessing.get_context('spawn')
        with context.Pool(args.workers, cv2.setNumThreads, (1,)) as pool:
            done = pool.imap(render, plans, chunksize=2)
            records[track] = _show_progress(done, len(plans), track)
    writers = dict(single=write_single, multi=write_multi)
    for track, paths in records.items():
        counts = writers[track](paths, args.out / track / 'annotations')
        print(f'{track}: keyframes {counts}')
    if args.format == 'frames' and set(args.tracks) == set(TRACKS):
        counts = write_person_detection(records, args.out / 'person_detection')
        print(f'person detection: images {counts}')


if __name__ == '__main__':
    main()
