"""The order in which several processes test keyframes."""

from collections.abc import Iterator, Sized
from typing import Any

import torch
from mmengine.dataset import DefaultSampler

from stclip.registry import DATA_SAMPLERS


@DATA_SAMPLERS.register_module()
class KeyframeSampler(DefaultSampler):
    """All samples of a keyframe, one after the other, in one process.

    A keyframe has a sample for each source of boxes, and a model looks once
    at what those of a batch have in common. mmengine's own sampler would hand
    them to several processes. Those left over where the keyframes cannot be
    dealt out evenly are handed out by themselves.

    Once mmengine has put the results of all processes together, one of each
    in turn, those of one source are in the order of the data set, and what
    was repeated to make the processes even comes last.

    Args:
        dataset: Of keyframes, or with a sample of each.
        **kwargs: Those of mmengine's ``DefaultSampler``; with ``shuffle``
            nothing stays together.
    """

    def __init__(self, dataset: Sized, **kwargs: Any) -> None:
        super().__init__(dataset, **kwargs)
        sources = getattr(dataset, 'box_sources', ())
        self.num_together = max(1, len(sources))

    def __iter__(self) -> Iterator[int]:
        if self.shuffle:
            return super().__iter__()
        number, ranks = len(self.dataset), self.world_size
        even = number - number % (ranks * self.num_together)
        rounds = torch.arange(even).view(-1, ranks, self.num_together)
        order = torch.cat(
            [rounds.transpose(1, 2).flatten(), torch.arange(even, number)]
        )
        order = order[torch.arange(self.total_size) % number]
        return iter(order[self.rank :: ranks].tolist())
