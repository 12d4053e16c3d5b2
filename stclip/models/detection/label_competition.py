"""From logits to probabilities: which labels compete with which."""

from typing import NamedTuple

import torch
from torch import Tensor

from stclip.labels.label_space import LabelSpace


def label_probabilities(logits: Tensor, labels: LabelSpace) -> Tensor:
    """Probabilities of labels, each against those that it competes with.

    With l the logits, B the background and G the exclusive labels of one
    group::

        p_k = exp(l_k) / (sum_G exp(l) + sum_B exp(l))     k exclusive, of G
        p_k = exp(l_k) / (exp(l_k) + sum_B exp(l))         k independent
        p_k = sigmoid(l_k)                                 k independent, no B
        p_b = exp(l_b) / sum_all exp(l)                    b of the background

    So the background columns add up to the probability of none of the labels,
    where one softmax is taken over all of them. The first line without a
    background is ST-CLIP's (arXiv:2408.15996v1, Sec. 3.2), as is the third.

    Args:
        logits: (P, C) float32.
        labels: The C labels.

    Returns:
        (P, C) in [0, 1].
    """
    columns = _columns_of(labels, logits.device)
    behind = columns.background
    probs = torch.sigmoid(logits)
    if len(behind):
        against = logits[:, behind].logsumexp(dim=1, keepdim=True)
        probs = torch.sigmoid(logits - against)
        probs[:, behind] = torch.softmax(logits, dim=-1)[:, behind]
    for group in columns.groups:
        competing = logits[:, torch.cat([group, behind])]
        probs[:, group] = torch.softmax(competing, dim=-1)[:, : len(group)]
    return probs


class _Columns(NamedTuple):
    background: Tensor
    groups: list[Tensor]


def _columns_of(labels: LabelSpace, device: torch.device) -> _Columns:
    """Indices of the background and of each group of exclusive labels."""
    background = torch.tensor(labels.background, device=device)
    groups = torch.tensor(labels.groups, device=device)
    exclusive = torch.tensor(labels.exclusive, device=device) & ~background
    return _Columns(
        background.nonzero()[:, 0],
        [
            (exclusive & (groups == group)).nonzero()[:, 0]
            for group in sorted(set(labels.groups))
        ],
    )
