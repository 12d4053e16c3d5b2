"""Layout of a batch's persons: flat for the encoder, padded for sequences.

Shapes: B keyframes, M persons in all of them, P persons in the fullest one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class PersonLayout:
    """Which keyframe and which slot in it each person of a batch has.

    Args:
        keyframe: (M,) int64, index of the person's keyframe.
        slot: (M,) int64, index of the person within it.
        valid: (B, P) bool, True where a slot holds a person; ``None`` if all
            do, so that no mask is needed.
        shape: (B, P).
    """

    keyframe: Tensor
    slot: Tensor
    valid: Tensor | None
    shape: tuple[int, int]

    @classmethod
    def from_counts(
        cls, counts: Sequence[int], device: torch.device | str = 'cpu'
    ) -> 'PersonLayout':
        """Layout of keyframes with so many persons each.

        Args:
            counts: Persons in each of the B keyframes.
            device: Where the tensors shall lie.
        """
        num_slots = max(counts, default=0)
        steps = torch.arange(num_slots)
        valid = steps < torch.tensor(counts, dtype=torch.int64)[:, None]
        keyframe, slot = valid.nonzero(as_tuple=True)
        full = bool(valid.all())
        return cls(
            keyframe.to(device),
            slot.to(device),
            None if full else valid.to(device),
            tuple(valid.shape),
        )

    def pad(self, flat: Tensor) -> Tensor:
        """(M, D) -> (B, P, D), zeros in empty slots."""
        if self.valid is None:
            return flat.unflatten(0, self.shape)
        padded = flat.new_zeros(*self.shape, flat.shape[-1])
        return padded.index_put((self.keyframe, self.slot), flat)

    def flatten(self, padded: Tensor) -> Tensor:
        """(B, P, ...) -> (M, ...)."""
        if self.valid is None:
            return padded.flatten(0, 1)
        return padded[self.keyframe, self.slot]
