"""What is said to OpenMP, and the cores of a container."""

import os
import subprocess
import sys

import click
import pytest

from stclip.cli.command import Command, run
from stclip.utils.cores import (
    SPIN,
    cpu_has_bfloat16,
    settle_threads,
    usable_cores,
)

CORES = len(os.sched_getaffinity(0))


def write_quota(folder, second=None, first=None):
    if second:
        (folder / 'cpu.max').write_text(second)
    if first:
        (folder / 'cpu').mkdir()
        quota, period = first.split()
        (folder / 'cpu' / 'cpu.cfs_quota_us').write_text(quota)
        (folder / 'cpu' / 'cpu.cfs_period_us').write_text(period)


@pytest.mark.parametrize(
    ('files', 'cores'),
    [
        ({}, CORES),
        ({'second': 'max 100000\n'}, CORES),
        ({'second': '100000 100000\n'}, 1),
        ({'second': '20000 100000\n'}, 1),
        ({'second': '9900000 100000\n'}, CORES),
        ({'first': '-1 100000'}, CORES),
        ({'first': '50000 50000'}, 1),
        ({'second': 'what is this'}, CORES),
    ],
)
def test_a_containers_share_counts(tmp_path, files, cores):
    write_quota(tmp_path, **files)
    assert usable_cores(tmp_path) == cores


def test_waiting_is_bounded():
    environ = {}
    settle_threads(environ)
    assert environ['GOMP_SPINCOUNT'] == str(SPIN)


@pytest.mark.parametrize(
    'said',
    [
        {'OMP_WAIT_POLICY': 'ACTIVE'},
        {'GOMP_SPINCOUNT': '5'},
        {'KMP_BLOCKTIME': '0'},
    ],
)
def test_what_the_user_says_is_kept(said):
    environ = dict(said, OMP_NUM_THREADS='7')
    settle_threads(environ)
    assert environ == dict(said, OMP_NUM_THREADS='7')


def test_threads_fit_a_containers_share(monkeypatch):
    monkeypatch.setattr('stclip.utils.cores.usable_cores', lambda: CORES - 1)
    environ = {}
    settle_threads(environ)
    assert environ['OMP_NUM_THREADS'] == str(CORES - 1)


def test_commands_hand_it_to_their_children(monkeypatch, capfd):
    """As it is said before a command is imported, and inherited."""
    for name in ('OMP_WAIT_POLICY', 'GOMP_SPINCOUNT', 'KMP_BLOCKTIME'):
        # Set first, so that it is taken away again in the end.
        monkeypatch.setenv(name, '')
        monkeypatch.delenv(name)
    monkeypatch.setenv('OMP_NUM_THREADS', '1')

    @click.command(cls=Command)
    def look():
        code = 'import os; print(os.environ["GOMP_SPINCOUNT"])'
        subprocess.run([sys.executable, '-c', code], check=True)

    run(look, [])
    assert capfd.readouterr().out == f'{SPIN}\n'


@pytest.mark.parametrize(
    'line, has',
    [
        ('flags : fpu avx2 avx512f avx512_bf16 amx_int8', True),
        ('flags : fpu avx2 amx_bf16', True),
        ('Features : fp asimd i8mm bf16', True),
        ('flags : fpu avx2 avx512f bf16x', False),
        ('', False),
    ],
)
def test_cpus_that_compute_in_bfloat16(line, has, tmp_path):
    info = tmp_path / 'cpuinfo'
    info.write_text(f'processor : 0\n{line}\n')
    assert cpu_has_bfloat16(info) is has
    assert not cpu_has_bfloat16(tmp_path / 'none')
