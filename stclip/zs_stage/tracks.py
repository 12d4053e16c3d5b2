"""The videos of ZS-Stage: their list, and rendering of one of them."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np

from stclip.utils.choices import require_choice
from stclip.utils.disk_space import told_if_full
from stclip.utils.io import atomic_write, read_json, write_json
from stclip.video.rendered import record_path
from stclip.video.writer import REPEATABLE
from stclip.zs_stage.action_casting import cast_action, cast_idle
from stclip.zs_stage.classes import ACTIONS, label_split
from stclip.zs_stage.clip import FPS, Clip
from stclip.zs_stage.crowd import cast_crowd
from stclip.zs_stage.crowd_classes import (
    CROWD_ACTIONS,
    CROWD_FREE,
    PARTS,
    TRAINING_SETS,
)
from stclip.zs_stage.painter import HEIGHT, WIDTH

#: Raised whenever the renderer draws something else than before; videos of
#: an older edition are rendered again.
EDITION = 5

#: The third one is of people who do none of the actions: a person detector
#: learns from them.
TRACKS = ('single', 'multi', 'idle')
_TRACK_SEED = {'single': 1, 'multi': 2, 'idle': 3}
#: What the videos of the third track feature.
IDLE = 'idle'
_SUBSET_SEED = {'train': 1, 'test': 2}
_JPEG_QUALITY = 90


@dataclass(frozen=True)
class Size:
    """How much of each track there is.

    Args:
        single_videos: Per class, by subset.
        single_frames: Frames of a single-action video.
        multi_videos: In all, by subset.
        multi_seconds: Length of a multi-action video.
        idle_videos: In all, by subset; as long as single-action ones.
        single_classes: Classes of the single-action videos, by subset.
    """

    single_videos: dict[str, int]
    single_frames: int
    multi_videos: dict[str, int]
    multi_seconds: int
    idle_videos: dict[str, int]
    single_classes: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: dict(train=tuple(ACTIONS), test=tuple(ACTIONS))
    )


SIZES = {
    'tiny': Size(
        single_videos={'train': 1, 'test': 1},
        single_frames=10,
        multi_videos={'train': 15, 'test': 7},
        multi_seconds=3,
        idle_videos={'train': 4, 'test': 2},
    ),
    # What one fold needs, for a first try.
    'demo': Size(
        single_videos={'train': 4, 'test': 8},
        single_frames=24,
        multi_videos={'train': 15, 'test': 7},
        multi_seconds=3,
        idle_videos={'train': 4, 'test': 2},
        single_classes=dict(
            zip(('train', 'test'), label_split('fold', 1), strict=True)
        ),
    ),
    'full': Size(
        single_videos={'train': 36, 'test': 24},
        single_frames=24,
        multi_videos={'train': 320, 'test': 160},
        multi_seconds=5,
        idle_videos={'train': 400, 'test': 60},
    ),
}


@dataclass(frozen=True)
class VideoPlan:
    """One video to render.

    Args:
        track: One of :data:`TRACKS`.
        subset: ``'train'`` or ``'test'``.
        action: Class that the video features, or :data:`IDLE`.
        index: Among the track's videos of the subset (single: of the
            class).
        frames: Length.
    """

    track: str
    subset: str
    action: str
    index: int
    frames: int

    @property
    def name(self) -> str:
        """Name of the frame folder or file."""
        if self.track == 'single':
            return f'{self.action}_{self.subset}_{self.index:02d}'
        kind = 'crowd' if self.track == 'multi' else IDLE
        return f'{kind}_{self.subset}_{self.index:03d}'

    def cast(self) -> Clip:
        """Draw scene, people and camera; the same every time."""
        names = dict(
            single=tuple(ACTIONS), multi=tuple(CROWD_ACTIONS), idle=(IDLE,)
        )[self.track]
        rng = np.random.default_rng(
            [
                _TRACK_SEED[self.track],
                _SUBSET_SEED[self.subset],
                names.index(self.action),
                self.index,
            ]
        )
        seconds = self.frames / FPS
        if self.track == 'single':
            return cast_action(self.action, rng, seconds)
        if self.track == 'idle':
            return cast_idle(rng, seconds)
        allowed = frozenset(names)
        if self.subset == 'train':
            allowed = TRAINING_SETS[self.index % len(TRAINING_SETS)]
        return cast_crowd(self.action, allowed, rng, seconds)


def _featured(subset: str, index: int) -> str:
    """Return what somebody in a crowd does for sure: parts' actions in turn.

    Those that are unseen nowhere are there anyway.
    """
    if subset == 'test':
        names = sum(PARTS, ())
        return names[index % len(names)]
    turn, which = divmod(index, len(TRAINING_SETS))
    allowed = TRAINING_SETS[which] - {*CROWD_FREE}
    names = [name for name in CROWD_ACTIONS if name in allowed]
    # Sets begin at different places: a few videos show many actions.
    return names[(turn + which) % len(names)]


def plan_track(track: str, size: Size) -> list[VideoPlan]:
    """List the videos of one track.

    Raises:
        ValueError: If there is no such track.
    """
    require_choice('track', track, TRACKS)
    plans = []
    for subset in ('train', 'test'):
        if track == 'single':
            plans += [
                VideoPlan(track, subset, action, index, size.single_frames)
                for action in size.single_classes[subset]
                for index in range(size.single_videos[subset])
            ]
            continue
        if track == 'idle':
            plans += [
                VideoPlan(track, subset, IDLE, index, size.single_frames)
                for index in range(size.idle_videos[subset])
            ]
            continue
        plans += [
            VideoPlan(
                track,
                subset,
                _featured(subset, index),
                index,
                size.multi_seconds * FPS,
            )
            for index in range(size.multi_videos[subset])
        ]
    return plans


def remove_parts(out: Path, track: str) -> None:
    """Remove what a killed run began to write of a track's videos.

    Args:
        out: Folder of ZS-Stage, which no other process renders to.
        track: One of :data:`TRACKS`.
    """
    for part in Path(out, track).glob('*/.*.part*'):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink()


def _write_frames(folder: Path, images: list[np.ndarray]) -> None:
    """Write ``00001.jpg`` ..., complete or not at all."""
    part = folder.with_name(f'.{folder.name}.part')
    outdated = folder.with_name(f'.{folder.name}.outdated.part')
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    part.mkdir(parents=True)
    try:
        for index, image in enumerate(images, 1):
            _, jpeg = cv2.imencode('.jpg', image[..., ::-1], quality)
            with told_if_full(folder):
                (part / f'{index:05d}.jpg').write_bytes(jpeg)
        if folder.exists():
            folder.rename(outdated)
        part.rename(folder)
    finally:
        for rest in (part, outdated):
            shutil.rmtree(rest, ignore_errors=True)


def _write_video(path: Path, images: list[np.ndarray]) -> None:
    """Write an H.264 file, complete or not at all."""
    with (
        atomic_write(path, 'wb') as file,
        av.open(file, 'w', format='mp4') as container,
    ):
        stream = container.add_stream('libx264', rate=FPS)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = 'yuv420p'
        stream.options = dict(crf='18', threads='1', **REPEATABLE)
        for image in images:
            frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _is_current(record: Path, stamp: dict, media: Path) -> bool:
    if not (record.is_file() and media.exists()):
        return False
    return read_json(record)['stamp'] == stamp


def render_video(plan: VideoPlan, out: Path, video_format: str) -> Path:
    """Render one video unless it is there already.

    Args:
        plan: The video.
        out: Folder of ZS-Stage.
        video_format: ``'frames'`` for a folder of JPEG files, ``'video'``
            for an mp4 file.

    Returns:
        The record: a JSON file with the labels and boxes of all persons in
        all frames.

    Raises:
        ValueError: If ``video_format`` is neither of the two.
    """
    require_choice('format', video_format, ('frames', 'video'))
    root = Path(out) / plan.track
    as_frames = video_format == 'frames'
    media = root / 'frames' / plan.name
    if not as_frames:
        media = root / 'videos' / f'{plan.name}.mp4'
    record = record_path(media)
    stamp = dict(
        edition=EDITION, frames=plan.frames, action=plan.action,
        format=video_format,
    )  # fmt: skip
    if _is_current(record, stamp, media):
        return record
    record.unlink(missing_ok=True)
    clip = plan.cast()
    images, boxes = [], []
    for index in range(plan.frames):
        image, seen = clip.render(index)
        images.append(image)
        boxes.append(seen)
    (_write_frames if as_frames else _write_video)(media, images)
    write_json(
        record,
        dict(
            stamp=stamp,
            video=plan.name,
            subset=plan.subset,
            labels=[list(actor.labels) for actor in clip.actors],
            boxes=boxes,
        ),
    )
    return record
