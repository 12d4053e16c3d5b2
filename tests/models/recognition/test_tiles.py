"""Tiles: what they make is joined, and computed again for the gradient."""

import torch

from stclip.models.recognition.tiles import in_tiles


def test_tiles_are_joined_and_computed_again_for_the_gradient():
    rows = torch.arange(5.0, requires_grad=True)
    seen = []

    def squared(tile):
        seen.append(tile.tolist())
        return tile.square()

    found = in_tiles(squared, rows.split(2))
    assert found.tolist() == [0, 1, 4, 9, 16]
    assert seen == [[0, 1], [2, 3], [4]]
    found.sum().backward()
    assert rows.grad.tolist() == [0, 2, 4, 6, 8]
    assert sorted(seen) == [[0, 1], [0, 1], [2, 3], [2, 3], [4], [4]]


def test_a_single_tile_is_kept():
    rows = torch.arange(3.0, requires_grad=True)
    seen = []

    def squared(tile):
        seen.append(tile.tolist())
        return tile.square()

    in_tiles(squared, [rows]).sum().backward()
    assert rows.grad.tolist() == [0, 2, 4]
    assert seen == [[0, 1, 2]]
