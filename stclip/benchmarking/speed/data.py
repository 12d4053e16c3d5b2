"""Keyframes a second of one data worker, over reading each window by itself.

Generated videos of J-HMDB's kind (40 frames of 320 x 240, every frame a
keyframe with one person) go through the pipeline of ZS-JHMDB up to the model.
The baseline is the same pipeline that forgets everything after each keyframe.
Both are measured in turn in one process, in CPU time.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from mmcv.transforms import Compose
from PIL import Image

from stclip.labels.label_space import LabelSpace
from stclip.registry import TRANSFORMS
from stclip.video import VideoWriter

HEIGHT, WIDTH, NUM_FRAMES, FPS = 240, 320, 40, 30
KINDS = ('png folder', 'jpg folder', 'mp4')


@dataclass(frozen=True)
class Options:
    """What is measured, and how often.

    Args:
        videos: Videos of each kind.
        repeats: Of which the least time counts.
    """

    videos: int
    repeats: int


def run(options: Options) -> None:
    """Measure and print the table."""
    print('| videos | keyframes/s | by itself | ratio |')
    print('|---|---|---|---|')
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            paths = [
                write(kind, Path(folder), index)
                for index in range(options.videos)
            ]
            print(measure(kind, paths, options.repeats), flush=True)


def write(kind: str, folder: Path, index: int) -> Path:
    """Write a video of drifting stripes and noise."""
    rng = np.random.default_rng(index)
    x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    frames = [
        np.clip(
            128
            + 80 * np.sin((x + 2 * y + 6 * k) / 25)[..., None]
            + rng.normal(0, 8, (HEIGHT, WIDTH, 3)),
            0,
            255,
        ).astype(np.uint8)
        for k in range(NUM_FRAMES)
    ]
    if kind == 'mp4':
        path = folder / f'{index}.mp4'
        with VideoWriter(path, FPS) as writer:
            for frame in frames:
                writer.write(frame)
        return path
    suffix = kind.split()[0]
    path = folder / f'{suffix}_{index}'
    path.mkdir()
    for k, frame in enumerate(frames, 1):
        Image.fromarray(frame).save(path / f'{k:05d}.{suffix}')
    return path


def pipeline() -> Compose:
    """What a data worker of ZS-JHMDB does."""
    return Compose(
        [
            TRANSFORMS.build(step)
            for step in (
                dict(type='LoadKeyframe', size=224),
                dict(type='CropPersons', size=224),
                dict(type='PackKeyframe'),
            )
        ]
    )


def keyframe(path: Path, index: int) -> dict:
    """What the pipeline starts from."""
    box = np.float32([[60, 20, 160, 230]])
    return dict(
        image_id=index,
        video=path.name,
        video_path=str(path),
        frame_idx=index,
        seconds=None,
        fps=None,
        timestamp=index + 1,
        img_shape=(HEIGHT, WIDTH),
        gt_boxes=box,
        gt_labels=np.float32([[1]]),
        boxes=box,
        box_scores=np.float32([1]),
        box_labels=None,
        box_source='ground_truth',
        label_space=LabelSpace(('run',)),
    )


def measure(kind: str, paths: list[Path], repeats: int) -> str:
    """One line of the table."""

    def shared() -> None:
        steps = pipeline()
        for path in paths:
            for index in range(NUM_FRAMES):
                steps(keyframe(path, index))

    def separate() -> None:
        for path in paths:
            for index in range(NUM_FRAMES):
                pipeline()(keyframe(path, index))

    best = [float('inf')] * 2
    for _ in range(repeats):
        for row, step in enumerate((shared, separate)):
            best[row] = min(best[row], cpu_seconds(step))
    ours, baseline = (len(paths) * NUM_FRAMES / seconds for seconds in best)
    return f'| {kind} | {ours:.0f} | {baseline:.0f} | {ours / baseline:.1f} |'


def cpu_seconds(step: Callable[[], None]) -> float:
    """CPU time of this process."""
    start = time.process_time()
    step()
    return time.process_time() - start
