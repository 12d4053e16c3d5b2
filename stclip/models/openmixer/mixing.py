"""Sampled features, mixed by weights that each query makes.

Shapes: B clips, Q queries, D width, G groups, d = D / G, P points (or frames).
"""

from torch import Tensor, nn
from torch.nn import functional as F


class AdaptiveMixing(nn.Module):
    """Mixing of channels, then of points, each query by weights of its own.

    Source: AdaMixer, arXiv:2203.16507, Eqs. (5) to (7).

    Args:
        width: D.
        groups: G.
        points: P that come in.
        out_points: Points that go on.
    """

    def __init__(
        self, width: int, groups: int, points: int, out_points: int
    ) -> None:
        super().__init__()
        channels = width // groups
        self.shapes = (channels, channels), (out_points, points)
        self.counts = channels**2, out_points * points
        self.weights = nn.Linear(width, groups * sum(self.counts))
        self.out = nn.Linear(groups * channels * out_points, width)
        nn.init.zeros_(self.weights.weight)
        nn.init.xavier_uniform_(self.out.weight)

    def forward(self, queries: Tensor, sampled: Tensor) -> Tensor:
        """Mix.

        Args:
            queries: (B, Q, D).
            sampled: (B, Q, G, P, d).

        Returns:
            (B, Q, D), the queries with what was mixed added.
        """
        groups = sampled.shape[2]
        weights = self.weights(queries).unflatten(-1, (groups, -1))
        channels, points = (
            part.unflatten(-1, shape)
            for part, shape in zip(
                weights.split(self.counts, dim=-1), self.shapes, strict=True
            )
        )
        x = _normalised(sampled @ channels)
        x = _normalised(points @ x)
        return queries + self.out(x.flatten(2))


def _normalised(x: Tensor) -> Tensor:
    """Layer norm of points and channels together, without weights; ReLU."""
    return F.layer_norm(x, x.shape[-2:]).relu()
