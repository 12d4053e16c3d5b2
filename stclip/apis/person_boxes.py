"""Person boxes of the frames of a data set, by one process or several."""

import itertools
import logging
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from mmengine.logging import print_log
from mmengine.utils import ProgressBar

from stclip.apis.loading import choose_device, load_config
from stclip.apis.person_detector import PersonDetector, require_detector
from stclip.datasets.proposals import by_moment, write_detections
from stclip.engine.demo_weights import demo_warning
from stclip.preparation.box_request import BoxRequest
from stclip.preparation.person_frames import Frame, frames_of
from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import require_same_proportions
from stclip.utils.children import end_with_parent
from stclip.utils.digests import (
    digest_of_file,
    digest_of_value,
    stamp_of_media,
)
from stclip.utils.errors import UserError
from stclip.utils.parts import Parts
from stclip.utils.remote_files import require_checkpoint
from stclip.utils.resources import resolve
from stclip.video.frame_cache import FrameCache
from stclip.video.frame_source import FrameSource
from stclip.video.listing import find_videos
from stclip.video.opening import VideoPool
from stclip.video.rendered import ZS_STAGE, is_rendered

# Frames are wanted once and in order: nothing is gained by keeping many.
_CACHE_BYTES = 64 * 2**20


def find_detector(request: BoxRequest) -> dict[str, Any]:
    """Read the config and look for the weights.

    Returns:
        Config and checkpoint of the :class:`.PersonDetector`.

    Raises:
        FileNotFoundError: If the weights are missing.
        ValueError: If the config is none of a detector, or names no weights.
    """
    path = resolve(request.config)
    checkpoint = request.checkpoint or default_checkpoint(path)
    require_checkpoint(
        checkpoint, 'Download it, or give other weights by --checkpoint.'
    )
    cfg = load_config(path)
    require_detector(cfg, path)
    return dict(config=cfg, checkpoint=checkpoint)


def default_checkpoint(config: str | Path) -> str:
    """The weights that a config names.

    Raises:
        ValueError: If it names none.
    """
    checkpoint = load_config(config).get('load_from')
    if not checkpoint:
        raise UserError(f'{config} names no weights: --checkpoint')
    return checkpoint


class Detection:
    """Persons of the frames of some videos, each frame decoded once.

    Args:
        request: What is wanted.
        frames: See :func:`~stclip.preparation.person_frames.frames_of`.

    Raises:
        FileNotFoundError: If videos are missing.
    """

    def __init__(
        self, request: BoxRequest, frames: dict[str, list[Frame]]
    ) -> None:
        self.request = request
        self.frames = frames
        self.paths = find_videos(request.videos, frames)
        self.pool = VideoPool(
            FrameCache(_CACHE_BYTES), max_open=1, strict=request.strict
        )

    def run(
        self, detector: PersonDetector, videos: Sequence[str]
    ) -> Iterator[tuple[str, list[list[list]]]]:
        """Detect on videos; batches reach over their borders.

        Yields:
            Each video with a row for each box: key, x1, y1, x2, y2, score;
            those of persons, and those of objects where they are wanted.
        """
        pending: deque[tuple[str, Frame, tuple[int, int], bool]] = deque()

        def images() -> Iterator[np.ndarray]:
            for video in videos:
                path = self.paths[video]
                source = self.pool.open(path, self.request.fps)
                indexed = self._indexed_frames(video, source)
                upcoming = next(indexed, None)
                if upcoming is None:
                    raise UserError(
                        f'{source.path} ends before its first annotated '
                        'frame; tools/data/prepare.py lists such videos'
                    )
                while upcoming is not None:
                    index, frame = upcoming
                    image = source.read([index])[0]
                    if frame.size_hw:
                        require_same_proportions(
                            source.path, image.shape[:2], frame.size_hw
                        )
                    upcoming = next(indexed, None)
                    last = upcoming is None
                    pending.append((video, frame, image.shape[:2], last))
                    yield image

        if self.request.objects:
            found = detector.stream_with_objects(images())
        else:
            found = ((persons,) for persons in detector.stream(images()))
        rows: list[list[list]] = [[] for _ in self.request.outputs]
        for kinds in found:
            video, frame, shape, last = pending.popleft()
            for own, detections in zip(rows, kinds, strict=True):
                own += self._rows(frame, detections, shape)
            if last:
                yield video, rows
                rows = [[] for _ in rows]

    def _indexed_frames(
        self, video: str, source: FrameSource
    ) -> Iterator[tuple[int, Frame]]:
        """Frames of a video in order, none beyond its end.

        A file is decoded no further than the frame that is asked for, which
        then lies in the cache.
        """
        if not self.frames[video]:
            for index in itertools.count():
                if source.count(index + 1, keep={index}) <= index:
                    return
                yield index, Frame(f'{video}/{index + 1:05d}', index)
        for frame in sorted(self.frames[video], key=_moment):
            index = frame.frame_idx
            if index is None:
                # The one that is read, where the rate is constant.
                nominal = round(frame.seconds * (source.fps or 0))
                index = source.index_at(frame.seconds, keep={nominal})
            if index is None or source.count(index + 1, {index}) <= index:
                continue
            yield index, frame

    def _rows(
        self, frame: Frame, detections: PersonBoxes, shape: tuple[int, int]
    ) -> list[list]:
        """Rows of one frame, boxes in the unit of its annotation."""
        scale, digits = np.ones(2), 2
        if frame.size_hw:
            scale = np.array(frame.size_hw) / shape
        elif by_moment(self.request.out) or frame.seconds is not None:
            scale, digits = 1 / np.array(shape), 5
        boxes = detections.boxes_xyxy * np.tile(scale[::-1], 2)
        return [
            [
                frame.key,
                *(round(float(side), digits) for side in box),
                round(float(score), 5),
            ]
            for box, score in zip(boxes, detections.scores, strict=True)
        ]


def _described(
    request: BoxRequest, model: Mapping[str, Any]
) -> dict[str, Any]:
    """What the boxes of a video depend on, besides the video itself."""
    contents = {
        'content of config': digest_of_value(model['config'].to_dict())
    }
    files = dict(annotations=request.annotations, weights=model['checkpoint'])
    for name, path in files.items():
        path = path and resolve(path)
        # The address of a file stands for it.
        if path and Path(path).is_file():
            contents[f'content of {name}'] = digest_of_file(path)
    return {**asdict(request), **contents}


def _warn_of_demo_weights(
    detector: PersonDetector, detection: Detection
) -> None:
    # Any function may stand in for a detector.
    knows_rendered_only = getattr(detector, 'domain', '') == ZS_STAGE
    if knows_rendered_only and not all(
        is_rendered(path) for path in detection.paths.values()
    ):
        message = demo_warning(['small person detector'])
        print_log(message, 'current', logging.WARNING)


def _moment(frame: Frame) -> tuple[bool, float]:
    """Frames by number first, then those by time."""
    if frame.frame_idx is None:
        return True, frame.seconds
    return False, frame.frame_idx


def join_processes(device: str | None) -> tuple[int, int, str | None]:
    """Meet the other processes that torchrun started.

    Args:
        device: As asked for; None gives each process a GPU if there are any.

    Returns:
        Index of this process, count of processes, device.
    """
    if 'WORLD_SIZE' not in os.environ:
        return 0, 1, device
    if dist.is_torchelastic_launched():
        end_with_parent()
    dist.init_process_group('gloo')
    if device is None and torch.cuda.is_available():
        local = int(os.environ['LOCAL_RANK']) % torch.cuda.device_count()
        device = f'cuda:{local}'
    return dist.get_rank(), dist.get_world_size(), device


def wait_for_all() -> None:
    """Go on when all processes are here."""
    if dist.is_initialized():
        dist.barrier()


def detect_persons(
    request: BoxRequest,
    batch_size: int = 16,
    device: str | None = None,
    overwrite: bool = False,
) -> None:
    """Detect, and write the file when all videos are done.

    A run that was killed goes on where it was. Under torchrun, processes
    share the videos.

    Args:
        request: What is wanted.
        batch_size: Frames put through the network at a time, >= 1.
        device: Where the detector runs; ``None`` for a GPU if there is one.
        overwrite: Whether the file may replace another one.

    Raises:
        FileNotFoundError: If a file, folder or video is missing.
        ValueError: If one cannot be used, or the file is there already or
            being written.
    """
    request.require_files()
    choose_device(device)
    model = find_detector(request)
    first = os.environ.get('RANK', '0') == '0'
    with request.new_result(overwrite) if first else nullcontext():
        frames = frames_of(
            request.videos, request.annotations, request.start_sec
        )
        detection = Detection(request, frames)
        parts = Parts(request.parts_folder, _described(request, model))
        # A video that has been replaced since is not done.
        stamps = {
            video: stamp_of_media(Path(path))
            for video, path in detection.paths.items()
        }
        rank, world_size, device = join_processes(device)
        done = parts.read()
        pending = sorted(v for v in frames if stamps[v] not in done)
        wait_for_all()  # nobody writes before all have read
        if mine := pending[rank::world_size]:
            detector = PersonDetector(
                **model,
                device=device,
                batch_size=batch_size,
                score_threshold=request.score_threshold,
            )
            if rank == 0:
                _warn_of_demo_weights(detector, detection)
            progress = ProgressBar(len(mine)) if rank == 0 else None
            for video, rows in detection.run(detector, mine):
                parts.add(stamps[video], rows)
                if progress:
                    progress.update()
        parts.close()
        wait_for_all()
        if rank == 0:
            table = parts.read()
            for kind, out in enumerate(request.outputs):
                ordered = {v: table[stamps[v]][kind] for v in sorted(frames)}
                count = write_detections(out, ordered, is_person=kind == 0)
                print(f'\n{count} boxes in {len(ordered)} videos: {out}')
            parts.remove()
    if dist.is_initialized():
        dist.destroy_process_group()
