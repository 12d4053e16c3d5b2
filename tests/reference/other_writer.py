"""Another process that writes, and is killed or waits for a word."""

import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
_CODE = """
import sys
from pathlib import Path
from stclip.utils import io, locks, outputs
{body}
"""
#: Lines for the block of a body: told when it is reached, left when asked.
WAIT = "print('here', flush=True); sys.stdin.read()"


@contextmanager
def other_process(body):
    """Run Python lines in a process of its own, once they have said so."""
    process = subprocess.Popen(
        [sys.executable, '-c', _CODE.format(body=body)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert process.stdout.readline() == 'here\n'
    try:
        yield process
    finally:
        process.communicate('')


def kill(process):
    """End a process as the system does when memory is short."""
    process.kill()
    assert process.wait() == -signal.SIGKILL


def holding(path):
    """Body of a process that has begun to write a result."""
    return f'with outputs.new_results([Path({str(path)!r})], []): {WAIT}'


def writing(path):
    """Body of a process amidst a file."""
    return (
        f'with io.atomic_write({str(path)!r}) as file:\n'
        f"    file.write('half'); file.flush(); {WAIT}"
    )
