"""Training in several processes with or without GPUs."""

import atexit
import copy
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dist import all_reduce
from mmengine.logging import MMLogger
from mmengine.model import MMDistributedDataParallel
from mmengine.optim import OptimWrapper
from mmengine.runner import BaseLoop, Runner
from torch import Tensor, distributed, nn
from torch.utils.data import DataLoader

from stclip.engine.caveats import warn_of_demo_weights, warn_of_test
from stclip.engine.console_log import keep_brief
from stclip.engine.pictures import fit_data_sets
from stclip.registry import MODEL_WRAPPERS, RUNNERS
from stclip.utils.checkpoints import plain_values, read_checkpoint
from stclip.utils.children import end_with_parent
from stclip.utils.config_types import type_name
from stclip.utils.cores import usable_cores
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write
from stclip.utils.outputs import is_same_file


@RUNNERS.register_module()
class AnyDeviceRunner(Runner):
    """MMEngine's runner, which also launches several processes on CPUs.

    A config asks for it by ``runner_type``; OpenMMLab's own tools honour
    that. With a GPU it starts processes as its parent does.
    """

    @classmethod
    def from_cfg(cls, cfg: Config) -> 'AnyDeviceRunner':
        """Build a runner; pictures are made as CLIP's weights want them."""
        cfg = copy.deepcopy(cfg)
        fit_data_sets(cfg)
        return super().from_cfg(cfg)

    def setup_env(self, env_cfg: dict) -> None:
        """Set up processes; without a GPU they talk through gloo."""
        if distributed.is_torchelastic_launched():
            end_with_parent()  # torchrun's own end is theirs
        if torch.cuda.is_available():
            super().setup_env(env_cfg)
        else:
            dist_cfg = dict(env_cfg.get('dist_cfg', {}), backend='gloo')
            with _without_device_selection():
                super().setup_env(dict(env_cfg, dist_cfg=dist_cfg))
        atexit.register(leave_group)

    def build_logger(self, *args: Any, **kwargs: Any) -> MMLogger:
        """Build the logger; see the parent, and :func:`keep_brief`."""
        logger = super().build_logger(*args, **kwargs)
        keep_brief(logger)
        return logger

    @staticmethod
    def build_dataloader(
        dataloader: DataLoader | dict, *args: Any, **kwargs: Any
    ) -> DataLoader:
        """Build a data loader, whose workers end with this process.

        See the parent, and :func:`fit_to_workers`.
        """
        if not isinstance(dataloader, dict):
            return dataloader
        loader = Runner.build_dataloader(
            fit_to_workers(dataloader), *args, **kwargs
        )
        loader.worker_init_fn = partial(_begin_work, loader.worker_init_fn)
        return loader

    def build_model(self, model: nn.Module | dict) -> nn.Module:
        """Build the model, after the data of the run's task.

        What is wrong with the data is then said before any weight is read or
        downloaded. The task is the config's ``task``, ``'train'`` or
        ``'test'``; without one, data are built when they are used, as in the
        parent.
        """
        task = self.cfg.get('task')
        if task == 'train':
            self._train_dataloader = self._build_loader(self._train_dataloader)
        elif task == 'test':
            self._test_dataloader = self._build_loader(self._test_dataloader)
        return super().build_model(model)

    def wrap_model(
        self, model_wrapper_cfg: dict | None, model: nn.Module
    ) -> nn.Module:
        """Let several processes train the model; see the parent.

        The parent looks at ``find_unused_parameters`` of the config only
        where the config names no wrapper; here ours takes it, too.
        """
        given = model_wrapper_cfg or {}
        unused = self.cfg.get('find_unused_parameters')
        if unused and type_name(given.get('type')) == 'AnyDeviceDDP':
            model_wrapper_cfg = dict(find_unused_parameters=unused) | given
        return super().wrap_model(model_wrapper_cfg, model)

    def build_train_loop(self, loop: BaseLoop | dict) -> BaseLoop:
        """Build the loop; see the parent, and :func:`warn_of_demo_weights`."""
        built = super().build_train_loop(loop)
        if built is not loop:
            warn_of_demo_weights(self.model, built.dataloader.dataset)
        return built

    def build_test_loop(self, loop: BaseLoop | dict) -> BaseLoop:
        """Build the loop; see the parent, and :func:`warn_of_test`.

        Metrics find what it says in their ``dataset_meta``, as ``warnings``,
        and write it into their files.
        """
        built = super().build_test_loop(loop)
        if built is not loop:
            told = warn_of_test(
                self.model,
                self.cfg.get('model'),
                built.dataloader.dataset,
                self._load_from,
            )
            evaluator = built.evaluator
            known = evaluator.dataset_meta or {}
            evaluator.dataset_meta = {**known, 'warnings': told}
        return built

    def dump_config(self) -> None:
        """Write the config to the work dir, unless it was read from there.

        The folder of the run's log has it, too.
        """
        source = self.cfg.filename
        name = Path(source).name if source else f'{self.timestamp}.py'
        target = Path(self.work_dir, name)
        if not (source and is_same_file(source, target)):
            with atomic_write(target) as file:
                file.write(self.cfg.dump())

    def _build_loader(self, loader: DataLoader | dict | None) -> Any:
        if not isinstance(loader, dict):
            return loader
        diff_rank_seed = self._randomness_cfg.get('diff_rank_seed', False)
        return self.build_dataloader(
            loader, seed=self.seed, diff_rank_seed=diff_rank_seed
        )

    def load_checkpoint(
        self,
        filename: str,
        map_location: str | Callable = 'cpu',
        **kwargs: Any,
    ) -> dict:
        """Load a checkpoint into the model; see the parent.

        Raises:
            UserError: If the file is no checkpoint, is damaged, holds code
                or does not fit.
        """
        try:
            with plain_values():
                return super().load_checkpoint(
                    filename, map_location, **kwargs
                )
        except UserError:
            raise
        except Exception:
            if Path(filename).is_file():
                read_checkpoint(filename)  # says what is wrong with it
            raise


@MODEL_WRAPPERS.register_module()
class AnyDeviceDDP(MMDistributedDataParallel):
    """MMEngine's distributed model, which may also lie on the CPU.

    Args:
        module: The model.
        device_ids: GPU of this process, as the runner always gives it;
            disregarded if the model is on the CPU.
        **kwargs: Passed to ``DistributedDataParallel``.
    """

    def __init__(
        self,
        module: nn.Module,
        device_ids: list[int] | None = None,
        **kwargs: Any,
    ) -> None:
        if next(module.parameters()).device.type == 'cpu':
            device_ids = None
        super().__init__(module=module, device_ids=device_ids, **kwargs)

    def train_step(
        self, data: dict, optim_wrapper: OptimWrapper
    ) -> dict[str, Tensor]:
        """Train on this process's share of a batch.

        Returns:
            The losses averaged over the processes. (The parent's are this
            process's own.)
        """
        losses = super().train_step(data, optim_wrapper)
        values = torch.stack([loss.float() for loss in losses.values()])
        all_reduce(values, op='mean')
        return dict(zip(losses, values, strict=True))


def fit_to_workers(dataloader: dict[str, Any]) -> dict[str, Any]:
    """A data loader's config with as many workers as there are cores for.

    More would only wait for each other; what they load does not depend on
    their number. torch refuses ``persistent_workers`` and ``prefetch_factor``
    where there are none, so ``num_workers=0`` alone would be an error.

    Args:
        dataloader: Config of a data loader; it stays as it is.
    """
    asked = dataloader.get('num_workers', 0)
    if asked:
        return {**dataloader, 'num_workers': min(asked, usable_cores())}
    of_workers = ('persistent_workers', 'prefetch_factor')
    return {k: v for k, v in dataloader.items() if k not in of_workers}


def _begin_work(then: Callable[[int], None] | None, worker_id: int) -> None:
    """Make ready a worker of a data loader."""
    end_with_parent()
    if then:
        then(worker_id)


def leave_group() -> None:
    """Stop talking to other processes, if there are any.

    Before Python ends: threads of gloo that a distributed model keeps alive
    until then abort about one process in ten, all work done.
    """
    if distributed.is_available() and distributed.is_initialized():
        gc.collect()
        distributed.destroy_process_group()


@contextmanager
def _without_device_selection() -> Iterator[None]:
    """Let MMEngine's launchers select their GPU in vain."""
    select = torch.cuda.set_device
    torch.cuda.set_device = lambda device: None
    try:
        yield
    finally:
        torch.cuda.set_device = select
