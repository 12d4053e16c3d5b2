"""Cores that this process may use, and how its threads wait for each other.

libgomp, torch's OpenMP on Linux, lets a thread that has nothing to do look
for work some 300,000 times before it sleeps. On cores of its own that is the
fastest; beside another busy process each look is taken from the thread that
is waited for, and everything takes several times as long. Threads that sleep
at once (``OMP_WAIT_POLICY=PASSIVE``) cost a quarter on idle cores. A short
look (:data:`SPIN`) costs neither; ``stclip benchmark waiting`` shows it.
"""

import os
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path

#: How often a waiting thread looks for work before it sleeps.
SPIN = 300
_GROUPS = Path('/sys/fs/cgroup')
#: What says how threads wait: the user's word, whichever it is.
WAITING = ('OMP_WAIT_POLICY', 'GOMP_SPINCOUNT', 'KMP_BLOCKTIME')
_THREADS = 'OMP_NUM_THREADS'


def settle_threads(environ: MutableMapping[str, str] = os.environ) -> None:
    """Say how OpenMP's threads wait, and how many there are.

    Takes effect in what is started or imported afterwards: torch reads it
    once, children inherit it. What the user has set is left alone.

    Args:
        environ: Variables, changed in place.
    """
    if not any(name in environ for name in WAITING):
        environ['GOMP_SPINCOUNT'] = str(SPIN)
    # OpenMP knows the cores, but not a container's share of them.
    cores = usable_cores()
    if _THREADS not in environ and cores < _allowed_cores():
        environ[_THREADS] = str(cores)


def usable_cores(groups: Path = _GROUPS) -> int:
    """Cores that the process may use, by its affinity and its container.

    Args:
        groups: Where Linux shows the control group of the process.

    Returns:
        At least 1; a share of a core counts as one.
    """
    cores = _allowed_cores()
    for quota in (_quota(groups), _old_quota(groups)):
        if quota is not None:
            cores = min(cores, max(1, round(quota)))
    return cores


def _allowed_cores() -> int:
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota(groups: Path) -> float | None:
    """Cores of a control group's second version: ``QUOTA PERIOD``."""
    # Other systems, and groups without a limit ("max").
    with suppress(OSError, ValueError):
        quota, period = (groups / 'cpu.max').read_text().split()
        return int(quota) / int(period)
    return None


def _old_quota(groups: Path) -> float | None:
    """Cores of a control group's first version; -1 is no limit."""
    with suppress(OSError, ValueError):
        quota, period = (
            int((groups / 'cpu' / f'cpu.cfs_{name}_us').read_text())
            for name in ('quota', 'period')
        )
        return quota / period if quota > 0 else None
    return None


def cpu_has_bfloat16(info: Path = Path('/proc/cpuinfo')) -> bool:
    """Whether the CPU multiplies in bfloat16: AVX512-BF16, AMX, Arm's BF16.

    Args:
        info: What Linux tells of it; without such a file nothing is known.
    """
    text = info.read_text() if info.exists() else ''
    return any(word.endswith('bf16') for word in text.split())
