"""Training that also asks for the gradient nearer to where it began.

Source: Open-VCLIP, arXiv:2302.00624 (interpolated weight optimisation), and
its released code.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from mmengine.model import is_model_wrapper
from mmengine.optim import OptimWrapper
from torch import Tensor, nn

from stclip.engine.precision import AmpOptimWrapper
from stclip.registry import OPTIM_WRAPPERS
from stclip.utils.errors import UserError


class _Interpolated:
    """The second gradient, before any of mmengine's wrappers.

    With w the trained weights, w0 the first ones and L the loss, a step has
    the gradient::

        grad L(w) + weight * grad L(share * w0 + (1 - share) * w)

    of which the second is *not* multiplied by (1 - share), as in the release.
    The share is drawn evenly between 0 and ``max_share`` for each batch, and
    by each process for itself.

    No model has to know of it: the wrapper sees the call of the model inside
    :meth:`optim_context` and repeats it, with the same inputs, between the
    weights. Gradients are accumulated, scaled and clipped as they are without
    it.

    Args:
        max_share: Largest share of the first weights.
        weight: Of the second gradient.
        **kwargs: Those of the wrapper. The first weights are those that its
            optimizer has now: in a run those that the config builds, before a
            checkpoint is loaded or a run resumed.

    Raises:
        UserError: If ``max_share`` is no share.
    """

    def __init__(
        self, max_share: float = 0.6, weight: float = 0.5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not 0 <= max_share <= 1:
            raise UserError(f'max_share must be in [0, 1], got {max_share}')
        self.max_share = max_share
        self.weight = weight
        self._first = [weights.detach().clone() for weights in self._trained()]
        self._model: nn.Module | None = None
        self._calls: list[tuple[tuple, dict]] = []

    def _trained(self) -> list[nn.Parameter]:
        groups = self.optimizer.param_groups
        return [weights for group in groups for weights in group['params']]

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """As mmengine's; the model's calls are kept to be repeated.

        Processes add up their gradients once, after the second backward pass.

        Args:
            model: The model, wrapped or not.
        """
        self._model, self._calls = model, []

        def keep(module: nn.Module, args: tuple, kwargs: dict) -> None:
            self._calls.append((args, kwargs))

        with ExitStack() as stack:
            stack.enter_context(super().optim_context(model))
            if hasattr(model, 'no_sync'):
                stack.enter_context(model.no_sync())
            hook = model.register_forward_pre_hook(keep, with_kwargs=True)
            stack.callback(hook.remove)
            yield

    def backward(self, loss: Tensor, **kwargs: Any) -> None:
        """Both backward passes; they count as one.

        Args:
            loss: Of the model's call inside :meth:`optim_context`.
            **kwargs: Of :meth:`torch.Tensor.backward`.

        Raises:
            UserError: If the model was not called once there.
        """
        calls, self._calls = self._calls, []
        if len(calls) != 1:
            raise UserError(
                f'{type(self).__name__} repeats the call that gave the loss: '
                'call the model once inside optim_context before each '
                f'backward pass, as train_step of mmengine does; it was '
                f'called {len(calls)} times'
            )
        number = self._inner_count
        super().backward(loss, **kwargs)
        # What depends on the number of the step is the same for the second.
        self._inner_count = number
        with self.between_weights():
            second = self._repeat(*calls[0])
            super().backward(self.scale_loss(self.weight * second), **kwargs)

    def _repeat(self, args: tuple, kwargs: dict) -> Tensor:
        """The loss of a call, once more."""
        model = self._model
        with super().optim_context(model):
            losses = model(*args, **kwargs)
        plain = model.module if is_model_wrapper(model) else model
        return plain.parse_losses(losses)[0]

    @contextmanager
    @torch.no_grad()
    def between_weights(self) -> Iterator[None]:
        """Weights between the first ones and the present."""
        share = self.max_share * torch.rand(()).item()
        trained = self._trained()
        present = [weights.detach().clone() for weights in trained]
        for weights, first in zip(trained, self._first, strict=True):
            weights.lerp_(first, share)
        try:
            with torch.enable_grad():
                yield
        finally:
            for weights, value in zip(trained, present, strict=True):
                weights.copy_(value)


@OPTIM_WRAPPERS.register_module()
class InterpolatedOptimWrapper(_Interpolated, OptimWrapper):
    """mmengine's ``OptimWrapper`` with interpolated weight optimisation.

    Args:
        max_share: Largest share of the first weights, 0.6 in Open-VCLIP.
        weight: Of the gradient between the weights, 0.5 in Open-VCLIP.
        **kwargs: Those of ``OptimWrapper``.
    """


@OPTIM_WRAPPERS.register_module()
class InterpolatedAmpOptimWrapper(_Interpolated, AmpOptimWrapper):
    """The same in mixed precision.

    Args:
        max_share: See :class:`InterpolatedOptimWrapper`.
        weight: Likewise.
        **kwargs: Those of
            :class:`~stclip.engine.precision.AmpOptimWrapper`.
    """
