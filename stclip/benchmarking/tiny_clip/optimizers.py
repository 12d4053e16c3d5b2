"""Optimizers of the tiny CLIP, and how their rates change."""

import math

import torch

from stclip.benchmarking.tiny_clip.recipe import WARM_UP


def set_learning_rates(
    optimizers: list[torch.optim.Optimizer], step: int, iterations: int
) -> None:
    """Linear warm-up over 100 iterations, then a cosine to zero."""
    warm_up = min(WARM_UP, iterations // 2)
    if step < warm_up:
        factor = (step + 1) / warm_up
    else:
        part = (step - warm_up) / (iterations - warm_up)
        factor = 0.5 * (1 + math.cos(math.pi * part))
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group['lr'] = optimizer.defaults['lr'] * factor


def make_optimizers(
    model: torch.nn.Module, lr: float, muon_lr: float
) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of all blocks, AdamW for everything else.

    AdamW alone needs many more iterations. Vectors, scalars and embeddings do
    not decay.
    """
    blocks, decayed, others = [], [], []
    for name, parameter in model.named_parameters():
        if 'blocks.' in name and parameter.ndim == 2:
            blocks.append(parameter)
        elif parameter.ndim >= 2 and 'embedding' not in name:
            decayed.append(parameter)
        else:
            others.append(parameter)
    muon = torch.optim.Muon(
        blocks, lr=muon_lr, weight_decay=0.1, adjust_lr_fn='match_rms_adamw'
    )
    groups = [
        dict(params=decayed, weight_decay=0.1),
        dict(params=others, weight_decay=0.0),
    ]
    adam = torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), eps=1e-6)
    return [muon, adam]
