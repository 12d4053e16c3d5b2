"""Which tokens become one: bipartite merging, in all videos at once.

TC-CLIP, arXiv:2404.09490, Sec. 3.2 ("token summarization"), after ToMe,
arXiv:2210.09461. B videos, M tokens, D width.
"""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F


def merge_counts(num_tokens: int, wanted: int, step: int) -> Iterator[int]:
    """How many tokens each round takes away, as in the released code.

    Args:
        num_tokens: M.
        wanted: Tokens that are to be left, at least 1.
        step: Most tokens of a round while there are that many too many.
    """
    rounds = (num_tokens - wanted) // step
    while num_tokens > wanted:
        most = step if rounds > 0 else num_tokens - wanted
        # No more than half of them have a partner.
        count = min(most, num_tokens // 2)
        yield count
        num_tokens -= count
        rounds -= 1


@torch.no_grad()
def assign_groups(tokens: Tensor, wanted: int, step: int) -> Tensor:
    """Which group each token is in, once the rounds are over.

    The mean of merged tokens, weighted by their sizes, is the mean of all
    tokens in the group; so groups are found first, without a gradient, and
    averaged once.

    Args:
        tokens: (B, M, D).
        wanted: Groups, unless there are fewer tokens.
        step: See :func:`merge_counts`.

    Returns:
        (B, M) int64, row of the group.
    """
    batch, num_tokens, _ = tokens.shape
    totals = tokens.float()
    rows = torch.arange(num_tokens, device=tokens.device)
    groups = rows.expand(batch, -1)
    # Ranks are of single precision, whatever the rest is computed in.
    with torch.autocast(tokens.device.type, enabled=False):
        for count in merge_counts(num_tokens, wanted, step):
            rows = merged_rows(totals, count)
            groups = rows.gather(1, groups)
            totals = _sum_rows(totals, rows, totals.shape[1] - count)
    return groups


def merged_rows(tokens: Tensor, count: int) -> Tensor:
    """Where each row goes in one round.

    Even rows look for the most similar odd one; the ``count`` that find the
    most similar partners go there. What is left of the even rows comes first,
    most similar first, and then the odd ones in their order.

    Args:
        tokens: (B, M, D); their lengths do not matter.
        count: Rows that go, up to M // 2.

    Returns:
        (B, M) int64 rows of the (B, M - count, D) that are left.
    """
    unit = F.normalize(tokens, dim=-1)
    best, partner = (unit[:, ::2] @ unit[:, 1::2].mT).max(dim=-1)
    order = best.argsort(dim=1, descending=True, stable=True)
    kept = order[:, count:]
    index = torch.arange(tokens.shape[1], device=tokens.device)
    num_kept = kept.shape[1]
    even = num_kept + partner
    even = even.scatter(1, kept, index[:num_kept].expand_as(kept))
    odd = num_kept + index[: tokens.shape[1] // 2]
    rows = torch.empty_like(even).new_empty(tokens.shape[:2])
    rows[:, ::2], rows[:, 1::2] = even, odd
    return rows


def mean_of_groups(tokens: Tensor, groups: Tensor, num_groups: int) -> Tensor:
    """Context tokens: the mean of each group, with a gradient.

    Args:
        tokens: (B, M, D).
        groups: (B, M) int64; no group is empty.
        num_groups: G.

    Returns:
        (B, G, D).
    """
    sizes = groups.new_zeros(len(groups), num_groups)
    sizes = sizes.scatter_add(1, groups, torch.ones_like(groups))
    return _sum_rows(tokens, groups, num_groups) / sizes[..., None]


def _sum_rows(tokens: Tensor, rows: Tensor, num_rows: int) -> Tensor:
    """(B, M, D), (B, M) -> (B, num_rows, D)."""
    batch, _, width = tokens.shape
    totals = tokens.new_zeros(batch, num_rows, width)
    return totals.scatter_add(1, rows[..., None].expand_as(tokens), tokens)
