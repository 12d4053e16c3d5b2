"""Mixed precision: bfloat16 wherever the device computes in it."""

import logging
from contextlib import AbstractContextManager
from typing import Any

import torch
from mmengine.device import get_device
from mmengine.logging import print_log
from mmengine.optim import AmpOptimWrapper as _AmpOptimWrapper
from mmengine.optim import OptimWrapper
from mmengine.runner import TestLoop

from stclip.registry import LOOPS, OPTIM_WRAPPERS
from stclip.utils.choices import require_choice
from stclip.utils.cores import cpu_has_bfloat16
from stclip.utils.errors import UserError

_DTYPES = {'bfloat16': torch.bfloat16, 'float16': torch.float16}


def autocast_dtype(device: str) -> torch.dtype:
    """The type mixed precision uses: float16 only on GPUs before bf16.

    Args:
        device: Kind of device.
    """
    if device == 'cuda' and not torch.cuda.is_bf16_supported(
        including_emulation=False
    ):
        return torch.float16
    return torch.bfloat16


def autocast(device: str, enabled: bool = True) -> AbstractContextManager:
    """Mixed precision, if it is wanted.

    Args:
        device: Kind of device.
        enabled: Whether it is.
    """
    return torch.autocast(device, autocast_dtype(device), enabled)


def mixed(device: str | torch.device, wanted: bool = True) -> bool:
    """What was wanted, with a warning where it makes things slower.

    Args:
        device: Where a model runs.
        wanted: Whether in mixed precision.
    """
    kind = torch.device(device).type
    if wanted and kind == 'cpu' and not cpu_has_bfloat16():
        print_log(
            'this CPU has no products in bfloat16 (AVX512-BF16, AMX), so '
            'mixed precision takes several times as long: leave --amp out',
            'current',
            logging.WARNING,
        )
    return wanted


@OPTIM_WRAPPERS.register_module()
class AmpOptimWrapper(_AmpOptimWrapper):
    """MMEngine's mixed-precision wrapper, extended to CPU and to bfloat16.

    It bears MMEngine's name so that ``--amp`` of OpenMMLab's own tools, which
    write that name into the config, finds it. bfloat16 has float32's range,
    so its losses are not scaled and ``loss_scale`` counts for float16 only.

    Args:
        loss_scale: As in MMEngine; used with float16.
        dtype: ``'bfloat16'``, ``'float16'`` (GPU only) or ``None`` for
            bfloat16 wherever the device supports it.
        **kwargs: Passed to ``OptimWrapper``.

    Raises:
        ValueError: If ``dtype`` is unknown, or float16 is asked of a CPU.
    """

    def __init__(
        self,
        loss_scale: str | float | dict = 'dynamic',
        dtype: str | None = None,
        **kwargs: Any,
    ) -> None:
        if dtype is not None:
            require_choice('dtype', dtype, sorted(_DTYPES))
        cast_dtype = _DTYPES.get(dtype) or autocast_dtype(get_device())
        if cast_dtype is torch.float16:
            if get_device() == 'cpu':
                raise UserError(
                    'mixed precision on CPU is bfloat16; leave out dtype='
                    "'float16' or train on a GPU"
                )
            super().__init__(loss_scale=loss_scale, dtype=cast_dtype, **kwargs)
            return
        mixed(get_device())
        # Not the parent's constructor: it refuses to run without a GPU.
        OptimWrapper.__init__(self, **kwargs)
        self.cast_dtype = cast_dtype
        self.loss_scaler = torch.amp.GradScaler(enabled=False)
        self._scale_update_param = None


@LOOPS.register_module()
class AmpTestLoop(TestLoop):
    """MMEngine's test loop whose ``fp16=True`` means :func:`autocast`.

    The parent would use float16 on every GPU.
    """

    def run(self) -> dict:
        """Test, as MMEngine's loop does."""
        mixed(get_device(), self.fp16)
        return super().run()

    def run_iter(self, idx: int, data_batch: dict) -> None:
        """Predict one batch and hand it to the evaluator."""
        with autocast(get_device(), self.fp16):
            super().run_iter(idx, data_batch)
