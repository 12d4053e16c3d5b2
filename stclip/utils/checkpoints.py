"""Checkpoint files: read without running code, compared name by name."""

import pickle
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from stclip.utils.errors import UserError
from stclip.utils.io import require_file

# What DistributedDataParallel and torch.compile put before names.
_WRAPPERS = re.compile(r'^(?:module\.|_orig_mod\.)+|(?<=\.)_orig_mod\.')
_LFS = b'version https://git-lfs'
_SHOWN_KEYS = 10


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
        path: A checkpoint of mmengine's kind or a bare state dict.

    Raises:
        MissingFileError: If the file does not exist.
        UserError: If it is empty, cut off, something else than a checkpoint,
            holds no weights or anything but tensors and plain values.
    """
    content = read_content(path)
    weights = content.get('state_dict', content)
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
    return Checkpoint(
        bare_names(weights), meta if isinstance(meta, dict) else {}
    )


def read_content(path: str | Path) -> Mapping[str, Any]:
    """Read all that a checkpoint holds.

    Args:
        path: File that ``torch.save`` wrote.

    Returns:
        What was saved, on the CPU.

    Raises:
        MissingFileError: If the file does not exist.
        UserError: If it is empty, cut off, something else than a checkpoint,
            or holds anything but tensors and plain values.
    """
    file = require_file(path, 'Give the .pth file of a trained model.')
    _refuse_texts(file)
    try:
        content = torch.load(
            str(file),
            map_location='cpu',
            weights_only=True,
            # Read when used: to look at a checkpoint costs next to nothing.
            mmap=zipfile.is_zipfile(file),
        )
    except Exception as error:
        if not isinstance(error, pickle.UnpicklingError) or _is_damaged(file):
            raise UserError(
                f'{file} is cut off, damaged or no checkpoint: copy or '
                f'download it again ({str(error).splitlines()[0]})'
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


def bare_names(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Names without what wrappers of a model put before them."""
    return {_WRAPPERS.sub('', name): weights[name] for name in weights}


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
        return not zipfile.is_zipfile(file) and opened.read(1) != b'\x80'


def _shown(keys: list[str]) -> str:
    """The first keys and how many more there are."""
    more = len(keys) - _SHOWN_KEYS
    return ', '.join(keys[:_SHOWN_KEYS]) + (
        f' and {more} more' if more > 0 else ''
    )
