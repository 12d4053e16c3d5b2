"""Whole videos behind persons' boxes through a frozen CLIP, once."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from tqdm import tqdm

from stclip.apis.feature_stores import (
    BATCH,
    encode_images,
    require_reader,
    videos_to_encode,
)
from stclip.datasets.transforms.frame_features import STORE_FILE
from stclip.datasets.transforms.loading import LoadKeyframe
from stclip.datasets.transforms.whole_video import LoadWholeVideo
from stclip.engine.pictures import fit_steps
from stclip.models.detection import VideoLabelDetector
from stclip.registry import MODELS, TRANSFORMS
from stclip.utils.config_types import type_name
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, write_json
from stclip.video.frame_source import FrameSource

_OPENS, _READS = LoadKeyframe.__name__, LoadWholeVideo.__name__


def write_whole_videos(
    cfg: Config, out: Path, device: str, identity: dict[str, str]
) -> int:
    """Encode every frame of the videos whose persons a detector scores.

    For ``LoadWholeVideoFeatures``. Videos that are there already stay.

    Args:
        cfg: Of a detector that looks at whole videos, whose CLIP is frozen.
        out: Folder of the store.
        device: Where the image tower runs.
        identity: Of the config's CLIP.

    Returns:
        Number of videos that were encoded now.

    Raises:
        UserError: If the recogniser takes no features, the test pipeline
            reads no whole videos, or two videos would have one file.
    """
    opens, reads = _steps(cfg)
    require_reader(cfg, cfg.model.recognizer)
    videos = videos_to_encode(cfg, out, [], 'video_path')
    model = MODELS.build(cfg.model).to(device).eval()
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / STORE_FILE, dict(clip=identity))
    for file, (dataset, index) in tqdm(videos.items(), 'encoding videos'):
        info = dataset.get_data_info(index)
        video = opens.videos.open(info['video_path'], info.get('fps'))
        features = [*_encoded(model, reads, video)]
        with atomic_write(file, 'wb') as stream:
            np.save(stream, np.concatenate(features))
    return len(videos)


def _steps(cfg: Config) -> tuple[LoadKeyframe, LoadWholeVideo]:
    """What opens a video in testing, and what reads all of it."""
    steps = {
        type_name(step['type']): dict(step)
        for step in cfg.test_dataloader.dataset.pipeline
    }
    missing = [name for name in (_OPENS, _READS) if name not in steps]
    if missing:
        raise UserError(
            f'{cfg.filename}: its test pipeline has no {missing[0]}; give the '
            'config that reads pictures'
        )
    wanted = [steps[_OPENS], steps[_READS]]
    fit_steps(wanted, cfg.model)
    opens, reads = map(TRANSFORMS.build, wanted)
    return opens, reads


@torch.inference_mode()
def _encoded(
    model: VideoLabelDetector, reads: LoadWholeVideo, video: FrameSource
) -> Iterator[np.ndarray]:
    """(N, Dt) float16 of the frames of a video, each decoded once."""
    start = 0
    while True:
        part = range(start, start + BATCH)
        if (end := video.count(part.stop, part)) == start:
            return
        pictures = torch.from_numpy(reads.read(video, part[: end - start]))
        images = model.data_preprocessor.normalise(pictures)
        yield encode_images(model.recognizer.clip, images)
        start = end
