"""How many keyframes a device holds at a time."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import torch
from mmengine.logging import print_log

from stclip.utils.errors import UserError
from stclip.video.frame_source import FrameSource
from stclip.video.live_stream import LiveStream

#: Batch size that is found by trying.
AUTO = 'auto'
_CPU_SIZE = 8
_LARGEST = 64
# Loaded frames of a batch, in bytes; a frame of 8K has 100 million.
_FRAMES_BYTES = 2**28


def first_size(device: str) -> int:
    """The size that is tried first: a power of two.

    Args:
        device: Where models run.
    """
    if not device.startswith('cuda'):
        return _CPU_SIZE
    free, _ = torch.cuda.mem_get_info(device)
    gib = max(1, free // 2**30)
    return min(_LARGEST, 1 << (gib.bit_length() - 1))


def size_for(size: int, frame_hw: tuple[int, int]) -> int:
    """A size whose loaded frames do not take up the memory.

    Args:
        size: Power of two that the device holds.
        frame_hw: Height and width of the frames in px.
    """
    most = max(1, _FRAMES_BYTES // (frame_hw[0] * frame_hw[1] * 3))
    return min(size, 1 << (most.bit_length() - 1))


def most_for(source: FrameSource, size: int, is_adaptive: bool) -> int:
    """Most keyframes of a batch of a video.

    Args:
        source: The video.
        size: How many the device holds, or are wanted.
        is_adaptive: Whether that was found by trying.
    """
    if isinstance(source, LiveStream):
        return 1  # told as soon as it is found
    return size_for(size, source.frame_hw) if is_adaptive else size


def in_pieces(
    look: Callable[[Sequence[Any]], Sequence[Any]],
    items: Sequence[Any],
    size: int,
) -> tuple[list[Any], int]:
    """Look at a batch, in halves where a GPU's memory is too small for it.

    Args:
        look: Gives a result for each item, without changing them.
        items: The batch.
        size: Most items at a time.

    Returns:
        The results; how many items at a time the memory holds.

    Raises:
        UserError: If one item is too much.
    """
    results: list[Any] = []
    while len(results) < len(items):
        piece = items[len(results) : len(results) + size]
        try:
            results += look(piece)
            continue
        except torch.cuda.OutOfMemoryError as error:
            if len(piece) == 1:
                raise UserError(
                    'one keyframe does not fit into the memory of the GPU: '
                    'close what else uses it, take a smaller model, or '
                    '--device cpu'
                ) from error
        # Here the error no longer holds what it was raised among.
        size = len(piece) // 2
        torch.cuda.empty_cache()
        message = (
            f'{len(piece)} keyframes do not fit into the memory of the GPU: '
            f'{size} at a time from here on'
        )
        print_log(message, 'current', logging.WARNING)
    return results, size
