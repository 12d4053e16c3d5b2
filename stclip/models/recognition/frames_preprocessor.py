"""Frames as they come, pictures or features."""

from typing import Any

import torch
from mmaction.models import ActionDataPreprocessor

from stclip.registry import MODELS


@MODELS.register_module()
class FramesPreprocessor(ActionDataPreprocessor):
    """mmaction's, which leaves features of frames as they are.

    ``inputs`` of a batch are videos (V T, 3, S, S) uint8 or, where frames were
    encoded before, (V T, Dt) float32; what comes out is one tensor of them.
    """

    def forward(
        self, data: dict[str, Any], training: bool = False
    ) -> dict[str, Any]:
        """See the parent."""
        if data['inputs'][0].dim() != 2:
            return super().forward(data, training)
        data = self.cast_data(data)
        return dict(data, inputs=torch.stack(list(data['inputs'])))
