"""Scores from the angle between a person and the labels' texts."""

import torch
from mmengine.dist import all_reduce, is_distributed
from torch import Tensor, nn
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.clip import CLIPBackbone
from stclip.models.clip.cosines import cosines
from stclip.models.detection.focal_loss import (
    sigmoid_focal_loss,
    softmax_focal_loss,
)
from stclip.models.detection.label_competition import label_probabilities
from stclip.registry import MODELS


@MODELS.register_module()
class CosineHead(nn.Module):
    """Cosine similarity, softmax and sigmoid scores, focal losses.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 3.2 and the released model's
    temperature and losses. Exclusive labels (all of J-HMDB's and UCF's, AVA's
    poses) share a softmax; the others get a sigmoid each.

    Args:
        temperature: What the cosine is divided by.
        gamma: Focusing exponent of both losses.
        bias: Added to all logits. A softmax knows nothing of it; a sigmoid
            takes every cosine above 0 for more likely than not, and a
            training begins by pushing all of them down, right or wrong. Ours,
            not in the paper.
    """

    def __init__(
        self,
        temperature: float = 0.07,
        gamma: float = 2.0,
        bias: float = 0.0,
    ) -> None:
        super().__init__()
        self.temperature = temperature
        self.gamma = gamma
        self.bias = bias

    def forward(self, person: Tensor, text: Tensor) -> Tensor:
        """Logits of persons and texts; see :meth:`scaled`.

        Args:
            person: (P, Dt).
            text: (C, Dt), or (P, C, Dt) where each person has its own.

        Returns:
            (P, C) fp32 logits.
        """
        person = F.normalize(person.float(), dim=-1)
        text = F.normalize(text.float(), dim=-1)
        return self.scaled(cosines(person, text))

    def scaled(self, cosine: Tensor) -> Tensor:
        """Logits, cos / temperature + bias: (P, C) -> (P, C)."""
        return cosine / self.temperature + self.bias

    def loss(
        self, logits: Tensor, targets: Tensor, labels: LabelSpace
    ) -> dict[str, Tensor]:
        """Focal losses, divided by the boxes a process has on average.

        Args:
            logits: (P, C).
            targets: (P, C) multi-hot.
            labels: Says which of the C labels are exclusive.

        Returns:
            ``loss_exclusive`` and ``loss_independent``, () each; one is left
            out where the label space has no such labels.
        """
        num_boxes = logits.new_tensor([len(logits)])
        if is_distributed():
            all_reduce(num_boxes, op='mean')
        num_boxes = num_boxes.clamp(min=1)[0]
        exclusive, independent = _columns(labels, logits.device)
        losses = {}
        if len(exclusive):
            total = softmax_focal_loss(
                logits[:, exclusive], targets[:, exclusive], self.gamma
            )
            losses['loss_exclusive'] = total / num_boxes
        if len(independent):
            total = sigmoid_focal_loss(
                logits[:, independent], targets[:, independent], self.gamma
            )
            losses['loss_independent'] = total / num_boxes
        return losses

    def probabilities(self, logits: Tensor, labels: LabelSpace) -> Tensor:
        """(P, C) logits -> (P, C) float32; see :func:`label_probabilities`."""
        return label_probabilities(logits.float(), labels)


class SigmoidTowerHead(CosineHead):
    """:class:`CosineHead` with scale and bias that a sigmoid has trained.

    Source: SigLIP arXiv:2303.15343, Algorithm 1.

    Args:
        clip: Whose scale and bias count, those that it has when scores are
            asked for: weights may come after the head is built.
        gamma: Focusing exponent of both losses.
    """

    def __init__(self, clip: CLIPBackbone, gamma: float) -> None:
        super().__init__(gamma=gamma)
        # Its method, no module: the detector holds the weights.
        self._read = clip.sigmoid_scale_and_bias

    def scaled(self, cosine: Tensor) -> Tensor:
        """Logits, scale cos + bias: (P, C) -> (P, C)."""
        scale, bias = self._read()
        return scale * cosine + bias


def _columns(labels: LabelSpace, device: torch.device) -> tuple:
    """Indices of the exclusive and of the independent labels."""
    flags = torch.tensor(labels.exclusive, device=device)
    return flags.nonzero()[:, 0], (~flags).nonzero()[:, 0]
