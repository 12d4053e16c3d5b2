"""Person boxes from any detector of mmdet."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import nn

from stclip.apis.loading import choose_device, load_config, load_weights
from stclip.structures.box_table import PersonBoxes
from stclip.structures.boxes import box_iou
from stclip.utils.checkpoints import Checkpoint, read_checkpoint
from stclip.utils.config_types import is_a, type_name
from stclip.utils.errors import UserError

_PERSON = 'person'
_COUNTER = 'num_batches_tracked'


class PersonDetector:
    """A detector of mmdet that is asked for persons only.

    Args:
        config: Config file or config of mmdet's kind; its ``test_dataloader``
            gives the preprocessing.
        checkpoint: File with the weights; read without unpickling objects.
        device: Where it runs; ``None`` for a GPU if there is one.
        batch_size: Frames put through the network at a time, >= 1.
        score_threshold: Boxes below are dropped, beside the config's own
            threshold.

    Raises:
        MissingFileError: If the config or the checkpoint is missing.
        UserError: If one cannot be read, the checkpoint does not fit, or
            knows no class named ``person``.
    """

    def __init__(
        self,
        config: str | Path | Config,
        checkpoint: str | Path,
        device: str | None = None,
        batch_size: int = 8,
        score_threshold: float = 0.05,
    ) -> None:
        cfg = load_config(config)
        self.device = choose_device(device)
        self.batch_size = batch_size
        self.score_threshold = score_threshold
        with DefaultScope.overwrite_default_scope('mmdet'):
            self.pipeline = _build_pipeline(cfg)
        read = read_checkpoint(checkpoint)
        classes = class_names(read) or _classes_of_config(cfg)
        if _PERSON not in classes:
            raise UserError(
                f'{checkpoint}: the detector has no class {_PERSON!r}, only '
                f'{", ".join(classes)}'
            )
        self.person_idx = classes.index(_PERSON)
        #: The only pictures that it knows, as its files tell; empty for any.
        self.domain = _domain(read, cfg)
        with DefaultScope.overwrite_default_scope('mmdet'):
            self.model = _build_model(cfg, read.weights, checkpoint)
        self.model.to(self.device).eval()

    def __call__(self, frames: Sequence[np.ndarray]) -> list[PersonBoxes]:
        """Detect the persons of some frames.

        Args:
            frames: (H, W, 3) uint8 RGB each; sizes may differ.

        Returns:
            The persons of each frame; (0, 4) boxes where there are none.

        Raises:
            UserError: If the config scales a side of a frame to nothing.
        """
        return list(self.stream(frames))

    def stream(self, frames: Iterable[np.ndarray]) -> Iterator[PersonBoxes]:
        """Like a call, but gives each batch's results as soon as it is done.

        Args:
            frames: As in a call; a generator works too and is read no
                further than one batch ahead.

        Yields:
            The persons of each frame.
        """
        yield from map(self._persons, self._detections(frames))

    def stream_with_objects(
        self, frames: Iterable[np.ndarray]
    ) -> Iterator[tuple[PersonBoxes, PersonBoxes]]:
        """As :meth:`stream`, with all else that touches a person.

        Source: iCLIP, arXiv:2304.04688, whose persons look at such objects.

        Yields:
            The persons of each frame, and boxes and scores of the objects
            that overlap one of them.
        """
        for instances in self._detections(frames):
            persons = self._persons(instances)
            others = self._boxes(
                instances, instances.labels != self.person_idx
            )
            overlap = box_iou(others.boxes_xyxy, persons.boxes_xyxy)
            near = (overlap > 0).any(axis=1)
            yield (
                persons,
                PersonBoxes(others.boxes_xyxy[near], others.scores[near]),
            )

    def _detections(self, frames: Iterable[np.ndarray]) -> Iterator[Any]:
        """Instances of each frame, as mmdet gives them."""
        batch: list[np.ndarray] = []
        for frame in frames:
            batch.append(frame)
            if len(batch) == self.batch_size:
                yield from self._detect(batch)
                batch = []
        if batch:
            yield from self._detect(batch)

    @torch.inference_mode()
    def _detect(self, frames: Sequence[np.ndarray]) -> list[Any]:
        with DefaultScope.overwrite_default_scope('mmdet'):
            packed = [self._prepared(frame) for frame in frames]
            results = self.model.test_step(
                {key: [item[key] for item in packed] for key in packed[0]}
            )
        return [result.pred_instances for result in results]

    def _prepared(self, frame: np.ndarray) -> dict[str, Any]:
        # mmdet reads images in OpenCV's channel order, BGR.
        image = np.ascontiguousarray(frame[..., ::-1])
        try:
            return self.pipeline(dict(img=image, img_id=0))
        except cv2.error as error:
            height, width = frame.shape[:2]
            raise UserError(
                f'a frame of {width} x {height} px is too narrow for the '
                'person detector, whose config scales a side to nothing: '
                'crop the video'
            ) from error

    def _persons(self, instances: Any) -> PersonBoxes:
        return self._boxes(instances, instances.labels == self.person_idx)

    def _boxes(self, instances: Any, wanted: torch.Tensor) -> PersonBoxes:
        """Those of some instances, the best first."""
        keep = wanted & (instances.scores >= self.score_threshold)
        scores, order = instances.scores[keep].sort(descending=True)
        boxes = instances.bboxes[keep][order]
        return PersonBoxes(
            boxes.float().cpu().numpy(), scores.float().cpu().numpy()
        )


def class_names(checkpoint: Checkpoint) -> tuple[str, ...]:
    """Class names that a detector's checkpoint tells; empty if it does not."""
    told = checkpoint.meta.get('dataset_meta') or {}
    names = told.get('classes') or checkpoint.meta.get('CLASSES') or ()
    return (names,) if isinstance(names, str) else tuple(names)


def require_detector(cfg: Config, source: str | Path) -> None:
    """Make sure that a config is that of a detector of mmdet.

    Args:
        cfg: The config.
        source: Its file, for the message.

    Raises:
        ValueError: If its model is none, or it has no test pipeline that
            starts from an image.
    """
    from mmdet.models import BaseDetector
    from mmdet.registry import MODELS

    model = cfg.get('model')
    kind = model.get('type') if isinstance(model, dict) else None
    if isinstance(kind, str):
        with DefaultScope.overwrite_default_scope('mmdet'):
            kind = MODELS.get(kind)
    if not is_a(kind, BaseDetector):
        raise UserError(
            f'{source} is no config of a detector of mmdet: its model is '
            f'{model.get("type") if isinstance(model, dict) else model!r}. '
            'Such configs lie in configs/person_detector/.'
        )
    try:
        _test_steps(cfg)
    except ValueError as error:
        raise UserError(f'{source}: {error}') from error


def _classes_of_config(cfg: Config) -> tuple[str, ...]:
    """Class names that the test data set states or is known for."""
    from mmdet.registry import DATASETS

    dataset = cfg.test_dataloader.dataset
    stated = dataset.get('metainfo', {}).get('classes')
    if stated is not None:
        return tuple(stated)
    with DefaultScope.overwrite_default_scope('mmdet'):
        kind = DATASETS.get(dataset.type)
    if kind is None:
        raise UserError(
            'neither the checkpoint nor the config names the classes; set '
            'test_dataloader.dataset.metainfo.classes'
        )
    return tuple(kind.METAINFO['classes'])


def _domain(checkpoint: Checkpoint, cfg: Config) -> str:
    """What the data set that a detector was trained on says of itself."""
    told = checkpoint.meta.get('dataset_meta') or {}
    stated = cfg.test_dataloader.dataset.get('metainfo') or {}
    return told.get('domain') or stated.get('domain', '')


def _build_model(
    cfg: Config, weights: dict[str, torch.Tensor], checkpoint: str | Path
) -> nn.Module:
    from mmdet.registry import MODELS

    model_cfg = cfg.model.copy()
    if 'backbone' in model_cfg:
        # The checkpoint holds them: no download of a backbone's weights.
        model_cfg.backbone = dict(model_cfg.backbone, init_cfg=None)
    model = MODELS.build(model_cfg)
    # Files of old releases lack the counters of steps seen in training.
    counters = {k: v for k, v in model.state_dict().items() if _COUNTER in k}
    weights = {k: v for k, v in weights.items() if _COUNTER not in k}
    # Files may hold half precision; the model computes in its own.
    load_weights(model, {**weights, **counters}, checkpoint)
    return model


def _build_pipeline(cfg: Config) -> Any:
    """The config's test pipeline, starting from an image in memory."""
    from mmcv.transforms import Compose

    steps = _test_steps(cfg)
    steps[0] = dict(type='mmdet.LoadImageFromNDArray')
    # Ground truth is for evaluation only.
    steps = [s for s in steps if type_name(s['type']) != 'LoadAnnotations']
    return Compose(steps)


def _test_steps(cfg: Config) -> list[dict[str, Any]]:
    """The test pipeline of a config, which starts from an image file."""
    from mmdet.utils import get_test_pipeline_cfg

    try:
        steps = [dict(step) for step in get_test_pipeline_cfg(cfg)]
        first = type_name(steps[0]['type'])
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise UserError(
            'a config of a detector needs test_dataloader.dataset.pipeline, '
            'which says how images are prepared'
        ) from None
    if first != 'LoadImageFromFile':
        raise UserError(
            'the test pipeline of a detector must start with '
            f'LoadImageFromFile, got {first}'
        )
    return steps
