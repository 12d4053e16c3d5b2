"""Conversion of other code bases' checkpoints into ones of ours."""

from collections.abc import Mapping
from pathlib import Path

import torch

from stclip.models.st_clip.conversion import CONVERTERS
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, require_file

# Below one of these, trainers keep the weights.
_COMMON_KEYS = ('model', 'state_dict')


def convert_checkpoint(
    source: str, path: str | Path, out: str | Path
) -> tuple[int, list[str]]:
    """Write another code base's weights under the names of ours.

    Args:
        source: A key of ``CONVERTERS``.
        path: Their checkpoint.
        out: Where ours goes.

    Returns:
        Number of tensors, and names that have no counterpart in ours.

    Raises:
        MissingFileError: If there is no such checkpoint.
        UserError: If it holds none of the source's names, or anything but
            tensors and plain containers.
    """
    if source not in CONVERTERS:
        raise UserError(
            f'source must be one of {sorted(CONVERTERS)}, got {source!r}'
        )
    converted, unknown = CONVERTERS[source](_read_weights(path))
    if not converted:
        raise UserError(f'{path} has no key of {source}')
    with atomic_write(out, 'wb') as file:
        torch.save({'state_dict': converted, 'meta': {}}, file)
    return len(converted), unknown


def _read_weights(path: str | Path) -> Mapping[str, torch.Tensor]:
    """State dict of a checkpoint, whether bare or below a common key."""
    require_file(path, 'Give the checkpoint to convert.')
    try:
        state = torch.load(path, map_location='cpu', weights_only=True)
    except Exception as error:
        raise UserError(
            f'{path} does not load with weights_only, which admits tensors '
            f'and plain containers: {error}'
        ) from error
    for key in _COMMON_KEYS:
        if isinstance(state, Mapping) and isinstance(state.get(key), Mapping):
            state = state[key]
    if not isinstance(state, Mapping):
        raise UserError(f'{path} holds a {type(state).__name__}, no weights')
    tensors = {k: v for k, v in state.items() if torch.is_tensor(v)}
    if not tensors:
        raise UserError(f'{path} holds no tensors')
    return tensors
