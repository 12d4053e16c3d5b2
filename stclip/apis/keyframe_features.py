"""Keyframes with persons through a frozen CLIP, once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from torch.utils.data import ConcatDataset, DataLoader, Subset
from tqdm import tqdm

from stclip.apis.feature_stores import (
    BATCH,
    dataset_configs,
    encode_images,
    require_own_file,
)
from stclip.datasets.transforms.frame_features import (
    STORE_FILE,
    keyframe_features_file,
)
from stclip.datasets.transforms.keyframe_features import (
    RegionFeatures,
    moment_of,
    read_with_regions,
)
from stclip.engine.pictures import fit_steps
from stclip.models.detection.base import CLIPDetector
from stclip.registry import DATASETS, MODELS
from stclip.utils.config_types import type_name
from stclip.utils.io import atomic_write, write_json

# What a picture is of: the number of the frame, the box or None for the whole.
_Region = tuple[int, tuple[float, ...] | None]


def write_keyframe_features(
    cfg: Config,
    out: Path,
    device: str,
    identity: dict[str, str],
    with_crops: bool = False,
) -> int:
    """Encode the full frames that ``AddMemory`` looks up.

    All keyframes that have a person, in training or testing, whatever its box
    is from. Videos that are there already stay.

    Args:
        cfg: Of a detector whose CLIP is frozen.
        out: Folder of the store.
        device: Where the image tower runs.
        identity: Of the config's CLIP.
        with_crops: Whether to encode persons and objects, too, for
            ``LoadKeyframeFeatures``.

    Returns:
        Number of videos that were encoded now.

    Raises:
        UserError: If two videos would have one file, or one that is there
            has no crops, but shall.
    """
    datasets = _datasets(cfg, with_crops)
    files = _files(datasets, out, with_crops)
    number = len(files)
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / STORE_FILE, dict(clip=identity))
    model: CLIPDetector = MODELS.build(cfg.model).to(device).eval()
    choose = _every if with_crops else _with_persons
    loader = DataLoader(
        Subset(ConcatDataset(datasets), choose(datasets, files)),
        batch_size=BATCH,
        num_workers=cfg.test_dataloader.get('num_workers', 0),
        collate_fn=list,
    )
    rows = _encoded(model, tqdm(loader, 'encoding keyframes'))
    width = model.clip.joint_width
    for video, group in groupby(rows, itemgetter('video_path')):
        encoded = _Video(width)
        for row in group:
            encoded.add(row)
        encoded.write(files.pop(video), with_crops)
    for file in files.values():  # videos without anybody
        _Video(width).write(file, with_crops=False)
    return number


@dataclass
class _Video:
    """What was encoded of one video.

    Args:
        width: Dt.
    """

    width: int
    features: dict[_Region, np.ndarray] = field(default_factory=dict)
    moments: dict[float, tuple[int, bool]] = field(default_factory=dict)
    frame_hw: tuple[int, int] = (0, 0)
    fps: float | None = None

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a keyframe with the boxes of a source."""
        self.features.update(row['features'])
        self.frame_hw, self.fps = row['frame_hw'], row['fps']
        self.moments[row['moment']] = row['frame_idx'], row['beyond_end']

    def write(self, file: Path, with_crops: bool) -> None:
        """Write the video's file of a store."""
        frames = sorted(n for n, box in self.features if box is None)
        arrays = dict(
            frame_idx=np.array(frames, np.int64),
            features=self._features((n, None) for n in frames),
        )
        if with_crops:
            arrays.update(self.regions().arrays())
        with atomic_write(file, 'wb') as stream:
            np.savez(stream, **arrays)

    def regions(self) -> RegionFeatures:
        """What was encoded of boxes."""
        regions = [key for key in self.features if key[1] is not None]
        boxes = [box for _, box in regions]
        numbers, beyond = zip(*self.moments.values(), strict=True)
        return RegionFeatures(
            moments=np.array([*self.moments], float),
            moment_frame_idx=np.array(numbers, np.int64),
            beyond_end=np.array(beyond),
            frame_hw=np.array(self.frame_hw, np.int64),
            fps=np.array(np.nan if self.fps is None else self.fps),
            box_frame_idx=np.array([n for n, _ in regions], np.int64),
            boxes=np.array(boxes, np.float32).reshape(-1, 4),
            box_features=self._features(regions),
        )

    def _features(self, keys: Iterable[_Region]) -> np.ndarray:
        rows = [self.features[key][None] for key in keys]
        return np.concatenate([np.zeros((0, self.width), 'f2'), *rows])


@torch.inference_mode()
def _encoded(
    model: CLIPDetector, batches: Iterable[Sequence[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Rows with ``features``, region -> (Dt,) float16, for ``pictures``."""
    known: dict[tuple[str, _Region], np.ndarray] = {}
    for batch in batches:
        keys = [
            [(r['video_path'], key) for key in r['regions']] for r in batch
        ]
        fresh = {
            key: picture
            for row, own in zip(batch, keys, strict=True)
            for key, picture in zip(own, row['pictures'], strict=True)
            if key not in known
        }
        known.update(zip(fresh, _features(model, fresh.values()), strict=True))
        for row, own in zip(batch, keys, strict=True):
            found = [known[key] for key in own]
            yield dict(
                row, features=dict(zip(row['regions'], found, strict=True))
            )
        last = batch[-1]['video_path']
        known = {key: f for key, f in known.items() if key[0] == last}


def _features(
    model: CLIPDetector, pictures: Iterable[torch.Tensor]
) -> Iterator[np.ndarray]:
    """(3, S, S) uint8 each -> (Dt,) float16 each."""
    together = [*pictures]
    for start in range(0, len(together), BATCH):
        part = torch.stack(together[start : start + BATCH])
        images = model.data_preprocessor.normalise(part)
        yield from encode_images(model.clip, images)


def _datasets(cfg: Config, with_crops: bool) -> list[Any]:
    """Training and test set, whose samples are rows of pictures."""
    datasets = []
    for config in dataset_configs(cfg):
        first, *rest = config.pipeline
        steps = [dict(first, num_frames=1)]
        if with_crops:
            by_name = {type_name(step['type']): step for step in rest}
            if persons := by_name.get('CropPersons'):
                steps.append(dict(persons))
            if objects := by_name.get('CropObjects'):
                steps.append(dict(objects, max_objects=None))
        fit_steps(steps, cfg.model)
        dataset = DATASETS.build(dict(config, pipeline=steps))
        dataset.pipeline.transforms.append(_row)
        datasets.append(dataset)
    return datasets


def _row(results: dict[str, Any]) -> dict[str, Any]:
    """What is wanted of a loaded keyframe: regions, a picture of each."""
    number = results['frame_idx']
    regions: list[_Region] = []
    pictures = []
    if len(results['boxes']):
        regions.append((number, None))
        pictures.append(results['keyframe'][None])
    for boxes, crops in (('boxes', 'crops'), ('object_boxes', 'objects')):
        if crops in results:
            regions += [(number, tuple(b)) for b in results[boxes].tolist()]
            pictures.append(results[crops])
    return dict(
        video_path=results['video_path'],
        moment=moment_of(results),
        frame_idx=number,
        beyond_end=results['beyond_end'],
        frame_hw=results['image'].shape[:2],
        fps=results['source'].fps,
        regions=regions,
        pictures=torch.from_numpy(np.concatenate(pictures)) if regions else (),
    )


def _files(
    datasets: list[Any], out: Path, with_crops: bool
) -> dict[str, Path]:
    """Path of each video that is not in a store yet -> its file there."""
    owners: dict[Path, str] = {}
    for info in _infos(datasets):
        file = keyframe_features_file(out, info['video_path'])
        require_own_file(owners, file, info['video_path'])
    if with_crops:
        for file in filter(Path.is_file, owners):
            read_with_regions(file)
    return {v: file for file, v in owners.items() if not file.is_file()}


def _with_persons(datasets: list[Any], files: dict[str, Path]) -> list[int]:
    """Keyframes with a person, each once, those of a video together."""
    chosen: dict[str, dict[float, int]] = {video: {} for video in files}
    for index, info in enumerate(_infos(datasets)):
        if len(info['boxes']) and info['video_path'] in chosen:
            chosen[info['video_path']].setdefault(moment_of(info), index)
    return [index for own in chosen.values() for index in own.values()]


def _every(datasets: list[Any], files: dict[str, Path]) -> list[int]:
    """All keyframes with all their boxes, those of a video together."""
    chosen: dict[str, list[int]] = {video: [] for video in files}
    for index, info in enumerate(_infos(datasets)):
        if info['video_path'] in chosen:
            chosen[info['video_path']].append(index)
    return [index for own in chosen.values() for index in own]


def _infos(datasets: list[Any]) -> Iterator[dict[str, Any]]:
    """Every sample, one data set after the other."""
    for dataset in datasets:
        for index in range(len(dataset)):
            yield dataset.get_data_info(index)
