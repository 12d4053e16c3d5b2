"""Stand-in for ``mmcv._ext``, mmcv's compiled operators.

mmcv asks the module for every operator it wraps at import, mmdet's detectors
run on two of them: NMS and average RoIAlign work here, every other operator
raises NotImplementedError when it is called.
"""

from collections.abc import Callable
from typing import Any

from stclip.compat.operators.nms import nms
from stclip.compat.operators.roi_align import (
    roi_align_backward,
    roi_align_forward,
)

__all__ = ['nms', 'roi_align_backward', 'roi_align_forward']


def __getattr__(name: str) -> Callable:
    # Python itself probes modules for special names.
    if name.startswith('__'):
        raise AttributeError(f'module {__name__!r} has no {name!r}')

    def missing(*args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(
            f"mmcv's compiled operator {name!r} is not available: "
            'install a compiled mmcv (>=2.1, <2.2) to use it'
        )

    missing.__name__ = name
    return missing
