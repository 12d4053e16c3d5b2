"""Child processes, and their end where the parent is killed.

A process that is killed cannot end its children, and they would work on
unseen, up to the end of a long video or of a training.
"""

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.pool import Pool

# How long a child may outlive its parent.
_LOOK_SEC = 0.5


def end_with_parent() -> None:
    """Let this process end soon after the one that started it."""
    parent = multiprocessing.parent_process()
    # The one known before it can have ended, where there is one.
    parent_id = parent.pid if parent else os.getppid()
    args = (parent_id,)
    threading.Thread(target=_end_as_orphan, args=args, daemon=True).start()


def _end_as_orphan(parent_id: int) -> None:
    # An orphan is given to another process at once.
    while os.getppid() == parent_id:
        time.sleep(_LOOK_SEC)
    # Whatever the main thread is at; its parent would read no result.
    os.kill(os.getpid(), signal.SIGKILL)


def worker_pool(workers: int) -> Pool:
    """Processes that start anew: a fork would copy OpenCV's threads.

    They have one thread of OpenCV each, and end with this process.

    Args:
        workers: Their number, >= 1.
    """
    return multiprocessing.get_context('spawn').Pool(workers, _begin_work)


def _begin_work() -> None:
    end_with_parent()
    import cv2

    cv2.setNumThreads(1)
