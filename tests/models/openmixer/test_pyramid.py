import pytest
import torch
from torch.nn import functional as F

from stclip.models.openmixer.pyramid import ChannelNorm, PatchPyramid


def test_parameters_at_full_size():
    with torch.device('meta'):
        pyramid = PatchPyramid(768, 512)
    assert sum(p.numel() for p in pyramid.parameters()) == 32_052_928


@pytest.mark.parametrize('size', [(4, 4), (3, 5)])
def test_without_what_is_learnt_patches_are_resized(size):
    torch.manual_seed(0)
    pyramid = PatchPyramid(16, 8)
    for lateral in pyramid.laterals:
        torch.nn.init.zeros_(lateral[-1].weight)
    joint = torch.randn(2, 8, 3, *size)
    maps = pyramid(torch.randn(2, 16, 3, *size), joint)
    for scale, found in zip((4, 2, 1, 0.5), maps, strict=True):
        wanted = tuple(int(scale * side) for side in size)
        for clip in range(2):
            for frame in range(3):
                expected = F.interpolate(
                    joint[clip, :, frame][None], wanted, mode='bilinear'
                )[0]
                torch.testing.assert_close(found[clip, :, frame], expected)


def test_upscaling_has_no_overlap():
    """A patch makes its own 16 finest cells, before neighbours are mixed."""
    pyramid = PatchPyramid(16, 8)
    patches = torch.randn(1, 16, 2, 3, 3)
    changed = patches.clone()
    changed[0, :, 1, 1, 2] += 1
    up = pyramid.laterals[0][:4]
    differs = (up(patches) != up(changed)).any(dim=1)[0]
    expected = torch.zeros(2, 12, 12, dtype=torch.bool)
    expected[1, 4:8, 8:12] = True
    assert torch.equal(differs, expected)


def test_the_norm_is_of_channels():
    norm = ChannelNorm(8)
    torch.nn.init.normal_(norm.weight)
    x = torch.randn(1, 8, 2, 3, 3)
    cell = x[0, :, 1, 2, 0]
    spread = (cell.var(unbiased=False) + 1e-6).sqrt()
    expected = (cell - cell.mean()) / spread * norm.weight + norm.bias
    torch.testing.assert_close(norm(x)[0, :, 1, 2, 0], expected)
