"""Which queries are persons."""

from torch import Tensor


def chosen_persons(
    objectness: Tensor, threshold: float, least: int
) -> list[Tensor]:
    """Queries that are likely to be persons, or else the likeliest.

    Args:
        objectness: (B, Q, 2) logits of person and background.
        threshold: Least probability of a person.
        least: How many are taken where none reaches it, the best first.

    Returns:
        For each of the B clips the (P,) queries.
    """
    probs = objectness.softmax(dim=-1)[..., 0]
    best = probs.topk(least, dim=-1).indices
    return [
        rows.nonzero()[:, 0] if rows.any() else other
        for rows, other in zip(probs >= threshold, best, strict=True)
    ]
