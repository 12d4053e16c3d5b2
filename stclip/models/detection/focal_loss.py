"""Focal losses of ST-CLIP's training (arXiv:2408.15996v1; no alpha)."""

import torch
from torch import Tensor
from torch.nn import functional as F


def softmax_focal_loss(
    logits: Tensor, targets: Tensor, gamma: float = 2.0
) -> Tensor:
    """Focal loss over exclusive labels, summed over boxes.

    ``sum -y (1 - p)^gamma log p`` with ``p = softmax(logits)``. A box without
    a positive among these labels adds nothing.

    Args:
        logits: (P, C).
        targets: (P, C) in {0, 1}.
        gamma: Focusing exponent.

    Returns:
        () fp32.
    """
    log_p = F.log_softmax(logits.float(), dim=-1)
    # 1 - exp(log p) would cancel near p = 1.
    focus = (-torch.expm1(log_p)).pow(gamma)
    return -(targets * focus * log_p).sum()


def sigmoid_focal_loss(
    logits: Tensor, targets: Tensor, gamma: float = 2.0
) -> Tensor:
    """Focal loss of independent labels, summed over boxes and labels.

    ``sum -(1 - p_t)^gamma log p_t`` with ``p_t`` the probability given to the
    right answer of each label. torchvision's ``sigmoid_focal_loss`` forms
    ``1 - p_t`` in the type of the logits, which cancels near ``p_t = 1``: in
    float32 its loss and gradient are 40 % off at a logit of 15 and 0 at 17,
    in bfloat16 40 % off at 5.

    Args:
        logits: (P, C).
        targets: (P, C) in {0, 1}.
        gamma: Focusing exponent.

    Returns:
        () fp32.
    """
    signed = torch.where(targets > 0, logits, -logits).float()
    log_p = F.logsigmoid(signed)
    return -(torch.sigmoid(-signed).pow(gamma) * log_p).sum()
