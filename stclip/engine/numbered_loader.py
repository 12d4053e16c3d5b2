"""A training loader that can be entered at any batch.

Every draw of the run has a number, and the number alone seeds the random
choices made for that sample. So the data of batch k depends neither on the
batches before it, nor on the number of worker processes, nor on which of
several training processes loads it.
"""

import random
from collections.abc import Generator, Iterator
from itertools import count
from typing import Any

import numpy as np
import torch
from mmengine.dist import get_dist_info
from torch.utils.data import DataLoader, Dataset

from stclip.utils.errors import UserError

# First number of what seeds the samples and the training steps.
SAMPLE_STREAM, STEP_STREAM = 0, 1


def seed_everything(stream: int, *numbers: int) -> None:
    """Seed Python, NumPy and torch from non-negative integers.

    Args:
        stream: Keeps uses apart: NumPy takes trailing zeros for nothing.
        *numbers: As many in every call for one stream.
    """
    entropy = (stream, *numbers)
    words = np.random.SeedSequence(entropy).generate_state(3, np.uint64)
    random.seed(int(words[0]))
    np.random.seed(int(words[1]) & 0xFFFFFFFF)
    torch.manual_seed(int(words[2]))


class NumberedLoader:
    """Endless batches of a data loader, from any batch on.

    Args:
        loader: The loader to draw from; its sampler may be endless or give
            one epoch after the other. It is never iterated itself.

    Raises:
        ValueError: If the loader does not batch.
    """

    def __init__(self, loader: DataLoader) -> None:
        if loader.batch_sampler is None:
            raise UserError('the training loader needs a batch_size')
        self._loader = loader
        self._skip = 0
        self._seed = 0
        self._running = None

    @property
    def dataset(self) -> Dataset:
        """The data set that is drawn from."""
        return self._loader.dataset

    @property
    def sampler(self) -> Any:
        """What orders the samples."""
        return self._loader.batch_sampler.sampler

    def __len__(self) -> int:
        return len(self._loader)

    def begin(self, skip: int, seed: int) -> None:
        """Say where to begin; counts for iterators that have not started.

        Args:
            skip: Batches that have been trained on. An iterator answers the
                first ``skip`` requests with ``None``, without loading.
            seed: Seed of all random choices in the data.
        """
        self._skip = skip
        self._seed = seed

    def close(self) -> None:
        """Stop the worker processes; the iterator gives nothing more."""
        if self._running is not None:
            self._running.close()

    def __iter__(self) -> Iterator[Any]:
        self._running = self._load()
        return self._running

    def _load(self) -> Generator[Any, None, None]:
        # A generator, so that no worker starts before the first request.
        batches = self._numbered_batches()
        for _ in range(self._skip):
            next(batches)
            yield None
        loader = self._loader
        yield from DataLoader(
            _SeededDataset(loader.dataset, self._seed),
            batch_sampler=batches,
            num_workers=loader.num_workers,
            collate_fn=loader.collate_fn,
            pin_memory=loader.pin_memory,
            timeout=loader.timeout,
            worker_init_fn=loader.worker_init_fn,
            multiprocessing_context=loader.multiprocessing_context,
            prefetch_factor=loader.prefetch_factor,
            persistent_workers=loader.persistent_workers,
        )

    def _numbered_batches(self) -> Iterator[list[tuple[int, int]]]:
        """Batches of (index, number of the draw among all processes)."""
        rank, world_size = get_dist_info()
        draws = count(rank, world_size)
        for epoch in count():
            if hasattr(self.sampler, 'set_epoch'):
                self.sampler.set_epoch(epoch)
            empty = True
            for indices in self._loader.batch_sampler:
                empty = False
                yield [(index, next(draws)) for index in indices]
            if empty:
                raise UserError(
                    f'{len(self.dataset)} training samples make no batch of '
                    f'{self._loader.batch_size}: add data or reduce '
                    'train_dataloader.batch_size'
                )


class _SeededDataset(Dataset):
    """Seeds the random number generators by the draw, then loads."""

    def __init__(self, dataset: Dataset, seed: int) -> None:
        self.dataset = dataset
        self.seed = seed

    def __getitem__(self, draw: tuple[int, int]) -> Any:
        index, draw_index = draw
        seed_everything(SAMPLE_STREAM, self.seed, draw_index)
        return self.dataset[index]
