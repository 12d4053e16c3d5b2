"""Conversion of other code bases' checkpoints into ones of ours."""

from collections.abc import Mapping
from pathlib import Path

import torch

from stclip.models.a5.conversion import convert_a5
from stclip.models.bike.conversion import convert_bike
from stclip.models.clip.renaming import Converter
from stclip.models.i_clip.conversion import convert_i_clip
from stclip.models.open_vclip.conversion import convert_open_vclip
from stclip.models.openmixer.conversion import convert_openmixer
from stclip.models.recognition.conversion import convert_frame_recognizer
from stclip.models.st_clip.conversion import convert_official_stclip
from stclip.models.tc_clip.conversion import convert_tc_clip
from stclip.models.vifi_clip.conversion import convert_vifi_clip
from stclip.models.vita_clip.conversion import convert_vita_clip
from stclip.models.x_clip.conversion import convert_x_clip
from stclip.utils.checkpoints import read_content, require_finite
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write
from stclip.utils.outputs import new_results

#: Name of a source -> what converts its state dict.
CONVERTERS: dict[str, Converter] = {
    'a5': convert_a5,
    'actionclip': convert_frame_recognizer,
    'actionclip_mm': convert_frame_recognizer,
    'bike': convert_bike,
    'iclip': convert_i_clip,
    'maxi': convert_vifi_clip,
    'open_vclip': convert_open_vclip,
    'openmixer': convert_openmixer,
    'st_clip_official': convert_official_stclip,
    'tc_clip': convert_tc_clip,
    'text4vis': convert_frame_recognizer,
    'vifi_clip': convert_vifi_clip,
    'vita_clip': convert_vita_clip,
    'x_clip': convert_x_clip,
}
# Below one of these, trainers keep the weights.
_COMMON_KEYS = ('model', 'model_state', 'state_dict')
# ActionCLIP's family keeps them in two: key -> what its names begin with.
_PARTS = {'model_state_dict': 'clip.', 'fusion_model_state_dict': 'head.'}


def convert_checkpoint(
    source: str, path: str | Path, out: str | Path, overwrite: bool = False
) -> tuple[int, list[str]]:
    """Write another code base's weights under the names of ours.

    Args:
        source: A key of ``CONVERTERS``.
        path: Their checkpoint, file or address.
        out: Where ours goes.
        overwrite: Whether it may replace a file.

    Returns:
        Number of tensors, and names that have no counterpart in ours.

    Raises:
        MissingFileError: If there is no such checkpoint.
        UserError: If it holds none of the source's names, or tensors of other
            shapes, or anything but tensors and plain containers, or if
            nothing can be written.
    """
    if source not in CONVERTERS:
        raise UserError(
            f'source must be one of {sorted(CONVERTERS)}, got {source!r}'
        )
    with new_results([Path(out)], [path], overwrite):
        converted, unknown = _convert(source, path)
        if not converted:
            raise UserError(f'{path} has no key of {source}')
        with atomic_write(out, 'wb') as file:
            torch.save({'state_dict': converted, 'meta': {}}, file)
    return len(converted), unknown


def _convert(
    source: str, path: str | Path
) -> tuple[dict[str, torch.Tensor], list[str]]:
    weights = _read_weights(path)
    try:
        return CONVERTERS[source](weights)
    # What is split or put together has to have the shapes of the source.
    except (IndexError, RuntimeError, ValueError) as error:
        reason = str(error).partition('\n')[0]
        raise UserError(
            f'{path}: tensors of it do not have the shapes of {source} '
            f'({reason}); give its own checkpoint'
        ) from error


def _read_weights(path: str | Path) -> Mapping[str, torch.Tensor]:
    """State dict of a checkpoint, whether bare or below common keys."""
    state = read_content(path)
    if all(isinstance(state.get(key), Mapping) for key in _PARTS):
        state = {
            prefix + name.removeprefix('module.'): value
            for key, prefix in _PARTS.items()
            for name, value in state[key].items()
        }
    for key in _COMMON_KEYS:
        if isinstance(state.get(key), Mapping):
            state = state[key]
    tensors = {k: v for k, v in state.items() if torch.is_tensor(v)}
    if not tensors:
        raise UserError(f'{path} holds no tensors')
    require_finite(tensors, path)
    return tensors
