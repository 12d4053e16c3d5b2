"""The matrix products of a computation, and how long they take by themselves.

Norms, activations, copies and whatever stands between come on top: how much
on top is what a ratio to this tells.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from stclip.benchmarking.speed.timing import synchronise

_aten = torch.ops.aten
_ATTENTION = (
    _aten._scaled_dot_product_flash_attention_for_cpu.default,
    _aten._scaled_dot_product_flash_attention.default,
    _aten._scaled_dot_product_efficient_attention.default,
)


@dataclass(frozen=True)
class Product:
    """Of (batch, rows, inner) and (batch, inner, columns).

    Args:
        batch: Products of this size at once.
        rows: Of the left one.
        inner: What is summed over.
        columns: Of the right one.
        dtype: Of both.
    """

    batch: int
    rows: int
    inner: int
    columns: int
    dtype: torch.dtype

    @property
    def multiply_adds(self) -> int:
        """How many it takes."""
        return self.batch * self.rows * self.inner * self.columns


class _Recorder(TorchDispatchMode):
    """Counts the products that are computed inside of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[Product] = Counter()

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        found = func(*args, **(kwargs or {}))
        if func in (_aten.mm.default, _aten.bmm.default):
            self._add(*args[:2])
        elif func in (_aten.addmm.default, _aten.baddbmm.default):
            self._add(*args[1:3])
        elif func is _aten.linear.default:
            self._add(args[0].flatten(0, -2), args[1].mT)
        elif func is _aten.convolution.default:
            pixels, kernel = found.mT.flatten(2).mT, args[1].flatten(1).mT
            self._count(pixels.shape[:2].numel(), kernel, 1)
        elif func in _ATTENTION:
            q, k, v = (each.flatten(0, 1) for each in args[:3])
            self._add(q, k.mT)
            self._count(q.shape[1], v, len(v), k.shape[1])
        return found

    def _add(self, left: Tensor, right: Tensor) -> None:
        batch = left.shape[0] if left.dim() == 3 else 1
        self._count(left.shape[-2], right, batch)

    def _count(
        self, rows: int, right: Tensor, batch: int, inner: int | None = None
    ) -> None:
        inner = right.shape[-2] if inner is None else inner
        size = batch, rows, inner, right.shape[-1]
        self.found[Product(*size, right.dtype)] += 1


def products_of(compute: Callable[[], Any]) -> Counter[Product]:
    """The products of a computation, and how often there is each.

    Args:
        compute: Called once, without gradients.
    """
    with torch.no_grad(), _Recorder() as recorder:
        compute()
    return recorder.found


def seconds_of(
    products: Mapping[Product, int], repeats: int, device: str
) -> float:
    """How long products take, each by itself.

    Args:
        products: Of :func:`products_of`.
        repeats: Of which the least time counts.
        device: ``cpu`` or a GPU.
    """
    total = 0.0
    for product, count in products.items():
        left, right = (
            torch.randn(product.batch, *size, device=device).to(product.dtype)
            for size in (
                (product.rows, product.inner),
                (product.inner, product.columns),
            )
        )
        if product.batch == 1:
            left, right = left[0], right[0]
        best = float('inf')
        for _ in range(repeats + 1):  # the first one warms up
            synchronise(device)
            start = time.perf_counter()
            left @ right
            synchronise(device)
            best = min(best, time.perf_counter() - start)
        total += count * best
    return total
