"""Pictures that several samples of a batch have in common.

A keyframe is tested with the boxes of each source, a sample each: all of them
see one frame and one window, and where boxes coincide the same crops.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class SharedPictures:
    """N pictures, or videos, of which equal ones may be held once.

    Methods that look at each picture by itself look at the distinct ones and
    spread what they found; others take ``each``.

    Args:
        distinct: (U, ...).
        rows: (N,) int64, which of them each one is; ``None`` for its own.
    """

    distinct: Tensor
    rows: Tensor | None = None

    @property
    def each(self) -> Tensor:
        """(N, ...), equal ones again and again."""
        return self.spread(self.distinct)

    def spread(self, found: Tensor) -> Tensor:
        """What was found of the distinct ones, for each: (U, ...) -> (N, ...).

        Args:
            found: Of all of them.
        """
        return found if self.rows is None else found[self.rows]


def first_equal(
    keys: Sequence[Hashable], values: Sequence[Sequence[Tensor]]
) -> list[int]:
    """The first sample that each one is equal to, perhaps itself.

    Args:
        keys: Only samples of equal keys are compared.
        values: Of each sample, tensors on the CPU, of which all have to be
            equal.

    Returns:
        An index each, at most its own.
    """
    known: dict[Hashable, list[int]] = {}
    found = []
    for index, key in enumerate(keys):
        others = known.setdefault(key, [])
        own = values[index]
        first = next((k for k in others if _equal(values[k], own)), index)
        if first == index:
            others.append(index)
        found.append(first)
    return found


def _equal(some: Sequence[Tensor], others: Sequence[Tensor]) -> bool:
    return all(map(torch.equal, some, others))


def numbered(firsts: Sequence[int]) -> tuple[list[int], Tensor | None]:
    """Distinct samples, and which of them each one is.

    Args:
        firsts: Of :func:`first_equal`.

    Returns:
        Indices of the U distinct ones, in order; (N,) int64 rows into these,
        ``None`` if all are distinct.
    """
    distinct = sorted(set(firsts))
    if len(distinct) == len(firsts):
        return distinct, None
    place = {index: row for row, index in enumerate(distinct)}
    return distinct, torch.tensor([place[index] for index in firsts])


def held_once(pictures: Tensor) -> SharedPictures:
    """Find equal pictures.

    Args:
        pictures: (N, ...) uint8 on the CPU, or features of pictures, float.

    Returns:
        Distinct ones in the order in which they first occur.
    """
    flat = np.ascontiguousarray(pictures.flatten(1).numpy())
    bytes_ = flat.view(np.uint8)
    kinds = bytes_.view(f'V{bytes_.shape[1]}')[:, 0]
    _, first, rows = np.unique(kinds, return_index=True, return_inverse=True)
    if len(first) == len(pictures):
        return SharedPictures(pictures)
    order = np.argsort(first)
    place = np.argsort(order)
    return SharedPictures(
        pictures[torch.from_numpy(first[order])],
        torch.from_numpy(place[rows.reshape(-1)]),
    )
