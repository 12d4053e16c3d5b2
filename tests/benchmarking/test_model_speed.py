"""ST-CLIP's speed: both tables, on a CLIP of three layers."""

import pytest
from tiny_model import ARCH

from stclip.benchmarking.speed import model


def test_tables(capsys, monkeypatch):
    row = model.Row(ARCH, persons=2, labels=3, interest_tokens=4)
    monkeypatch.setattr(model, 'ROWS', (row,))
    model.run(model.Options((0,), ('fp32',), 2, 1, 'cpu'))
    first, second = capsys.readouterr().out.split('\n\n')
    cells = first.splitlines()[-1].strip('| ').split(' | ')
    assert cells[1:5] == ['2', '3', '4', 'fp32'] and float(cells[7]) > 0
    *_, counted, measured = second.strip('\n| ').split(' | ')
    assert 0 < float(measured.rstrip('%')) < 100
    # 9 frames of 16 patches; 17 tokens through three layers for two crops
    # and a frame, 19 for the keyframe, and what stands beside these.
    patches = 9 * 16 * 128 * 3 * 8 * 8
    layers = 3 * (3 * 17 + 19) * 12 * 128**2
    most = 100 * patches / (patches + layers)
    assert float(counted.rstrip('%')) == pytest.approx(0.8 * most, rel=0.25)


def test_memory_is_that_of_the_row(monkeypatch):
    """Not of the process, which holds PyTorch and may have held more."""
    memory = []
    usual = model.extra_memory

    def watched(step, device):
        memory.append(usual(step, device))
        return memory[-1]

    monkeypatch.setattr(model, 'extra_memory', watched)
    row = model.Row(ARCH, persons=2, labels=3)
    options = model.Options((0,), ('fp32',), 16, 1, 'cpu')
    cells = model.measure(row, 'fp32', options).strip('| ').split(' | ')
    assert cells[-2:] == [f'{each:.0f}' for each in memory]
    # 16 pictures of 17 tokens, between two layers of a feed-forward network
    # at the least; then 32 crops and windows of 9 frames beside these.
    assert 16 * 17 * 512 * 4 / 2**20 < memory[0] < memory[1] < 50
