"""Interest tokens: the tokens that one person attends to most."""

import torch
from torch import Tensor, nn


class TokenSpotting(nn.Module):
    """Interest token spotting, a part by itself, so that it can be watched.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 3.4.

    Args:
        top_k: K, tokens kept a person.
    """

    def __init__(self, top_k: int) -> None:
        super().__init__()
        self.top_k = top_k

    def forward(
        self, persons: Tensor, keys: Tensor, valid: Tensor | None = None
    ) -> Tensor:
        """Find the tokens that persons attend to most.

        Args:
            persons: (B, h, P, d), queries of the persons.
            keys: (B, h, L, d), of all tokens.
            valid: (B, L) bool, False for padding, or ``None``.

        Returns:
            (B, P, L) bool, True at each person's interest tokens.
        """
        importance = person_attention(persons, keys, valid)
        return spot_interest_tokens(importance, self.top_k, valid)


def person_attention(
    persons: Tensor, keys: Tensor, valid: Tensor | None = None
) -> Tensor:
    """What :class:`TokenSpotting` ranks: the persons' rows, (B, P, L).

    Args:
        persons: See :meth:`TokenSpotting.forward`.
        keys: Likewise.
        valid: Likewise.
    """
    mask = None if valid is None else valid[:, None, None]
    return head_averaged_attention(persons, keys, mask)


def head_averaged_attention(
    q: Tensor, k: Tensor, mask: Tensor | None = None
) -> Tensor:
    """Attention probabilities of the given queries, averaged over heads.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 3.4, M = mean_i M_i. Only rows of
    the map that are asked for exist.

    Args:
        q: (B, h, Lq, d), a few rows.
        k: (B, h, L, d).
        mask: bool, broadcastable to (B, h, Lq, L), or ``None``.

    Returns:
        (B, Lq, L); rows sum to 1 over the unmasked tokens.
    """
    scores = q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, float('-inf'))
    return torch.softmax(scores.float(), dim=-1).mean(dim=1)


def spot_interest_tokens(
    importance: Tensor, top_k: int, valid: Tensor | None = None
) -> Tensor:
    """Positions of each person's ``top_k`` most attended tokens, as a mask.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 3.4. Differs: nothing; a mask
    over all tokens stands for the gathered tokens, so the keys and values of
    a keyframe are made once and not copied for every person.

    Args:
        importance: (B, P, L), each person's head-averaged attention row.
        top_k: Tokens kept a person; all are kept where there are fewer.
        valid: (B, L) bool, False for padding, or ``None``.

    Returns:
        (B, P, L) bool, True at the interest tokens.
    """
    if valid is not None:
        importance = importance.masked_fill(~valid[:, None], -1)
    top_k = min(top_k, importance.shape[-1])
    positions = importance.topk(top_k, dim=-1).indices
    spotted = torch.zeros_like(importance, dtype=torch.bool)
    spotted.scatter_(-1, positions, True)
    return spotted if valid is None else spotted & valid[:, None]
