"""A program that ends a group of processes when its parent is killed.

A process that is killed cannot end its children, and they would work on
unseen. This one waits beside them, at the reading end of a pipe that closes
with the parent.
"""

import os
import signal
import sys
import time
from contextlib import suppress

#: How long processes may take to end once they are told to.
GRACE_SEC = 10.0


def watch(group: int) -> None:
    """Wait for a byte on the standard input; without one, end the group.

    Args:
        group: Id of the group of processes.
    """
    if os.read(sys.stdin.fileno(), 1):
        return  # the parent has ended them itself
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        time.sleep(GRACE_SEC)
        os.killpg(group, signal.SIGKILL)


if __name__ == '__main__':
    watch(int(sys.argv[1]))
