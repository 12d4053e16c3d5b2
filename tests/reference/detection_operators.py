"""Each way in which NMS and RoIAlign can be computed here.

Where compiled operators of mmcv or torchvision load, users of other machines
still run the Python ones: tests force them.
"""

import importlib

import mmcv._ext
import pytest
import torchvision  # noqa: F401 loads its operators if they can be

from stclip.compat.operators import compiled
from stclip.compat.stand_ins import mmcv_ext

_COMPILED = (
    mmcv._ext.__file__ != mmcv_ext.__file__
    or compiled.torchvision_operators() is not None
)
#: What is installed is tried too, unless it is what is forced.
KINDS = ['python', *(['installed'] if _COMPILED else [])]


def use_operators(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute by one of ``KINDS`` until the test ends."""
    if kind == 'installed':
        return
    monkeypatch.setattr(compiled, 'torchvision_operators', lambda: None)
    for name in ('nms', 'roi_align'):
        module = importlib.import_module(f'mmcv.ops.{name}')
        monkeypatch.setattr(module, 'ext_module', mmcv_ext)
