"""RoIAlign through mmcv equals the plain loop, forward and backward."""

import pytest
import torch
from mmcv.ops import RoIAlign
from plain_detection_ops import roi_align_gradient_loop, roi_align_loop

pytestmark = pytest.mark.usefixtures('operators')
SCALE, OUTPUT = 0.25, (3, 2)
ROIS = torch.tensor(
    [
        [0, 4, 8, 28, 32],
        [1, 3.3, 2.2, 41.7, 17.9],  # elongated
        [1, 0, 0, 44, 36],  # the whole image
        [0, -30, -20, 25, 15],  # partly above and left
        [0, 30, 20, 90, 80],  # partly below and right
        [1, 200, 200, 240, 260],  # outside
        [1, -90, -80, -60, -50],
        [0, 10, 10, 10, 10],  # without area
        [0, 12.1, 9.7, 12.4, 9.9],  # smaller than a cell
    ]
)


@pytest.mark.parametrize('sampling_ratio', [0, 1, 2, 3])
@pytest.mark.parametrize('aligned', [True, False])
def test_equals_loop(aligned: bool, sampling_ratio: int) -> None:
    features = torch.randn(2, 3, 9, 11, requires_grad=True)
    options = (SCALE, sampling_ratio)
    layer = RoIAlign(OUTPUT, *options, aligned=aligned)
    pooled = layer(features, ROIS)
    rois = ROIS.double().numpy()
    wanted = roi_align_loop(
        features.detach().double().numpy(), rois, OUTPUT, *options, aligned
    )
    torch.testing.assert_close(
        pooled.double(), torch.from_numpy(wanted), atol=2e-6, rtol=0
    )
    gradient = torch.randn_like(pooled)
    pooled.backward(gradient)
    wanted = roi_align_gradient_loop(
        gradient.double().numpy(), rois, features.shape, *options, aligned
    )
    torch.testing.assert_close(
        features.grad.double(), torch.from_numpy(wanted), atol=1e-5, rtol=0
    )


def test_without_rois() -> None:
    features = torch.randn(1, 4, 5, 6, requires_grad=True)
    pooled = RoIAlign(7, 0.5, 0)(features, torch.zeros(0, 5))
    assert pooled.shape == (0, 4, 7, 7)
    pooled.sum().backward()
    assert torch.equal(features.grad, torch.zeros_like(features))


@pytest.mark.parametrize('dtype', [torch.float64, torch.bfloat16])
def test_other_precisions(dtype: torch.dtype) -> None:
    features = torch.randn(2, 3, 9, 11)
    layer = RoIAlign(OUTPUT, SCALE, 2)
    pooled = layer(features.to(dtype), ROIS.to(dtype))
    assert pooled.dtype == dtype
    # The same numbers, computed in single precision.
    wanted = layer(features.to(dtype).float(), ROIS.to(dtype).float())
    rounding = 2**-8 if dtype == torch.bfloat16 else 0
    torch.testing.assert_close(
        pooled.float(), wanted, atol=1e-6, rtol=rounding
    )
