"""Batches of keyframes, normalised and on the device."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from mmengine.model import BaseDataPreprocessor
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from stclip.models.clip.images import CLIP_MEAN, CLIP_STD
from stclip.models.detection.person_layout import PersonLayout
from stclip.registry import MODELS


@dataclass(frozen=True)
class KeyframeBatch:
    """The keyframes of a batch that hold at least one person.

    Args:
        keyframes: (B, 3, S, S) full frames.
        context: (B, T, 3, S, S) windows.
        frame_valid: (B, T) bool, False for padded frames; ``None`` if no
            window is padded.
        crops: (M, 3, S, S) of all persons, or (M, T, 3, S, S), their tubes.
        persons: Where each person belongs.
        objects: (N, 3, S, S) of things beside the persons, if the pipeline
            crops them and there are any.
        object_layout: Where each object belongs.
        memory: (B, R, Dt) features of R frames around each keyframe, zeros
            for those that are not known, if the pipeline brings them.
        memory_valid: (B, R) bool, whether they are known.
    """

    keyframes: Tensor
    context: Tensor
    frame_valid: Tensor | None
    crops: Tensor
    persons: PersonLayout
    objects: Tensor | None = None
    object_layout: PersonLayout | None = None
    memory: Tensor | None = None
    memory_valid: Tensor | None = None


def pad_windows(windows: Sequence[Tensor]) -> tuple[Tensor, Tensor | None]:
    """Windows of several lengths as one tensor.

    Args:
        windows: B of (T_b, 3, S, S).

    Returns:
        (B, T, 3, S, S) with zeros behind the shorter ones; (B, T) bool, False
        for those zeros, or ``None`` if there are none.
    """
    padded = pad_sequence(list(windows), batch_first=True)
    lengths = torch.tensor([len(window) for window in windows])
    valid = torch.arange(padded.shape[1]) < lengths[:, None]
    return padded, None if valid.all() else valid


@MODELS.register_module()
class KeyframeDataPreprocessor(BaseDataPreprocessor):
    """Moves, stacks and normalises keyframes, windows and person crops.

    A keyframe without persons has nothing to be scored: its images are
    dropped here, its data sample stays.

    Args:
        mean: Per channel (RGB), on the scale 0-255; CLIP's by default.
        std: Likewise.
    """

    def __init__(
        self,
        mean: Sequence[float] = CLIP_MEAN,
        std: Sequence[float] = CLIP_STD,
    ) -> None:
        super().__init__()
        for name, values in (('mean', mean), ('std', std)):
            scale = torch.tensor(values).view(-1, 1, 1)
            self.register_buffer(name, scale, persistent=False)

    def forward(self, data: dict, training: bool = False) -> dict:
        """Make the batch of one step.

        Args:
            data: ``inputs``: dict of lists with ``keyframe`` (3, S, S),
                ``context`` (T, 3, S, S) and ``crops`` (P, 3, S, S) or
                (P, T, 3, S, S), uint8 RGB, an entry per keyframe; perhaps
                ``objects`` (K, 3, S, S), likewise, and ``memory`` (R, Dt)
                with ``memory_valid`` (R,) bool; ``data_samples``: list.
            training: Unused; mmengine's interface.

        Returns:
            ``inputs``: :class:`KeyframeBatch`; ``data_samples`` on the
            device.
        """
        samples = self.cast_data(data['data_samples'])
        inputs = data['inputs']
        counts = [len(crops) for crops in inputs['crops']]
        used = [index for index, count in enumerate(counts) if count]
        counts = [counts[index] for index in used]
        layout = PersonLayout.from_counts(counts, self.device)
        if not used:
            empty = self.mean.new_zeros(0, 3, 1, 1)
            batch = KeyframeBatch(empty, empty[:, None], None, empty, layout)
            return dict(inputs=batch, data_samples=samples)
        picked = {
            key: [values[index] for index in used]
            for key, values in inputs.items()
        }
        context, valid = pad_windows(picked['context'])
        batch = KeyframeBatch(
            keyframes=self.normalise(torch.stack(picked['keyframe'])),
            context=self.normalise(context),
            frame_valid=None if valid is None else valid.to(self.device),
            crops=self.normalise(torch.cat(picked['crops'])),
            persons=layout,
            **self._surroundings(picked),
        )
        return dict(inputs=batch, data_samples=samples)

    def _surroundings(self, picked: dict[str, list[Tensor]]) -> dict[str, Any]:
        """What only some pipelines bring, as arguments of the batch."""
        found = {}
        counts = [len(each) for each in picked.get('objects', ())]
        if any(counts):
            found['objects'] = self.normalise(torch.cat(picked['objects']))
            found['object_layout'] = PersonLayout.from_counts(
                counts, self.device
            )
        for key in ('memory', 'memory_valid'):
            if key in picked:
                found[key] = torch.stack(picked[key]).to(self.device)
        return found

    def normalise(self, images: Tensor) -> Tensor:
        """(..., 3, S, S) uint8 -> normalised float on the device."""
        images = images.to(self.device, non_blocking=True)
        return (images - self.mean) / self.std
