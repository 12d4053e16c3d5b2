"""Low-rank adaptation of CLIP's feed-forward networks (loralib)."""

import loralib
import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LoRALinear(loralib.Linear):
    """A frozen linear layer plus a trainable low-rank term.

    Source: ST-CLIP arXiv:2408.15996v1, Sec. 3.2; loralib's defaults: alpha 1,
    A Kaiming-uniform, B zero, so the layer starts as the one it replaces.

    loralib can fold the term into the weight at ``eval()``; loading a
    checkpoint after that silently drops the term. Here it is never folded
    into the stored weight, so the order of ``eval()`` and loading is free;
    without gradients the two are summed for the one matrix product at hand.

    Args:
        linear: Layer to adapt; its weight and bias are shared and frozen.
        rank: Rank of the low-rank term, >= 1.
    """

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__(
            linear.in_features,
            linear.out_features,
            r=rank,
            lora_alpha=1,
            merge_weights=False,
            bias=linear.bias is not None,
        )
        self.weight = linear.weight
        self.bias = linear.bias
        for parameter in (self.weight, self.bias):
            if parameter is not None:
                parameter.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        if torch.is_grad_enabled():
            return super().forward(x)
        return F.linear(x, self.summed_weight(), self.bias)

    def summed_weight(self) -> Tensor:
        """The weight with the low-rank term on it: (out, in).

        In the weights' own precision, so that the term is not lost where
        autocast would round the weight before.
        """
        with torch.autocast(self.weight.device.type, enabled=False):
            return torch.addmm(
                self.weight, self.lora_B, self.lora_A, alpha=self.scaling
            )


def add_lora(module: nn.Module, rank: int) -> None:
    """Replace every ``nn.Linear`` below a module by its adapted form.

    Args:
        module: Changed in place.
        rank: Rank of the low-rank terms, >= 1.
    """
    for name, child in module.named_children():
        if type(child) is nn.Linear:
            setattr(module, name, LoRALinear(child, rank))
        else:
            add_lora(child, rank)


@torch.no_grad()
def merge_lora(module: nn.Module) -> None:
    """Replace every adapted layer by a plain one with the summed weight.

    Without gradients the values stay the same, bit by bit, under autocast
    as well.

    Args:
        module: Changed in place; its weights fit no checkpoint afterwards.
    """
    for name, child in module.named_children():
        if not isinstance(child, LoRALinear):
            merge_lora(child)
            continue
        plain = nn.Linear(
            child.in_features, child.out_features, child.bias is not None
        )
        plain.weight = nn.Parameter(child.summed_weight())
        plain.bias = child.bias
        setattr(module, name, plain)
