"""CLIP's activation: open_clip's values, in half of the memory."""

import pytest
import torch
from open_clip.transformer import QuickGELU as Plain
from torch.autograd.graph import saved_tensors_hooks

from stclip.models.clip.build import build_clip
from stclip.models.clip.quick_gelu import QuickGELU

X = torch.linspace(-30, 30, 4001)


def run(activation, x):
    """Values and gradients."""
    at = x.clone().requires_grad_()
    values = activation(at)
    return values, *torch.autograd.grad(values.square().sum(), at)


@pytest.mark.parametrize('dtype', [torch.float32, torch.bfloat16])
def test_values_to_the_bit(dtype):
    x = X.to(dtype)
    expected = Plain()(x)
    assert torch.equal(QuickGELU()(x), expected)
    assert torch.equal(run(QuickGELU(), x)[0], expected)


def test_gradients():
    """In single precision the same, in half nearer to what they should be."""
    x, half = X, X.bfloat16()
    _, expected = run(Plain(), x)
    torch.testing.assert_close(run(QuickGELU(), x)[1], expected)
    _, exact = run(Plain(), half.double())
    ours, plain = (
        (run(kind(), half)[1] - exact).abs().mean()
        for kind in (QuickGELU, Plain)
    )
    assert ours < plain


def test_gradients_of_gradients():
    x = torch.randn(9, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(QuickGELU(), x)
    assert torch.autograd.gradgradcheck(QuickGELU(), x)


def test_the_argument_alone_is_kept():
    kept = {Plain: [], QuickGELU: []}
    for kind, shapes in kept.items():
        x = torch.randn(3, 5, requires_grad=True)
        # What is kept twice is one tensor: told apart by their places.
        places = {}
        with saved_tensors_hooks(
            lambda t, places=places: places.setdefault(t.data_ptr(), t),
            lambda t: t,
        ):
            kind()(x).sum()
        shapes += [tuple(t.shape) for t in places.values()]
    assert kept == {Plain: [(3, 5)] * 2, QuickGELU: [(3, 5)]}


def test_a_clip_has_no_other(arch):
    model = build_clip({**arch, 'quick_gelu': True}, None)
    kinds = [type(m) for m in model.modules() if type(m).__name__[0] == 'Q']
    layers = (arch['vision_cfg'], arch['text_cfg'])
    assert kinds == [QuickGELU] * sum(part['layers'] for part in layers)
