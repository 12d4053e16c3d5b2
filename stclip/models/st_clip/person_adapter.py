"""Person adapter, which brings person tokens to the context tokens' level."""

from torch import Tensor, nn

from stclip.models.clip.layers import feed_forward
from stclip.utils.errors import UserError


class PersonAdapter(nn.Module):
    """Residual adapter of the person tokens.

    Source: ST-CLIP arXiv:2408.15996v1, Eq. (3) and Table 4e. Differs: nothing.

    Args:
        width: Vision width Dv.
        depth: 2 for the paper's feed-forward network (hidden width 4 Dv,
            QuickGELU), 1 for the single linear layer of Table 4e.

    Raises:
        ValueError: For another depth.
    """

    def __init__(self, width: int, depth: int = 2) -> None:
        super().__init__()
        if depth not in (1, 2):
            raise UserError(f'adapter depth must be 1 or 2, got {depth}')
        self.norm = nn.LayerNorm(width)
        self.ffn = (
            feed_forward(width) if depth == 2 else nn.Linear(width, width)
        )

    def forward(self, person: Tensor) -> Tensor:
        """P~ = P + FFN(LN(P)), Eq. (3): (..., Dv) -> (..., Dv)."""
        return person + self.ffn(self.norm(person))
