"""What all stores of features have in common when they are made."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config

from stclip.datasets.transforms.frame_features import features_file
from stclip.models.clip import CLIPBackbone
from stclip.registry import DATASETS, MODELS
from stclip.utils.errors import UserError

#: Pictures that are read, and go through the image tower, at once.
BATCH = 64


def encode_images(clip: CLIPBackbone, images: torch.Tensor) -> np.ndarray:
    """What a store keeps of pictures.

    Args:
        clip: A frozen one.
        images: (N, 3, S, S), normalised.

    Returns:
        (N, Dt) float16.
    """
    features = clip.project(clip.encode_images(images))
    return features.float().cpu().numpy().astype('f2')


def require_reader(cfg: Config, recognizer: Mapping[str, Any]) -> None:
    """See that a recogniser reads features of frames.

    Args:
        cfg: Where it is from.
        recognizer: Its config.

    Raises:
        UserError: If it does not.
    """
    kind = MODELS.get(recognizer['type'])
    if why := kind.why_no_features(**recognizer):
        raise UserError(
            f'{cfg.filename}: {kind.__name__} {why} and takes no features of '
            'frames'
        )


def dataset_configs(cfg: Config) -> Iterator[dict[str, Any]]:
    """Configs of the data sets: of training, if there is any, and testing."""
    for loader in (cfg.get('train_dataloader'), cfg.test_dataloader):
        if loader:
            yield loader.dataset


def videos_to_encode(
    cfg: Config, out: Path, pipeline: list[dict[str, Any]], key: str
) -> dict[Path, tuple[Any, int]]:
    """Videos that a store of whole videos does not have yet.

    Args:
        cfg: Of the data sets.
        out: Folder of the store.
        pipeline: What the data sets do with a sample.
        key: Of a sample, its video's path.

    Returns:
        File in the store -> data set and index of a sample of the video.

    Raises:
        UserError: If two videos would have one file.
    """
    owners: dict[Path, str] = {}
    wanted: dict[Path, tuple[Any, int]] = {}
    for config in dataset_configs(cfg):
        dataset = DATASETS.build(dict(config, pipeline=pipeline))
        for index in range(len(dataset)):
            # Named as it is looked for, also where it is a link.
            video = Path(dataset.get_data_info(index)[key])
            file = features_file(out, video)
            require_own_file(owners, file, str(video.resolve()))
            if not file.is_file():
                wanted.setdefault(file, (dataset, index))
    return wanted


def require_own_file(owners: dict[Path, str], file: Path, video: str) -> None:
    """Note whose features a file of a store has.

    Args:
        owners: Video of each file so far; changed.
        file: Of this video.
        video: Its path.

    Raises:
        UserError: If the file is another video's.
    """
    if owners.setdefault(file, video) != video:
        raise UserError(
            f'{video} and {owners[file]} would both be {file}: give their '
            'folders other names'
        )
