"""Frames of a data set through a frozen CLIP, once."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from tqdm import tqdm

from stclip.apis.feature_stores import (
    BATCH,
    encode_images,
    require_reader,
    videos_to_encode,
)
from stclip.apis.keyframe_features import write_keyframe_features
from stclip.apis.whole_video_features import write_whole_videos
from stclip.datasets.transforms.frame_features import (
    STORE_FILE,
    identity_of,
    read_identity,
)
from stclip.models.detection import VideoLabelDetector
from stclip.models.detection.base import CLIPDetector
from stclip.models.recognition import VideoTextRecognizer
from stclip.registry import DEFAULT_SCOPE, MODELS
from stclip.utils.config_types import is_a, type_name
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, write_json

_OPENS, _DECODES = 'VideoInit', 'VideoDecode'


def write_frame_features(
    cfg: Config, out: Path, device: str, with_crops: bool = False
) -> int:
    """Encode every frame of a config's videos into a store.

    Of a detector on CLIP, the keyframes alone; see
    :func:`~stclip.apis.keyframe_features.write_keyframe_features`. Frames are
    prepared as in testing. What is there already stays: a run that was
    interrupted goes on.

    Args:
        cfg: Of a recogniser or detector whose CLIP is frozen.
        out: Folder of the store.
        device: Where the image tower runs.
        with_crops: Of a detector, whether to encode persons and objects, too.

    Returns:
        Number of videos that were encoded now.

    Raises:
        UserError: If the image tower is trained, the model takes no features,
            the folder holds another CLIP's, or those of keyframes alone where
            there shall be crops, if two videos would have one file, or for
            crops of a recogniser.
    """
    identity = _require_frozen(cfg, out)
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        kind = MODELS.get(cfg.model.type)
        if is_a(kind, CLIPDetector):
            if not kind.takes_features:
                raise UserError(
                    f'{cfg.filename}: {kind.__name__} takes no features of '
                    'pictures'
                )
            return write_keyframe_features(
                cfg, out, device, identity, with_crops
            )
        if with_crops:
            raise UserError(
                f'{cfg.filename}: recognisers look at no crops; leave out '
                '--crops'
            )
        if is_a(kind, VideoLabelDetector):
            return write_whole_videos(cfg, out, device, identity)
        if not is_a(kind, VideoTextRecognizer):
            raise UserError(
                f'{cfg.filename}: its model is no recogniser, nor a detector '
                'on CLIP or on whole videos'
            )
        require_reader(cfg, cfg.model)
        pipeline = _of_every_frame(cfg.test_dataloader.dataset.pipeline)
        videos = videos_to_encode(cfg, out, pipeline, 'filename')
        model = MODELS.build(cfg.model)
    model.to(device).eval()
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / STORE_FILE, dict(clip=identity))
    for file, (dataset, index) in tqdm(videos.items(), 'encoding videos'):
        features = encode(model, dataset[index])
        with atomic_write(file, 'wb') as stream:
            np.save(stream, features)
    return len(videos)


def _require_frozen(cfg: Config, out: Path) -> dict[str, str]:
    """The identity of a config's CLIP, which is that of the store if any."""
    model_cfg = cfg.get('model', {})
    key = 'model.recognizer' if 'recognizer' in model_cfg else 'model'
    clip_cfg = model_cfg.get('recognizer', model_cfg).get('clip')
    if clip_cfg is None:
        raise UserError(
            f'{cfg.filename}: its model has no clip; give the config of a '
            'recogniser, or of a detector on CLIP'
        )
    for option in ('trained_layers', 'lora_rank'):
        if clip_cfg.get(option):
            raise UserError(
                f'{cfg.filename}: only what a frozen image tower says of a '
                f'frame is worth keeping; set {key}.clip.{option} to 0'
            )
    identity = identity_of(clip_cfg)
    if (out / STORE_FILE).is_file() and read_identity(out) != identity:
        raise UserError(
            f'{out} holds features of {read_identity(out)}, not of {identity}:'
            ' choose another folder'
        )
    return identity


@torch.inference_mode()
def encode(model: VideoTextRecognizer, sample: dict[str, Any]) -> np.ndarray:
    """Features of all frames of a packed video, (F, Dt) float16."""
    frames = sample['inputs'].flatten(0, -4)
    found = []
    for part in frames.split(BATCH):
        data = dict(inputs=[part], data_samples=[sample['data_samples']])
        pictures = model.data_preprocessor(data)['inputs'].flatten(0, -4)
        found.append(encode_images(model.clip, pictures))
    return np.concatenate(found)


def _of_every_frame(pipeline: list[dict]) -> list[dict]:
    """A test pipeline that takes all frames in place of a sample of them."""
    kinds = [type_name(step['type']) for step in pipeline]
    if kinds[:1] != [_OPENS] or _DECODES not in kinds:
        raise UserError(
            f'the test pipeline has to begin with {_OPENS} and to hold '
            f'{_DECODES}, but is {kinds}'
        )
    rest = pipeline[kinds.index(_DECODES) :]
    return [pipeline[0], dict(type='TakeEveryFrame'), *rest]
