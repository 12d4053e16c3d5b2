"""TorchScript archives, of which the tensors are read and nothing is run.

``torch.jit.load`` runs what an archive says: a ``__setstate__`` of its own may
write any file that TorchScript's operators can. OpenAI's CLIP weights come as
such archives, so their tensors are read by hand.
"""

import pickle
import re
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from stclip.utils.errors import UserError

# Every archive of torch.jit.save has this entry, and no file of torch.save.
_MARK = 'constants.pkl'
_STORAGE_DTYPES = {
    'DoubleStorage': torch.float64,
    'FloatStorage': torch.float32,
    'HalfStorage': torch.float16,
    'BFloat16Storage': torch.bfloat16,
    'LongStorage': torch.int64,
    'IntStorage': torch.int32,
    'ShortStorage': torch.int16,
    'CharStorage': torch.int8,
    'ByteStorage': torch.uint8,
    'BoolStorage': torch.bool,
}
# A module's class in the archive's code, with the tensors that it registers.
_CLASS = re.compile(
    r'^class (\w+)\(Module\):\n'
    r'  __parameters__ = \[(.*?)\]\n'
    r'(?:  __buffers__ = \[(.*?)\]\n)?',
    re.MULTILINE,
)


def is_scripted(path: str | Path) -> bool:
    """Whether a file is what ``torch.jit.save`` writes, its list whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    # Of a damaged list; an OSError is no matter of the file's content.
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return any(
        name.count('/') == 1 and name.endswith(f'/{_MARK}') for name in names
    )


def is_archive(path: str | Path) -> bool:
    """Whether a file ends as a zip archive does, scripted or not."""
    try:
        return zipfile.is_zipfile(path)
    # As if it were one of several disks.
    except zipfile.BadZipFile:
        return False


def read_scripted(path: str | Path) -> dict[str, Tensor]:
    """Read the parameters and buffers of a scripted or traced module.

    Args:
        path: File that ``torch.jit.save`` wrote.

    Returns:
        The state dict, as ``torch.jit.load(path).state_dict()`` has it, on
        the CPU.

    Raises:
        UserError: If the archive is damaged, or holds another kind of
            object than modules of tensors and plain values.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            root = archive.namelist()[0].partition('/')[0]
            module = _Reader(archive, root).load()
            tensors_of = dict(_registered_tensors(archive, root))
        return dict(_state(module, tensors_of))
    # Damage shows as nearly anything.
    except Exception as error:
        raise UserError(
            f'{path} is no TorchScript archive of a module whose tensors can '
            f'be read without running it ({type(error).__name__}: '
            f'{" ".join(str(error).split())}): download it again, or save '
            "its state_dict alone: torch.save({'state_dict': ...}, path)"
        ) from error


class _Module:
    """Stands in for every class of the archive: what was saved, and no code.

    Attributes:
        kind: Name of the class in the archive.
        content: Attribute -> value.
    """

    kind = ''

    def __setstate__(self, state: dict[str, Any]) -> None:
        if not isinstance(state, dict):
            raise pickle.UnpicklingError(f'{self.kind} has a state of its own')
        self.content = state


class _Reader(pickle.Unpickler):
    """Unpickler that knows tensors, containers and stand-ins for modules."""

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(BytesIO(_content(archive, f'{root}/data.pkl')))
        self._archive = archive
        self._folder = f'{root}/data'
        self._storages: dict[str, Tensor] = {}

    def find_class(self, module: str, name: str) -> Any:
        """A stand-in for what the pickle asks for."""
        if module.startswith('__torch__'):
            return type('_Module', (_Module,), {'kind': f'{module}.{name}'})
        if module == 'torch' and name in _STORAGE_DTYPES:
            return _STORAGE_DTYPES[name]
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        raise pickle.UnpicklingError(f'it asks for {module}.{name}')

    def persistent_load(self, pid: tuple) -> Tensor:
        """A storage of the archive, as a tensor of one dimension."""
        _, dtype, key, _, size = pid
        if key not in self._storages:
            content = _content(self._archive, f'{self._folder}/{key}')
            self._storages[key] = (
                torch.frombuffer(bytearray(content), dtype=dtype)[:size]
                if size
                else torch.empty(0, dtype=dtype)
            )
        return self._storages[key]


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    """An entry, which torch.jit.save never compresses: it cannot swell."""
    if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
        raise pickle.UnpicklingError(f'{name} is compressed')
    return archive.read(name)


def _tensor(
    storage: Tensor, offset: int, size: tuple, stride: tuple, *_: Any
) -> Tensor:
    # as_strided refuses what would lie outside of the storage.
    return storage.as_strided(size, stride, offset)


def _same(value: Any, *_: Any) -> Any:
    return value


_ALLOWED: dict[tuple[str, str], Callable] = {
    ('torch._utils', '_rebuild_tensor_v2'): _tensor,
    ('collections', 'OrderedDict'): OrderedDict,
}
for _name in ('intlist', 'doublelist', 'boollist', 'tensorlist'):
    _ALLOWED['torch.jit._pickle', f'build_{_name}'] = _same
_ALLOWED['torch.jit._pickle', 'restore_type_tag'] = _same


def _registered_tensors(
    archive: zipfile.ZipFile, root: str
) -> Iterator[tuple[str, set[str]]]:
    """Name of each class, and its parameters and buffers."""
    code = f'{root}/code/'
    for name in archive.namelist():
        if not (name.startswith(code) and name.endswith('.py')):
            continue
        module = name.removeprefix(code).removesuffix('.py').replace('/', '.')
        for match in _CLASS.finditer(archive.read(name).decode()):
            names = re.findall(r'"([^"]+)"', f'{match[2]},{match[3]}')
            yield f'{module}.{match[1]}', set(names)


def _state(
    module: _Module, tensors_of: dict[str, set[str]], prefix: str = ''
) -> Iterator[tuple[str, Tensor]]:
    """Parameters and buffers of a module and those below it."""
    if not isinstance(module, _Module):
        raise TypeError(f'it holds a {type(module).__name__}, not a module')
    for name, value in module.content.items():
        if isinstance(value, _Module):
            yield from _state(value, tensors_of, f'{prefix}{name}.')
        elif torch.is_tensor(value) and name in tensors_of[module.kind]:
            yield f'{prefix}{name}', value
