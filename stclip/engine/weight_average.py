"""Averages of a run's weights, and mixtures with the weights before it.

Source: STDD, arXiv:2412.09895, and its released code (uniform, Gaussian, Beta
and exponential averages over epochs; patching with CLIP).
"""

import copy
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import EpochBasedTrainLoop, Runner
from torch import Tensor, nn

from stclip.registry import HOOKS
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write

State = dict[str, Tensor]


def _uniform(progress: float) -> float:
    return 1.0


def _gaussian(progress: float) -> float:
    """Centred at two thirds of the run; deviation 10 of 22 epochs."""
    return math.exp(-0.5 * ((progress - 15 / 22) / (10 / 22)) ** 2)


def _beta(progress: float) -> float:
    """Beta(0.5, 0.5): the ends count most."""
    return 1 / math.sqrt(progress * (1 - progress))


#: Weight of a snapshot by the progress of the run, in (0, 1).
KINDS: dict[str, Callable[[float], float]] = {
    'uniform': _uniform,
    'gaussian': _gaussian,
    'beta': _beta,
}
_EMA_DECAY = 0.9


@HOOKS.register_module()
class WeightAverageHook(Hook):
    """Average snapshots of the weights and save them as ``averaged.pth``.

    Args:
        kind: ``'uniform'``, ``'gaussian'``, ``'beta'`` or ``'ema'``.
        interval: Snapshot after every so many epochs, or iterations in loops
            that count these.
        begin: First epoch (iteration) that counts.

    Raises:
        ValueError: For another kind; when training starts, if there would be
            no snapshot.
    """

    priority = 'LOW'

    def __init__(
        self, kind: str = 'uniform', interval: int = 1, begin: int = 1
    ) -> None:
        require_choice('kind', kind, (*KINDS, 'ema'))
        self.kind = kind
        self.interval = interval
        self.begin = begin
        self.total = 0.0
        self.average: State = {}

    def before_train(self, runner: Runner) -> None:
        """See that there will be a snapshot."""
        last, unit = runner.max_iters, 'iterations'
        if _counts_epochs(runner):
            last, unit = runner.max_epochs, 'epochs'
        if last - last % self.interval < self.begin:
            raise UserError(
                f'WeightAverageHook(interval={self.interval}, '
                f'begin={self.begin}) takes no snapshot in {last} {unit}; '
                'train longer or begin earlier'
            )

    def after_train_epoch(self, runner: Runner) -> None:
        """Take a snapshot where epochs count."""
        if _counts_epochs(runner):
            self._take(runner, runner.epoch + 1, runner.max_epochs)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: object = None,
        outputs: dict | None = None,
    ) -> None:
        """Take a snapshot where iterations count."""
        if not _counts_epochs(runner):
            self._take(runner, runner.iter + 1, runner.max_iters)

    def _take(self, runner: Runner, step: int, last: int) -> None:
        if step >= self.begin and step % self.interval == 0:
            self.add(_plain(runner.model).state_dict(), step, last)

    def add(self, state: State, step: int, last: int) -> None:
        """Add a snapshot.

        Args:
            state: Weights.
            step: Epoch or iteration, from 1.
            last: The last one of the run.
        """
        if self.kind == 'ema':
            share = 1 - _EMA_DECAY if self.average else 1.0
        else:
            weight = KINDS[self.kind](step / (last + 1))
            self.total += weight
            share = weight / self.total
        for name, value in state.items():
            if not value.is_floating_point():
                self.average[name] = value.clone()
                continue
            value = value.detach().float()
            known = self.average.get(name, torch.zeros_like(value))
            self.average[name] = known + share * (value - known)

    @master_only
    def after_train(self, runner: Runner) -> None:
        """Save the average beside the run's checkpoints."""
        path = Path(runner.work_dir) / 'averaged.pth'
        with atomic_write(path, 'wb') as file:
            torch.save({'state_dict': self.average, 'meta': {}}, file)
        runner.logger.info(f'{self.kind} average of the weights: {path}')

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the average, so that a resumed run goes on with it."""
        checkpoint['weight_average'] = dict(
            total=self.total, average=self.average
        )

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Go on with the average of a resumed run."""
        saved = checkpoint.get('weight_average')
        if saved and getattr(runner, '_resume', False):
            self.total, self.average = saved['total'], saved['average']


@HOOKS.register_module()
class PatchWeightsHook(Hook):
    """Test a mixture of the loaded weights and those before training.

    Args:
        ratio: Share of the weights that the config itself builds (CLIP's), in
            [0, 1]; 0 leaves the loaded ones as they are.
        but_for: Beginnings of the names of weights that stay as loaded: those
            that CLIP has not.

    Raises:
        ValueError: For another ratio; in testing, for a beginning that no
            weight has.
    """

    def __init__(
        self, ratio: float = 0.5, but_for: Sequence[str] = ()
    ) -> None:
        if not 0 <= ratio <= 1:
            raise UserError(f'ratio must be in [0, 1], got {ratio}')
        self.ratio = ratio
        self.but_for = tuple(but_for)
        self.before: State = {}

    def before_run(self, runner: Runner) -> None:
        """Keep the weights as built."""
        if self.ratio:
            state = _plain(runner.model).state_dict()
            self.before = copy.deepcopy(state)

    def before_test(self, runner: Runner) -> None:
        """Mix, once the checkpoint is loaded."""
        if self.ratio:
            patch_weights(
                _plain(runner.model), self.before, self.ratio, self.but_for
            )


def patch_weights(
    model: nn.Module,
    before: State,
    ratio: float,
    but_for: tuple[str, ...] = (),
) -> None:
    """Replace weights by ratio * before + (1 - ratio) * weights.

    Args:
        model: Whose weights are replaced.
        before: Weights of the same names.
        ratio: Share of ``before``.
        but_for: Beginnings of the names of weights that are left alone.

    Raises:
        UserError: For a beginning that no weight has.
    """
    mixed = model.state_dict()
    for start in but_for:
        if not any(name.startswith(start) for name in mixed):
            raise UserError(
                f'but_for of PatchWeightsHook has {start!r}, but no weight of '
                f'{type(model).__name__} begins so: leave it out'
            )
    for name, value in mixed.items():
        if value.is_floating_point() and not name.startswith(but_for):
            mixed[name] = value.lerp(before[name].to(value), ratio)
    # Loaded, not changed in place, so that caches hear of it.
    model.load_state_dict(mixed)


def _counts_epochs(runner: Runner) -> bool:
    return isinstance(runner.train_loop, EpochBasedTrainLoop)


def _plain(model: nn.Module) -> nn.Module:
    """The model without the wrapper of a distributed run."""
    return model.module if is_model_wrapper(model) else model
