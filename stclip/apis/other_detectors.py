"""Person detectors of other libraries: torchvision's, and RF-DETR."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
import torch

from stclip.apis.loading import load_weights
from stclip.structures.box_table import PersonBoxes
from stclip.utils.checkpoints import read_checkpoint
from stclip.utils.errors import UserError

# Boxes below are of no use to anybody.
_SCORE_THRESHOLD = 0.05
# In both libraries' lists of COCO's classes.
_PERSON_IDX = 1


class TorchvisionDetector:
    """A detector of torchvision, asked for persons.

    Args:
        variant: Name of a model in ``torchvision.models.detection``.
        checkpoint: File or address of its weights; ``None`` for
            torchvision's own, trained on COCO.
        device: Where it runs.
        batch_size: Frames put through the network at a time, >= 1.

    Raises:
        MissingFileError: If there are no such weights.
        UserError: If there is no such model, the weights do not fit, or
            torchvision's operators do not load.
    """

    def __init__(
        self,
        variant: str = 'fasterrcnn_resnet50_fpn_v2',
        checkpoint: str | Path | None = None,
        device: str = 'cpu',
        batch_size: int = 4,
    ) -> None:
        from torchvision import models

        known = models.list_models(module=models.detection)
        if variant not in known:
            raise UserError(
                f'torchvision has no detector {variant!r}; known: '
                f'{", ".join(known)}'
            )
        _require_operators()
        if checkpoint is None:
            checkpoint = models.get_model_weights(variant).DEFAULT.url
        weights = read_checkpoint(checkpoint).weights
        model = models.get_model(variant, weights=None, weights_backbone=None)
        load_weights(model, weights, checkpoint)
        self.model = model.to(device).eval()
        self.device = device
        self.batch_size = batch_size

    @torch.inference_mode()
    def __call__(self, frames: Sequence[np.ndarray]) -> list[PersonBoxes]:
        """Detect the persons of (H, W, 3) uint8 RGB frames."""
        found = []
        for start in range(0, len(frames), self.batch_size):
            batch = [
                _to_image(frame, self.device)
                for frame in frames[start : start + self.batch_size]
            ]
            found += [
                _persons(each['boxes'], each['scores'], each['labels'])
                for each in self.model(batch)
            ]
        return found


class RFDETRDetector:
    """RF-DETR (Apache-2.0), of the package ``rfdetr``, asked for persons.

    Args:
        variant: Size of the model, as the package names it: ``Nano``,
            ``Small``, ``Medium``, ``Base``, ``Large``.
        checkpoint: File of its weights; ``None`` for the package's own,
            which it downloads.
        device: Where it runs.

    Raises:
        UserError: If the package is not installed, or has no such model.
    """

    def __init__(
        self,
        variant: str = 'Medium',
        checkpoint: str | Path | None = None,
        device: str = 'cpu',
    ) -> None:
        try:
            package = import_module('rfdetr')
        except ImportError as error:
            raise UserError(
                "RF-DETR is not installed: pip install 'stclip[rfdetr]'"
            ) from error
        kind = getattr(package, f'RFDETR{variant.capitalize()}', None)
        if kind is None:
            raise UserError(
                f'rfdetr has no model {variant!r}; try Nano, Small or Medium'
            )
        options = {'pretrain_weights': str(checkpoint)} if checkpoint else {}
        self.model = kind(device=device, **options)

    def __call__(self, frames: Sequence[np.ndarray]) -> list[PersonBoxes]:
        """Detect the persons of (H, W, 3) uint8 RGB frames."""
        if not len(frames):
            return []
        found = self.model.predict(list(frames), threshold=_SCORE_THRESHOLD)
        # A single frame's result stands alone.
        found = found if isinstance(found, list) else [found]
        return [
            _persons(
                torch.as_tensor(each.xyxy),
                torch.as_tensor(each.confidence),
                torch.as_tensor(each.class_id),
            )
            for each in found
        ]


def _require_operators() -> None:
    """Make sure that torchvision's compiled code loads beside this torch."""
    from torchvision import ops

    try:
        ops.nms(torch.empty(0, 4), torch.empty(0), 0.5)
    except (RuntimeError, NotImplementedError) as error:
        raise UserError(
            "torchvision's operators do not load beside this torch: install "
            'both from the same index of download.pytorch.org/whl, or take '
            'the detector person-coco, which needs none'
        ) from error


def _to_image(frame: np.ndarray, device: str) -> torch.Tensor:
    image = torch.from_numpy(np.ascontiguousarray(frame)).to(device)
    return image.permute(2, 0, 1).float() / 255


def _persons(
    boxes: torch.Tensor, scores: torch.Tensor, classes: torch.Tensor
) -> PersonBoxes:
    """Persons of a frame, the surest first."""
    keep = (classes == _PERSON_IDX) & (scores >= _SCORE_THRESHOLD)
    scores, order = scores[keep].sort(descending=True, stable=True)
    return PersonBoxes(
        boxes[keep][order].float().cpu().numpy(), scores.float().cpu().numpy()
    )
