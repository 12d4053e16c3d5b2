"""Checkpoint files: read without running code, compared name by name."""

import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.serialization import safe_globals

from stclip.utils.errors import UserError
from stclip.utils.plain_pickle import STAND_INS
from stclip.utils.remote_files import local_checkpoint
from stclip.utils.scripted_archive import is_archive, is_scripted
from stclip.utils.text_file import read_text

# What DistributedDataParallel and torch.compile put before names.
_WRAPPERS = re.compile(r'^(?:module\.|_orig_mod\.)+|(?<=\.)_orig_mod\.')
# What averages of weights are stored under, beside or without the weights.
_AVERAGES = ('ema_state_dict', 'state_dict_ema', 'model_ema')
# What averaging counts, which is no weight.
_COUNTERS = ('n_averaged', 'steps')
_LFS = b'version https://git-lfs'
_SHOWN_KEYS = 10
#: In the work dir of a training, the file that names the newest one.
LAST_CHECKPOINT = 'last_checkpoint'


class _History(dict):
    """Stands in for mmengine's ``HistoryBuffer``: its numbers as tensors.

    The form in which our own checkpoints hold it
    (:class:`~stclip.engine.checkpoint_hooks.PlainCheckpointHook`).
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.update(
            log=torch.tensor(state['_log_history'].tolist()).double(),
            counts=torch.tensor(state['_count_history'].tolist()).double(),
            max_length=int(state['max_length']),
        )


def _no_method(*_: Any) -> None:
    """Stands in for ``getattr``, by which a history names its statistics."""


_HISTORY = 'mmengine.logging.history_buffer.HistoryBuffer'
_PLAIN = [
    *((stand_in, '.'.join(name)) for name, stand_in in STAND_INS.items()),
    (_History, _HISTORY),
    (_no_method, 'builtins.getattr'),
]


@dataclass(frozen=True)
class Checkpoint:
    """What is read from a checkpoint.

    Args:
        weights: State dict on the CPU, by names of the bare model.
        meta: What the file tells of its training; may be empty.
    """

    weights: dict[str, Tensor]
    meta: dict[str, Any]


def read_checkpoint(path: str | Path) -> Checkpoint:
    """Read weights and what is told of them.

    Args:
        path: A checkpoint of mmengine's kind or a bare state dict, or the
            address of one.

    Raises:
        MissingFileError: If the file does not exist.
        UserError: If it is empty, cut off, something else than a checkpoint,
            holds no weights or anything but tensors and plain values, or
            :func:`require_finite` refuses a weight.
    """
    content = read_content(path)
    weights = stored_weights(content)
    meta = content.get('meta')
    if not isinstance(weights, Mapping) or not weights:
        raise UserError(f'{path} holds no weights in its state_dict')
    others = [key for key in weights if not torch.is_tensor(weights[key])]
    if others:
        raise UserError(
            f'{path} is no state dict and has none under "state_dict": '
            f'{_shown(list(map(str, others)))} '
            f'{"is" if len(others) == 1 else "are"} no tensor; save the '
            "weights alone: torch.save({'state_dict': ...}, path)"
        )
    weights = bare_names(weights)
    require_finite(weights, path)
    return Checkpoint(weights, meta if isinstance(meta, dict) else {})


def stored_weights(content: Mapping[str, Any]) -> Any:
    """The state dict of a checkpoint, or the average where it has no other.

    Args:
        content: What was saved; it is the state dict itself if it names none.
    """
    for key in ('state_dict', *_AVERAGES):
        if key in content:
            return content[key]
    return content


def require_finite(weights: Mapping[str, Tensor], source: str | Path) -> None:
    """Make sure that weights are numbers, and none NaN or infinite.

    Args:
        weights: State dict.
        source: Its file, for the message.

    Raises:
        UserError: Naming the weights that are not, or that are stored in a
            way that cannot be computed with.
    """
    odd = [name for name, value in weights.items() if not _is_plain(value)]
    if odd:
        raise UserError(
            f'{source}: {len(odd)} of {len(weights)} weights are sparse, '
            f'quantized, nested or without numbers: {_shown(odd)}; save them '
            'as ordinary tensors, as to_dense() and dequantize() give'
        )
    broken = [
        name
        for name, value in weights.items()
        if value.is_floating_point() and not _is_finite(value)
    ]
    if broken:
        raise UserError(
            f'{source}: {len(broken)} of {len(weights)} weights are not '
            f'finite: {_shown(broken)}; its training diverged: take an '
            'earlier checkpoint'
        )


def _is_plain(value: Tensor) -> bool:
    """Whether there is a number at each place, of a kind to compute with."""
    if value.layout is not torch.strided or value.is_nested:
        return False
    if value.is_quantized or value.is_meta:
        return False
    try:
        # Numbers of less than 8 bits can be stored, and no more.
        if not value.is_complex():
            torch.empty(1, dtype=value.dtype).float()
    except NotImplementedError:
        return False
    return True


def _is_finite(value: Tensor) -> bool:
    """Whether all numbers are; extremes take a 15th of isfinite's time."""
    if value.itemsize == 1:
        # float8 has no extremes.
        value = value.float()
    return value.numel() == 0 or all(e.isfinite() for e in value.aminmax())


def last_checkpoint(work_dir: Path, hint: str) -> str:
    """Path of the newest checkpoint of a training.

    Args:
        work_dir: Of the training.
        hint: What the user can do where nothing was trained.

    Raises:
        MissingFileError: If nothing was trained there.
    """
    return read_text(work_dir / LAST_CHECKPOINT, hint).strip()


def read_content(path: str | Path) -> Mapping[str, Any]:
    """Read all that a checkpoint holds.

    Args:
        path: File that ``torch.save`` wrote, or its address; see
            :func:`local_checkpoint`.

    Returns:
        What was saved, on the CPU.

    Raises:
        MissingFileError: If the file does not exist.
        UserError: If it is empty, cut off, something else than a checkpoint,
            or holds anything but tensors and plain values.
    """
    file = local_checkpoint(path, 'Give the .pth file of a trained model.')
    _refuse_texts(file)
    if is_scripted(file):
        raise UserError(
            f'{file} is a TorchScript archive, which is read as weights of '
            'CLIP alone (--clip, model.clip.pretrained)'
        )
    try:
        content = _load(file)
    except Exception as error:
        if not isinstance(error, pickle.UnpicklingError) or _is_damaged(file):
            raise UserError(
                f'{file} is cut off, damaged or no checkpoint: copy or '
                f'download it again ({_first_line(error)})'
            ) from error
        raise UserError(
            f'{file} is not a checkpoint of tensors and plain values '
            '(weights_only), and nothing else is read, because other files '
            'can run code when loaded. If you trust it, save its state_dict '
            "alone: torch.save({'state_dict': ...}, path)"
        ) from error
    if not isinstance(content, Mapping):
        raise UserError(
            f'{file} holds a {type(content).__name__}, not a checkpoint; '
            "save the weights: torch.save({'state_dict': ...}, path)"
        )
    return content


def _load(file: Path) -> Any:
    """What ``torch.save`` wrote."""
    with plain_values():
        return torch.load(
            str(file),
            map_location='cpu',
            weights_only=True,
            # Read when used: to look at it costs next to nothing.
            mmap=is_archive(file),
        )


def _first_line(error: Exception) -> str:
    """What an error says first, or its kind where it says nothing."""
    return (str(error) or type(error).__name__).splitlines()[0]


def plain_values() -> safe_globals:
    """Let ``torch.load(..., weights_only=True)`` read what mmengine writes.

    Inside of this block NumPy's arrays and numbers are read from their bytes,
    and log histories as dicts of tensors; nothing of a file is run.
    """
    return safe_globals(_PLAIN)


def bare_names(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Weights without what wrappers and averages of a model add.

    Args:
        weights: State dict. ``module.`` and ``_orig_mod.`` are taken off its
            names; a counter of updates, and the copies that mmcv's averaging
            keeps of all weights as ``ema_<name_with_underscores>``, are left
            out.
    """
    bare = {_WRAPPERS.sub('', str(name)): weights[name] for name in weights}
    if bare.keys() != weights.keys():
        # Beside wrapped names, these are the wrapper's own.
        for counter in _COUNTERS:
            bare.pop(counter, None)
    copies = {f'ema_{name.replace(".", "_")}' for name in bare}
    return {name: bare[name] for name in bare if name not in copies}


def compare_state(
    expected: Mapping[str, Tensor], given: Mapping[str, Tensor]
) -> str:
    """Describe how a state dict differs from the one a model expects.

    Args:
        expected: The model's state dict.
        given: The state dict to be loaded.

    Returns:
        One line: the number of keys and the first ones for each kind of
        difference; empty if there is none.
    """
    common = expected.keys() & given.keys()
    differences = {
        'missing in the checkpoint': sorted(expected.keys() - common),
        'unknown to the model': sorted(given.keys() - common),
        'of another shape': [
            f'{key} {tuple(given[key].shape)} for {tuple(expected[key].shape)}'
            for key in sorted(common)
            if expected[key].shape != given[key].shape
        ],
    }
    return '; '.join(
        f'{len(keys)} {kind}: {_shown(keys)}'
        for kind, keys in differences.items()
        if keys
    )


def _refuse_texts(file: Path) -> None:
    """Say what lies under a checkpoint's name when it is a text."""
    with file.open('rb') as opened:
        head = opened.read(256)
    if not head:
        raise UserError(f'{file} is empty: copy or download it again')
    if head.startswith(_LFS):
        raise UserError(
            f'{file} is a pointer of Git LFS, not the weights: get them with '
            'git lfs pull'
        )
    if head.lstrip().lower().startswith((b'<!doctype', b'<html', b'<?xml')):
        raise UserError(
            f'{file} is a web page, not weights: open it to see why the '
            'download failed'
        )
    if all(byte in b'\t\n\r' or 32 <= byte < 127 for byte in head):
        raise UserError(f'{file} is a text file, not a checkpoint')


def _is_damaged(file: Path) -> bool:
    """Whether it is neither a whole archive nor the start of a pickle."""
    with file.open('rb') as opened:
        return not is_archive(file) and opened.read(1) != b'\x80'


def _shown(keys: list[str]) -> str:
    """The first keys and how many more there are."""
    more = len(keys) - _SHOWN_KEYS
    return ', '.join(keys[:_SHOWN_KEYS]) + (
        f' and {more} more' if more > 0 else ''
    )
