"""ZS-Stage as a whole: all videos by several processes, then annotations."""

import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import cv2

from stclip.utils.children import worker_pool
from stclip.utils.outputs import own_folder
from stclip.zs_stage.action_casting import IDLE
from stclip.zs_stage.annotations import (
    write_multi,
    write_person_detection,
    write_single,
)
from stclip.zs_stage.tracks import (
    SIZES,
    TRACKS,
    plan_track,
    remove_parts,
    render_video,
)

# Seconds between two lines of progress.
_SHOW_INTERVAL = 5.0
_WRITERS = dict(
    single=write_single,
    multi=write_multi,
    idle=partial(write_single, names=IDLE),
)


def render_stage(
    out: Path,
    tracks: Sequence[str] = TRACKS,
    size: str = 'full',
    video_format: str = 'frames',
    workers: int = 2,
) -> None:
    """Render all videos, then write the annotation files.

    Run again, it goes on where it stopped; finished videos stay.

    Args:
        out: Folder of the data set.
        tracks: Some of :data:`TRACKS`.
        size: Key of :data:`SIZES`.
        video_format: ``'frames'`` for folders of JPEG files, ``'video'`` for
            mp4 files. Annotations for person detectors are written for
            frames only.
        workers: Processes, >= 1.

    Raises:
        ValueError: If nothing can be written to ``out``, or another process
            renders to it.
    """
    with own_folder(out, '--out'):
        for track in tracks:
            remove_parts(out, track)
        _render(out, tracks, size, video_format, workers)


def _render(
    out: Path,
    tracks: Sequence[str],
    size: str,
    video_format: str,
    workers: int,
) -> None:
    cv2.setNumThreads(1)
    records = {}
    render = partial(render_video, out=out, video_format=video_format)
    with worker_pool(workers) as pool:
        for track in tracks:
            plans = plan_track(track, SIZES[size])
            done = pool.imap(render, plans, chunksize=2)
            records[track] = show_progress(done, len(plans), track, 'videos')
    for track, paths in records.items():
        counts = _WRITERS[track](paths, out / track / 'annotations')
        print(f'{track}: keyframes {counts}')
        if track == 'idle' and video_format == 'frames':
            counts = write_person_detection(paths, out / 'person_detection')
            print(f'person detection: images {counts}')


def show_progress(
    done: Iterable[Path], total: int, title: str, unit: str
) -> list[Path]:
    """Collect finished pieces, and print every few seconds how many are left.

    Args:
        done: The pieces as they become ready.
        total: How many there will be.
        title: Of the job.
        unit: What a piece is, in the plural.
    """
    start = shown = time.monotonic()
    pieces = []
    for piece in done:
        pieces.append(piece)
        count, now = len(pieces), time.monotonic()
        if now - shown >= _SHOW_INTERVAL or count == total:
            shown = now
            left = (now - start) / count * (total - count)
            print(
                f'{title}: {count}/{total} {unit}, {now - start:.0f} s, '
                f'{left:.0f} s left',
                flush=True,
            )
    return pieces
