"""MATLAB files."""

from pathlib import Path
from typing import Any

from scipy.io import loadmat

from stclip.utils.errors import UserError


def read_matlab(path: str | Path, **options: Any) -> dict[str, Any]:
    """Read a MATLAB file.

    Args:
        path: File to read.
        **options: Of :func:`scipy.io.loadmat`.

    Raises:
        ValueError: If it is damaged or something else; it is named.
    """
    try:
        return loadmat(path, **options)
    # Damaged files raise nearly anything.
    except Exception as error:
        raise UserError(
            f'{path} is not a readable MATLAB file ({error}). Download it '
            'again.'
        ) from error
