r"""Detect the persons on the frames of a data set.

    python tools/detect_persons.py \
        configs/person_detector/faster_rcnn_r50_fpn_coco.py \
        --checkpoint faster_rcnn_r50_fpn_1x_coco_20200130-047c8118.pth \
        --videos data/jhmdb/frames \
        --annotations data/jhmdb/annotations/test.json \
        --out data/jhmdb/detections/test.json

Without --annotations, every frame of every video in the folder is looked at,
and named <video>/<frame, from 00001>.

OUT is a JSON list of {"image_id", "bbox": [x1, y1, x2, y2] in px of the
video, "score", "category_id"}; for AVA's CSV a CSV of video,timestamp,x1,y1,
x2,y2,score with boxes in fractions of the frame. A run that was killed goes
on where it was. Under torchrun, processes share the videos.
"""

import argparse
import csv
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from mmengine.utils import ProgressBar

from stclip.apis.person_detector import (
    PersonBoxes,
    PersonDetector,
    load_config,
)
from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.structures.keyframe import require_same_proportions
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, require_file, write_json
from stclip.utils.parts import Parts
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.listing import find_videos, list_videos
from stclip.video.opening import VideoPool

# Frames are wanted once and in order: nothing is gained by keeping many.
_CACHE_BYTES = 64 * 2**20
_PERSON_CATEGORY = 0


@dataclass(frozen=True)
class Frame:
    """A frame to look at.

    Args:
        key: Image id (JSON) or timestamp as written (CSV).
        frame_idx: 0-based, or None if given by time.
        seconds: Time since the first frame.
        size_hw: What the annotated boxes refer to; None to write boxes as
            they come, in px of the video.
    """

    key: int | str
    frame_idx: int | None = None
    seconds: float | None = None
    size_hw: tuple[int, int] | None = None


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('config', help='config of a detector of mmdet')
    parser.add_argument(
        '--checkpoint', help="its weights; default: the config's load_from"
    )
    parser.add_argument(
        '--videos',
        required=True,
        help='folder of the video files or frame folders',
    )
    parser.add_argument(
        '--annotations', help='what lists the frames: a .json or an AVA .csv'
    )
    parser.add_argument(
        '--out', required=True, help='file to write, .json or .csv alike'
    )
    parser.add_argument('--batch-size', type=int, default=16)
    parser.add_argument(
        '--score-threshold',
        type=float,
        default=0.05,
        help='boxes with a lower score are left out',
    )
    parser.add_argument('--device', help='default: a GPU if there is one')
    parser.add_argument(
        '--fps',
        type=float,
        default=30,
        help='frame folders: frames per second, for keyframes given by time',
    )
    parser.add_argument(
        '--start-sec',
        type=float,
        default=900,
        help='AVA .csv: timestamp of the first frame',
    )
    args = parser.parse_args(argv)
    suffix = Path(args.annotations or args.out).suffix
    if suffix not in ('.json', '.csv') or Path(args.out).suffix != suffix:
        parser.error('--annotations and --out must both be .json or .csv')
    return args


def default_checkpoint(config: str) -> str:
    """The weights that a config names.

    Raises:
        SystemExit: If it names none.
    """
    checkpoint = load_config(config).get('load_from')
    return checkpoint or sys.exit(f'{config} names no weights: --checkpoint')


def frames_of(args: argparse.Namespace) -> dict[str, list[Frame]]:
    """List the frames to look at by video; none stands for all frames."""
    if not args.annotations:
        return {name: [] for name in list_videos(args.videos)}
    if args.annotations.endswith('.csv'):
        return _read_ava_frames(args.annotations, args.start_sec)
    frames: dict[str, list[Frame]] = {}
    _, keyframes = read_keyframe_file(args.annotations)
    for keyframe in keyframes:
        frames.setdefault(keyframe.video, []).append(
            Frame(
                keyframe.image_id,
                keyframe.frame_idx,
                keyframe.seconds,
                keyframe.img_shape,
            )
        )
    return frames


def _read_ava_frames(path: str, start_sec: float) -> dict[str, list[Frame]]:
    file = require_file(path, 'Give the annotations of a data set.')
    moments: dict[tuple[str, float], Frame] = {}
    with file.open(newline='', encoding='utf-8') as lines:
        for number, row in enumerate(csv.reader(lines), 1):
            try:
                video, timestamp = row[:2]
                seconds = float(timestamp) - start_sec
                if not seconds >= 0:
                    raise UserError(
                        f'{timestamp} is no moment from second {start_sec:g} '
                        'on; see --start-sec'
                    )
            except ValueError as error:
                raise UserError(
                    f'{path}, line {number}: expected '
                    f'video,timestamp,x1,y1,x2,y2,... ({error})'
                ) from error
            # One moment may be spelt in two ways, 0902 and 902.
            frame = Frame(timestamp, seconds=seconds)
            moments.setdefault((video, seconds), frame)
    frames: dict[str, list[Frame]] = {}
    for (video, _), frame in moments.items():
        frames.setdefault(video, []).append(frame)
    return frames


class Detection:
    """Persons of the frames of some videos, each frame decoded once.

    Args:
        args: Command line.
        frames: See :func:`frames_of`.
    """

    def __init__(
        self, args: argparse.Namespace, frames: dict[str, list[Frame]]
    ) -> None:
        self.args = args
        self.frames = frames
        self.paths = find_videos(args.videos, frames)
        self.pool = VideoPool(FrameCache(_CACHE_BYTES), max_open=1)

    def run(
        self, detector: PersonDetector, videos: Sequence[str]
    ) -> Iterator[tuple[str, list[list]]]:
        """Detect on videos; batches reach over their borders.

        Yields:
            Each video with a row for each box: key, x1, y1, x2, y2, score.
        """
        pending: deque[tuple[str, Frame, tuple[int, int], bool]] = deque()

        def images() -> Iterator[np.ndarray]:
            for video in videos:
                source = self.pool.open(self.paths[video])
                placed = self._placed(video, source)
                for number, (index, frame) in enumerate(placed, 1):
                    image = source.read([index])[0]
                    if frame.size_hw:
                        require_same_proportions(
                            source.path, image.shape[:2], frame.size_hw
                        )
                    last = number == len(placed)
                    pending.append((video, frame, image.shape[:2], last))
                    yield image

        rows: list[list] = []
        for found in detector.stream(images()):
            video, frame, shape, last = pending.popleft()
            rows += self._rows(frame, found, shape)
            if last:
                yield video, rows
                rows = []

    def _placed(
        self, video: str, source: FrameSource
    ) -> list[tuple[int, Frame]]:
        """Frames of a video in order, none beyond its end.

        To know the end a video file is decoded; the cache keeps what is
        wanted of it, as far as it reaches.
        """
        if not self.frames[video]:
            count = source.count(keep=range(sys.maxsize))
            return [
                (index, Frame(f'{video}/{index + 1:05d}', index))
                for index in range(count)
            ]
        fps = source.fps or self.args.fps
        places = {
            frame: round(frame.seconds * fps)
            if frame.frame_idx is None
            else frame.frame_idx
            for frame in self.frames[video]
        }
        wanted = set(places.values())
        count = source.count(max(wanted) + 1, keep=wanted)
        placed = [(at, frame) for frame, at in places.items() if at < count]
        if not placed:
            raise UserError(
                f'{source.path} ends before its first annotated frame; '
                'tools/data/prepare.py lists such videos'
            )
        return sorted(placed, key=lambda pair: pair[0])

    def _rows(
        self, frame: Frame, found: PersonBoxes, shape: tuple[int, int]
    ) -> list[list]:
        """Rows of one frame, boxes in the unit of its annotation."""
        scale, digits = np.ones(2), 2
        if frame.size_hw:
            scale = np.array(frame.size_hw) / shape
        elif self.args.out.endswith('.csv') or frame.seconds is not None:
            scale, digits = 1 / np.array(shape), 5
        boxes = found.boxes_xyxy * np.tile(scale[::-1], 2)
        return [
            [
                frame.key,
                *(round(float(side), digits) for side in box),
                round(float(score), 5),
            ]
            for box, score in zip(boxes, found.scores, strict=True)
        ]


def write_boxes(path: str, table: dict[str, list[list]]) -> int:
    """Write the boxes of all videos; return their number."""
    rows = [(video, *row) for video, rows in table.items() for row in rows]
    if path.endswith('.csv'):
        with atomic_write(path) as file:
            csv.writer(file, lineterminator='\n').writerows(rows)
    else:
        write_json(
            path,
            [
                dict(
                    image_id=key,
                    bbox=box,
                    score=score,
                    category_id=_PERSON_CATEGORY,
                )
                for _, key, *box, score in rows
            ],
        )
    return len(rows)


def join_processes(device: str | None) -> tuple[int, int, str | None]:
    """Meet the other processes that torchrun started.

    Args:
        device: As asked for; None gives each process a GPU if there are any.

    Returns:
        Number of this process, number of processes, device.
    """
    if 'WORLD_SIZE' not in os.environ:
        return 0, 1, device
    dist.init_process_group('gloo')
    if device is None and torch.cuda.is_available():
        local = int(os.environ['LOCAL_RANK']) % torch.cuda.device_count()
        device = f'cuda:{local}'
    return dist.get_rank(), dist.get_world_size(), device


def wait_for_all() -> None:
    """Go on when all processes are here."""
    if dist.is_initialized():
        dist.barrier()


def main(argv: Sequence[str] | None = None) -> None:
    """Detect, and write the file when all videos are done."""
    args = parse_args(argv)
    rank, world_size, device = join_processes(args.device)
    frames = frames_of(args)
    request = {
        key: value
        for key, value in vars(args).items()
        if key not in ('batch_size', 'device')
    }
    parts = Parts(f'{args.out}.parts', request)
    pending = sorted(set(frames) - set(parts.read()))
    wait_for_all()  # nobody writes before all have read
    mine = pending[rank::world_size]
    if mine:
        detection = Detection(args, frames)
        detector = PersonDetector(
            args.config,
            args.checkpoint or default_checkpoint(args.config),
            device=device,
            batch_size=args.batch_size,
            score_threshold=args.score_threshold,
        )
        progress = ProgressBar(len(mine)) if rank == 0 else None
        for video, rows in detection.run(detector, mine):
            parts.add(video, rows)
            if progress:
                progress.update()
    parts.close()
    wait_for_all()
    if rank == 0:
        table = parts.read()
        ordered = {video: table[video] for video in sorted(frames)}
        number = write_boxes(args.out, ordered)
        parts.remove()
        print(f'\n{number} boxes in {len(ordered)} videos: {args.out}')
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == '__main__':
    main()
