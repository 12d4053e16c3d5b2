"""Detect the persons on the annotated frames of a data set.

Writes what the data sets read as ``det_file``: a JSON list of
``{"image_id", "bbox": [x1, y1, x2, y2] in pixels, "score", "category_id"}``.

Example:
    python tools/detect_persons.py configs/person_detector/zs_stage_tiny.py \
        data/pretrained/tiny_person_detector/tiny_person_detector.pth \
        --annotations data/zs_stage/single/annotations/all.json \
        --videos data/zs_stage/single/frames --out detections.json
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.utils import ProgressBar

from stclip.apis.person_detector import PersonBoxes, PersonDetector
from stclip.datasets.media import find_videos
from stclip.structures.boxes import box_iou
from stclip.utils.frame_cache import FrameCache
from stclip.utils.io import read_json, write_json
from stclip.utils.video import VideoPool

# Frames are wanted once and in order: nothing is gained by keeping many.
_CACHE_BYTES = 64 * 2**20
_PERSON_CATEGORY = 0
_IOU = 0.5


@dataclass
class AnnotatedFrame:
    """A frame to look at.

    Args:
        image_id: As in the annotation file.
        video: Name of the video.
        frame_idx: 0-based.
        boxes: Annotated persons, xyxy px.
    """

    image_id: int | str
    video: str
    frame_idx: int
    boxes: list[list[float]] = field(default_factory=list)


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
        help='COCO-style action annotations that list the frames',
    )
    parser.add_argument(
        '--videos',
        required=True,
        help='folder of the video files or frame folders',
    )
    parser.add_argument('--out', required=True, help='JSON file to write')
    parser.add_argument('--batch-size', type=int, default=16)
    parser.add_argument(
        '--score-threshold',
        type=float,
        default=0.05,
        help='boxes with a lower score are left out',
    )
    parser.add_argument('--device', help='default: a GPU if there is one')
    return parser.parse_args(argv)


def read_frames(path: str | Path) -> list[AnnotatedFrame]:
    """Read the annotated frames, in the order in which they are decoded.

    Args:
        path: Annotation file; see CocoKeyframeDataset.

    Raises:
        FileNotFoundError: If it is missing.
        ValueError: If it lists no frame or lacks a key.
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
            frames[annotation['image_id']].boxes.append(annotation['bbox'])
    except (KeyError, TypeError) as error:
        raise ValueError(
            f'{path}: expected images (id, movie, timestamp) and annotations '
            f'(image_id, bbox), lacks {error}'
        ) from error
    if not frames:
        raise ValueError(f'{path} lists no frame')
    return sorted(frames.values(), key=lambda f: (f.video, f.frame_idx))


def detect(
    detector: PersonDetector, frames: Sequence[AnnotatedFrame], root: str
) -> Iterator[PersonBoxes]:
    """Detect persons on frames, decoding each video once.

    Args:
        detector: The detector.
        frames: In the order of :func:`read_frames`.
        root: Folder of the videos.

    Yields:
        The persons of each frame.
    """
    paths = find_videos(root, {frame.video: None for frame in frames})
    pool = VideoPool(FrameCache(_CACHE_BYTES), max_open=1)
    images = (
        pool.open(paths[frame.video]).read([frame.frame_idx])[0]
        for frame in frames
    )
    return detector.stream(images)


def to_entries(frame: AnnotatedFrame, found: PersonBoxes) -> list[dict]:
    """Entries of the output file for one frame."""
    return [
        dict(
            image_id=frame.image_id,
            bbox=[round(float(value), 2) for value in box],
            score=round(float(score), 5),
            category_id=_PERSON_CATEGORY,
        )
        for box, score in zip(*found, strict=True)
    ]


def count_hits(frame: AnnotatedFrame, found: PersonBoxes) -> tuple[int, int]:
    """Annotated persons of a frame that some box finds, and that the best."""
    overlap = box_iou(np.array(frame.boxes), found.boxes_xyxy) >= _IOU
    return int(overlap.any(axis=1).sum()), int(overlap[:, :1].sum())


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Detect, write the file and return the recall."""
    args = parse_args(argv)
    frames = read_frames(args.annotations)
    detector = PersonDetector(
        args.config,
        args.checkpoint,
        device=args.device,
        batch_size=args.batch_size,
        score_threshold=args.score_threshold,
    )
    progress = ProgressBar(len(frames))
    entries, hits = [], np.zeros(2, dtype=int)
    for frame, found in zip(
        frames, detect(detector, frames, args.videos), strict=True
    ):
        entries += to_entries(frame, found)
        hits += count_hits(frame, found)
        progress.update()
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
