"""Person boxes from any detector of mmdet."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import nn

from stclip.engine.checkpoint_hooks import compare_state
from stclip.utils.errors import UserError
from stclip.utils.io import require_file

_PERSON = 'person'
TINY_CONFIG = Path('configs/person_detector/zs_stage_tiny.py')
TINY_CHECKPOINT = Path(
    'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
)


class PersonBoxes(NamedTuple):
    """Persons of one frame, highest score first.

    Args:
        boxes_xyxy: (N, 4) float32, px of the frame.
        scores: (N,) float32 in [0, 1].
    """

    boxes_xyxy: np.ndarray
    scores: np.ndarray


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
        with DefaultScope.overwrite_default_scope('mmdet'):
            self.pipeline = _build_pipeline(cfg)
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
    """Return the device asked for, else a GPU if there is one.

    Raises:
        ValueError: If PyTorch has no such device here.
    """
    if not device:
        return 'cuda' if torch.cuda.is_available() else 'cpu'
    try:
        torch.empty(0, device=device)
    # A build without CUDA asserts, one without another backend raises more.
    except Exception as error:
        raise UserError(
            f'device {device!r} is not here ({type(error).__name__}); give '
            'cpu, or cuda:0 where there is a GPU'
        ) from error
    return device


def load_config(config: str | Path | Config) -> Config:
    """Read a config file; a config is returned as it is.

    Raises:
        FileNotFoundError: If the file does not exist.
        ValueError: If it is no config.
    """
    if isinstance(config, Config):
        return config
    file = require_file(config, 'Configs lie in configs/.')
    try:
        return Config.fromfile(file)
    # A config is a program, which may raise anything.
    except Exception as error:
        raise UserError(
            f'{file} is no config that can be read '
            f'({type(error).__name__}: {error})'
        ) from error


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
    if not (isinstance(kind, type) and issubclass(kind, BaseDetector)):
        raise UserError(
            f'{source} is no config of a detector of mmdet: its model is '
            f'{model.get("type") if isinstance(model, dict) else model!r}. '
            'Such configs lie in configs/person_detector/.'
        )
    try:
        _test_steps(cfg)
    except ValueError as error:
        raise UserError(f'{source}: {error}') from error


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
        # PyTorch's message is a page on how to switch the safety off.
        raise UserError(
            f'{file} is not a checkpoint that loads with weights_only '
            f'({type(error).__name__}). Give the .pth file of a trained model.'
        ) from error
    state = content
    if isinstance(content, dict):
        state = content.get('state_dict', content)
    if not (
        isinstance(state, dict)
        and state
        and all(isinstance(value, torch.Tensor) for value in state.values())
    ):
        raise UserError(
            f'{file} holds no weights by name, as a checkpoint does. Give the '
            '.pth file of a trained model.'
        )
    meta = content.get('meta', {})
    known = meta.get('dataset_meta') or {}
    names = known.get('classes') or meta.get('CLASSES') or ()
    names = (names,) if isinstance(names, str) else tuple(names)
    return state, names


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

    steps = _test_steps(cfg)
    steps[0] = dict(type='mmdet.LoadImageFromNDArray')
    # Ground truth is for evaluation only.
    steps = [s for s in steps if not s['type'].endswith('LoadAnnotations')]
    return Compose(steps)


def _test_steps(cfg: Config) -> list[dict[str, Any]]:
    """The test pipeline of a config, which starts from an image file."""
    from mmdet.utils import get_test_pipeline_cfg

    try:
        steps = [dict(step) for step in get_test_pipeline_cfg(cfg)]
        first = str(steps[0]['type'])
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise UserError(
            'a config of a detector needs test_dataloader.dataset.pipeline, '
            'which says how images are prepared'
        ) from None
    if not first.endswith('LoadImageFromFile'):
        raise UserError(
            'the test pipeline of a detector must start with '
            f'LoadImageFromFile, got {first}'
        )
    return steps
