"""Let torchvision be imported beside a torch it was not compiled for.

PyPI's torchvision is a CUDA build. Beside a CPU-only torch its operators do
not load, and its import then stops at ``operator torchvision::nms does not
exist``, although nothing but that registration needs them. Defining the bare
schemas of the two operators it registers beforehand is enough.
"""

import importlib.machinery
import importlib.util
import sys

import torch

_SCHEMAS = (
    'nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
    'qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
)

# Schemas live as long as the library object that defined them.
_library: torch.library.Library | None = None


def define_missing() -> None:
    """Define the schemas torchvision registers for, if its operators fail.

    Nothing is done when torchvision is imported already, is not installed,
    has operators that load, or when somebody else defined the schemas.
    """
    global _library
    if 'torchvision' in sys.modules or hasattr(torch.ops.torchvision, 'nms'):
        return
    spec = importlib.util.find_spec('torchvision')
    if spec is None or _operators_load(spec):
        return
    _library = torch.library.Library('torchvision', 'DEF')
    for schema in _SCHEMAS:
        _library.define(schema)


def _operators_load(spec: importlib.machinery.ModuleSpec) -> bool:
    """Load torchvision's operators without importing torchvision."""
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
