"""Person boxes from any detector of mmdet."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import nn

from stclip.engine.checkpoint_hooks import compare_state
from stclip.structures.box_table import PersonBoxes
from stclip.utils.errors import UserError
from stclip.utils.io import require_file

_PERSON = 'person'
TINY_CONFIG = Path('configs/person_detector/zs_stage_tiny.py')
TINY_CHECKPOINT = Path(
    'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
)


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
        FileNotFoundError: If the config or the checkpoint is missing.
        ValueError: If the checkpoint does not fit, or knows no class named
            ``person``.
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
        state, classes = read_checkpoint(checkpoint)
        classes = classes or _classes_of_config(cfg)
        if _PERSON not in classes:
            raise UserError(
                f'{checkpoint}: the detector has no class {_PERSON!r}, only '
                f'{", ".join(classes)}'
            )
        self.person_idx = classes.index(_PERSON)
        with DefaultScope.overwrite_default_scope('mmdet'):
            self.model = _build_model(cfg, state, checkpoint)
            self.pipeline = _build_pipeline(cfg)
        self.model.to(self.device).eval()

    def __call__(self, frames: Sequence[np.ndarray]) -> list[PersonBoxes]:
        """Detect the persons of some frames.

        Args:
            frames: (H, W, 3) uint8 RGB each; sizes may differ.

        Returns:
            The persons of each frame; (0, 4) boxes where there are none.
        """
        return list(self.stream(frames))

    def stream(self, frames: Sequence[np.ndarray]) -> Iterator[PersonBoxes]:
        """Like a call, but gives each batch's results as soon as it is done.

        Args:
            frames: As in a call; a generator works too and is read no
                further than one batch ahead.

        Yields:
            The persons of each frame.
        """
        batch: list[np.ndarray] = []
        for frame in frames:
            batch.append(frame)
            if len(batch) == self.batch_size:
                yield from self._detect(batch)
                batch = []
        if batch:
            yield from self._detect(batch)

    @torch.inference_mode()
    def _detect(self, frames: Sequence[np.ndarray]) -> list[PersonBoxes]:
        with DefaultScope.overwrite_default_scope('mmdet'):
            # mmdet reads images in OpenCV's channel order, BGR.
            packed = [
                self.pipeline(
                    dict(img=np.ascontiguousarray(frame[..., ::-1]), img_id=0)
                )
                for frame in frames
            ]
            results = self.model.test_step(
                {key: [item[key] for item in packed] for key in packed[0]}
            )
        return [self._persons(result.pred_instances) for result in results]

    def _persons(self, instances: Any) -> PersonBoxes:
        keep = instances.labels == self.person_idx
        keep &= instances.scores >= self.score_threshold
        scores, order = instances.scores[keep].sort(descending=True)
        boxes = instances.bboxes[keep][order]
        return PersonBoxes(
            boxes.float().cpu().numpy(), scores.float().cpu().numpy()
        )


def default_person_detector(device: str | None = None) -> PersonDetector:
    """The small detector that comes with this project (rendered people).

    Args:
        device: As in :class:`PersonDetector`.
    """
    root = Path(__file__).parents[2]
    return PersonDetector(root / TINY_CONFIG, root / TINY_CHECKPOINT, device)


def choose_device(device: str | None) -> str:
    """Return the device asked for, else a GPU if there is one."""
    return device or ('cuda' if torch.cuda.is_available() else 'cpu')


def load_config(config: str | Path | Config) -> Config:
    """Read a config file; a config is returned as it is.

    Raises:
        FileNotFoundError: If the file does not exist.
    """
    if isinstance(config, Config):
        return config
    return Config.fromfile(require_file(config, 'Configs lie in configs/.'))


def read_checkpoint(
    path: str | Path,
) -> tuple[dict[str, torch.Tensor], tuple[str, ...]]:
    """Read weights, and the class names if the file holds them.

    Args:
        path: A checkpoint of mmengine's kind or a bare state dict.

    Returns:
        State dict on the CPU; class names, empty if unknown.

    Raises:
        FileNotFoundError: If the file does not exist.
        ValueError: If it holds anything but tensors and plain values.
    """
    file = require_file(path, 'Give the .pth file of a trained model.')
    try:
        content = torch.load(file, map_location='cpu', weights_only=True)
    except Exception as error:
        raise UserError(
            f'{file} is not a checkpoint that loads with weights_only: {error}'
        ) from error
    meta = content.get('meta', {})
    known = meta.get('dataset_meta') or {}
    names = known.get('classes') or meta.get('CLASSES') or ()
    names = (names,) if isinstance(names, str) else tuple(names)
    return content.get('state_dict', content), names


def _classes_of_config(cfg: Config) -> tuple[str, ...]:
    """Class names that the test data set states or is known for."""
    from mmdet.registry import DATASETS

    dataset = cfg.test_dataloader.dataset
    stated = dataset.get('metainfo', {}).get('classes')
    if stated is not None:
        return tuple(stated)
    with DefaultScope.overwrite_default_scope('mmdet'):
        return tuple(DATASETS.get(dataset.type).METAINFO['classes'])


def _build_model(
    cfg: Config, state: dict[str, torch.Tensor], checkpoint: str | Path
) -> nn.Module:
    from mmdet.registry import MODELS

    model_cfg = cfg.model.copy()
    if 'backbone' in model_cfg:
        # The checkpoint holds them: no download of a backbone's weights.
        model_cfg.backbone = dict(model_cfg.backbone, init_cfg=None)
    model = MODELS.build(model_cfg)
    # Counters of steps seen in training, which files of old releases lack.
    state = {k: v for k, v in state.items() if 'num_batches_tracked' not in k}
    own = model.state_dict()
    counters = {k: own.pop(k) for k in list(own) if 'num_batches_tracked' in k}
    differences = compare_state(own, state)
    if differences:
        raise UserError(
            f'{checkpoint} does not fit the detector of its config:\n'
            f'{differences}'
        )
    # Files may hold half precision; the model computes in its own.
    model.load_state_dict({**state, **counters})
    return model


def _build_pipeline(cfg: Config) -> Any:
    """The config's test pipeline, starting from an image in memory."""
    from mmcv.transforms import Compose
    from mmdet.utils import get_test_pipeline_cfg

    steps = [dict(step) for step in get_test_pipeline_cfg(cfg)]
    if not steps[0]['type'].endswith('LoadImageFromFile'):
        raise UserError(
            'the test pipeline of a detector must start with '
            f'LoadImageFromFile, got {steps[0]["type"]}'
        )
    steps[0] = dict(type='mmdet.LoadImageFromNDArray')
    # Ground truth is for evaluation only.
    steps = [s for s in steps if not s['type'].endswith('LoadAnnotations')]
    return Compose(steps)
