"""The end of a training that has diverged, before anything of it is saved."""

import math
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from stclip.registry import HOOKS
from stclip.utils.checkpoints import require_finite
from stclip.utils.errors import UserError


@HOOKS.register_module()
class DivergenceHook(Hook):
    """Stops a training whose losses or weights are no longer finite.

    No later hook sees the iteration: nothing is averaged, saved or deleted.
    The losses of a step are read by MMEngine's own logging anyway, so that
    looking at each costs nothing.
    """

    priority = 'HIGHEST'

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Look at the losses of an iteration.

        Args:
            runner: Of the training.
            batch_idx: Not used.
            data_batch: Not used.
            outputs: Losses by name, each one number.

        Raises:
            UserError: Naming iteration and loss, and what helps.
        """
        for name, value in (outputs or {}).items():
            number = float(torch.as_tensor(value).detach())
            if not math.isfinite(number):
                raise UserError(
                    f'{runner.work_dir}: the training diverged, {name} is '
                    f'{number} at iteration {runner.iter + 1}; the '
                    'checkpoints before are kept. Lower '
                    'optim_wrapper.optimizer.lr, or set '
                    'optim_wrapper.clip_grad.max_norm'
                )

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Look at the weights before they take a good checkpoint's place.

        Raises:
            UserError: Naming the weights.
        """
        require_finite(
            checkpoint['state_dict'],
            f'{runner.work_dir}, iteration {checkpoint["meta"]["iter"]}',
        )
