"""Checkpoint hooks: safe to read, never half written, never half loaded."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.dist import is_main_process
from mmengine.fileio import LocalBackend
from mmengine.hooks import CheckpointHook, Hook
from mmengine.logging import HistoryBuffer
from mmengine.model import is_model_wrapper
from mmengine.runner import BaseLoop, Runner
from torch import Tensor, nn

from stclip.registry import HOOKS
from stclip.utils.checkpoints import (
    LAST_CHECKPOINT,
    bare_names,
    compare_state,
    require_finite,
    stored_weights,
)
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write


@HOOKS.register_module()
class AtomicCheckpointHook(CheckpointHook):
    """MMEngine's checkpoint hook that survives being killed while it saves.

    A checkpoint appears under its name when it is complete on the disk, then
    ``last_checkpoint`` is switched to it, and only then are outdated ones
    deleted, as is what was the best (``save_best``). (The parent deletes
    first and writes in place.) Local folders only. Arguments as in MMEngine.
    """

    def before_train(self, runner: Runner) -> None:
        """Find the folder to save to.

        Raises:
            ValueError: If it is not on a local disk.
        """
        super().before_train(runner)
        if not isinstance(self.file_backend, LocalBackend):
            raise UserError(
                f'checkpoints are saved to local folders, got {self.out_dir}'
            )

    def _save_checkpoint_with_step(
        self, runner: Runner, step: int, meta: dict
    ) -> None:
        outdated = self._remember(runner, step)
        folder = Path(self.out_dir)
        target = folder / self.filename_tmpl.format(step)
        self.last_ckpt = str(target)
        runner.message_hub.update_info('last_ckpt', self.last_ckpt)
        self._write(
            runner,
            target,
            save_optimizer=self.save_optimizer,
            save_param_scheduler=self.save_param_scheduler,
            meta=meta,
            by_epoch=self.by_epoch,
            **self.args,
        )
        if not is_main_process():
            return
        last = Path(runner.work_dir) / LAST_CHECKPOINT
        with atomic_write(last, lasting=True) as file:
            file.write(self.last_ckpt)
        for step in outdated:
            name = self.filename_tmpl.format(step)
            (folder / name).unlink(missing_ok=True)

    def _save_best_checkpoint(self, runner: Runner, metrics: dict) -> None:
        if not self.save_best:
            return
        if 'auto' in self.key_indicators:
            self._init_rule(self.rules, [next(iter(metrics))])
        step = runner.epoch if self.by_epoch else runner.iter
        meta = dict(epoch=runner.epoch, iter=runner.iter)
        better = [
            name
            for name, rule in zip(self.key_indicators, self.rules, strict=True)
            if self._is_best(runner, name, rule, metrics)
        ]
        for name in better:
            self._replace_best(runner, name, step, meta)
        # Once more: a run that resumes has to know what is the best by now.
        if better and self.last_ckpt is not None:
            self._save_checkpoint_with_step(runner, step, meta)

    def _is_best(
        self, runner: Runner, name: str, rule: str, metrics: dict
    ) -> bool:
        """Whether a metric is better than ever; it is then remembered.

        Raises:
            UserError: If the validation does not measure it.
        """
        if name not in metrics:
            raise UserError(
                f'default_hooks.checkpoint.save_best: there is no metric '
                f'{name!r}; the validation gives {", ".join(metrics)}'
            )
        key = f'best_score{self._suffix(name)}'
        best = self.init_value_map[rule]
        if key in runner.message_hub.runtime_info:
            best = runner.message_hub.get_info(key)
        score = metrics[name]
        if score is None or not self.is_better_than[name](score, best):
            return False
        runner.message_hub.update_info(key, score)
        return True

    def _replace_best(
        self, runner: Runner, name: str, step: int, meta: dict
    ) -> None:
        """Save the best checkpoint by a metric, then delete the one before."""
        stem = f'best_{name}_{self.filename_tmpl.format(step)}'
        target = Path(self.out_dir) / stem.replace('/', '_')
        # Kept where the parent looks when it publishes the best.
        if len(self.key_indicators) == 1:
            before, self.best_ckpt_path = self.best_ckpt_path, str(target)
        else:
            before = self.best_ckpt_path_dict[name]
            self.best_ckpt_path_dict[name] = str(target)
        key = f'best_ckpt{self._suffix(name)}'
        runner.message_hub.update_info(key, str(target))
        self._write(
            runner,
            target,
            save_optimizer=False,
            save_param_scheduler=False,
            meta=meta,
            by_epoch=False,
        )
        runner.logger.info(f'The best checkpoint by {name} is now {target}')
        if is_main_process() and before not in (None, str(target)):
            Path(before).unlink(missing_ok=True)

    def _suffix(self, name: str) -> str:
        """What MMEngine adds to a metric's entries where there are several."""
        return '' if len(self.key_indicators) == 1 else f'_{name}'

    def _write(self, runner: Runner, target: Path, **options: Any) -> None:
        """Write a checkpoint that has its name once it is on the disk.

        Args:
            runner: What is saved.
            target: The file, in ``out_dir``.
            **options: Of the runner's ``save_checkpoint``.

        Raises:
            UserError: If the disk is full, for one.
        """
        partial = target.with_name(f'{target.name}.part')
        try:
            runner.save_checkpoint(self.out_dir, partial.name, **options)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise UserError(
                f'{target} cannot be saved ({error.strerror}): make room, '
                'then go on with --resume; the checkpoints before are kept'
            ) from error
        if is_main_process():
            # Others are deleted next: it has to outlast the machine as well.
            with partial.open('rb') as file:
                os.fsync(file.fileno())
            os.replace(partial, target)

    def _remember(self, runner: Runner, step: int) -> list[int]:
        """Note a step's checkpoint and return the steps that are outdated."""
        if self.max_keep_ckpts <= 0:
            return []
        steps = [saved for saved in self.keep_ckpt_ids if saved != step]
        steps.append(step)
        self.keep_ckpt_ids.clear()
        self.keep_ckpt_ids.extend(steps[-self.max_keep_ckpts :])
        runner.message_hub.update_info(
            'keep_ckpt_ids', list(self.keep_ckpt_ids)
        )
        return steps[: -self.max_keep_ckpts]


@HOOKS.register_module()
class PlainCheckpointHook(Hook):
    """Keeps checkpoints to tensors and plain values.

    Then ``torch.load(path, weights_only=True)``, the only safe way and
    torch's default, reads them. Log histories are stored as tensors and
    become ``HistoryBuffer`` again when a run is resumed; dataclasses of the
    data set's ``metainfo`` are stored as dicts.
    """

    def before_train(self, runner: Runner) -> None:
        """Find unsuitable metainfo now, not when the first save fails."""
        dataset = runner.train_dataloader.dataset
        to_plain(getattr(dataset, 'metainfo', None), 'metainfo')

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Replace everything but tensors and plain values."""
        hub = checkpoint['message_hub']
        hub['log_scalars'] = {
            name: _history_to_plain(history)
            for name, history in hub['log_scalars'].items()
        }
        for part in ('runtime_info', 'resumed_keys'):
            hub[part] = to_plain(hub[part], part)
        checkpoint['meta'] = to_plain(checkpoint['meta'], 'meta')

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Restore what MMEngine's resuming expects."""
        if 'message_hub' in checkpoint:
            scalars = checkpoint['message_hub']['log_scalars']
            for name, history in scalars.items():
                scalars[name] = _history_from_plain(history)
        # MMEngine compares the pickled metainfo with the data set's own.
        loop = runner._train_loop
        if isinstance(loop, BaseLoop) and 'meta' in checkpoint:
            metainfo = getattr(loop.dataloader.dataset, 'metainfo', None)
            meta = checkpoint['meta']
            if meta.get('dataset_meta') == to_plain(metainfo, 'metainfo'):
                meta['dataset_meta'] = metainfo


@HOOKS.register_module()
class StrictLoadHook(Hook):
    """Refuses a checkpoint that does not fit the model.

    MMEngine only warns and goes on with the weights that do fit.

    Args:
        allow_partial: Do as MMEngine does, to start from another model.
        may_lack: What names begin with that a checkpoint need not have, since
            the model has it from elsewhere.
        learned_anew: Likewise, where a training begins with it.
    """

    def __init__(
        self,
        allow_partial: bool = False,
        may_lack: Sequence[str] = (),
        learned_anew: Sequence[str] = (),
    ) -> None:
        self.allow_partial = allow_partial
        self.may_lack = tuple(may_lack)
        self.learned_anew = tuple(learned_anew)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Compare the checkpoint with the model.

        Raises:
            UserError: Listing unknown, missing and mismatching keys, or
                weights that are not finite.
        """
        model = runner.model
        if is_model_wrapper(model):
            model = model.module
        stored = stored_weights(checkpoint)
        state = bare_names(stored)
        require_finite(state, 'the checkpoint')
        if stored is checkpoint:
            checkpoint.clear()
            checkpoint.update(state)
        else:
            checkpoint['state_dict'] = state
        differences = compare_state(self._wanted(runner, model, state), state)
        if differences and not self.allow_partial:
            raise UserError(
                f'the checkpoint does not fit {type(model).__name__}: '
                f'{differences}. Use the config it was trained with. To load '
                'what has the right name and shape and no more, set '
                'default_hooks.strict_load.allow_partial=True'
            )

    def _wanted(
        self, runner: Runner, model: nn.Module, given: Mapping[str, Tensor]
    ) -> dict[str, Tensor]:
        """The model's state without what the checkpoint may lack."""
        optional = self.may_lack
        if isinstance(runner._train_loop, BaseLoop):
            optional += self.learned_anew
        return {
            name: value
            for name, value in bare_names(model.state_dict()).items()
            if name in given or not name.startswith(optional)
        }


def to_plain(value: Any, where: str) -> Any:
    """Reduce a value to dicts, lists, tuples, tensors and Python scalars.

    Args:
        value: NumPy values, paths and dataclasses are converted.
        where: Name of the value, for the error.

    Returns:
        An equal value that ``torch.load(..., weights_only=True)`` reads.

    Raises:
        ValueError: For any other object.
    """
    # By exact type: np.float64 is a float, and is what must not stay.
    if value is None or type(value) in (bool, int, float, str, torch.Tensor):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {
            to_plain(key, where): to_plain(item, f'{where}.{key}')
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        items = [
            to_plain(item, f'{where}[{i}]') for i, item in enumerate(value)
        ]
        return items if isinstance(value, list) else tuple(items)
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(
                getattr(value, field.name), f'{where}.{field.name}'
            )
            for field in fields(value)
        }
    raise UserError(
        f'{where} is a {type(value).__name__}, which a checkpoint cannot '
        'hold; use numbers, strings, lists and dicts'
    )


def _history_to_plain(history: HistoryBuffer) -> dict:
    log, counts = history.data
    return dict(
        log=torch.as_tensor(log, dtype=torch.float64),
        counts=torch.as_tensor(counts, dtype=torch.float64),
        max_length=history.max_length,
    )


def _history_from_plain(history: dict) -> HistoryBuffer:
    return HistoryBuffer(
        history['log'].cpu().numpy(),
        history['counts'].cpu().numpy(),
        history['max_length'],
    )
