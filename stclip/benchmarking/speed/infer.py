"""A whole look at a video over its parts, and new labels.

A generated video is looked at as ``stclip infer`` does it, from the file to
segments. Beside it its parts by themselves: loading of keyframes and windows,
detection, and CLIP with the scores, each over what the part before has left
in memory. In turn, in one process; the least times count.
"""

import copy
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from stclip.apis.action_models import ActionModel
from stclip.apis.inferencer import ActionInferencer
from stclip.apis.kept_features import KeptFeatures
from stclip.apis.keyframe_samples import keyframe_samples
from stclip.benchmarking.speed.data import write
from stclip.benchmarking.speed.timing import interleave
from stclip.results.keyframe_actions import KeyframeActions
from stclip.structures.box_table import PersonBoxes
from stclip.video import open_video

_LABELS = ('wave', 'sit', 'drink', 'stand up', 'walk')
_NEW_LABELS = tuple(f'action number {k}' for k in range(20))
_STRIDE, _FPS, _PERSONS = 8, 25, 3
MODELS = ('stage', 'b16')


@dataclass(frozen=True)
class Options:
    """What is measured.

    Args:
        model: ``'stage'``, the small models of the project, or ``'b16'``:
            ViT-B/16 with random weights and the small person detector.
        videos: Of 40 frames each, one after the other.
        repeats: Of which the least time counts.
    """

    model: str
    videos: int
    repeats: int


def run(options: Options) -> None:
    """Measure and print both tables."""
    infer = ActionInferencer(_config(options.model), None, 'cpu', 'stage')
    infer.box_threshold = 0.0  # noise shows nobody; all boxes count
    infer.max_persons = _PERSONS
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            write('mp4', Path(folder), index)
            for index in range(options.videos)
        ]
        parts = Parts(infer, paths)
        parts.fill()
        whole, *alone = interleave(
            (parts.whole, parts.load, parts.detect, parts.score),
            options.repeats,
            'cpu',
        )
        kept = KeptFeatures.look(infer, paths[0], stride=_STRIDE)
    print(
        '| model | load s | detect s | CLIP s | sum s | whole s | whole / sum '
        '| whole / slowest |'
    )
    print('|---' * 8 + '|')
    ratios = whole / sum(alone), whole / max(alone)
    values = *alone, sum(alone), whole, *ratios
    print(f'| {options.model} | {" | ".join(f"{v:.2f}" for v in values)} |')
    _new_labels(infer, kept)


def _config(model: str) -> Config:
    if model == 'stage':
        return ActionModel.of('stage').config
    cfg = ActionModel.of('clip-b16').config
    cfg.model.clip.pretrained = None
    return cfg


class Parts:
    """What a look at some videos is made of.

    Args:
        infer: With its models.
        paths: The videos.
    """

    def __init__(self, infer: ActionInferencer, paths: list[Path]) -> None:
        self.infer, self.paths = infer, paths
        self.labels = infer.question(_LABELS)
        self.batches: list[list[dict[str, Any]]] = []
        self.persons: list[Sequence[PersonBoxes]] = []

    def fill(self) -> None:
        """Keep what each part leaves to the next."""
        self.load()
        self.persons = [self.infer._detect(batch) for batch in self.batches]

    def whole(self) -> None:
        """All of it, segments included."""
        for path in self.paths:
            self.infer(path, self.labels, _STRIDE)

    def load(self) -> None:
        """Decode and scale keyframes and their windows."""
        self.batches = []
        for path in self.paths:
            # Nothing is kept from look to look.
            loader = copy.deepcopy(self.infer.loader)
            source = open_video(path)
            numbers = range(0, source.count(), _STRIDE)
            samples = list(
                keyframe_samples(loader, source.path, self.labels, numbers)
            )
            size = self.infer.batch_size
            self.batches += [
                samples[start : start + size]
                for start in range(0, len(samples), size)
            ]

    def detect(self) -> None:
        """Find the persons."""
        for batch in self.batches:
            self.infer._detect(batch)

    def score(self) -> None:
        """Crops, CLIP and the scores of the labels."""
        with torch.inference_mode():
            for batch, persons in zip(self.batches, self.persons, strict=True):
                pairs = zip(batch, persons, strict=True)
                samples = [self._packed(*pair) for pair in pairs]
                self.infer.model.test_step(pseudo_collate(samples))

    def _packed(
        self, sample: dict[str, Any], found: PersonBoxes
    ) -> dict[str, Any]:
        sample = dict(
            sample,
            boxes=found.boxes_xyxy[:_PERSONS],
            box_scores=found.scores[:_PERSONS],
            img_shape=sample['image'].shape[:2],
        )
        for step in self.infer.steps:
            sample = step(sample)
        return sample


def _new_labels(infer: ActionInferencer, kept: KeptFeatures) -> None:
    """Time new labels on an hour of video with three persons all the time."""
    count = 3600 * _FPS // _STRIDE
    boxes = np.tile(np.float32([0, 0, 9, 9]), (_PERSONS, 1))
    ids = np.arange(1, _PERSONS + 1)
    frames = tuple(
        KeyframeActions(
            frame_idx=_STRIDE * k,
            boxes_xyxy=boxes,
            box_scores=np.ones(_PERSONS, np.float32),
            action_probs=np.zeros((_PERSONS, 1), np.float32),
            time_sec=_STRIDE * k / _FPS,
            track_ids=ids,
        )
        for k in range(count)
    )
    width = kept.features.shape[1]
    rows = np.random.default_rng(0).normal(size=(count * _PERSONS, width))
    hour = KeptFeatures(
        replace(kept.result, frames=frames), rows.astype(np.float16)
    )
    print('\n| new labels | persons | scores s | with smoothing, segments s |')
    print('|---|---|---|---|')
    start = time.perf_counter()
    hour.scored(infer, _NEW_LABELS)
    scored = time.perf_counter() - start
    start = time.perf_counter()
    hour.with_labels(infer, [f'another {name}' for name in _NEW_LABELS])
    whole = time.perf_counter() - start
    print(
        f'| {len(_NEW_LABELS)} | {count * _PERSONS} | {scored:.2f} | '
        f'{whole:.2f} |'
    )
