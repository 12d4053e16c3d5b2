"""A writer of single pictures."""

from pathlib import Path

import numpy as np
from PIL import Image

from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write


def save_image(path: str | Path, image: np.ndarray) -> None:
    """Write an image; its name's ending says how (``.png``, ``.jpg``).

    Args:
        path: Target file, written atomically.
        image: (H, W, 3) uint8 RGB.
    """
    kind = Image.registered_extensions().get(Path(path).suffix.lower())
    if kind not in ('PNG', 'JPEG'):
        raise UserError(f'{path}: an image must end in .png or .jpg')
    with atomic_write(path, 'wb') as file:
        Image.fromarray(image).save(file, format=kind)
