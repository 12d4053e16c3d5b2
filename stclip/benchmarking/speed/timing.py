"""Time and memory of steps that are compared in one process."""

import ctypes
import time
from collections.abc import Callable
from pathlib import Path

import torch

# Linux: what resets the peak of a process's resident memory.
_RESET = Path('/proc/self/clear_refs')


def interleave(
    steps: tuple[Callable[[], None], ...], repeats: int, device: str
) -> list[float]:
    """Least seconds of each step, measured in turn."""
    best = [float('inf')] * len(steps)
    for _ in range(repeats):
        for index, step in enumerate(steps):
            synchronise(device)
            start = time.perf_counter()
            step()
            synchronise(device)
            best[index] = min(best[index], time.perf_counter() - start)
    return best


def pick_device(name: str | None) -> str:
    """The device that is named, or else a GPU if there is one."""
    return name or ('cuda' if torch.cuda.is_available() else 'cpu')


def synchronise(device: str) -> None:
    """Wait for the accelerator, if there is one."""
    if device != 'cpu':
        torch.cuda.synchronize()


def device_name(device: str) -> str:
    """The device in words."""
    if device == 'cpu':
        return f'CPU, {torch.get_num_threads()} threads'
    return torch.cuda.get_device_name()


def extra_memory(step: Callable[[], None], device: str) -> float:
    """MB that a step needs at most above what was there before it."""
    if device != 'cpu':
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        step()
        synchronise(device)
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    before = resident_memory()
    return peak_memory(step) - before


def resident_memory() -> float:
    """MB of memory that the process holds; free memory is given back."""
    # What was freed before would hide what a step takes.
    ctypes.CDLL('libc.so.6').malloc_trim(0)
    return resident('VmRSS')


def peak_memory(step: Callable[[], None]) -> float:
    """MB of memory that the process holds at most during a step."""
    _RESET.write_text('5')
    step()
    return resident('VmHWM')


def resident(key: str, process: int | str = 'self') -> float:
    """MB of a line of a process's status.

    Args:
        key: ``VmRSS``, what it holds, or ``VmHWM``, the most that it has held.
        process: Its number.

    Raises:
        OSError: If it has gone.
    """
    status = Path(f'/proc/{process}/status')
    for line in status.read_text().splitlines():
        if line.startswith(f'{key}:'):
            return int(line.split()[1]) / 2**10
    raise OSError(f'{status} has no {key}')
