"""Losses of several recognisers; each method's own stays in its folder."""

import torch
from mmengine.dist import is_distributed
from torch import Tensor
from torch.distributed.nn import functional as distributed
from torch.nn import functional as F

# Of the cosines of labels, before the softmax that makes targets of them.
_SHARPNESS = 10.0


def in_batch_kl(pairs: Tensor, targets: Tensor) -> Tensor:
    """Symmetric Kullback-Leibler divergence between videos and their texts.

    Source: ActionCLIP, arXiv:2109.08472, Eqs. (3) and (4); BIKE uses it too.
    Videos of one class are each other's positives, to which a softmax of ten
    times "same class" gives the mass.

    Args:
        pairs: (B, B) scaled cosines of video i and the text of video j.
        targets: (B,) int64, class of each video.

    Returns:
        () mean of both directions; each the mean over all elements, times B.
    """
    same = (targets[:, None] == targets).to(pairs.dtype)
    wanted = (_SHARPNESS * same).softmax(dim=1)
    return (_kl(pairs, wanted) + _kl(pairs.T, wanted)) / 2


def _kl(logits: Tensor, wanted: Tensor) -> Tensor:
    """(B, B), (B, B) -> ()."""
    divergence = F.kl_div(logits.log_softmax(dim=1), wanted, reduction='sum')
    return divergence / len(logits)


def gathered(rows: Tensor) -> Tensor:
    """Of all processes, with a gradient to each: (B, D) -> (n B, D)."""
    if not is_distributed():
        return rows
    return torch.cat(distributed.all_gather(rows))
