"""Batches of clips, normalised and on the device."""

from typing import Any

import torch

from stclip.models.detection.batch import KeyframeDataPreprocessor
from stclip.models.detection.shared_pictures import (
    SharedPictures,
    first_equal,
    numbered,
)
from stclip.registry import MODELS


@MODELS.register_module()
class WindowDataPreprocessor(KeyframeDataPreprocessor):
    """Moves, stacks and normalises windows; keyframes without persons stay.

    Args:
        num_frames: T; shorter windows repeat their last frame.
        **kwargs: Those of
            :class:`~stclip.models.detection.KeyframeDataPreprocessor`.
    """

    def __init__(self, num_frames: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_frames = num_frames

    def forward(self, data: dict, training: bool = False) -> dict:
        """Make the batch of one step.

        Args:
            data: ``inputs``: dict of lists with ``context`` (t, 3, S, S) uint8
                RGB, t up to T, an entry per keyframe; ``data_samples``: list.
            training: Whether equal windows stay apart.

        Returns:
            ``inputs``: B of (T, 3, S, S); ``data_samples`` on the device.
        """
        samples = self.cast_data(data['data_samples'])
        given = data['inputs']['context']
        keys = self.comparable(samples, training)
        seen, rows = numbered(first_equal(keys, [*zip(given, strict=True)]))
        steps = torch.arange(self.num_frames)
        windows = [
            window[steps.clamp(max=len(window) - 1)]
            for window in (given[k] for k in seen)
        ]
        shared = self.shared(SharedPictures(torch.stack(windows), rows))
        return dict(inputs=shared, data_samples=samples)
