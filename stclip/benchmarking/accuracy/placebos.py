"""Models that lack what a claim is about, and nothing else.

A config names this module in ``custom_imports``; a row of
configs/benchmarks/*.yaml then takes one of these types. See
docs/zs_stage_protocol.md.
"""

from typing import Any

import torch
from torch import Tensor, nn

from stclip.models.st_clip.detector import STCLIP
from stclip.models.st_clip.token_spotting import spot_interest_tokens
from stclip.registry import MODELS


@MODELS.register_module()
class StrangeContextSTCLIP(STCLIP):
    """ST-CLIP whose texts are prompted with another keyframe's tokens.

    Each keyframe takes those of the one before it in the batch; a sampler
    that shuffles makes that another video.

    Args:
        **kwargs: Those of :class:`~stclip.models.st_clip.detector.STCLIP`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for layer in self.prompting.values():
            layer.register_forward_pre_hook(_take_the_neighbours)


def _take_the_neighbours(
    layer: nn.Module, inputs: tuple[Tensor, ...]
) -> tuple[Tensor | None, ...]:
    """Turn tokens, and the mask over them, around by one keyframe."""
    text, visual, mask = inputs
    if mask is not None:
        mask = mask.roll(1, dims=0)
    return text, visual.roll(1, dims=0), mask


@MODELS.register_module()
class RandomTokensSTCLIP(STCLIP):
    """ST-CLIP with random tokens in place of the interest tokens.

    Args:
        **kwargs: Those of :class:`~stclip.models.st_clip.detector.STCLIP`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.spotting = RandomSpotting(self.num_interest_tokens)


class RandomSpotting(nn.Module):
    """As many tokens of each person as in the paper, whichever.

    Args:
        top_k: K, tokens kept a person.
    """

    def __init__(self, top_k: int) -> None:
        super().__init__()
        self.top_k = top_k

    def forward(
        self, persons: Tensor, keys: Tensor, valid: Tensor | None = None
    ) -> Tensor:
        """See :class:`~stclip.models.st_clip.token_spotting.TokenSpotting`."""
        shape = persons.shape[0], persons.shape[2], keys.shape[2]
        lots = torch.rand(shape, device=keys.device)
        return spot_interest_tokens(lots, self.top_k, valid)
