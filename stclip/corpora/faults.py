"""Errors at a look that are none of the video's."""

import torch

from stclip.utils.errors import UserError

# Of the system's errors, those that a file has to itself.
_OF_A_FILE = (
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)


class Fault(UserError):
    """A network, store or disk failed, which other videos need as well."""


class DeviceLostError(UserError):
    """A GPU failed for as long as this process lives."""


def is_fault(error: Exception) -> bool:
    """Whether other videos may fail in the same way.

    Args:
        error: Of a look.
    """
    if isinstance(error, UserError):
        return isinstance(error, Fault)
    return not isinstance(error, _OF_A_FILE)


def is_device_lost() -> bool:
    """Whether CUDA gives nothing but errors to this process any more.

    After an illegal access or a failed assertion in a kernel every call of
    its context fails; after want of memory none does.
    """
    if not torch.cuda.is_initialized():
        return False
    try:
        torch.cuda.synchronize()
    except RuntimeError:
        return True
    return False
