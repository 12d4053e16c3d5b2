"""The table of training steps, on a CLIP of three layers."""

import pytest
import torch
from tiny_model import ARCH

from stclip.benchmarking.speed import model, training
from stclip.benchmarking.speed.model import Row
from stclip.cli import speed


def test_lines_of_the_table():
    row = Row(ARCH, persons=2, labels=3, interest_tokens=4)
    options = training.Options((0,), ('fp32',), 1, 'cpu')
    threads = torch.get_num_threads()
    lines = [
        training.measure(row, 2, 'fp32', with_cp, threads, options)
        for with_cp in (False, True)
    ]
    plain, again = (line.strip('| ').split(' | ') for line in lines)
    assert plain[1:6] == ['2', '3', '4', '2', 'fp32'] == again[1:6]
    assert (plain[6], again[6]) == ('no', 'yes')
    assert all(float(cells[7]) > 1 for cells in (plain, again))


@pytest.mark.parametrize(
    'command, rows',
    [(speed.training, training.ROWS), (speed.model, model.ROWS)],
)
def test_every_row_can_be_asked_for(command, rows):
    (option,) = (each for each in command.params if each.name == 'rows')
    assert option.type.max == len(rows) - 1
    assert option.default == tuple(range(len(rows)))
