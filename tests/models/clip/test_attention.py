"""Attention trained in half precision on CPUs: values and gradients."""

import pytest
import torch
from torch.nn import functional as F

from stclip.models.clip.attention import attend, fused_attention

SHAPE = 2, 3, 5, 8


def inputs(dtype, *, trained=True):
    """Queries, keys and values, after an odd number of tokens."""
    torch.manual_seed(0)
    return [
        (2 * torch.randn(SHAPE)).to(dtype).requires_grad_(trained)
        for _ in range(3)
    ]


def bias(dtype):
    return torch.randn(1, 3, 5, 5).to(dtype).requires_grad_()


MASKS = {
    'none': lambda _: None,
    'bool': lambda _: torch.rand(2, 1, 5, 5) > 0.3,
    'float': bias,
}


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
@pytest.mark.parametrize('kind', MASKS)
@pytest.mark.parametrize('under_autocast', [True, False])
def test_half_precision_trains_as_float32(dtype, kind, under_autocast):
    """Values and gradients of float32 attention on the same half inputs."""
    given = inputs(dtype)
    mask = MASKS[kind](dtype)
    weight = torch.randn(SHAPE)
    with torch.autocast('cpu', dtype, enabled=under_autocast):
        found = attend(*given, mask)
    assert found.dtype == dtype
    (found.float() * weight).sum().backward()
    others = [each.detach().float().requires_grad_() for each in given]
    plain = mask
    if kind == 'float':
        plain = mask.detach().float().requires_grad_()
    expected = F.scaled_dot_product_attention(*others, plain)
    assert torch.equal(found, expected.to(dtype))
    rounded = expected + (expected.to(dtype) - expected).detach()
    (rounded * weight.to(dtype)).sum().backward()
    for one, other in zip(given, others, strict=True):
        assert torch.equal(one.grad, other.grad.to(dtype))
    if kind == 'float':
        assert torch.equal(mask.grad, plain.grad.to(dtype))


def test_without_training_the_kernel_of_half_precision_stays():
    given = inputs(torch.bfloat16, trained=False)
    expected = F.scaled_dot_product_attention(*given)
    assert torch.equal(attend(*given), expected)
    with torch.no_grad():
        assert torch.equal(attend(*inputs(torch.bfloat16)), expected)


def test_autocast_says_the_type_of_float32_inputs():
    given = inputs(torch.float32)
    with torch.autocast('cpu', torch.bfloat16):
        found = fused_attention(*given)
    assert found.dtype == torch.bfloat16
    assert fused_attention(*given).dtype == torch.float32


def test_scale():
    given = inputs(torch.bfloat16)
    expected = F.scaled_dot_product_attention(
        *(each.float() for each in given), scale=0.3
    )
    assert torch.equal(attend(*given, scale=0.3), expected.bfloat16())
