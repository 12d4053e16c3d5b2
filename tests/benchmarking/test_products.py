"""Products that a computation consists of."""

from itertools import count

import torch
from torch.nn import functional as F

from stclip.benchmarking.complexity import multiply_adds
from stclip.benchmarking.speed import products
from stclip.benchmarking.speed.products import (
    Product,
    products_of,
    seconds_of,
)


def everything():
    """One of each kind, by shapes that all differ."""
    x = torch.randn(5, 7)
    F.linear(x, torch.randn(11, 7), torch.randn(11))
    F.linear(torch.randn(2, 3, 7), torch.randn(13, 7))
    torch.randn(4, 2, 3) @ torch.randn(4, 3, 6)
    F.conv2d(torch.randn(2, 3, 16, 16), torch.randn(8, 3, 4, 4), stride=4)
    q, k, v = (torch.randn(2, 3, length, 8) for length in (5, 9, 9))
    F.scaled_dot_product_attention(q, k, v)


def test_each_kind_is_found():
    expected = {
        (1, 5, 7, 11),
        (1, 6, 7, 13),
        (4, 2, 3, 6),
        (1, 2 * 16, 3 * 16, 8),
        (6, 5, 8, 9),
        (6, 5, 9, 8),
    }
    found = products_of(everything)
    assert found == {Product(*size, torch.float32): 1 for size in expected}


def test_they_are_all_that_pytorch_counts():
    found = products_of(everything)
    counted = sum(
        product.multiply_adds * number for product, number in found.items()
    )
    assert counted == multiply_adds(everything)


def test_each_counts_as_often_as_there_is_one(monkeypatch):
    """Every look at this clock takes a second."""
    clock = count()
    monkeypatch.setattr(products.time, 'perf_counter', lambda: next(clock))
    sizes = {
        Product(1, 4, 4, 4, torch.float32): 3,
        Product(2, 4, 5, 6, torch.bfloat16): 4,
    }
    assert seconds_of(sizes, 2, 'cpu') == 7
