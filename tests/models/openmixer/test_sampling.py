"""Sampling against grid_sample of every frame and point by itself."""

import pytest
import torch
from torch.nn import functional as F

from stclip.models.openmixer.boxes import from_corners, sides
from stclip.models.openmixer.sampling import CellTable, PointSampling

CLIPS, QUERIES, GROUPS, POINTS, FRAMES, WIDTH = 2, 3, 2, 4, 3, 8
PATCH = 8
SIZES = (12, 16), (6, 8), (3, 4), (1, 2)


@pytest.fixture
def scene():
    torch.manual_seed(0)
    maps = [torch.randn(CLIPS, WIDTH, FRAMES, *size) for size in SIZES]
    maps = [each.requires_grad_() for each in maps]
    sampling = PointSampling(WIDTH, GROUPS, POINTS)
    for parameter in sampling.parameters():
        parameter.data.normal_(std=0.5)
    queries = torch.randn(CLIPS, QUERIES, WIDTH)
    low = torch.rand(CLIPS, QUERIES, 2) * 20
    corners = torch.cat([low, low + 1 + torch.rand_like(low) * 30], dim=-1)
    return sampling, queries, from_corners(corners), maps


def slowly(sampling, queries, xyzr, maps):
    """(B, Q, G, T, P, d)."""
    channels = WIDTH // GROUPS
    found = torch.zeros(CLIPS, QUERIES, GROUPS, FRAMES, POINTS, channels)
    for clip in range(CLIPS):
        for query in range(QUERIES):
            box = xyzr[clip, query]
            offsets = sampling.offsets(queries[clip, query])
            offsets = offsets.view(GROUPS, POINTS, 3)
            for group in range(GROUPS):
                own = slice(group * channels, (group + 1) * channels)
                for point in range(POINTS):
                    *shift, deeper = offsets[group, point]
                    at = box[:2] + torch.stack(shift) * sides(box)
                    # Of patches of 16 px, level 0 is 8 px and z = 3.
                    wanted = box[2] - 3 + deeper + 1
                    weights = torch.stack(
                        [-((wanted - level) ** 2) / 2 for level in range(4)]
                    ).softmax(0)
                    for level, each in enumerate(maps):
                        height, width = each.shape[-2:]
                        side = PATCH / 4 * 2**level
                        extent = at.new_tensor([width * side, height * side])
                        grid = (2 * at / extent - 1).view(1, 1, 1, 2)
                        frames = each[clip, own].transpose(0, 1)
                        values = F.grid_sample(
                            frames,
                            grid.expand(FRAMES, 1, 1, 2),
                            align_corners=False,
                        )
                        found[clip, query, group, :, point] += (
                            weights[level] * values[:, :, 0, 0]
                        )
    return found


def test_means_are_those_of_all_samples(scene):
    sampling, queries, xyzr, maps = scene
    table = CellTable.of(maps, GROUPS, PATCH)
    assert table.strides == (2, 4, 8, 16)
    points, frames = sampling(queries, xyzr, table)
    expected = slowly(*scene)
    torch.testing.assert_close(points, expected.mean(3))
    torch.testing.assert_close(frames, expected.mean(4))
    # Some points lie outside the maps.
    outside = (expected == 0).sum() / expected.numel()
    assert 0 < outside < 0.8

    inputs = [*maps, sampling.offsets.weight]
    weigh = torch.randn_like(points), torch.randn_like(frames)

    def gradients(points, frames):
        total = (points * weigh[0]).sum() + (frames * weigh[1]).sum()
        return torch.autograd.grad(total, inputs)

    for one, other in zip(
        gradients(points, frames),
        gradients(expected.mean(3), expected.mean(4)),
        strict=True,
    ):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_outside_there_is_nothing(scene):
    sampling, queries, _, maps = scene
    table = CellTable.of([each.detach() for each in maps], GROUPS, PATCH)
    away = torch.tensor([1e6, -1e6, 3.0, 0.0]).expand(CLIPS, QUERIES, 4)
    for found in sampling(queries, away, table):
        assert not found.any()


@pytest.mark.parametrize('points', [3, 4, 9])
def test_points_start_within_the_box(points):
    """A square number of them, too, which the release cannot build."""
    sampling = PointSampling(WIDTH, GROUPS, points)
    start = sampling.offsets(torch.randn(WIDTH)).view(GROUPS, points, 3)
    assert start[..., :2].abs().max() <= 0.5
    assert start[..., :2].std() > 0.1 and not start[..., 2].any()
