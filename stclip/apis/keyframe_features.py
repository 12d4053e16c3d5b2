"""Keyframes with persons through a frozen CLIP, once: a detector's memory."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from torch.utils.data import ConcatDataset, DataLoader, Subset
from tqdm import tqdm

from stclip.datasets.transforms.frame_features import (
    STORE_FILE,
    keyframe_features_file,
)
from stclip.engine.pictures import fit_steps
from stclip.models.detection.base import CLIPDetector
from stclip.registry import DATASETS, MODELS
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, write_json

# Keyframes that go through the image tower at once.
_BATCH = 64


def write_keyframe_features(
    cfg: Config, out: Path, device: str, identity: dict[str, str]
) -> int:
    """Encode the full frames that ``AddMemory`` looks up.

    All keyframes that have a person, in training or testing, whatever its box
    is from. Videos that are there already stay.

    Args:
        cfg: Of a detector whose CLIP is frozen.
        out: Folder of the store.
        device: Where the image tower runs.
        identity: Of the config's CLIP.

    Returns:
        Number of videos that were encoded now.

    Raises:
        UserError: If two videos would have one file.
    """
    datasets = _datasets(cfg)
    files = _files(datasets, out)
    number = len(files)
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / STORE_FILE, dict(clip=identity))
    model: CLIPDetector = MODELS.build(cfg.model).to(device).eval()
    loader = DataLoader(
        Subset(ConcatDataset(datasets), _chosen(datasets, files)),
        batch_size=_BATCH,
        num_workers=cfg.test_dataloader.get('num_workers', 0),
        collate_fn=list,
    )
    rows = _encoded(model, tqdm(loader, 'encoding keyframes'))
    nothing = np.zeros((0, model.clip.joint_width), 'f2')
    for video, group in groupby(rows, lambda row: row[0]):
        known = {n: feature for _, n, feature in group if n is not None}
        features = [nothing, *(known[n][None] for n in sorted(known))]
        _write(files.pop(video), sorted(known), np.concatenate(features))
    for file in files.values():  # videos without anybody
        _write(file, [], nothing)
    return number


def _write(file: Path, numbers: list[int], features: np.ndarray) -> None:
    """One video of a store."""
    with atomic_write(file, 'wb') as stream:
        np.savez(
            stream, frame_idx=np.array(numbers, np.int64), features=features
        )


@torch.inference_mode()
def _encoded(
    model: CLIPDetector, batches: Any
) -> Iterator[tuple[str, int | None, np.ndarray]]:
    """Video, frame number (None beyond its end), (Dt,) float16 feature."""
    for batch in batches:
        pictures = torch.stack([row['keyframe'] for row in batch])
        images = model.data_preprocessor.normalise(pictures)
        features = model.clip.project(model.clip.encode_images(images))
        found = features.float().cpu().numpy().astype('f2')
        for row, feature in zip(batch, found, strict=True):
            yield row['video_path'], row['frame_idx'], feature


def _datasets(cfg: Config) -> list[Any]:
    """Training and test set, whose samples are keyframes and no more."""
    datasets = []
    for loader in (cfg.get('train_dataloader'), cfg.test_dataloader):
        if not loader:
            continue
        load = dict(loader.dataset.pipeline[0], num_frames=1)
        fit_steps([load], cfg.model)
        dataset = DATASETS.build(dict(loader.dataset, pipeline=[load]))
        dataset.pipeline.transforms.append(_row)
        datasets.append(dataset)
    return datasets


def _row(results: dict[str, Any]) -> dict[str, Any]:
    """What is wanted of a loaded keyframe."""
    return dict(
        video_path=results['video_path'],
        frame_idx=None if results['beyond_end'] else results['frame_idx'],
        keyframe=torch.from_numpy(np.array(results['keyframe'])),
    )


def _files(datasets: list[Any], out: Path) -> dict[str, Path]:
    """Path of each video that is not in a store yet -> its file there."""
    owners: dict[Path, str] = {}
    for dataset in datasets:
        for index in range(len(dataset)):
            video = dataset.get_data_info(index)['video_path']
            file = keyframe_features_file(out, video)
            require_own_file(owners, file, video)
    return {v: file for file, v in owners.items() if not file.is_file()}


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


def _chosen(datasets: list[Any], files: dict[str, Path]) -> list[int]:
    """Keyframes with a person, each once, those of a video together."""
    chosen: dict[str, dict[tuple, int]] = {video: {} for video in files}
    start = 0
    for dataset in datasets:
        for index in range(len(dataset)):
            info = dataset.get_data_info(index)
            moment = info['frame_idx'], info['seconds']
            if len(info['boxes']) and info['video_path'] in chosen:
                chosen[info['video_path']].setdefault(moment, start + index)
        start += len(dataset)
    return [index for own in chosen.values() for index in own.values()]
