"""Pickles of plain data, read without running anything they ask for."""

import codecs
import pickle
import re
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np

from stclip.utils.errors import UserError
from stclip.utils.io import require_file

# Codes of numbers and texts. Arrays of objects are left out: their memory is
# addresses, which a pickle could make up.
_PLAIN_CODE = re.compile(r'[<>|=]?[biufcSU?]\d*')


class _PlainType:
    """Stands in for ``numpy.dtype``, and takes from its state the order only.

    NumPy's own believes any state, also one that hides objects.
    """

    def __init__(self, code: str, *_: Any) -> None:
        if not isinstance(code, str) or not _PLAIN_CODE.fullmatch(code):
            raise pickle.UnpicklingError(f'arrays of {code!r} are not plain')
        self.dtype = np.dtype(code)

    def __setstate__(self, state: tuple) -> None:
        self.dtype = self.dtype.newbyteorder(state[1])


class _PlainArray(np.ndarray):
    """Stands in for ``numpy.ndarray``, and is filled from bytes only."""

    def __setstate__(self, state: tuple) -> None:
        _, shape, plain_type, column_major, data = state
        super().__setstate__(
            (1, shape, _dtype(plain_type), bool(column_major), _bytes(data))
        )


def _reconstruct(*_: Any) -> np.ndarray:
    """An array that its state will fill."""
    return np.zeros(0).view(_PlainArray)


def _scalar(plain_type: _PlainType, data: bytes | str) -> np.generic:
    return np.frombuffer(_bytes(data), _dtype(plain_type))[0]


def _from_buffer(
    data: Any, plain_type: _PlainType, shape: tuple, order: str
) -> np.ndarray:
    array = np.frombuffer(data, _dtype(plain_type))
    return array.reshape(shape, order=order)


def _dtype(plain_type: Any) -> np.dtype:
    if not isinstance(plain_type, _PlainType):
        raise pickle.UnpicklingError('an array without a plain type')
    return plain_type.dtype


def _bytes(data: Any) -> bytes:
    if isinstance(data, str):  # bytes of Python 2
        return data.encode('latin1')
    if not isinstance(data, bytes):
        raise pickle.UnpicklingError('an array that is not made of bytes')
    return data


#: What arrays and scalars of NumPy 1 and 2 ask for, and what they get.
STAND_INS = {
    ('numpy', 'dtype'): _PlainType,
    ('numpy', 'ndarray'): _PlainArray,
    ('_codecs', 'encode'): codecs.encode,
    ('__builtin__', 'bytes'): bytes,
    ('collections', 'OrderedDict'): OrderedDict,
}
for _core in ('numpy.core', 'numpy._core'):
    STAND_INS[f'{_core}.multiarray', '_reconstruct'] = _reconstruct
    STAND_INS[f'{_core}.multiarray', 'scalar'] = _scalar
    STAND_INS[f'{_core}.numeric', '_frombuffer'] = _from_buffer


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in STAND_INS:
            raise pickle.UnpicklingError(
                f'it asks for {module}.{name}, which is neither a container '
                'nor a NumPy array'
            )
        return STAND_INS[module, name]


def read_plain_pickle(path: str | Path, hint: str = 'Check the path.') -> Any:
    """Read a pickle of containers, strings, numbers and NumPy arrays.

    Pickles of Python 2, as old annotations are, are read too.

    Args:
        path: See :func:`~stclip.utils.io.read_json`.
        hint: Likewise.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is damaged or asks for anything else than plain
            data; nothing of it has run then.
    """
    path = require_file(path, hint)
    try:
        with path.open('rb') as file:
            return _PlainUnpickler(file, encoding='latin1').load()
    # A damaged pickle may raise nearly anything.
    except Exception as error:
        raise UserError(
            f'{path} is not a pickle of plain data: {error}. Download it '
            'again from where it comes from; one of your own holds lists, '
            'texts and arrays of numbers alone.'
        ) from error
