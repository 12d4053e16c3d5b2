"""The tool that shows whether single frames tell pairs apart."""

import numpy as np
import pytest
import torch

from stclip.benchmarking import stage_frames
from stclip.benchmarking.stage_frames import film, learn, row, scaled


def discs(count, seed):
    """Noise with a red or a blue patch somewhere, and which it is."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(
        100, 156, (count, 3, 32, 32), generator=generator, dtype=torch.uint8
    )
    labels = torch.arange(count) % 2
    for image, label in zip(images, labels, strict=True):
        x, y = torch.randint(6, 16, (2,), generator=generator).tolist()
        image[2 * label, y : y + 10, x : x + 10] = 255
    return images, labels


def test_learns_what_is_to_be_seen():
    images, labels = discs(96, 0)
    network = learn(images, labels, 40)
    assert not network.training
    others, truth = discs(64, 1)
    with torch.inference_mode():
        found = network(scaled(others)).argmax(1)
    assert (found == truth).float().mean() > 0.9


def test_learning_is_repeatable_and_leaves_randomness_alone():
    images, labels = discs(64, 0)
    state = torch.get_rng_state()
    first, again = (learn(images, labels, 1) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_person_faces_right_with_what_is_ahead():
    """Of a tree that is pointed at, some is in the square, at its right."""
    squares = film('point_at_tree', 0, 1)
    assert squares.shape == (6, 3, 64, 64)
    assert squares.dtype == torch.uint8
    assert torch.equal(squares, film('point_at_tree', 0, 1))
    assert not torch.equal(squares, film('point_at_tree', 1, 1))


def test_row_of_the_table():
    rng = np.random.default_rng(0)
    good = row(('a', 'b'), np.ones(40), rng)
    assert good == '| a / b | 100 [100, 100] | yes |'
    poor = row(('a', 'b'), np.tile([1.0, 0.5], 20), rng)
    assert poor.startswith('| a / b | 75 [6') and poor.endswith('| NO |')


def test_every_pair_has_its_row(monkeypatch):
    """Every action in a grey of its own: all are told apart but one pair."""
    names = list(stage_frames.ACTIONS)

    def grey(name, index, seed):
        value = 0 if name == 'sing' else 4 * names.index(name)
        return torch.full((6, 3, 64, 64), value, dtype=torch.uint8)

    class Told(torch.nn.Module):
        def forward(self, images):
            value = ((images[:, 0, 0, 0] + 1) * 127.5 / 4 - 24).round().long()
            return torch.nn.functional.one_hot(value.clamp(min=0), 28)

    monkeypatch.setattr(stage_frames, 'film', grey)
    monkeypatch.setattr(stage_frames, 'learn', lambda *_: Told())
    rows = stage_frames.table(2).splitlines()[2:]
    assert len(rows) == 14
    poor = [line for line in rows if line.endswith('| NO |')]
    assert [line.split()[1] for line in poor] == ['talk_to_person']


@pytest.mark.parametrize('mirrored', [False, True])
def test_square_is_turned(mirrored):
    """A box of 40 pixels: ahead of it is a fifth of a square more."""
    image = np.zeros((120, 160, 3), np.uint8)
    image[:, :60] = 200
    square = stage_frames._square(
        image, np.array([40.0, 40.0, 80.0, 80.0]), mirrored
    )
    # From 45 to 95 pixels, or mirrored, from 75 to 25.
    edge = np.abs(np.diff(square[32, :, 0].astype(int))).argmax()
    expected = (75 - 60) * 64 / 50 if mirrored else (60 - 45) * 64 / 50
    assert edge == pytest.approx(expected, abs=1.5)
