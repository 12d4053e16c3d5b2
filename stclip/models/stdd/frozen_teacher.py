"""Frozen teacher of STDD's regulariser: CLIP before training."""

import copy

import torch
from torch import Tensor, nn

from stclip.models.clip.towers.image import ImageTower


class FrozenTeacher(nn.Module):
    """A copy of an image tower that stays as it is and is never saved.

    Its weights are buffers that are not part of the state dict: they follow
    the model to its device, and neither an optimizer nor a checkpoint sees
    them.

    Args:
        tower: What is copied. The copy is stepped through as it is, which
            leaves out what nothing is pooled from: two thirds of the time of
            open_clip's own forward pass at the size of ZS-Stage's CLIP.
    """

    def __init__(self, tower: ImageTower) -> None:
        super().__init__()
        self._tower = copy.deepcopy(tower)
        self.visual = self._tower.visual
        for module in self.visual.modules():
            tensors = {
                **dict(module.named_parameters(recurse=False)),
                **dict(module.named_buffers(recurse=False)),
            }
            for name, tensor in tensors.items():
                delattr(module, name)
                module.register_buffer(name, tensor.detach(), persistent=False)
        self.train(False)

    def train(self, mode: bool = True) -> 'FrozenTeacher':
        """Stay in eval mode."""
        return super().train(False)

    @torch.no_grad()
    def forward(self, images: Tensor) -> Tensor:
        """Image features: (n, 3, S, S) normalised -> (n, Dt)."""
        return self._tower.project(self._tower.encode(images))
