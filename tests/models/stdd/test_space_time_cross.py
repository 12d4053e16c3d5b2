"""STDD's space-time cross attention against its own loop."""

import copy

import pytest
import stdd_loop
import torch
from open_clip.transformer import QuickGELU, VisionTransformer

from stclip.models.clip.towers.vit import OpenCLIPViT
from stclip.models.stdd.running_cells import RunningCells, frame_order
from stclip.models.stdd.space_time_cross import (
    CLASS_TOKEN_BRANCHES,
    SpaceTimeCross,
    mix_channels,
    source_frames,
)

B, D = 2, 64
SPAN = 8


@pytest.fixture(scope='module')
def tower():
    torch.manual_seed(0)
    visual = VisionTransformer(8, 4, D, 1, 2, 4.0, act_layer=QuickGELU)
    return OpenCLIPViT(visual.eval())


def draw(num_frames, grid):
    generator = torch.Generator().manual_seed(1)
    shape = B, num_frames, 1 + grid**2, D
    return torch.randn(shape, generator=generator)


CASES = [
    # T, grid, cell, rate, scales
    (8, 4, (2, 2), 0.5, (1, 2)),
    (5, 4, (2, 2), 0.5, (1,)),
    (3, 4, (2, 2), 0.25, (2,)),
    (7, 6, (2, 3), 0.5, (1, 2, 3)),
    (1, 4, (2, 2), 0.5, (1, 2)),
    (2, 4, (4, 1), 0.75, (2,)),
]


@torch.no_grad()
@pytest.mark.parametrize('class_token', CLASS_TOKEN_BRANCHES)
@pytest.mark.parametrize('num_frames, grid, cell, rate, scales', CASES)
def test_layer_equals_the_loop(
    tower, num_frames, grid, cell, rate, scales, class_token
):
    """Odd lengths, several cells and scales, shuffled frames."""
    x = draw(num_frames, grid)
    cells = RunningCells(grid, rate, cell)
    torch.manual_seed(2)
    order = frame_order(B, num_frames, True, x.device)
    offset = torch.tensor([1, 3])
    kept = cells.kept(order, offset)
    crossing = SpaceTimeCross(SPAN, scales, class_token)
    found = crossing.layer(tower, 0, x, kept)
    cls = crossing.last_layer(tower, 0, x, kept)
    for b in range(B):
        expected = stdd_loop.layer(
            tower.blocks[0],
            list(x[b]),
            order[b].tolist(),
            offset[b].item(),
            grid,
            cell,
            cells.num_masked,
            SPAN,
            scales,
            class_token,
        )
        expected = torch.stack(expected)
        torch.testing.assert_close(found[b], expected, rtol=0, atol=1e-5)
        torch.testing.assert_close(cls[b], expected[:, 0], rtol=0, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize('class_token', CLASS_TOKEN_BRANCHES)
def test_without_mask_and_mixing_it_is_clips_layer(tower, class_token):
    """Rate 0 keeps all patches; a span of 0 moves no channel."""
    x = draw(4, 4)
    kept = RunningCells(4, rate=0.0).kept(
        frame_order(B, 4, False, x.device), torch.zeros(B, dtype=torch.int64)
    )
    assert kept.shape == (B, 4, 16)
    crossing = SpaceTimeCross(0, (1,), class_token)
    found = crossing.layer(tower, 0, x, kept)
    expected = tower.blocks[0](x.flatten(0, 1)).unflatten(0, (B, 4))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_places_are_kept(tower):
    """A layer that adds nothing gives back each patch at its own place."""
    quiet = copy.deepcopy(tower)
    block = quiet.blocks[0]
    for part in (block.attn.out_proj, block.mlp.c_proj):
        part.weight.zero_()
        part.bias.zero_()
    x = draw(5, 6)
    cells = RunningCells(6, 0.5, (2, 3))
    kept = cells.kept(frame_order(B, 5, True, x.device), torch.tensor([0, 4]))
    found = SpaceTimeCross(0, (1, 2)).layer(quiet, 0, x, kept)
    assert torch.equal(found, x)


def test_two_of_each_cell_are_kept():
    """Half of 14 x 14 patches, each in half of the frames."""
    cells = RunningCells(14)
    order = frame_order(1, 8, False, torch.device('cpu'))
    offset = torch.zeros(1, dtype=torch.int64)
    kept = cells.kept(order, offset)
    assert kept.shape == (1, 8, 98)
    assert cells.masked(order, offset)[0, :2].tolist() == [
        [True, True, False, False],
        [False, True, True, False],
    ]
    assert (kept[0].flatten().bincount() == 4).all()
    cell_of = torch.arange(196).view(7, 2, 7, 2).permute(0, 2, 1, 3)
    number = torch.empty(196, dtype=torch.int64)
    number[cell_of.flatten()] = torch.arange(49).repeat_interleave(4)
    for frame in kept[0]:
        assert number[frame].tolist() == sorted([*range(49)] * 2)


@pytest.mark.parametrize(
    'scale, frames',
    [
        # Zeros (8) where no frame is near; else the nearer one.
        (1, {0: [8, 8, 1, 1], 3: [2, 2, 4, 4], 7: [6, 6, 8, 8]}),
        (
            2,
            {
                0: [8, 8, 1, 2],
                1: [0, 0, 2, 3],
                3: [1, 2, 4, 5],
                6: [4, 5, 7, 7],
                7: [5, 6, 8, 8],
            },
        ),
    ],
)
def test_source_of_channels(scale, frames):
    table = source_frames(8, 2, scale)
    assert {t: table[t].tolist() for t in frames} == frames


def test_training_follows_a_test():
    """What is kept of a test in inference mode serves gradients, too."""
    source_frames.cache_clear()
    tokens = torch.ones(1, 5, 3, 10)
    with torch.inference_mode():
        mix_channels(tokens, 2, 2)
    tokens.requires_grad_()
    mix_channels(tokens, 2, 2).sum().backward()
    assert tokens.grad.sum() > 0


def test_mixing_moves_frames_and_nothing_else():
    """A tensor of frame numbers shows where each channel came from."""
    tokens = torch.arange(1.0, 6).view(1, 5, 1, 1).expand(1, 5, 3, 10).clone()
    found = mix_channels(tokens, 2, 2)
    assert found[0, 2, 0].tolist() == [1, 2, 4, 5] + [3] * 6
    assert found[0, 0, 2].tolist() == [0, 0, 2, 3] + [1] * 6
    assert torch.equal(tokens[0, :, 0, 0], torch.arange(1.0, 6))


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(grid=7), '7 x 7 patches do not divide into cells of 2 x 2'),
        (dict(grid=4, rate=1.0), 'rate 1.0 masks 4 of 4 positions'),
        (dict(grid=4, rate=-0.5), 'rate -0.5 masks -2 of 4'),
        (dict(grid=4, rate=0.3), r'rate 0.3 masks 1.2 of 4 .* of 1 / 4'),
    ],
)
def test_masks_that_do_not_fit_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        RunningCells(**options)


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(scales=()), r'at least 1, got \[\]'),
        (dict(scales=(0, 1)), r'at least 1, got \[0, 1\]'),
        (dict(span=2, scales=(1, 3)), 'scale 3 has no channel left.*of the 2'),
        (dict(class_token='both'), "class_token must be one of.*'both'"),
    ],
)
def test_crossings_that_do_not_fit_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        SpaceTimeCross(**{'span': SPAN, 'scales': (1,), **options})


def test_gradients_reach_every_weight(tower):
    x = draw(3, 4).requires_grad_()
    kept = RunningCells(4).kept(
        frame_order(B, 3, False, x.device), torch.zeros(B, dtype=torch.int64)
    )
    out = SpaceTimeCross(SPAN, (1, 2)).layer(tower, 0, x, kept)
    out.square().sum().backward()
    assert (x.grad.abs().sum(dim=-1) > 0).all()
    for name, parameter in tower.blocks[0].named_parameters():
        assert parameter.grad.abs().max() > 0, name
