"""What the benchmark of corpora sees of processes."""

import subprocess
import sys

import pytest

from stclip.benchmarking.speed import corpora

MEGABYTES = 200
# It has held so much, has a child that is named as an actor, and waits.
TAKING = f"""
import subprocess, sys
held = bytearray({MEGABYTES} * 2**20)
del held
words = ['sh', '-c', 'read _', '-']
words[0] = 'ray::MapWorker(Actor)'
with subprocess.Popen(words, executable='/bin/sh', stdin=-1) as worker:
    print('ready', flush=True)
    input()
    worker.communicate()
"""


@pytest.fixture
def odd_process():
    """A process whose command line is no text."""
    words = ['sh', '-c', 'read _', b'\xff']
    with subprocess.Popen(words, stdin=subprocess.PIPE) as process:
        yield process
        process.communicate()


def test_command_lines_may_hold_any_bytes(odd_process):
    found = dict(corpora.processes())[odd_process.pid]
    assert found.endswith('read _\0\N{REPLACEMENT CHARACTER}\0')


def test_what_a_command_and_its_children_have_taken(monkeypatch):
    """Also what they have given back; of both, and of nothing else."""
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with subprocess.Popen([sys.executable, '-c', TAKING], **pipes) as process:
        assert process.stdout.readline() == b'ready\n'
        # It ends where the next look would be waited for.
        monkeypatch.setattr(
            corpora.time, 'sleep', lambda _: process.communicate(b'\n')
        )
        peaks = corpora.peaks_of(process)
    assert process.returncode == 0
    own = peaks.pop(process.pid)
    assert own.megabytes > MEGABYTES and not own.actor
    ((_, child),) = peaks.items()
    assert 0 < child.megabytes < MEGABYTES and child.actor
