"""Packed word tokens of several classes, without padding."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class PackedText:
    """Word tokens of C classes, one class after the other.

    Args:
        embeddings: (W, D), or (B, W, D) where each video has its own.
        class_idx: (W,) int64, ascending: the class of each word. Every class
            has at least one.
        num_classes: C.
    """

    embeddings: Tensor
    class_idx: Tensor
    num_classes: int

    def with_embeddings(self, embeddings: Tensor) -> 'PackedText':
        """The same words in other coordinates."""
        return replace(self, embeddings=embeddings)

    def select(self, classes: Tensor) -> 'PackedText':
        """The words of some classes.

        Args:
            classes: (U,) int64, ascending.
        """
        # Index of each class among the chosen ones, -1 for the others.
        index = self.class_idx.new_full((self.num_classes,), -1)
        index[classes] = torch.arange(len(classes), device=index.device)
        class_idx = index[self.class_idx]
        chosen = class_idx >= 0
        return PackedText(
            self.embeddings[chosen], class_idx[chosen], len(classes)
        )

    def pad(self) -> tuple[Tensor, Tensor]:
        """The words class by class.

        Returns:
            (C, n, D) with zeros after the last word; (C, n) bool, True for
            words.
        """
        counts = self.class_idx.bincount(minlength=self.num_classes)
        positions = torch.arange(int(counts.max()), device=counts.device)
        mask = positions < counts[:, None]
        padded = self.embeddings.new_zeros(
            *mask.shape, self.embeddings.shape[-1]
        )
        padded[mask] = self.embeddings
        return padded, mask

    def expand(self, per_class: Tensor) -> Tensor:
        """What belongs to classes, for each word: (..., C) -> (..., W)."""
        return per_class[..., self.class_idx]

    def mean(self, per_word: Tensor) -> Tensor:
        """Mean over the words of each class: (..., W) -> (..., C)."""
        counts = self.class_idx.bincount(minlength=self.num_classes)
        shape = (*per_word.shape[:-1], self.num_classes)
        total = per_word.new_zeros(shape)
        return total.index_add(-1, self.class_idx, per_word) / counts

    def amax(self, per_word: Tensor) -> Tensor:
        """Maximum over the words of each class: (..., W) -> (..., C)."""
        index = self.class_idx.expand_as(per_word)
        shape = (*per_word.shape[:-1], self.num_classes)
        lowest = per_word.new_full(shape, float('-inf'))
        return lowest.scatter_reduce(-1, index, per_word, 'amax')

    def argmax(self, per_word: Tensor) -> Tensor:
        """Word with the maximum of each class: (..., W) -> (..., C) int64."""
        words = torch.arange(len(self.class_idx), device=per_word.device)
        best = self.expand(self.amax(per_word))
        candidates = torch.where(per_word == best, words, len(words))
        index = self.class_idx.expand_as(per_word)
        shape = (*per_word.shape[:-1], self.num_classes)
        last = candidates.new_full(shape, len(words))
        return last.scatter_reduce(-1, index, candidates, 'amin')
