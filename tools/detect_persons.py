"""Detect the persons on the annotated frames of a data set.

Writes what the data sets read as ``det_file``. For COCO-style annotations
that is a JSON list of ``{"image_id", "bbox": [x1, y1, x2, y2] in pixels,
"score", "category_id"}``; for AVA's CSV a CSV of ``video,timestamp,x1,y1,x2,
y2,score`` with boxes in fractions of the frame.

Example:
    python tools/detect_persons.py configs/person_detector/zs_stage_tiny.py \
        data/pretrained/tiny_person_detector/tiny_person_detector.pth \
        --annotations data/zs_stage/single/annotations/test.json \
        --videos data/zs_stage/single/frames \
        --out data/zs_stage/single/detections/test.json
"""

import argparse
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from mmengine.utils import ProgressBar

from stclip.apis.person_detector import PersonBoxes, PersonDetector
from stclip.datasets.media import find_videos
from stclip.structures.boxes import box_iou
from stclip.utils.frame_cache import FrameCache
from stclip.utils.io import atomic_write, read_json, require_file, write_json
from stclip.utils.video import VideoPool

# Frames are wanted once and in order: nothing is gained by keeping many.
_CACHE_BYTES = 64 * 2**20
_PERSON_CATEGORY = 0
_IOU = 0.5


@dataclass
class AnnotatedFrame:
    """A frame to look at.

    Args:
        key: Image id (COCO) or timestamp as written (AVA).
        video: Name of the video.
        frame_idx: 0-based.
        boxes: Annotated persons, xyxy, in px (COCO) or fractions (AVA).
    """

    key: int | str
    video: str
    frame_idx: int
    boxes: set[tuple[float, ...]] = field(default_factory=set)


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('config', help='config of a detector of mmdet')
    parser.add_argument('checkpoint', help='its weights')
    parser.add_argument(
        '--annotations',
        required=True,
        help='what lists the frames: a COCO-style .json or an AVA .csv',
    )
    parser.add_argument(
        '--videos',
        required=True,
        help='folder of the video files or frame folders',
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
        '--fps', type=float, default=30, help='AVA: frames per second'
    )
    parser.add_argument(
        '--start-sec',
        type=float,
        default=900,
        help='AVA: timestamp of the first frame',
    )
    args = parser.parse_args(argv)
    suffixes = {Path(args.annotations).suffix, Path(args.out).suffix}
    if suffixes not in ({'.json'}, {'.csv'}):
        parser.error('--annotations and --out must both be .json or .csv')
    return args


def read_coco_frames(path: str) -> list[AnnotatedFrame]:
    """Read the frames of COCO-style action annotations.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it lacks a key.
    """
    content = read_json(path, 'Give the annotations of a data set.')
    try:
        frames = {
            image['id']: AnnotatedFrame(
                image['id'], image['movie'], int(image['timestamp']) - 1
            )
            for image in content['images']
        }
        for annotation in content['annotations']:
            box = tuple(annotation['bbox'])
            frames[annotation['image_id']].boxes.add(box)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f'{path}: expected images (id, movie, timestamp) and annotations '
            f'(image_id, bbox), lacks {error}'
        ) from error
    return list(frames.values())


def read_ava_frames(
    path: str, fps: float, start_sec: float
) -> list[AnnotatedFrame]:
    """Read the frames of an AVA annotation file.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If a line is not of AVA's form; it is named.
    """
    path = require_file(path, 'Give the annotations of a data set.')
    frames: dict[tuple[str, str], AnnotatedFrame] = {}
    with path.open(newline='', encoding='utf-8') as file:
        for number, row in enumerate(csv.reader(file), 1):
            try:
                video, timestamp, *box = row[:6]
                index = round((float(timestamp) - start_sec) * fps)
                frame = frames.setdefault(
                    (video, timestamp),
                    AnnotatedFrame(timestamp, video, index),
                )
                frame.boxes.add(tuple(float(value) for value in box))
            except ValueError as error:
                raise ValueError(
                    f'{path}, line {number}: expected '
                    f'video,timestamp,x1,y1,x2,y2,... ({error})'
                ) from error
    return list(frames.values())


def detect(
    detector: PersonDetector, frames: Sequence[AnnotatedFrame], root: str
) -> Iterator[tuple[PersonBoxes, tuple[int, int]]]:
    """Detect persons on frames, decoding each video once.

    Args:
        detector: The detector.
        frames: Sorted by video and frame number.
        root: Folder of the videos.

    Yields:
        The persons of each frame, its height and width.
    """
    paths = find_videos(root, {frame.video: None for frame in frames})
    pool = VideoPool(FrameCache(_CACHE_BYTES), max_open=1)
    sizes: deque[tuple[int, int]] = deque()

    def images() -> Iterator[np.ndarray]:
        for frame in frames:
            image = pool.open(paths[frame.video]).read([frame.frame_idx])[0]
            sizes.append(image.shape[:2])
            yield image

    for persons in detector.stream(images()):
        yield persons, sizes.popleft()


def coco_entries(frame: AnnotatedFrame, found: PersonBoxes) -> list[dict]:
    """Entries of the JSON file for one frame."""
    return [
        dict(
            image_id=frame.key,
            bbox=[round(float(value), 2) for value in box],
            score=round(float(score), 5),
            category_id=_PERSON_CATEGORY,
        )
        for box, score in zip(*found, strict=True)
    ]


def ava_entries(frame: AnnotatedFrame, found: PersonBoxes) -> list[list]:
    """Rows of the CSV file for one frame, boxes in fractions of it."""
    return [
        [
            frame.video,
            frame.key,
            *(f'{value:.5f}' for value in box),
            f'{score:.5f}',
        ]
        for box, score in zip(*found, strict=True)
    ]


def count_hits(frame: AnnotatedFrame, found: PersonBoxes) -> tuple[int, int]:
    """Annotated persons of a frame that some box finds, and that the best."""
    overlap = box_iou(list(frame.boxes), found.boxes_xyxy) >= _IOU
    return int(overlap.any(axis=1).sum()), int(overlap[:, :1].sum())


def main(argv: Sequence[str] | None = None) -> dict[str, float]:
    """Detect, write the file and return the recall."""
    args = parse_args(argv)
    is_ava = args.out.endswith('.csv')
    if is_ava:
        frames = read_ava_frames(args.annotations, args.fps, args.start_sec)
    else:
        frames = read_coco_frames(args.annotations)
    frames.sort(key=lambda frame: (frame.video, frame.frame_idx))
    detector = PersonDetector(
        args.config,
        args.checkpoint,
        device=args.device,
        batch_size=args.batch_size,
        score_threshold=args.score_threshold,
    )
    progress = ProgressBar(len(frames))
    entries, hits = [], np.zeros(2, dtype=int)
    results = detect(detector, frames, args.videos)
    for frame, (found, (height, width)) in zip(frames, results, strict=True):
        if is_ava:
            scale = np.array([width, height] * 2)
            found = found._replace(boxes_xyxy=found.boxes_xyxy / scale)
        entries += (ava_entries if is_ava else coco_entries)(frame, found)
        hits += count_hits(frame, found)
        progress.update()
    if is_ava:
        with atomic_write(args.out) as file:
            csv.writer(file, lineterminator='\n').writerows(entries)
    else:
        write_json(args.out, entries)
    num_persons = max(1, sum(len(frame.boxes) for frame in frames))
    recall, best = (float(count / num_persons) for count in hits)
    print(
        f'\n{len(entries)} boxes on {len(frames)} frames in {args.out}; '
        f'annotated persons found at IoU {_IOU}: {recall:.1%} by any box, '
        f"{best:.1%} by the frame's best"
    )
    return dict(num_boxes=len(entries), recall=recall, recall_of_best=best)


if __name__ == '__main__':
    main()
