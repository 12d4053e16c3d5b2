"""Schemas for a torchvision beside a torch it was not compiled for.

PyPI's torchvision is a CUDA build. Beside a CPU-only torch its operators do
not load, and its import then stops at ``operator torchvision::nms does not
exist``, although nothing but that registration needs them. Defining the bare
schemas of the two operators it registers beforehand is enough.
"""

import functools
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

_NAME = 'torchvision'
_SCHEMAS = (
    'nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
    'qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
)

# Schemas live as long as the torch.library.Library that defined them.
_library: Any = None


class TorchvisionFinder(MetaPathFinder):
    """Find torchvision where it lies, and define schemas before it runs.

    Importing stclip thus needs no torch, and neither does looking whether
    torchvision is installed.
    """

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Return torchvision's own spec, None for any other module."""
        if fullname != _NAME:
            return None
        others = (f for f in sys.meta_path if f is not self)
        specs = (f.find_spec(fullname, path, target) for f in others)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = functools.partial(
                _define_and_run, spec, spec.loader.exec_module
            )
        return spec


def install() -> None:
    """Put the finder first, once; not where torchvision is imported."""
    if _NAME in sys.modules:
        return
    if not any(isinstance(f, TorchvisionFinder) for f in sys.meta_path):
        sys.meta_path.insert(0, TorchvisionFinder())


def _define_and_run(
    spec: importlib.machinery.ModuleSpec,
    run: Callable[[ModuleType], None],
    module: ModuleType,
) -> None:
    define_missing(spec)
    run(module)


def define_missing(spec: importlib.machinery.ModuleSpec) -> None:
    """Define the schemas torchvision registers for, if its operators fail.

    Nothing is done when its operators load, or when somebody else defined
    the schemas.

    Args:
        spec: Of torchvision, before it is run.
    """
    import torch

    global _library
    if hasattr(torch.ops.torchvision, 'nms') or _operators_load(spec):
        return
    _library = torch.library.Library(_NAME, 'DEF')
    for schema in _SCHEMAS:
        _library.define(schema)


def _operators_load(spec: importlib.machinery.ModuleSpec) -> bool:
    """Load torchvision's operators without importing torchvision."""
    import torch

    loader = (
        importlib.machinery.ExtensionFileLoader,
        importlib.machinery.EXTENSION_SUFFIXES,
    )
    for folder in spec.submodule_search_locations or ():
        finder = importlib.machinery.FileFinder(folder, loader)
        extension = finder.find_spec('_C')
        if extension is None:
            continue
        try:
            torch.ops.load_library(extension.origin)
        except OSError:
            # Compiled for another torch: the very case mended here.
            return False
        return True
    return False
